/** Runs the statements of SQL files: each to the store that it is for, with its rows in the results panel. */
import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import { restoredEvent } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import type { Asked } from '../../app/statements/statementEnd.ts';
import type { ScriptContext } from '../../app/statements/statementRequest.ts';
import { rememberRestore } from '../../app/versions/rememberRestore.ts';
import { rowHistory } from '../../app/versions/rowHistory.ts';
import { Failure, mayHaveRun } from '../../base/failure.ts';
import { parseTableName, type TableName, tableText } from '../../data/table.ts';
import { hashInput } from '../../data/rowHash.ts';
import { textOf, type Value } from '../../data/value.ts';
import { atSnapshot, live } from '../../data/version.ts';
import { diffSql, tableSql } from '../../git4data/print.ts';
import { type SpoolPage, wholeView } from '../../protocol/engine.ts';
import type { RowsShown, StatementResult } from '../../protocol/panel.ts';
import type { Ask } from '../talk/ask.ts';
import type { Connections } from '../connections/connections.ts';
import { askToDelete, type Deleting } from './askToDelete.ts';
import { requireConsent, requireOnProduction } from '../talk/consent.ts';
import { costLines, grantsAction, previewText } from '../talk/restoreText.ts';
import { ResultsPanel } from '../panels/resultsPanel.ts';
import type { Session } from '../connections/session.ts';
import { follow } from '../panels/panelSpools.ts';
import type { Action, Tell } from '../talk/tell.ts';
import { tellRemembered } from '../talk/tellRemembered.ts';
import { gateMerge } from './gateMerge.ts';
import { tellError } from '../talk/tellError.ts';
import { say } from '../../base/say.ts';

export interface SqlRunsOptions {
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly ask: Ask;
  readonly tell: Tell;
  /** Writes down what a statement did to data; never throws for a record that cannot be written. */
  readonly record: (session: Session, happening: Happening) => Promise<void>;
  /** The same, but for the registry beside the data, which has it already. */
  readonly recordElsewhere: (session: Session, happening: Happening) => Promise<void>;
  /** See `Deleting`. */
  readonly modelsNeeding: Deleting['modelsNeeding'];
}

/** A statement of a SQL file, as the language server found it. */
export interface StatementToRun {
  readonly sql: string;
  /** The database of unqualified names. */
  readonly database: string | null;
  /** Where it is one of a whole file that is run. */
  readonly script?: ScriptContext;
}

/** Something that gives a result: a statement, or rows that are looked at. */
interface Work {
  readonly sql: string;
  readonly rows: RowsShown | null;
  do(panel: ResultsPanel, signal: AbortSignal, show: (change: Partial<StatementResult>) => void): Promise<void>;
}

interface UnderWay {
  readonly session: Session;
  readonly controller: AbortController;
}

/** A statement that does not stop when it is asked to is ended with its process after this long, in ms. */
const forceAfter = 1_500;
/** A server is listened to for longer: it goes on by itself, and what is not heard of it stays unknown. */
const forceServerAfter = 10_000;

/** Runs statements and shows what they gave; what writes to production is confirmed first. */
export class SqlRuns implements vscode.Disposable {
  readonly #options: SqlRunsOptions;
  readonly #panels = new Map<string, ResultsPanel>();
  readonly #underWay = new Map<number, UnderWay>();
  /** What a result came from, so that it can be run again. */
  readonly #sources = new Map<number, { session: Session; work: Work }>();
  #nextId = 1;

  readonly #own = new Disposables();

  constructor(options: SqlRunsOptions) {
    this.#options = options;
    const { connections } = options;
    // The rows of a closed connection went with its process.
    this.#own.add(
      connections.onDidChange(() => {
        for (const panel of [...this.#panels.values()]) if (!connections.isCurrent(panel.session)) panel.dispose();
      }),
    );
    this.#own.add(connections.onDidChangeData((id) => this.#panels.get(id)?.outdate()));
  }

  /** Runs statements one after the other, and stops at the first that fails; answers their results. */
  async run(session: Session, statements: readonly StatementToRun[]): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    for (const statement of statements) {
      const result = await this.#one(session, {
        sql: statement.sql,
        rows: null,
        do: (panel, signal, show) => this.#work(session, panel, statement, signal, show),
      });
      results.push(result);
      if (result.state !== 'done') break;
    }
    return results;
  }

  /** The delta of a table without a training, as the result of the statement that gives it. */
  async showDelta(session: Session, table: TableName, from: string, to: string | null): Promise<void> {
    const sql = diffSql({ ...table, snapshot: to }, { ...table, snapshot: from });
    await this.run(session, [{ sql, database: table.database }]);
  }

  /** The rows of a table at a version; `where`: what they are filtered by at first. */
  async showRows(session: Session, table: TableName, at: string | null, where: RowsShown['where']): Promise<void> {
    const version = at === null ? live : atSnapshot(at);
    const { key } = await session.store.table(table, version);
    await this.#one(session, {
      sql: `SELECT * FROM ${tableSql({ ...table, snapshot: at })}`,
      rows: { table: tableText(table), at, where },
      do: async (panel, signal, show) => {
        const source = { kind: 'table', table, at: version } as const;
        const steps = panel.spools.open(session.sqlEngine, source, key.length, signal);
        await follow(steps, ({ spool }) => show({ shape: 'rows', spool }));
      },
    });
  }

  /** One row through all versions of its table. */
  async showHistory(session: Session, table: TableName, key: readonly Value[]): Promise<void> {
    const { key: columns } = await session.store.table(table);
    const hash = (salt: string): string => createHash('md5').update(hashInput(salt, key)).digest('hex');
    const named = columns.map((name, i) => `${name} = ${textOf(key[i] ?? null)}`).join(', ');
    await this.#one(session, {
      sql: say('History of {0} where {1}', tableText(table), named),
      rows: null,
      do: async (panel, signal, show) => {
        const page = await rowHistory(session.store, { table, key: columns, hash }, signal);
        const source = { kind: 'page', page } as const;
        await follow(panel.spools.open(session.sqlEngine, source, 0, signal), ({ spool }) =>
          show({ shape: 'rows', spool }),
        );
      },
    });
  }

  #panel(session: Session): ResultsPanel {
    const { id } = session.connection;
    const known = this.#panels.get(id);
    if (known) return known;
    const { extensionUri, ask, tell } = this.#options;
    const panel = new ResultsPanel({
      session,
      extensionUri,
      ask,
      tell,
      cancel: (result) => this.#cancel(result),
      again: (result) => void this.#again(result),
      history: async ({ rows, delta }, key) => {
        const table = parseTableName(rows?.table ?? delta?.table ?? '');
        if (table) await this.showHistory(session, table, key);
      },
    });
    this.#panels.set(id, panel);
    panel.onDidDispose(() => this.#panels.delete(id));
    return panel;
  }

  /** Results of a connection, for whoever reads them. */
  results(connection: string): readonly StatementResult[] {
    return this.#panels.get(connection)?.results ?? [];
  }

  /** Rows of a result of a connection, by the number of its spool. */
  async rows(connection: string, id: number, start: number, count: number): Promise<SpoolPage> {
    const panel = this.#panels.get(connection);
    if (!panel) throw new Error(`There are no results of ${connection}`);
    return panel.spools.page({ id, start, count, view: wholeView });
  }

  async #again(result: number): Promise<void> {
    const source = this.#sources.get(result);
    if (!source) return;
    const session = await this.#options.connections.session(source.session.connection.id);
    await this.#one(session, source.work);
  }

  async #one(session: Session, work: Work): Promise<StatementResult> {
    const id = this.#nextId++;
    const panel = this.#panel(session);
    const controller = new AbortController();
    const started = performance.now();
    this.#underWay.set(id, { session, controller });
    this.#sources.set(id, { session, work });
    let result: StatementResult = {
      id,
      sql: work.sql,
      state: 'running',
      sentence: null,
      shape: 'none',
      spool: null,
      delta: null,
      rows: work.rows,
      affected: 0,
      ms: null,
    };
    const show = (change: Partial<StatementResult>): void => {
      result = { ...result, ...change };
      panel.put(result);
    };
    show({});
    panel.reveal();
    try {
      await work.do(panel, controller.signal, show);
      show({ state: 'done', ms: performance.now() - started });
    } catch (error) {
      const isCancelled = (controller.signal.aborted || Failure.is(error, 'cancelled')) && !mayHaveRun(error);
      const sentence = isCancelled
        ? null
        : error instanceof Failure
          ? error.message
          : say('Something broke. The log says what.');
      show({ state: isCancelled ? 'cancelled' : 'failed', sentence, ms: performance.now() - started });
      if (!isCancelled && !(error instanceof Failure)) tellError(this.#options.tell, error);
    } finally {
      this.#underWay.delete(id);
    }
    return result;
  }

  async #work(
    session: Session,
    panel: ResultsPanel,
    { sql, database, script }: StatementToRun,
    signal: AbortSignal,
    show: (change: Partial<StatementResult>) => void,
  ): Promise<void> {
    let changes = false;
    let restored: Action[] = [];
    let forced: Happening | null = null;
    const put = (change: Partial<StatementResult>): void => {
      // Every sentence tells of a change.
      changes ||= change.sentence !== undefined;
      show(change);
    };
    const allow = async (asked: Asked): Promise<boolean> => {
      changes = true;
      await gateMerge(this.#options.connections, session, { statement: asked.statement, database }, signal);
      forced = await askToDelete(this.#options, session, asked.statement);
      if (!forced) await this.#consent(session, asked);
      if (asked.preview) restored = grantsAction(asked.preview, session.connection.id);
      return true;
    };
    const { showStatement } = await import('./showStatement.ts');
    try {
      const request = { sql, database, ...(script && { script }) };
      const end = await showStatement(session, request, { spools: panel.spools, put, allow, signal });
      const sentence = [end.note ?? '', ...end.leftOut].filter((one) => one !== '').join(' ');
      if (sentence !== '') show({ sentence });
      const happening = end.happening ?? forced;
      if (happening !== null) await this.#options.record(session, happening);
      const { restored: taken } = end;
      if (taken) {
        tellRemembered(this.#options.tell, await rememberRestore(session.registry, session.store, taken));
        await this.#options.recordElsewhere(session, restoredEvent(taken.place, taken));
      }
      if (restored.length > 0)
        this.#options.tell.say('warning', say('Rights were lost with the restore.'), ...restored);
    } finally {
      if (changes) this.#options.connections.noticeChange(session.connection.id);
    }
  }

  /** RESTORE is confirmed everywhere, as from the tree; the rest that may change something on production, by its name. */
  async #consent(session: Session, { name, preview, replaces }: Asked): Promise<void> {
    const { ask } = this.#options;
    const { id, config } = session.connection;
    const { environment } = config;
    if (preview)
      await requireConsent(ask, {
        environment,
        name,
        question:
          preview.target.level === 'table' ? say('Restore {0}?', name) : say('Restore every table of {0}?', name),
        detail: `${previewText(preview)} ${say('A safety snapshot is made first.')}`,
        lines: costLines(preview),
        yes: say('Restore'),
      });
    else if (replaces !== null)
      await requireConsent(ask, {
        environment,
        name,
        question: say('Restore {0}?', name),
        detail: replaces,
        yes: say('Restore'),
      });
    else
      await requireOnProduction(ask, {
        environment,
        name: name === '' ? id : name,
        question: say('Run this on {0}?', id),
        detail: say('It may change data.'),
        yes: say('Run'),
      });
  }

  /** Asks the statement to stop; one that does not is ended with its process, which nothing else uses. */
  #cancel(id: number): void {
    const running = this.#underWay.get(id);
    if (!running) return;
    running.controller.abort();
    setTimeout(
      () => {
        if (this.#underWay.has(id)) running.session.sqlEngine.kill();
      },
      running.session.facts.isRemote ? forceServerAfter : forceAfter,
    );
  }

  /** Cancels everything; answers how many statements there were. */
  cancelAll(): number {
    const ids = [...this.#underWay.keys()];
    for (const id of ids) this.#cancel(id);
    return ids.length;
  }

  dispose(): void {
    this.#own.dispose();
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }
}
