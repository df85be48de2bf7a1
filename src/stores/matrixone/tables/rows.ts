/** Rows of a table at a version, streamed: by key, or in the order of the row hash; chosen and ordered by the server. */
import { say } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { PageColumn, RowPage } from '../../../data/page.ts';
import type { RowsRequest } from '../../../data/store.ts';
import type { ColumnInfo, TableInfo, TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live, type Version } from '../../../data/version.ts';
import { momentOf, readTable, readTableAt } from './catalog.ts';
import { pageOf, valuesReading } from './decode.ts';
import { checkUnique, hashConditions, hashSql, keyColumnsOf, pickColumns } from './hashOrder.ts';
import { tableSql } from './names.ts';
import { quoteName } from '../wire/quote.ts';
import type { Server, ServerSession } from '../wire/server.ts';

/** A page is built of values that should die young. */
const defaultPageRows = 512;

/** Rows a page: as asked for, at least one, else the default. */
export const pageSize = (pageRows: number | undefined): number => Math.max(1, pageRows ?? defaultPageRows);

/** The type of a row hash, behind the columns. */
const hashColumn: PageColumn = { name: '', type: 'CHAR(32)' };

interface RowsPlan {
  readonly sql: string;
  /** Of the answer, the hash last where it was asked for. */
  readonly columns: readonly PageColumn[];
  readonly withHash: boolean;
}

/** Rows without a key stand in the order of the row number that the server keeps for them. */
const rowNumber = '__mo_fake_pk_col';

function orderOf(info: TableInfo, hash: string | null): string {
  const key = (info.key.length > 0 ? info.key : [rowNumber]).map(quoteName);
  return (hash === null ? key : [hash, ...key]).join(', ');
}

/** The key that is hashed; null where no hash is needed. */
function hashKeyOf(info: TableInfo, request: RowsRequest): ColumnInfo[] | null {
  const { order, range, sample, withHash, salt } = request;
  const hashed = order === 'hash' || range !== undefined || withHash === true;
  if (hashed && salt === undefined) throw new Failure('usage.wrong', { message: say('Rows by hash need a salt.') });
  return hashed || sample ? keyColumnsOf(info, request.key) : null;
}

/** The statement of a read, after everything that could be wrong with it. */
async function planRows(
  session: ServerSession,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): Promise<RowsPlan> {
  const { order, range, sample, withHash = false, salt = '', limit } = request;
  const moment = await momentOf(session, request.table, request.at);
  const info = await readTableAt(session, request.table, moment);
  const columns = pickColumns(info, request.columns);
  const source = tableSql(request.table, moment.hint);
  const key = hashKeyOf(info, request);
  if (key) await checkUnique(session, info, source, key, signal);
  const hash = key && hashSql(salt, key);
  const cells = columns.map(({ name }) => quoteName(name));
  if (withHash && hash !== null) cells.push(hash);
  const conditions = key ? hashConditions(key, salt, range, sample) : [];
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const first = limit === undefined ? '' : ` LIMIT ${Math.max(1, limit)}`;
  return {
    sql: `SELECT ${cells.join(', ') || '1'} FROM ${source}${where} ORDER BY ${orderOf(info, order === 'hash' ? hash : null)}${first}`,
    columns: [...columns.map(({ name, type }) => ({ name, type })), ...(withHash ? [hashColumn] : [])],
    withHash,
  };
}

function pageOfPlan(plan: RowsPlan, rows: readonly (readonly Value[])[]): RowPage {
  const page = pageOf(plan.columns, rows);
  if (!plan.withHash) return page;
  const hashes = page.cells.at(-1);
  return {
    rows: page.rows,
    columns: page.columns.slice(0, -1),
    cells: page.cells.slice(0, -1),
    hashes: hashes?.kind === 'text' ? hashes.values.map(String) : [],
  };
}

/**
 * Rows of a version in pages, streamed as the server sends them; `usage.wrong` for a request that contradicts itself,
 * `table.duplicateKey` for a key that is none.
 */
export async function* readRows(
  server: Server,
  request: RowsRequest,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, void> {
  throwIfCancelled(signal);
  const plan = await planRows(server, request, signal);
  const read = valuesReading(plan.columns);
  for await (const { rows } of server.stream(plan.sql, pageSize(request.pageRows), read, { signal })) {
    if (rows.length > 0) yield pageOfPlan(plan, rows);
    // What has arrived already is not given out after a cancel.
    throwIfCancelled(signal);
  }
}

/** Answered from the server's metadata while there is no condition. */
export async function countRows(session: ServerSession, name: TableName, at: Version = live): Promise<number> {
  const moment = await momentOf(session, name, at);
  try {
    const { rows } = await session.run(`SELECT COUNT(*) FROM ${tableSql(name, moment.hint)}`);
    return Number(rows[0]?.[0]?.toString('latin1') ?? 0);
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown')) await readTable(session, name, at);
    throw error;
  }
}
