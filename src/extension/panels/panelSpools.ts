/** The scratch files behind the grids of one panel: opened, paged, exported, and closed with the panel. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import { changeAt } from '../../data/change.ts';
import { type PageColumn, rowAt } from '../../data/page.ts';
import type { Value } from '../../data/value.ts';
import type { ChangedPairs, Distribution, SpoolPage, SpoolSource, SpoolView } from '../../protocol/engine.ts';
import type { SpoolInfo } from '../../protocol/panel.ts';
import { setting } from '../talk/settings.ts';
import type { Ask } from '../talk/ask.ts';
import type { EngineLink } from '../connections/engineLink.ts';
import type { Tell } from '../talk/tell.ts';
import { say } from '../../base/say.ts';

/** Rows that a spool holds at most; the page says when there were more. */
const mostRows = 5_000_000;

export interface SpoolStep {
  readonly spool: SpoolInfo;
  /** Rows that DML changed; only with the last step. */
  readonly affected: number;
}

/** Takes every step; answers the rows of a DML statement, 0 for others. */
export async function follow(steps: ReturnType<PanelSpools['open']>, take: (step: SpoolStep) => void): Promise<number> {
  for (;;) {
    const step = await steps.next();
    if (step.value) take(step.value);
    if (step.done) return step.value?.affected ?? 0;
  }
}

/** An engine as far as spools need one. */
export type SpoolEngine = Pick<EngineLink, 'call' | 'stream' | 'process' | 'label'>;

type PageOf = { readonly id: number; readonly start: number; readonly count: number; readonly view: SpoolView };
type ColumnOf = { readonly id: number; readonly column: number };

interface Held {
  readonly engine: SpoolEngine;
  /** Its number there. */
  readonly id: number;
  /** The process that it lies in: the next one of the same engine knows nothing of it, and counts from one again. */
  readonly process: object | undefined;
  /** Leading columns that are its key; 0 when unknown. */
  readonly keyColumns: number;
}

/** The spools of one panel, in whichever engines; their numbers are the panel's own. */
export class PanelSpools {
  readonly #held = new Map<number, Held>();
  #next = 1;

  /** Steps while the rows come in; the last one is complete. Without rows there is no step. */
  async *open(
    engine: SpoolEngine,
    source: SpoolSource,
    keyColumns: number,
    signal?: AbortSignal,
  ): AsyncGenerator<SpoolStep, SpoolStep | null> {
    const items = engine.stream('spool/open', { source, maxRows: mostRows }, signal);
    let number: number | null = null;
    let last: SpoolInfo | null = null;
    for (;;) {
      const step = await items.next();
      if (step.done) {
        const { truncated, affected } = step.value;
        return last && { spool: { ...last, complete: true, truncated }, affected };
      }
      const { id, columns, rows } = step.value;
      number ??= this.#hold({ engine, id, process: engine.process, keyColumns });
      last = {
        id: number,
        columns: columns as readonly PageColumn[],
        keyColumns,
        rows,
        complete: false,
        truncated: false,
      };
      yield { spool: last, affected: 0 };
    }
  }

  #hold(held: Held): number {
    const number = this.#next++;
    this.#held.set(number, held);
    return number;
  }

  /** `spool.lost` when its rows went with their process. */
  #find(number: number): Held {
    const held = this.#held.get(number);
    if (!held) throw new Error(`There is no spool ${number}: it was closed`);
    if (held.engine.process !== held.process) throw new Failure('spool.lost', { store: held.engine.label });
    return held;
  }

  /** Rows of a view. */
  async page({ id: number, ...p }: PageOf, signal?: AbortSignal): Promise<SpoolPage> {
    const { engine, id } = this.#find(number);
    return engine.call('spool/page', { ...p, id }, signal);
  }

  /** How the values of a column are spread. */
  async distribution({ id: number, column }: ColumnOf, signal?: AbortSignal): Promise<Distribution> {
    const { engine, id } = this.#find(number);
    return engine.call('spool/distribution', { id, column }, signal);
  }

  /** The key of a row of a view; `usage.wrong` where its columns are not known to have one. */
  async keyAt(number: number, view: SpoolView, row: number): Promise<Value[]> {
    const held = this.#find(number);
    const page = await this.page({ id: number, start: row, count: 1, view });
    const image = page.delta ? changeAt(page.delta, 0) : null;
    const cells = page.page ? rowAt(page.page, 0) : (image?.after ?? image?.before ?? []);
    if (held.keyColumns === 0 || cells.length === 0)
      throw new Failure('usage.wrong', { message: say('Rows without a key have no history.') });
    return cells.slice(0, held.keyColumns);
  }

  /** For each column of a delta, the updated rows that changed in it. */
  async changes(number: number, signal?: AbortSignal): Promise<number[]> {
    const { engine, id } = this.#find(number);
    return engine.call('spool/changes', { id }, signal);
  }

  /** What a column changed from and to. */
  async pairs(
    { id: number, ...p }: { readonly id: number; readonly column: number; readonly view: SpoolView },
    signal?: AbortSignal,
  ): Promise<ChangedPairs> {
    const { engine, id } = this.#find(number);
    return engine.call('spool/pairs', { ...p, id }, signal);
  }

  /** Writes all rows in view to a file that the user names. */
  async export(
    {
      id: number,
      view,
      columns,
      name,
    }: { id: number; view: SpoolView; columns: readonly number[] | null; name: string },
    ask: Ask,
    tell: Tell,
  ): Promise<{ rows: number; file: string }> {
    const { engine, id } = this.#find(number);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await ask.fileToWrite({
      title: say('Export rows'),
      button: say('Export'),
      filters: { CSV: ['csv'], JSONL: ['jsonl'], Parquet: ['parquet'] },
      near: folder,
      name: `${name}.csv`,
    });
    const file = uri.fsPath;
    return tell.during(say('Exporting to {0}', file), async (signal, report) => {
      const items = engine.stream(
        'spool/export',
        { id, file, view, columns, guardCells: setting('export.guardCells') },
        signal,
      );
      for (;;) {
        const step = await items.next();
        if (step.done) return { rows: step.value.rows, file };
        report(say('{0} rows', step.value.rows));
      }
    });
  }

  /** Lets its rows go; nothing where it is closed already or went with its process. */
  async close(number: number): Promise<void> {
    const held = this.#held.get(number);
    this.#held.delete(number);
    if (held && held.engine.process === held.process) await held.engine.call('spool/close', { id: held.id });
  }

  /** Closes all of them; an engine that is gone took them with it. */
  end(): void {
    for (const number of [...this.#held.keys()]) this.close(number).catch(() => undefined);
  }
}
