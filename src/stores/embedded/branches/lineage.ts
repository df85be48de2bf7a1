/** Which table was branched from which, and where two tables were one for the last time. */
import type { Branch } from '../../../data/store.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { branchPinPrefix, laterDefinitions, pinnedVersion, type TableVersion } from '../types/catalog.ts';
import { dropPinned, pinVersion } from '../versions/snapshots.ts';

const hasBranches = (db: FileConnection): boolean =>
  db.value(`SELECT 1 FROM sqlite_schema WHERE name = '_dt_branches'`) !== undefined;

interface Origin {
  readonly source: number;
  /** The snapshot that pins the source where the two parted. */
  readonly parted: number;
  /** The one that pins the branch as it was made. */
  readonly made: number;
}

function originOf(db: FileConnection, tableId: number): Origin | undefined {
  if (!hasBranches(db)) return undefined;
  const row = db.get('SELECT source, parted, made FROM _dt_branches WHERE branch = ?', tableId);
  return row && { source: row[0] as number, parted: row[1] as number, made: row[2] as number };
}

/** True of a table that was made as a branch. */
export const isBranch = (db: FileConnection, tableId: number): boolean => originOf(db, tableId) !== undefined;

/** Enters a table that has just been made, and nothing written to since, as a branch of a version of another one. */
export function enterBranch(db: FileConnection, source: TableVersion, branch: TableVersion): void {
  for (const [name, sql] of laterDefinitions) if (name === '_dt_branches' && !hasBranches(db)) db.exec(sql);
  const pin = (suffix: string, version: TableVersion): number =>
    pinVersion(db, `${branchPinPrefix}${branch.tableId}${suffix}`, version);
  db.run(
    'INSERT INTO _dt_branches (branch, source, parted, made) VALUES (?, ?, ?, ?)',
    branch.tableId,
    source.tableId,
    pin('', source),
    pin('_made', branch),
  );
}

/** The branches there are, in the order in which they were made. */
export function listBranches(db: FileConnection): Branch[] {
  if (!hasBranches(db)) return [];
  return db
    .all(
      `SELECT t.database, t.name, s.database, s.name, s.generation IS NULL, CAST(n.createdAt AS TEXT) FROM _dt_branches b
       JOIN _dt_tables t ON t.id = b.branch AND t.generation IS NOT NULL JOIN _dt_snapshots n ON n.id = b.made
       LEFT JOIN _dt_tables s ON s.id = b.source ORDER BY n.createdAt`,
    )
    .map(([database, table, ofDatabase, ofTable, isGone, createdAt]) => ({
      table: { database: database as string, table: table as string },
      of: isGone === 0 ? { database: ofDatabase as string, table: ofTable as string } : null,
      createdAt: createdAt as string,
    }));
}

/**
 * Forgets branches that are gone, and what they pinned. One stays as long as its table is there, or can come back from a snapshot, or another
 * branch was made of it, which finds its past through it.
 */
export function forgetBranches(db: FileConnection): void {
  if (!hasBranches(db)) return;
  for (;;) {
    const gone = db.all(
      `SELECT b.branch, b.parted, b.made FROM _dt_branches b
       WHERE NOT EXISTS (SELECT 1 FROM _dt_tables t WHERE t.id = b.branch AND t.generation IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM _dt_branches o WHERE o.source = b.branch)
       AND NOT EXISTS (SELECT 1 FROM _dt_states a JOIN _dt_snapshots s ON s.id = a.snapshot
         WHERE a.tableId = b.branch AND s.name NOT GLOB '${branchPinPrefix}*')`,
    ) as [number, number, number][];
    if (gone.length === 0) return;
    for (const [branch, parted, made] of gone) {
      db.run('DELETE FROM _dt_branches WHERE branch = ?', branch);
      dropPinned(db, parted);
      dropPinned(db, made);
    }
  }
}

/** A piece of a table's past: from one version of a table to a later one of the same. */
export interface Stretch {
  readonly from: TableVersion;
  readonly to: TableVersion;
}

/** What became of two tables since they were one, oldest stretch first. Null where they never were. */
export interface Parted {
  readonly target: readonly Stretch[];
  readonly base: readonly Stretch[];
}

/** A table on the way back, and the version of it that the way passes; `from`: where the way begins in it. */
interface Station {
  readonly version: TableVersion;
  readonly from: TableVersion | null;
}

/** The way back to the root. What a file says may go round in circles: no table is passed twice. */
function wayBack(db: FileConnection, version: TableVersion): Station[] {
  const way: Station[] = [];
  const passed = new Set<number>();
  for (let at: TableVersion | null = version; at !== null && !passed.has(at.tableId); ) {
    passed.add(at.tableId);
    const origin = originOf(db, at.tableId);
    way.push({ version: at, from: origin ? pinnedVersion(db, origin.made) : null });
    at = origin ? pinnedVersion(db, origin.parted) : null;
  }
  return way;
}

/** Of two versions of one table. */
function isOlder(a: TableVersion, b: TableVersion): boolean {
  if (a.generation.id !== b.generation.id) return a.generation.id < b.generation.id;
  if (a.start === null) return false;
  return b.start === null || a.start < b.start;
}

function stretchesOf(way: readonly Station[], meeting: number, since: TableVersion): Stretch[] {
  const stretches: Stretch[] = [];
  const last = way[meeting]?.version;
  if (last && isOlder(since, last)) stretches.push({ from: since, to: last });
  for (const { version, from } of way.slice(0, meeting).toReversed()) if (from) stretches.push({ from, to: version });
  return stretches;
}

/**
 * Where two versions were one for the last time: of the first table that both ways back pass, the older of the two versions at which they
 * pass it.
 */
export function partedAt(db: FileConnection, target: TableVersion, base: TableVersion): Parted | null {
  const [targetWay, baseWay] = [wayBack(db, target), wayBack(db, base)];
  for (const [t, { version }] of targetWay.entries()) {
    const b = baseWay.findIndex((station) => station.version.tableId === version.tableId);
    const other = baseWay[b]?.version;
    if (!other) continue;
    const since = isOlder(other, version) ? other : version;
    return { target: stretchesOf(targetWay, t, since), base: stretchesOf(baseWay, b, since) };
  }
  return null;
}
