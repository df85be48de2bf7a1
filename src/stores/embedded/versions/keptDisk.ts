/** What snapshots keep on disk: the logs of tables, and tables that were put aside for them. */
import type { KeptDisk } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import { archiveName, branchPinPrefix, type Generation, generationById } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';

/** Pages of one table that are looked at while a person waits: some hundred megabytes. */
const mostPages = 50_000;

/** Null where this SQLite has no `dbstat`, which is how it tells what of the file belongs to a table. */
export function keptDisk(db: FileConnection, of: TableName | null): KeptDisk | null {
  if (db.value(`SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'`) === undefined) return null;
  const shares = new Map<string, number>();
  let bytes = 0;
  let left = of === null ? Number.POSITIVE_INFINITY : mostPages;
  for (const g of generationsOf(db, of)) {
    for (const { name, isLog } of objectsOf(db, g)) {
      const found = sizeOf(db, name, left);
      bytes += found.bytes;
      left -= found.pages;
      if (left <= 0) return { bytes, isWhole: false, snapshots: [] };
      for (const [snapshot, share] of isLog ? imageShares(db, g) : equalShares(db, g))
        shares.set(snapshot, (shares.get(snapshot) ?? 0) + share * found.bytes);
    }
  }
  // What a branch pins counts, and nobody can drop it by a name.
  const named = [...shares].filter(([name]) => !name.startsWith(branchPinPrefix));
  const snapshots = named.map(([name, share]) => ({ name, bytes: Math.round(share) }));
  return { bytes, isWhole: true, snapshots };
}

/** The generations that a snapshot points to. */
function generationsOf(db: FileConnection, of: TableName | null): Generation[] {
  const rows =
    of === null
      ? db.all('SELECT DISTINCT generation FROM _dt_states ORDER BY generation')
      : db.all(
          `SELECT DISTINCT a.generation FROM _dt_states a JOIN _dt_snapshots s ON s.id = a.snapshot
           WHERE s.database = ? AND a.tableName = ? ORDER BY a.generation`,
          of.database,
          of.table,
        );
  return rows.map(([id]) => generationById(db, id as number));
}

/** What of the file is there for snapshots alone: the log, and the table itself where it is no live one any more; each with its indexes. */
function objectsOf(db: FileConnection, g: Generation): { name: string; isLog: boolean }[] {
  return db
    .all('SELECT name, tbl_name FROM sqlite_schema WHERE tbl_name IN (?, ?) AND rootpage > 0', g.log, archiveName(g.id))
    .map(([name, table]) => ({ name: name as string, isLog: table === g.log }));
}

function sizeOf(db: FileConnection, name: string, most: number): { bytes: number; pages: number } {
  if (most === Number.POSITIVE_INFINITY) {
    const [bytes, pages] = db.get('SELECT sum(pgsize), count(*) FROM dbstat WHERE name = ?', name) as [number, number];
    return { bytes: bytes ?? 0, pages };
  }
  let bytes = 0;
  let pages = 0;
  for (const [size] of db.iterate('SELECT pgsize FROM dbstat WHERE name = ? LIMIT ?', name, most)) {
    bytes += size as number;
    pages += 1;
  }
  return { bytes, pages };
}

interface State {
  readonly name: string;
  readonly start: bigint;
}

const statesOf = (db: FileConnection, g: Generation): State[] =>
  db
    .all(
      `SELECT s.name, CAST(a.start AS TEXT) FROM _dt_states a JOIN _dt_snapshots s ON s.id = a.snapshot
       WHERE a.generation = ? ORDER BY a.start`,
      g.id,
    )
    .map(([name, start]) => ({ name: name as string, start: BigInt(start as string) }));

/** A snapshot keeps the images of the time up to the next one; of several at one moment each keeps a part. */
function imageShares(db: FileConnection, g: Generation): [string, number][] {
  const states = statesOf(db, g);
  const starts = [...new Set(states.map(({ start }) => start))];
  const images = starts.map((start, i) => {
    const end = starts[i + 1];
    return end === undefined
      ? (db.value(`SELECT count(*) FROM ${g.log} WHERE seq >= ?`, start) as number)
      : (db.value(`SELECT count(*) FROM ${g.log} WHERE seq >= ? AND seq < ?`, start, end) as number);
  });
  const all = images.reduce((sum, one) => sum + one, 0);
  if (all === 0) return equalShares(db, g);
  return states.map(({ name, start }): [string, number] => {
    const same = states.filter((one) => one.start === start).length;
    return [name, (images[starts.indexOf(start)] ?? 0) / all / same];
  });
}

const equalShares = (db: FileConnection, g: Generation): [string, number][] => {
  const states = statesOf(db, g);
  return states.map(({ name }) => [name, 1 / states.length]);
};
