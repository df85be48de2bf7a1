/**
 * What became of two tables since they were one: net by value and row by row, in two temporary tables of the connection. Each step costs what
 * changed; tables that never were one are compared whole.
 */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { tableText } from '../../../data/table.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { anyOf, quoteName } from '../sqlite/quote.ts';
import { type Column, pinText, type TableVersion } from '../types/catalog.ts';
import { planVersions } from '../versions/delta.ts';
import { sourceSql } from '../versions/readAt.ts';
import { partedAt, type Stretch } from './lineage.ts';

/** The temporary table of a side. With a key: `k0`…, `was`, `isnow`, `b0`…, `a0`… (before and after of the other columns). */
export const sideTables = { target: 'temp.dt_target', base: 'temp.dt_base' } as const;
export type SideName = keyof typeof sideTables;
/** Of tables without a key both sides are in one: `c0`…, and how many equal rows more each side has (`target`, `base`). */
export const bagTable = 'temp.dt_bag';

/** How the columns of the two tables lie in the temporary ones. */
export interface Sides {
  readonly target: TableVersion;
  readonly base: TableVersion;
  /** Key columns; empty for tables without one. */
  readonly key: readonly Column[];
  /** The others; of tables without a key all. */
  readonly others: readonly Column[];
}

const shapeOf = ({ columns, generation }: TableVersion): string =>
  JSON.stringify([columns.map(({ name, type, nullable }) => [name, type.text, nullable]), generation.key]);

/** A version as a person knows it, told apart from another one of the same table. */
function versionText({ table, snapshot }: TableVersion, other: TableVersion): string {
  const name = tableText(table);
  if (snapshot?.name === pinText()) return say('{0} where the two parted', name);
  if (snapshot) return say('{0} at the snapshot {1}', name, snapshot.name);
  return name === tableText(other.table) ? say('{0} as it is now', name) : name;
}

/** What makes two versions ones of the same shape: names and types of the columns in their order, and the key. */
const toSameShape = (one: TableVersion, other: TableVersion): string =>
  [one, other].some(({ snapshot }) => snapshot !== null)
    ? say('Compare versions from before the change with each other, or ones from behind it.')
    : say('Add and drop columns (ALTER TABLE) until both have the same, in the same order, and the same key.');

/** `delta.schemaChanged`, where the columns, their types or the key of two versions are not the same. */
function requireSameShape(one: TableVersion, other: TableVersion): void {
  if (shapeOf(one) === shapeOf(other)) return;
  const names = (version: TableVersion): string[] =>
    version.columns.map(({ name, type, nullable }) => `${name} ${type.text}${nullable ? '' : ' NOT NULL'}`);
  const [here, there] = [names(one), names(other)];
  const odd = [...here.filter((name) => !there.includes(name)), ...there.filter((name) => !here.includes(name))];
  const detail =
    odd.length > 0
      ? say(
          '{0} and {1} do not have the same columns ({2})',
          versionText(one, other),
          versionText(other, one),
          odd.join(', '),
        )
      : say(
          '{0} and {1} do not have the same key or order of columns',
          versionText(one, other),
          versionText(other, one),
        );
  throw new Failure('delta.schemaChanged', { table: tableText(one.table), detail, what: toSameShape(one, other) });
}

const list = (letter: string, columns: readonly unknown[]): string[] => columns.map((_, i) => `${letter}${i}`);

/** The equality of the keys of two rows. */
export const keysMatch = ({ key }: Pick<Sides, 'key'>, one: string, other: string): string =>
  key.map((_, i) => `${one}.k${i} = ${other}.k${i}`).join(' AND ');

/** How the columns of two tables of the same shape lie; `delta.schemaChanged` where they are not of the same. */
export function shapedSides(target: TableVersion, base: TableVersion): Sides {
  requireSameShape(target, base);
  const names = target.generation.key;
  const key = names.map((name) => target.columns.find((column) => column.name === name) as Column);
  const others = target.columns.filter(({ name }) => !names.includes(name));
  return { target, base, key, others };
}

/** Finds what became of both and leaves it in the temporary tables, without what both did alike. In a transaction. */
export function collectSides(db: FileConnection, target: TableVersion, base: TableVersion): Sides {
  const sides = shapedSides(target, base);
  const parted = partedAt(db, target, base);
  dropSides(db);
  if (sides.key.length === 0) {
    fillBag(db, sides, parted);
    return sides;
  }
  for (const side of ['target', 'base'] as const) {
    makeSide(db, sides, side);
    if (parted === null) fillWhole(db, sides, side);
    else fillChanges(db, sides, side, parted[side]);
  }
  dropAlike(db, sides);
  return sides;
}

/** Takes the temporary tables away. */
export function dropSides(db: FileConnection): void {
  for (const name of [...Object.values(sideTables), bagTable]) db.exec(`DROP TABLE IF EXISTS ${name}`);
}

export function makeSide(db: FileConnection, { key, others }: Pick<Sides, 'key' | 'others'>, side: SideName): void {
  const columns = [...list('k', key), 'was', 'isnow', ...list('b', others), ...list('a', others)];
  db.exec(
    `CREATE TEMP TABLE ${sideTables[side].slice(5)} (${columns.join(', ')}, PRIMARY KEY (${list('k', key).join(', ')})) WITHOUT ROWID`,
  );
}

/** Each stretch goes on from the row that the one before left: its before stands, its after is the new one. */
export function fillChanges(
  db: FileConnection,
  sides: Pick<Sides, 'target' | 'key' | 'others'>,
  side: SideName,
  stretches: readonly Stretch[],
): void {
  const { target, key, others } = sides;
  const names = [...key, ...others].map(({ name }) => name);
  for (const { from, to } of stretches) {
    requireSameShape(target, from);
    requireSameShape(target, to);
    const plan = planVersions(db, from, to, { key: target.generation.key, columns: names });
    const cells = [
      ...key.map((_, i) => `coalesce(a${i}, b${i})`),
      'flag <> 0',
      'flag <> 2',
      ...others.map((_, i) => `b${key.length + i}`),
      ...others.map((_, i) => `a${key.length + i}`),
    ];
    const after = list('a', others).map((name) => `${name} = excluded.${name}`);
    db.exec(
      `INSERT INTO ${sideTables[side]} SELECT ${cells.join(', ')} FROM (${plan.sql}) WHERE true
       ON CONFLICT DO UPDATE SET ${['isnow = excluded.isnow', ...after].join(', ')}`,
    );
  }
  // Changed in one stretch and back in another.
  if (stretches.length > 1)
    db.exec(
      `DELETE FROM ${sideTables[side]} WHERE was = isnow AND (isnow = 0 OR NOT ${anyOf(others.map((_, i) => `b${i} IS NOT a${i}`))})`,
    );
}

/** Of tables without a past in common every row is one that came. */
function fillWhole(db: FileConnection, sides: Sides, side: SideName): void {
  const { key, others } = sides;
  const cells = (columns: readonly Column[]): string[] => columns.map(({ name }) => quoteName(name));
  const nothing = others.map(() => 'NULL');
  db.exec(
    `INSERT INTO ${sideTables[side]} SELECT ${[...cells(key), '0', '1', ...nothing, ...cells(others)].join(', ')}
     FROM ${sourceSql(db, sides[side], sides[side].columns)}`,
  );
}

/** What both sides did alike is no difference and no conflict. */
export function dropAlike(db: FileConnection, sides: Pick<Sides, 'key' | 'others'>): void {
  const keys = list('k', sides.key);
  const isSame = `t.isnow = b.isnow AND (t.isnow = 0 OR NOT ${anyOf(sides.others.map((_, i) => `t.a${i} IS NOT b.a${i}`))})`;
  db.exec(
    `CREATE TEMP TABLE dt_alike AS SELECT ${keys.map((name) => `t.${name}`).join(', ')}
     FROM ${sideTables.target} t JOIN ${sideTables.base} b ON ${keysMatch(sides, 't', 'b')} WHERE ${isSame}`,
  );
  const inAlike = `(${keys.join(', ')}) IN (SELECT ${keys.join(', ')} FROM temp.dt_alike)`;
  for (const table of Object.values(sideTables)) db.exec(`DELETE FROM ${table} WHERE ${inAlike}`);
  db.exec('DROP TABLE temp.dt_alike');
}

/** Rows without a key are counted: equal ones cancel, and so do those that both sides have more, or fewer, of. */
function fillBag(db: FileConnection, sides: Sides, parted: ReturnType<typeof partedAt>): void {
  const { others } = sides;
  const cells = list('c', others).join(', ');
  db.exec(`CREATE TEMP TABLE dt_bag_all (${cells}, target, base)`);
  for (const side of ['target', 'base'] as const) {
    const counts = side === 'target' ? ['n', '0'] : ['0', 'n'];
    for (const source of bagSources(db, sides, side, parted?.[side] ?? null))
      db.exec(`INSERT INTO temp.dt_bag_all SELECT ${cells}, ${counts.join(', ')} FROM (${source})`);
  }
  const alike = 'CASE WHEN t > 0 AND b > 0 THEN min(t, b) WHEN t < 0 AND b < 0 THEN max(t, b) ELSE 0 END';
  db.exec(
    `CREATE TEMP TABLE ${bagTable.slice(5)} AS SELECT ${cells}, t - alike AS target, b - alike AS base
     FROM (SELECT *, ${alike} AS alike FROM (SELECT ${cells}, sum(target) AS t, sum(base) AS b FROM temp.dt_bag_all GROUP BY ${cells}))
     WHERE t - alike <> 0 OR b - alike <> 0`,
  );
  db.exec('DROP TABLE temp.dt_bag_all');
}

/** The rows that came and went on a side, as `c0`… and `n`: how many more there are. */
function bagSources(db: FileConnection, sides: Sides, side: SideName, stretches: readonly Stretch[] | null): string[] {
  const { others } = sides;
  const version = sides[side];
  if (stretches === null) {
    const cells = others.map(({ name }, i) => `${quoteName(name)} AS c${i}`);
    return [`SELECT ${cells.join(', ')}, 1 AS n FROM ${sourceSql(db, version, version.columns)}`];
  }
  return stretches.map(({ from, to }) => {
    requireSameShape(version, from);
    requireSameShape(version, to);
    const plan = planVersions(db, from, to, { columns: others.map(({ name }) => name) });
    const cells = others.map((_, i) => `CASE flag WHEN 0 THEN a${i} ELSE b${i} END AS c${i}`);
    return `SELECT ${cells.join(', ')}, CASE flag WHEN 0 THEN copies ELSE -copies END AS n FROM (${plan.sql})`;
  });
}

/** The rows that both sides changed, each to another one: how many, and the key of the first by its order. */
export function conflictsOf(
  db: FileConnection,
  sides: Sides,
): { readonly rows: number; readonly keys: readonly string[] } {
  const both = `FROM ${sideTables.target} t JOIN ${sideTables.base} b ON ${keysMatch(sides, 't', 'b')}`;
  const rows = db.value(`SELECT count(*) ${both}`) as number;
  if (rows === 0) return { rows, keys: [] };
  const cells = list('k', sides.key).map((name) => `CAST(t.${name} AS TEXT)`);
  const order = list('k', sides.key).map((name) => `t.${name}`);
  const found = db.all(`SELECT ${cells.join(', ')} ${both} ORDER BY ${order.join(', ')} LIMIT 10`);
  return { rows, keys: found.map((key) => key.map(String).join(', ')) };
}
