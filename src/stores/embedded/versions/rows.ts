/** Rows of a table at a version, as pages: by key, or in hash order. */
import { say } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { PageColumn, RowPage } from '../../../data/page.ts';
import type { RowsRequest } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import { versionText } from '../../../data/version.ts';
import { packColumn } from '../types/cells.ts';
import { type Column, pickColumns, resolveVersion, type TableVersion } from '../types/catalog.ts';
import type { FileConnection, SqlRow, SqlValue } from '../sqlite/driver.ts';
import { bitsOf } from '../../exact.ts';
import { checkUnique, hashConditions, hashOfParts, hashPart, hashSql, keyColumnsOf } from './hashOrder.ts';
import { keptHashes } from './keptHashes.ts';
import { type Arm, armsOf, selectArms } from './readAt.ts';
import { quoteName } from '../sqlite/quote.ts';
import { type ColumnType, orderTerms, selectCell } from '../types/types.ts';

const defaultPageRows = 8192;

/** What a request needs besides its version. */
interface RowsPlan {
  readonly request: RowsRequest;
  readonly columns: readonly Column[];
  readonly pageColumns: readonly PageColumn[];
  readonly hashKey: readonly Column[] | null;
  readonly pageRows: number;
  /** The end of a statement that answers no more rows than are wanted. */
  readonly limit: string;
}

/** Rows a page: as asked for, at least one, else the default. */
export const pageSize = (pageRows: number | undefined): number => Math.max(1, pageRows ?? defaultPageRows);

function planRows(db: FileConnection, version: TableVersion, request: RowsRequest): RowsPlan {
  const columns = pickColumns(version, request.columns);
  const hashed = request.order === 'hash' || request.range !== undefined || request.withHash === true;
  if (hashed && request.salt === undefined)
    throw new Failure('usage.wrong', { message: say('Rows by hash need a salt.') });
  const hashKey = hashed || request.sample ? keyColumnsOf(version, request.key) : null;
  if (hashKey) checkUnique(db, version, hashKey);
  const pageColumns = columns.map((column) => ({ name: column.name, type: column.type.text }));
  return { request, columns, pageColumns, hashKey, pageRows: pageSize(request.pageRows), limit: limitSql(request) };
}

const limitSql = ({ limit }: RowsRequest): string => (limit === undefined ? '' : ` LIMIT ${Math.max(1, limit)}`);

/** Reads rows over a connection that is this read's own. */
export async function* readRows(
  db: FileConnection,
  request: RowsRequest,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, void> {
  throwIfCancelled(signal);
  if (request.order === 'hash' || db.transaction('read', () => isTurned(db, request)))
    yield* readSorted(db, request, signal);
  else if (request.at.kind === 'live') yield* readLive(db, request, signal);
  else yield* readSnapshot(db, request, signal);
}

function pageOf(plan: RowsPlan, rows: readonly SqlRow[]): RowPage {
  const { columns, pageColumns, request } = plan;
  return {
    rows: rows.length,
    columns: pageColumns,
    cells: columns.map((column, i) => packColumn(column.type, rows, i)),
    ...(request.withHash && { hashes: rows.map((row) => String(row[columns.length])) }),
  };
}

/**
 * The rows of a version as `o0`… (the columns), `h` (the hash, when one is needed) and `k0`… (the key, for order and paging).
 * `after` keeps the rows behind a key. Cells are raw: `shown` puts them into the form that the driver reads without loss.
 */
function rowsSql(
  db: FileConnection,
  version: TableVersion,
  plan: RowsPlan,
  options: { scan: boolean; after: boolean },
): string {
  const { request, columns, hashKey } = plan;
  const hashUnder = (arm: Arm, salt: string): string => (hashKey ? hashSql(salt, hashKey, arm.cell) : 'NULL');
  return selectArms(
    armsOf(db, version, options.scan),
    (arm) => [
      ...columns.map((column, i) => `${arm.cell(column)} AS o${i}`),
      ...(needsHash(request) ? [`${hashUnder(arm, request.salt ?? '')} AS h`] : []),
      ...arm.key.map((cell, i) => `${cell} AS k${i}`),
    ],
    (arm) => [
      ...hashConditions(hashUnder(arm, request.salt ?? ''), request.range, request.sample, (salt) =>
        hashUnder(arm, salt),
      ),
      ...(options.after ? [`(${arm.key.join(', ')}) > (${arm.key.map((_, i) => `?${i + 1}`).join(', ')})`] : []),
    ],
  );
}

const needsHash = (request: RowsRequest): boolean => request.order === 'hash' || request.withHash === true;

const shownCells = (plan: RowsPlan): string[] => [
  ...plan.columns.map((column, i) => selectCell(column.type, `o${i}`)),
  ...(plan.request.withHash ? ['h'] : []),
];

/** The live table by key: one read transaction for the whole stream, since nothing else keeps its pages consistent. */
async function* readLive(
  db: FileConnection,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  db.exec('BEGIN');
  try {
    const version = resolveVersion(db, request.table, request.at);
    const plan = planRows(db, version, request);
    const inner = rowsSql(db, version, plan, { scan: true, after: false });
    const order = version.generation.keyColumns.map((_, i) => `k${i}`).join(', ');
    const rows = db.iterate(`SELECT ${shownCells(plan).join(', ')} FROM (${inner}) ORDER BY ${order}${plan.limit}`);
    yield* pagesOf(rows, plan, signal);
  } finally {
    db.rollback();
  }
}

async function* pagesOf(
  rows: Iterable<SqlRow>,
  plan: RowsPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  let page: SqlRow[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length < plan.pageRows) continue;
    yield pageOf(plan, page);
    page = [];
    throwIfCancelled(signal);
  }
  if (page.length > 0) yield pageOf(plan, page);
}

/**
 * A snapshot does not change, so every page is a short transaction of its own that builds its SQL anew: a slow reader holds
 * nothing up, and a commit between two pages cannot make the SQL wrong.
 */
async function* readSnapshot(
  db: FileConnection,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  let last: readonly SqlValue[] | null = null;
  let snapshot: number | undefined;
  let checked: RowsPlan | undefined;
  let left = request.limit ?? Number.POSITIVE_INFINITY;
  for (;;) {
    throwIfCancelled(signal);
    const after: readonly SqlValue[] | null = last;
    const { plan, rows, keys }: SnapshotPage = db.transaction('read', () => {
      const version = resolveVersion(db, request.table, request.at);
      snapshot ??= version.snapshot?.id;
      // Dropped and made again under the same name since the last page.
      if (version.snapshot?.id !== snapshot)
        throw new Failure('version.unknown', { snapshot: versionText(request.at), table: tableText(request.table) });
      checked ??= planRows(db, version, request);
      return pageAfter(db, version, { ...checked, pageRows: Math.min(checked.pageRows, left) }, after);
    });
    if (rows.length > 0) yield pageOf(plan, rows);
    left -= rows.length;
    if (rows.length < plan.pageRows || left === 0) return;
    last = keys;
  }
}

interface SnapshotPage {
  readonly plan: RowsPlan;
  readonly rows: readonly SqlRow[];
  /** The key of its last row. */
  readonly keys: readonly SqlValue[];
}

/** One page of a snapshot behind a key. */
function pageAfter(
  db: FileConnection,
  version: TableVersion,
  plan: RowsPlan,
  after: readonly SqlValue[] | null,
): SnapshotPage {
  const { key, columns, keyColumns } = version.generation;
  const types = keyColumns.map((_, i) => columns.find((column) => column.name === key[i])?.type);
  const inner = rowsSql(db, version, plan, { scan: false, after: after !== null });
  const order = keyColumns.map((_, i) => `k${i}`).join(', ');
  const keys = types.map((type, i) => (type ? selectCell(type, `k${i}`) : `k${i}`));
  const rows = db.all(
    `SELECT ${[...shownCells(plan), ...keys].join(', ')} FROM (${inner} ORDER BY ${order} LIMIT ${plan.pageRows}) ORDER BY ${order}`,
    ...(after ?? []),
  );
  const last = (rows.at(-1) ?? []).slice(-keyColumns.length);
  return { plan, rows, keys: last.map((cell, i) => keptKey(types[i], cell)) };
}

/** Whether a key holds numbers without a sign that SQLite takes for negative, so that the order of its tree is not the key's. */
function isTurned(db: FileConnection, request: RowsRequest): boolean {
  const { generation, start } = resolveVersion(db, request.table, request.at);
  return generation.key.some((name, i) => {
    const column = generation.columns.find((one) => one.name === name);
    const key = generation.keyColumns[i];
    if (column?.type.form !== 'unsigned' || !key) return false;
    const isThere = (from: string, cell: string): boolean =>
      db.value(`SELECT 1 FROM ${from} WHERE ${cell} < 0 LIMIT 1`) !== undefined;
    return isThere(quoteName(generation.stored), key.live) || (start !== null && isThere(generation.log, key.log));
  });
}

/** A key cell that was selected, as it is kept: what the next page is compared with. */
function keptKey(type: ColumnType | undefined, cell: SqlValue): SqlValue {
  if (type?.storage !== 'INTEGER' || typeof cell !== 'string') return cell;
  return type.form === 'unsigned' ? bitsOf(BigInt(cell)) : BigInt(cell);
}

/**
 * Hash order, and a key whose order is not that of SQLite: the rows are sorted once into a scratch table of this connection, in one short transaction, and paged from
 * there. SQLite sorts outside memory, so a million rows cost a temporary file and not a heap.
 */
async function* readSorted(
  db: FileConnection,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  try {
    const plan = db.transaction('read', () => {
      const version = resolveVersion(db, request.table, request.at);
      const planned = planRows(db, version, request);
      const isByHash = request.order === 'hash';
      const order = [...(isByHash ? ['h'] : []), ...keyTerms(version)].join(', ');
      const rows = isByHash
        ? hashedSql(db, version, planned, order)
        : rowsSql(db, version, planned, { scan: true, after: false });
      db.exec(`CREATE TEMP TABLE dt_rows AS SELECT * FROM (${rows}) ORDER BY ${order}${planned.limit}`);
      return planned;
    });
    yield* pagesOf(db.iterate(`SELECT ${shownCells(plan).join(', ')} FROM temp.dt_rows ORDER BY rowid`), plan, signal);
  } finally {
    db.exec('DROP TABLE IF EXISTS temp.dt_rows');
  }
}

/** The key of the rows in its order, as `k0`…. */
const keyTerms = ({ generation: { key, columns, keyColumns } }: TableVersion): string[] =>
  keyColumns.flatMap((_, i) => {
    const type = columns.find((column) => column.name === key[i])?.type;
    return type ? orderTerms(type, `k${i}`) : [`k${i}`];
  });

/** An arm that tells the row hash, and what was hashed. */
interface HashedArm extends Arm {
  readonly hash: string;
  readonly part: (column: Column, i: number) => string;
}

/**
 * Where hashes are kept, live rows are found from theirs: rows outside the range are not looked at, rows outside the sample not
 * fetched, and no row is hashed again under the request's own salt.
 */
function hashedArms(
  db: FileConnection,
  version: TableVersion,
  request: RowsRequest,
  hashKey: readonly Column[],
): HashedArm[] {
  const salt = request.salt ?? '';
  const kept = keptHashes(db, version, hashKey, salt);
  return armsOf(db, version, true).map((arm, i): HashedArm => {
    if (kept === null || i > 0)
      return {
        ...arm,
        hash: hashSql(salt, hashKey, arm.cell),
        part: (column) => hashPart(column, arm.cell(column)),
      };
    const parts = hashKey.map((_, k) => `q.p${k}`);
    return {
      from: `temp.${kept} q CROSS JOIN ${arm.from}`,
      where: [
        ...hashConditions('q.h', request.range, request.sample, (other) => hashOfParts(other, parts)),
        ...arm.key.map((cell, k) => `${cell} = q.k${k}`),
        ...arm.where,
      ],
      cell: arm.cell,
      key: arm.key,
      hash: 'q.h',
      part: (_, k) => `q.p${k}`,
    };
  });
}

/**
 * The rows of `rowsSql` for a hash order, each hashed at most once under a salt. The inner LIMIT keeps SQLite from merging the two
 * SELECTs, which would evaluate the hash again for every condition on it; only rows inside the range are hashed for the sample.
 * With a limit each arm ends of itself: from kept hashes, which stand in this order, no more rows are fetched than are wanted.
 */
function hashedSql(db: FileConnection, version: TableVersion, plan: RowsPlan, order: string): string {
  const { request, columns } = plan;
  const hashKey = plan.hashKey ?? [];
  const arms = hashedArms(db, version, request, hashKey);
  const parts = hashKey.map((_, i) => `p${i}`);
  const kept = [...columns.map((_, i) => `o${i}`), 'h', ...version.generation.keyColumns.map((_, i) => `k${i}`)];
  const conditions = hashConditions('h', request.range, request.sample, (salt) => hashOfParts(salt, parts));
  return arms
    .map((arm) => {
      const inner = selectArms([arm], ({ cell, key, hash, part }) => [
        ...columns.map((column, i) => `${cell(column)} AS o${i}`),
        ...hashKey.map((column, i) => `${part(column, i)} AS p${i}`),
        `${hash} AS h`,
        ...key.map((one, i) => `${one} AS k${i}`),
      ]);
      // The kept hashes were asked for the same conditions already.
      const still = arm.hash === 'q.h' || conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      if (plan.limit === '') return `SELECT ${kept.join(', ')} FROM (SELECT * FROM (${inner}) LIMIT -1)${still}`;
      const keptOrder = arm.key.map((_, i) => `q.k${i}`).join(', ');
      const first =
        arm.hash === 'q.h' ? `${inner} ORDER BY q.h, ${keptOrder}${plan.limit}` : `SELECT * FROM (${inner}) LIMIT -1`;
      return `SELECT * FROM (SELECT ${kept.join(', ')} FROM (${first})${still} ORDER BY ${order}${plan.limit})`;
    })
    .join(' UNION ALL ');
}
