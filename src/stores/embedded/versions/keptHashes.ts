/** Row hashes of a snapshot, kept in a scratch table of the connection that reads it: a run asks for the same snapshot several times. */
import type { Column, TableVersion } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { hashPart, hashSql } from './hashOrder.ts';
import { armsOf, selectArms } from './readAt.ts';

/** A run reads two snapshots: the parent's and its own. */
const mostKept = 2;

interface Kept {
  /** Name of the scratch table. */
  readonly name: string;
  readonly version: TableVersion;
  /** What was hashed: salt and key columns. */
  readonly hashed: string;
}

/** For each connection what is kept, by identity; the one used last at the end. */
const kept = new WeakMap<FileConnection, Map<string, Kept>>();
let made = 0;

/** What the hashes depend on; null where they may change: the live table, and a snapshot that can no longer be trusted. */
function identityOf(db: FileConnection, { snapshot, generation }: TableVersion, hashed: string): string | null {
  if (!snapshot) return null;
  const state = db.get(
    'SELECT s.unsure IS NULL, CAST(n.createdAt AS TEXT) FROM _dt_states s JOIN _dt_snapshots n ON n.id = s.snapshot WHERE s.snapshot = ? AND s.generation = ?',
    snapshot.id,
    generation.id,
  );
  return state?.[0] === 1 ? JSON.stringify([state[1], generation.id, hashed]) : null;
}

/**
 * The scratch table with `h` (the row hash under the salt), `k0`… (the primary key) and `p0`… (what was hashed) of every row of
 * the version, in the order of `h` and key; null where nothing can be kept. Valid inside the transaction that asked: a rollback
 * takes a new table with it.
 */
export function keptHashes(
  db: FileConnection,
  version: TableVersion,
  key: readonly Column[],
  salt: string,
): string | null {
  const hashed = JSON.stringify([salt, key.map((column) => column.name)]);
  const identity = identityOf(db, version, hashed);
  if (identity === null) return null;
  const all = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, all);
  forgetStale(db, all);
  const known = all.get(identity);
  const near = [...all.values()].find((one) => one.hashed === hashed && isNear(one.version, version, key));
  const found = known ?? { name: `dt_hashes_${++made}`, version, hashed };
  if (!known) fill(db, found, key, salt, near);
  all.delete(identity);
  all.set(identity, found);
  for (const [old, { name }] of [...all].slice(0, -mostKept)) {
    db.exec(`DROP TABLE temp.${name}`);
    all.delete(old);
  }
  return found.name;
}

/** What a rollback took, and the snapshots that are gone: without them the log no longer tells what was touched since. */
function forgetStale(db: FileConnection, all: Map<string, Kept>): void {
  for (const [identity, { name, version, hashed }] of [...all]) {
    const isThere = db.value('SELECT 1 FROM temp.sqlite_schema WHERE name = ?', name) !== undefined;
    if (isThere && identityOf(db, version, hashed) === identity) continue;
    db.exec(`DROP TABLE IF EXISTS temp.${name}`);
    all.delete(identity);
  }
}

/** True when the rows that the two versions do not share are in the log, and a row's hash hangs on nothing but its primary key. */
const isNear = (one: TableVersion, other: TableVersion, key: readonly Column[]): boolean =>
  one.generation.id === other.generation.id && key.every(({ name }) => other.generation.key.includes(name));

/** Hashes every row, or where a version nearby is kept only the rows that were touched between the two. */
function fill(
  db: FileConnection,
  { name, version }: Kept,
  key: readonly Column[],
  salt: string,
  near: Kept | undefined,
): void {
  const { keyColumns } = version.generation;
  const keys = keyColumns.map((_, i) => `k${i}`).join(', ');
  const columns = ['h', keys, ...key.map((_, i) => `p${i}`)].join(', ');
  const touched = near && touchedBetween(near.version, version);
  const rows = selectArms(
    armsOf(db, version, true),
    (arm) => [
      `${hashSql(salt, key, arm.cell)} AS h`,
      ...arm.key.map((cell, i) => `${cell} AS k${i}`),
      ...key.map((column, i) => `${hashPart(column, arm.cell(column))} AS p${i}`),
    ],
    (arm) => (touched ? [touched(arm.key)] : []),
  );
  const copied = touched
    ? ` UNION ALL SELECT ${columns} FROM temp.${near.name} WHERE NOT ${touched(keyColumns.map((_, i) => `k${i}`))}`
    : '';
  db.exec(`CREATE TEMP TABLE ${name} (${columns}, PRIMARY KEY (h, ${keys})) WITHOUT ROWID`);
  db.exec(`INSERT INTO temp.${name} SELECT ${columns} FROM (${rows}${copied}) ORDER BY h, ${keys}`);
}

/**
 * A condition on a key: the log knows it between the two versions. Numbers that are only spent have no key, and with one of
 * them NOT IN would lose every row.
 */
function touchedBetween(one: TableVersion, other: TableVersion): ((key: readonly string[]) => string) | undefined {
  const { log, keyColumns } = one.generation;
  const [a, b] = [one.start, other.start];
  if (a === null || b === null) return undefined;
  const [from, below] = a < b ? [a, b] : [b, a];
  const names = keyColumns.map((column) => column.log).join(', ');
  return (key) =>
    `(${key.join(', ')}) IN (SELECT ${names} FROM ${log} WHERE seq >= ${from} AND seq < ${below} AND op < 2)`;
}
