/** The scratch files behind the grids of one panel: opened, paged, exported, and closed with the panel. */
import * as vscode from 'vscode';
import type { PageColumn } from '../../data/page.ts';
import type { Distribution, SpoolPage, SpoolSource, SpoolView } from '../../protocol/engine.ts';
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

export class PanelSpools {
  readonly #engine: EngineLink;
  readonly #open = new Set<number>();

  constructor(engine: EngineLink) {
    this.#engine = engine;
  }

  /** Steps while the rows come in; the last one is complete. Without rows there is no step. */
  async *open(
    source: SpoolSource,
    keyColumns: number,
    signal?: AbortSignal,
  ): AsyncGenerator<SpoolStep, SpoolStep | null> {
    const items = this.#engine.stream('spool/open', { source, maxRows: mostRows }, signal);
    let last: SpoolInfo | null = null;
    for (;;) {
      const step = await items.next();
      if (step.done) {
        const { truncated, affected } = step.value;
        return last && { spool: { ...last, complete: true, truncated }, affected };
      }
      const { id, columns, rows } = step.value;
      this.#open.add(id);
      last = {
        id,
        columns: columns as readonly PageColumn[],
        keyColumns,
        rows,
        complete: false,
        truncated: false,
      };
      yield { spool: last, affected: 0 };
    }
  }

  page(p: { id: number; start: number; count: number; view: SpoolView }, signal?: AbortSignal): Promise<SpoolPage> {
    return this.#engine.call('spool/page', p, signal);
  }

  distribution(p: { id: number; column: number }, signal?: AbortSignal): Promise<Distribution> {
    return this.#engine.call('spool/distribution', p, signal);
  }

  /** Writes all rows in view to a file that the user names. */
  async export(
    { id, view, name }: { id: number; view: SpoolView; name: string },
    ask: Ask,
    tell: Tell,
  ): Promise<{ rows: number; file: string }> {
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
      const items = this.#engine.stream(
        'spool/export',
        { id, file, view, guardCells: setting('export.guardCells') },
        signal,
      );
      for (;;) {
        const step = await items.next();
        if (step.done) return { rows: step.value.rows, file };
        report(say('{0} rows', step.value.rows));
      }
    });
  }

  async close(id: number): Promise<void> {
    if (this.#open.delete(id)) await this.#engine.call('spool/close', { id });
  }

  /** Closes all of them; an engine that is gone took them with it. */
  end(): void {
    for (const id of [...this.#open]) this.close(id).catch(() => undefined);
  }
}
