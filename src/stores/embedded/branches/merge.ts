/** Brings what became of one table since the two were one into the other, in the caller's write transaction. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { tableText } from '../../../data/table.ts';
import type { ConflictRule } from '../../../git4data/branches/command.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import type { TableVersion } from '../types/catalog.ts';
import {
  bagTable,
  collectSides,
  conflictsOf,
  dropAlike,
  dropSides,
  fillChanges,
  makeSide,
  shapedSides,
  type Sides,
  sideTables,
} from './sides.ts';
import { copiesSql } from './diff.ts';

/** The temporary table of the keys that are picked, `k0`…. */
export const pickedTable = 'temp.dt_picked';

/** Merges `source` into the table that `into` is now; how many rows changed. `branch.conflict`, `delta.schemaChanged`. */
export function mergeInto(db: FileConnection, source: TableVersion, into: TableVersion, rule: ConflictRule): number {
  try {
    const sides = collectSides(db, source, into);
    return sides.key.length > 0 ? applyKeyed(db, sides, rule, '') : applyBag(db, sides);
  } finally {
    dropSides(db);
  }
}

/** As `mergeInto`, for the keys of `pickedTable` alone. */
export function pickKeys(db: FileConnection, source: TableVersion, into: TableVersion, rule: ConflictRule): number {
  requireKey(source);
  try {
    return applyKeyed(db, collectSides(db, source, into), rule, pickedOnly(source));
  } finally {
    dropSides(db);
  }
}

/**
 * What changed between two versions of the source, whatever the two tables have in common. A row of the target conflicts that is neither as it
 * was before the change nor as it is after it. `isPicked`: of the keys of `pickedTable` alone.
 */
export function pickBetween(
  db: FileConnection,
  between: { readonly from: TableVersion; readonly to: TableVersion },
  into: TableVersion,
  options: { readonly rule: ConflictRule; readonly isPicked: boolean },
): number {
  const { from, to } = between;
  requireKey(to);
  try {
    const sides = sidesOf(db, between, into);
    return applyKeyed(db, sides, options.rule, options.isPicked ? pickedOnly(from) : '');
  } finally {
    dropSides(db);
  }
}

function sidesOf(
  db: FileConnection,
  { from, to }: { readonly from: TableVersion; readonly to: TableVersion },
  into: TableVersion,
): Sides {
  const sides = shapedSides(to, into);
  dropSides(db);
  makeSide(db, sides, 'target');
  fillChanges(db, sides, 'target', [{ from, to }]);
  makeSide(db, sides, 'base');
  const { key, others } = sides;
  const match = key.map(({ name }, i) => `x.${quoteName(name)} = s.k${i}`).join(' AND ');
  const isThere = `x.${quoteName(key[0]?.name ?? '')} IS NOT NULL`;
  const cells = [
    ...key.map((_, i) => `s.k${i}`),
    's.was',
    isThere,
    ...others.map((_, i) => `s.b${i}`),
    ...others.map(({ name }) => `x.${quoteName(name)}`),
  ];
  const differs = [`s.was IS NOT (${isThere})`, ...others.map(({ name }, i) => `s.b${i} IS NOT x.${quoteName(name)}`)];
  db.exec(
    `INSERT INTO ${sideTables.base} SELECT ${cells.join(', ')} FROM ${sideTables.target} s
     LEFT JOIN ${quoteName(into.generation.stored)} x ON ${match} WHERE ${differs.join(' OR ')}`,
  );
  dropAlike(db, sides);
  return sides;
}

function requireKey(version: TableVersion): void {
  if (version.generation.key.length > 0) return;
  throw new Failure('sql.unsupported', {
    what: say('PICK from a table without a key ({0})', tableText(version.table)),
    hint: say('Use MERGE, or give the table a key.'),
  });
}

const pickedOnly = ({ generation: { key } }: TableVersion): string => {
  const keys = key.map((_, i) => `k${i}`).join(', ');
  return `(${keys}) IN (SELECT ${keys} FROM ${pickedTable})`;
};

/** `only`: a condition over the keys of the rows that come into question; '' for all. */
function applyKeyed(db: FileConnection, sides: Sides, rule: ConflictRule, only: string): number {
  if (only !== '') for (const table of Object.values(sideTables)) db.exec(`DELETE FROM ${table} WHERE NOT (${only})`);
  const { target: source, base: into, key, others } = sides;
  if (rule === 'fail') requireNoConflict(db, sides);
  const keys = key.map((_, i) => `k${i}`).join(', ');
  const taken = rule === 'skip' ? `(${keys}) NOT IN (SELECT ${keys} FROM ${sideTables.base})` : '1';
  const stored = quoteName(into.generation.stored);
  const rows = db.value(`SELECT count(*) FROM ${sideTables.target} WHERE ${taken}`) as number;
  const isKey = `(${key.map(({ name }) => quoteName(name)).join(', ')})`;
  // All that go before all that come: a value that must be unique may pass from one row to another.
  db.run(`DELETE FROM ${stored} WHERE ${isKey} IN (SELECT ${keys} FROM ${sideTables.target} WHERE ${taken})`);
  const names = [...key, ...others].map(({ name }) => quoteName(name)).join(', ');
  const cells = [...key.map((_, i) => `k${i}`), ...others.map((_, i) => `a${i}`)].join(', ');
  const wanted = db.value(`SELECT count(*) FROM ${sideTables.target} WHERE isnow AND ${taken}`) as number;
  const put = db.run(
    `INSERT INTO ${stored} (${names}) SELECT ${cells} FROM ${sideTables.target} WHERE isnow AND ${taken}`,
  );
  if (put !== wanted)
    throw new Error(`Broken invariant: ${put} of ${wanted} rows of ${tableText(source.table)} were merged`);
  return rows;
}

function requireNoConflict(db: FileConnection, sides: Sides): void {
  const { rows, keys } = conflictsOf(db, sides);
  if (rows === 0) return;
  throw new Failure('branch.conflict', {
    source: tableText(sides.target.table),
    target: tableText(sides.base.table),
    key: keys[0] ?? '',
    ...(rows > 1 && { rows, keys: [...keys] }),
  });
}

/** Without a key rows only come and go, so there is no conflict. */
function applyBag(db: FileConnection, sides: Sides): number {
  const { base: into, others } = sides;
  const stored = quoteName(into.generation.stored);
  const rowNumber = quoteName(into.generation.rowName ?? 'rowid');
  const names = others.map(({ name }) => quoteName(name));
  const isSame = names.map((name, i) => `x.${name} IS g.c${i}`).join(' AND ');
  const gone = db.value(`SELECT coalesce(sum(-target), 0) FROM ${bagTable} WHERE target < 0`) as number;
  const removed = db.run(
    `DELETE FROM ${stored} WHERE ${rowNumber} IN (SELECT r FROM (SELECT x.${rowNumber} AS r, g.target AS n,
       row_number() OVER (PARTITION BY g.rowid ORDER BY x.${rowNumber}) AS i
       FROM ${stored} x JOIN ${bagTable} g ON ${isSame} WHERE g.target < 0) WHERE i <= -n)`,
  );
  if (removed !== gone)
    throw new Error(`Broken invariant: ${removed} of ${gone} rows were taken from ${tableText(into.table)}`);
  const cells = others.map((_, i) => `c${i}`).join(', ');
  const come = db.run(
    `INSERT INTO ${stored} (${names.join(', ')}) SELECT ${cells} FROM ${bagTable} JOIN ${copiesSql('target')} WHERE target > 0`,
  );
  return removed + come;
}
