/** What a restore would change, read at one version of the present: live for a preview, the safety snapshot for the restore itself. */
import { createHash, type Hash } from 'node:crypto';
import { at } from '../../../base/assert.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { DeltaCounts } from '../../../data/change.ts';
import { type Cells, cellAt } from '../../../data/page.ts';
import { databaseOf, type RestoreTarget } from '../../../data/store.ts';
import { sameNames, type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import { hexOf, type Value } from '../../../data/value.ts';
import { atSnapshot, type Version } from '../../../data/version.ts';
import {
  isInternal,
  momentOfRecord,
  readTable,
  readTableAt,
  type SnapshotRecord,
  textRows,
} from '../tables/catalog.ts';
import { readDelta } from '../delta/delta.ts';
import { quoteText } from '../wire/quote.ts';
import { countRows, readRows } from '../tables/rows.ts';
import type { Server } from '../wire/server.ts';

export interface TableState {
  readonly table: TableName;
  readonly counts: DeltaCounts;
  /** Identity now; null when the table is not there. */
  readonly id: string | null;
  readonly isReshaped: boolean;
}

export interface RestoreState {
  readonly tables: readonly TableState[];
  readonly dropped: readonly TableName[];
  readonly digest: string;
}

/** The user's tables of a database at a moment of the catalog, in the order of their names. */
async function tableNames(server: Server, database: string, catalogHint: string): Promise<string[]> {
  const rows = await textRows(
    server,
    `SELECT relname FROM mo_catalog.mo_tables${catalogHint} WHERE account_id = current_account_id() AND reldatabase = ${quoteText(database)} AND relkind = 'r' ORDER BY relname`,
  );
  return rows.map(([name]) => name ?? '').filter((name) => !isInternal(name));
}

const isMissing = (error: unknown): boolean =>
  Failure.is(error, 'table.unknown') ||
  Failure.is(error, 'version.unknown') ||
  Failure.is(error, 'version.uncovered') ||
  Failure.is(error, 'database.unknown');

/** Null when the table is not there. */
async function infoIn(server: Server, table: TableName, now: Version): Promise<TableInfo | null> {
  try {
    return await readTable(server, table, now);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A text that two cells share exactly when they are equal; the length tells where a text with NUL ends. */
function cellText(value: Value): string {
  if (value === null) return '-';
  if (value instanceof Uint8Array) return `b${hexOf(value)}`;
  return typeof value === 'string' ? `t${value.length}:${value}` : `n${value}`;
}

function addRow(hash: Hash, cells: readonly Cells[], i: number): void {
  hash.update(cells.map((column) => cellText(cellAt(column, i))).join('\0'));
  hash.update('\n');
}

/** Every row, in an order that only its content decides. */
async function addRows(server: Server, hash: Hash, info: TableInfo, now: Version, signal: AbortSignal | undefined) {
  const columns = info.columns.map(({ name }) => name);
  const rows = readRows(server, { table: info.name, at: now, columns, order: 'key' }, signal);
  for await (const page of rows) for (let i = 0; i < page.rows; i++) addRow(hash, page.cells, i);
}

/** Every changed row, and how many there are of each kind. */
async function addDelta(
  server: Server,
  hash: Hash,
  table: TableName,
  from: Version,
  to: Version,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts> {
  const counts = [0, 0, 0];
  const texts: string[] = [];
  const isOrdered = { value: true };
  for await (const page of readDelta(server, { table, from, to }, signal)) {
    isOrdered.value = page.keyColumns > 0;
    for (let i = 0; i < page.rows; i++) {
      const flag = at(page.flags, i);
      counts[flag] = at(counts, flag) + 1;
      const text = [flag, ...[...page.before, ...page.after].map((column) => cellText(cellAt(column, i)))].join('\0');
      if (isOrdered.value) hash.update(`${text}\n`);
      else texts.push(text);
    }
  }
  for (const text of texts.sort()) hash.update(`${text}\n`);
  const [inserted = 0, updated = 0, deleted = 0] = counts;
  return { inserted, updated, deleted };
}

const shapeText = ({ columns, key }: TableInfo): string =>
  JSON.stringify([columns.map(({ name, type, nullable }) => [name, type, nullable]), key]);

interface Reading {
  readonly server: Server;
  readonly record: SnapshotRecord;
  readonly now: Version;
  readonly hash: Hash;
  readonly signal: AbortSignal | undefined;
}

async function tableState({ server, record, now, hash, signal }: Reading, table: TableName): Promise<TableState> {
  const to = atSnapshot(record.name);
  const then = await readTableAt(server, table, momentOfRecord(record));
  const info = await infoIn(server, table, now);
  if (!info) {
    hash.update(`\ntable ${JSON.stringify(table)} gone`);
    const counts = { inserted: await countRows(server, table, to), updated: 0, deleted: 0 };
    return { table, counts, id: null, isReshaped: false };
  }
  hash.update(`\ntable ${JSON.stringify(table)} ${info.id} ${shapeText(info)}\n`);
  const isReshaped = shapeText(then) !== shapeText(info);
  // What stands in columns that the snapshot does not have is no part of a delta, and a restore takes it away as well.
  if (isReshaped) await addRows(server, hash, info, now, signal);
  const shared = info.columns.some(({ name }) => then.columns.some((column) => column.name === name));
  // Another key, or no column in common: rows of the two cannot be matched, so all of them change.
  if (!sameNames(then.key, info.key) || !shared) {
    const counts = {
      inserted: await countRows(server, table, to),
      updated: 0,
      deleted: await countRows(server, table, now),
    };
    return { table, counts, id: info.id, isReshaped };
  }
  return { table, counts: await addDelta(server, hash, table, now, to, signal), id: info.id, isReshaped };
}

/**
 * The state that a restore to the snapshot would replace. The digest is taken of the identities and shapes of the tables and
 * of every row that differs from the snapshot, so it stands for exactly this content, whoever reads it and in which way.
 */
export async function readState(
  server: Server,
  target: RestoreTarget,
  record: SnapshotRecord,
  now: Version,
  signal: AbortSignal | undefined,
): Promise<RestoreState> {
  const database = databaseOf(target);
  const moment = momentOfRecord(record);
  const names =
    target.level === 'table' ? [target.table.table] : await tableNames(server, database, moment.catalogHint);
  const hash = createHash('sha256').update(`${JSON.stringify(target)} ${record.name} ${record.time}`);
  const tables: TableState[] = [];
  for (const table of names) {
    throwIfCancelled(signal);
    tables.push(await tableState({ server, record, now, hash, signal }, { database, table }));
  }
  const dropped: TableName[] = [];
  if (target.level === 'database')
    for (const table of await tableNames(server, database, '')) {
      if (names.includes(table)) continue;
      const name = { database, table };
      const info = await infoIn(server, name, now);
      hash.update(`\ndrop ${table} ${info?.id ?? 'gone'} ${info ? await countRows(server, name, now) : 0}`);
      dropped.push(name);
    }
  return { tables, dropped, digest: hash.digest('hex') };
}

export const placeText = (target: RestoreTarget): string =>
  target.level === 'table' ? tableText(target.table) : target.database;
