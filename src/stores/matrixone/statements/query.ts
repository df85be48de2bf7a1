/** Statements of the user's, one at a time: guarded, then run on a connection that is kept for them. */
import { say } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { PageColumn, RowPage } from '../../../data/page.ts';
import type { QueryEnd, QueryRequest } from '../../../data/store.ts';
import type { TableInfo, TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import { effectOf, type Name, type Restore, type Statement } from '../../../git4data/ast.ts';
import { branchFault } from '../../../git4data/branchTypes.ts';
import { type Token, tokenize, tokenValue } from '../../../git4data/lexer.ts';
import { ifAllowed, readTable, textRows } from '../tables/catalog.ts';
import { columnsOf, pageOf, valuesReading } from '../tables/decode.ts';
import { onlyStatement } from './guards.ts';
import { interpolate, quoteText } from '../wire/quote.ts';
import { pageSize } from '../tables/rows.ts';
import type { Answer, Page, Server, ServerSession, StatementOptions } from '../wire/server.ts';

const nothingDone: QueryEnd = { columns: [], rows: 0, affected: 0 };

/**
 * From the first statement on that leaves something behind (BEGIN, SET, a temporary table), a connection is kept for the
 * user, so that the next statements find it; until then any connection will do.
 */
export class UserSession {
  readonly #server: Server;
  #kept: { readonly session: ServerSession; readonly release: () => void } | null = null;
  #isBusy = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** While one statement runs there, others run elsewhere. */
  async *stream(
    sql: string,
    pageRows: number,
    options: StatementOptions,
    leavesState: boolean,
  ): AsyncGenerator<Page<readonly Value[]>, Omit<Answer, 'rows'>> {
    // Elsewhere it would be answered, and lost with the connection.
    if (this.#isBusy && leavesState && !/^\s*USE\b/i.test(sql))
      throw new Failure('usage.wrong', {
        message: say(
          'A statement is still running in this session, and what this one leaves behind would not be there for the next. Wait for it, then run this again.',
        ),
      });
    if (this.#isBusy || (!this.#kept && !leavesState))
      return yield* this.#server.stream(sql, pageRows, valuesReading(), options);
    this.#isBusy = true;
    try {
      this.#kept ??= await this.#keep();
      return yield* this.#kept.session.stream(sql, pageRows, valuesReading(), options);
    } catch (error) {
      if (isOver(error)) this.release();
      if (!Failure.is(error, 'store.disconnected')) throw error;
      const reason = say('{0}; an open transaction and what SET left behind are gone with it', error.data.reason);
      throw new Failure('store.disconnected', { ...error.data, reason }, { cause: error });
    } finally {
      this.#isBusy = false;
    }
  }

  release(): void {
    this.#kept?.release();
    this.#kept = null;
  }

  #keep(): Promise<{ session: ServerSession; release: () => void }> {
    return new Promise((resolve, reject) => {
      this.#server.session((session) => new Promise<void>((release) => resolve({ session, release }))).catch(reject);
    });
  }
}

/** After these the connection is gone, and with it what was left behind on it. */
const isOver = (error: unknown): boolean =>
  Failure.is(error, 'store.disconnected') || Failure.is(error, 'cancelled') || Failure.is(error, 'store.timeout');

export interface QueryContext {
  readonly server: Server;
  readonly user: UserSession;
  readonly readOnly: boolean;
  /** Called after a statement that may have changed something. */
  readonly changed: () => void;
}

/** Runs one statement; rows are pulled. */
export async function* query(
  context: QueryContext,
  request: QueryRequest,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, QueryEnd> {
  throwIfCancelled(signal);
  const { server, user, readOnly, changed } = context;
  const statement = onlyStatement(request.sql);
  if (!statement) return nothingDone;
  const effect = effectOf(statement);
  const writes = effect !== 'read' && effect !== 'session';
  if (readOnly && writes) throw new Failure('store.readOnly', { store: server.label });
  await checkTarget(server, statement, request);
  const leavesState = effect === 'session' || /^\s*CREATE\s+TEMPORARY\b/i.test(request.sql);
  const sql = interpolate(request.sql, request.values ?? []);
  const pages = user.stream(sql, pageSize(request.pageRows), optionsOf(statement, request, signal), leavesState);
  try {
    const { affected, ...end } = yield* decoded(pages, signal);
    return { ...end, affected: effect === 'data' ? affected : 0 };
  } finally {
    if (writes) changed();
  }
}

/** DATA BRANCH has the connection's deadline; what the user says himself may take as long as he waits. */
function optionsOf(statement: Statement, request: QueryRequest, signal: AbortSignal | undefined): StatementOptions {
  const isCompared = statement.kind === 'diff' || statement.kind === 'branch';
  // Making the database in use, or dropping it, is not done inside of it.
  const isOutside = statement.kind === 'other' && /^(?:CREATE|DROP) (?:DATABASE|SCHEMA)$/.test(statement.verb);
  const database = isOutside ? null : (request.database ?? null);
  const effect = effectOf(statement);
  // What COMMIT and the like do is told by their words.
  const writes = effect === 'session' ? undefined : effect !== 'read';
  return { signal, database, ...(writes !== undefined && { writes }), ...(!isCompared && { deadlineMs: null }) };
}

/** The answer as pages, typed by its packets; an answer without rows has none. */
async function* decoded(
  pages: AsyncGenerator<Page<readonly Value[]>, Omit<Answer, 'rows'>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, QueryEnd> {
  let rows = 0;
  let columns: readonly PageColumn[] = [];
  try {
    for (let next = await pages.next(); ; next = await pages.next()) {
      if (next.done) return { columns, rows, affected: next.value.affected };
      columns = columnsOf(next.value.columns);
      rows += next.value.rows.length;
      if (next.value.rows.length > 0) yield pageOf(columns, next.value.rows);
      throwIfCancelled(signal);
    }
  } finally {
    await pages.return({ columns: [], affected: 0 });
  }
}

/** Refuses what the server would do wrongly to these tables. */
async function checkTarget(session: ServerSession, statement: Statement, request: QueryRequest): Promise<void> {
  const database = request.database ?? null;
  if (statement.kind === 'restore') await checkRestore(session, statement, database);
  if (statement.kind === 'diff')
    await checkBranched(session, [named(statement.target, database), named(statement.base, database)]);
  if (statement.kind === 'branch' && /\b(?:MERGE|PICK)$/.test(statement.verb))
    await checkBranched(session, mergedTables(request.sql, database));
}

const named = (
  table: { readonly database: Name | null; readonly table: Name },
  database: string | null,
): TableName | null => {
  const place = table.database?.text ?? database;
  return place === null ? null : { database: place.toLowerCase(), table: table.table.text.toLowerCase() };
};

/** The table as it is now; null when there is none, which the server says best. */
async function liveTable(session: ServerSession, name: TableName) {
  try {
    return await readTable(session, name, live);
  } catch (error) {
    if (Failure.is(error, 'table.unknown')) return null;
    throw error;
  }
}

/** Why DATA BRANCH must not be asked about this table; null when it may. */
export function whyNoBranch({ columns, key }: TableInfo): string | null {
  for (const { name, type } of columns) {
    const fault = branchFault(type, key.includes(name));
    if (!fault) continue;
    return fault.of === 'type'
      ? say('the column "{0}" is of the type {1}, on which it {2}', name, fault.base, fault.what)
      : say('the key column "{0}" is of the type {1}, on which it {2}', name, type, fault.what);
  }
  return null;
}

async function checkBranched(session: ServerSession, tables: readonly (TableName | null)[]): Promise<void> {
  for (const name of tables) {
    const info = name && (await liveTable(session, name));
    const why = info && whyNoBranch(info);
    if (info && why !== null)
      throw new Failure('delta.impossible', { table: `${info.name.database}.${info.name.table}`, detail: why });
  }
}

/** The two tables of DATA BRANCH MERGE or PICK: behind that word, and behind INTO. */
function mergedTables(sql: string, database: string | null): (TableName | null)[] {
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'comment');
  const into = tokens.findIndex(({ upper }) => upper === 'INTO');
  return [3, into + 1].map((at) => tableFrom(tokens, at, database));
}

function tableFrom(tokens: readonly Token[], at: number, database: string | null): TableName | null {
  const first = tokens[at];
  if (!first) return null;
  const second = tokens[at + 1]?.text === '.' ? tokens[at + 2] : undefined;
  const place = second ? tokenValue(first) : database;
  if (place === null) return null;
  return { database: place.toLowerCase(), table: tokenValue(second ?? first).toLowerCase() };
}

/** The server answers OK and restores nothing where foreign keys from outside refer to it. */
async function checkRestore(session: ServerSession, restore: Restore, database: string | null): Promise<void> {
  const place = (restore.database?.text ?? database)?.toLowerCase();
  if (place === undefined || (restore.level !== 'table' && restore.level !== 'database')) return;
  const table = restore.level === 'table' ? restore.table?.text.toLowerCase() : undefined;
  const which =
    table === undefined
      ? `db_name <> ${quoteText(place)}`
      : `refer_table_name = ${quoteText(table)} AND NOT (db_name = ${quoteText(place)} AND table_name = ${quoteText(table)})`;
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT DISTINCT db_name, table_name FROM mo_catalog.mo_foreign_keys WHERE refer_db_name = ${quoteText(place)} AND ${which} ORDER BY db_name, table_name`,
    ),
  );
  if (!rows || rows.length === 0) return;
  const by = rows.map(([from, name]) => `${from}.${name}`).join(', ');
  throw new Failure('restore.referenced', { table: table === undefined ? place : `${place}.${table}`, by });
}
