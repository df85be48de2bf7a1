/** Reading a table at a version: live rows whose key was not touched since, plus the first images since. */
import { cellOf, type Column, type Generation, type TableVersion } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { keysEqual } from './undoLog.ts';

/** One part of a version's rows: a FROM clause with its conditions, and how columns and key are written over it. */
export interface Arm {
  readonly from: string;
  readonly where: readonly string[];
  readonly cell: (column: Column) => string;
  readonly key: readonly string[];
}

/** Whether any row was inserted, updated or deleted since `start`, and be it back to what it was. */
export const isTouchedSince = (db: FileConnection, { log }: Generation, start: bigint): boolean =>
  db.value(`SELECT 1 FROM ${log} WHERE seq >= ? AND op < 2 LIMIT 1`, start) !== undefined;

/** Holds for a log row `h` that is the first image of its key since `start`. */
export function isFirstImage(g: Generation, start: bigint, h = 'h'): string {
  return `${h}.seq >= ${start} AND ${h}.op < 2 AND NOT EXISTS (SELECT 1 FROM ${g.log} e WHERE ${keysEqual(
    g,
    (k) => `e.${k.log}`,
    (k) => `${h}.${k.log}`,
  )} AND e.seq >= ${start} AND e.seq < ${h}.seq)`;
}

/**
 * The rows of a version, in one or two arms that share no row. Only valid inside the transaction that resolved the version:
 * a commit in between moves rows from one arm to the other. `scan`: all rows will be read, else few by key.
 */
export function armsOf(db: FileConnection, version: TableVersion, scan: boolean): Arm[] {
  const { generation: g, start } = version;
  const liveArm: Arm = {
    from: `${quoteName(g.stored)} x`,
    where: [],
    cell: (column) => cellOf(column, `x.${quoteName(column.name)}`),
    key: g.keyColumns.map((k) => `x.${k.live}`),
  };
  if (start === null || !isTouchedSince(db, g, start)) return [liveArm];
  const [key] = g.keyColumns;
  // One key column: NOT IN becomes a hashed list with a Bloom filter. A row value NOT IN would scan the list for every row.
  const untouched =
    scan && key && g.keyColumns.length === 1
      ? `x.${key.live} NOT IN (SELECT ${key.log} FROM ${g.log} WHERE seq >= ${start} AND op < 2)`
      : `NOT EXISTS (SELECT 1 FROM ${g.log} e WHERE ${keysEqual(
          g,
          (k) => `e.${k.log}`,
          (k) => `x.${k.live}`,
        )} AND e.seq >= ${start})`;
  const imageArm: Arm = {
    from: `${g.log} h`,
    where: [isFirstImage(g, start), 'h.op = 1'],
    cell: (column) => cellOf(column, `h.${column.logName}`),
    key: g.keyColumns.map((k) => `h.${k.log}`),
  };
  return [{ ...liveArm, where: [untouched] }, imageArm];
}

/** One SELECT over all arms; `select` and `where` are written for each arm. */
export function selectArms<A extends Arm>(
  arms: readonly A[],
  select: (arm: A) => readonly string[],
  where: (arm: A) => readonly string[] = () => [],
): string {
  return arms
    .map((arm) => {
      const conditions = [...arm.where, ...where(arm)];
      return `SELECT ${select(arm).join(', ')} FROM ${arm.from}${conditions.length ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
    })
    .join(' UNION ALL ');
}

/** A parenthesised source with the columns of a version under their own names, to stand where the table's name stood. */
export function sourceSql(
  db: FileConnection,
  version: TableVersion,
  columns: readonly Column[] = version.columns,
): string {
  return `(${selectArms(armsOf(db, version, true), (arm) => columns.map((column) => `${arm.cell(column)} AS ${quoteName(column.name)}`))})`;
}

/** How many rows a table had at a version: known from the log for a snapshot, counted for the table now. */
export function countAt(db: FileConnection, version: TableVersion): number {
  if (version.rows !== null) return version.rows;
  return db.value(`SELECT count(*) FROM ${quoteName(version.generation.stored)}`) as number;
}

/** Counts a snapshot's rows and writes that down: what another program replaced unseen was counted twice before it was noticed. */
export function recountAt(db: FileConnection, version: TableVersion): number {
  const rows = db.value(`SELECT count(*) FROM ${sourceSql(db, version)}`) as number;
  if (version.snapshot)
    db.run(
      'UPDATE _dt_states SET rows = ? WHERE snapshot = ? AND tableName = ?',
      rows,
      version.snapshot.id,
      version.table.table,
    );
  return rows;
}
