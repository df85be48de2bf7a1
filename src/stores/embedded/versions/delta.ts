/** The delta as SQL: net row changes between any two versions of a table, with before and after images. */
import { say } from '../../../base/say.ts';
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import type { DeltaRequest } from '../../../data/store.ts';
import { sameNames, tableText } from '../../../data/table.ts';
import { versionText } from '../../../data/version.ts';
import { cellOf, type Column, pickColumns, resolveVersion, type TableVersion } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { checkUnique, hashPart } from './hashOrder.ts';
import { anyOf, quoteName } from '../sqlite/quote.ts';
import type { ColumnType } from '../types/types.ts';
import { isFirstImage, isTouchedSince, sourceSql } from './readAt.ts';
import { keysEqual } from './undoLog.ts';

/** A column of the delta, as each side has it. */
export interface DeltaColumn {
  readonly name: string;
  readonly before: Column;
  readonly after: Column;
}

export interface DeltaPlan {
  readonly from: TableVersion;
  readonly to: TableVersion;
  /** Key columns first. */
  readonly columns: readonly DeltaColumn[];
  readonly keyColumns: number;
  /** `log`: a walk over what was touched. `compare`: both versions side by side, for tables that were rebuilt in between. */
  readonly way: 'log' | 'compare';
  /** Selects `flag`, `copies`, `b0`…, `a0`… (before and after of each column). */
  readonly sql: string;
}

/** Plans a delta. Valid only inside the transaction that asked. */
export const planDelta = (db: FileConnection, request: DeltaRequest): DeltaPlan =>
  planVersions(
    db,
    resolveVersion(db, request.table, request.from),
    resolveVersion(db, request.table, request.to),
    request,
  );

/** The delta between two versions of one table that were found already, in the same transaction. */
export function planVersions(
  db: FileConnection,
  from: TableVersion,
  to: TableVersion,
  request: Pick<DeltaRequest, 'key' | 'columns'> = {},
): DeltaPlan {
  const way = from.generation.id === to.generation.id ? 'log' : 'compare';
  const key = deltaKey(from, to, request.key);
  const named = request.columns ?? commonColumns(from, to);
  const names = [...key, ...named.filter((name) => !key.includes(name))];
  if (names.length === 0) throw new Failure('usage.wrong', { message: say('A delta needs a column.') });
  const before = pickColumns(from, names);
  const columns = pickColumns(to, names).map((after, i) => ({ name: after.name, before: before[i] as Column, after }));
  const keyColumns = key.length;
  const keyed = columns.slice(0, keyColumns);
  const primary = way === 'log' && sameNames(key, from.generation.key);
  if (!primary && keyColumns > 0) {
    checkUnique(
      db,
      from,
      keyed.map((column) => column.before),
    );
    checkUnique(
      db,
      to,
      keyed.map((column) => column.after),
    );
  }
  const sql =
    primary && keyColumns > 0
      ? pairedSql(db, from, to, columns)
      : joinedOrCounted(db, { from, to, columns, keyColumns, way });
  return { from, to, columns, keyColumns, way, sql };
}

function commonColumns(from: TableVersion, to: TableVersion): string[] {
  const there = new Set(from.columns.map((column) => column.name));
  return to.columns.map((column) => column.name).filter((name) => there.has(name));
}

function deltaKey(from: TableVersion, to: TableVersion, asked: readonly string[] | undefined): readonly string[] {
  if (asked && asked.length > 0) return asked;
  if (sameNames(from.generation.key, to.generation.key)) return to.generation.key;
  const side = (version: TableVersion): string => `(${version.generation.key.join(', ')})`;
  const named = (version: TableVersion): string =>
    versionText(version.snapshot ? { kind: 'snapshot', name: version.snapshot.name } : { kind: 'live' });
  throw new Failure('delta.schemaChanged', {
    table: tableText(to.table),
    detail: say('the key is {0} in {1} and {2} in {3}', side(from), named(from), side(to), named(to)),
  });
}

/** The walk over the log of one generation: first image per key on the older side, first later image or the live row on the newer. */
function pairedSql(db: FileConnection, from: TableVersion, to: TableVersion, columns: readonly DeltaColumn[]): string {
  const g = to.generation;
  const flipped = to.start !== null && (from.start === null || from.start > to.start);
  const [older, newer] = flipped ? [to, from] : [from, to];
  const outputs = (flag: string, was: (i: number) => string, is: (i: number) => string): string =>
    [
      `${flag} AS flag`,
      '1 AS copies',
      ...columns.map((_, i) => `${flipped ? is(i) : was(i)} AS b${i}`),
      ...columns.map((_, i) => `${flipped ? was(i) : is(i)} AS a${i}`),
    ].join(', ');
  // Of a thousand tables few have changed; the walk over a log, however short, takes ten times as long to prepare as to ask this.
  if (older.start === newer.start || older.start === null || !isTouchedSince(db, g, older.start))
    return `SELECT ${outputs(
      '0',
      () => 'NULL',
      () => 'NULL',
    )} WHERE 0`;
  const live = newer.start === null;
  const firstKey = g.keyColumns[0]?.live ?? '';
  const here = live
    ? `(l.${firstKey} IS NOT NULL)`
    : `(CASE WHEN n.seq IS NULL THEN l.${firstKey} IS NOT NULL ELSE n.op END)`;
  const cell = (i: number): string => {
    const column = at(columns, i).before;
    const name = quoteName(column.name);
    return live ? `l.${name}` : `(CASE WHEN n.seq IS NULL THEN l.${name} ELSE n.${column.logName} END)`;
  };
  const logged = (i: number): string => `h.${at(columns, i).before.logName}`;
  const changed = columns
    .map((_, i) => i)
    .filter((i) => !g.key.includes(columns[i]?.name ?? ''))
    .map((i) => `${logged(i)} IS NOT ${cell(i)}`);
  const next = `LEFT JOIN ${g.log} n ON n.seq = (SELECT m.seq FROM ${g.log} m WHERE ${keysEqual(
    g,
    (k) => `m.${k.log}`,
    (k) => `h.${k.log}`,
  )} AND m.seq >= ${newer.start} ORDER BY m.seq LIMIT 1)`;
  const flag = `CASE WHEN h.op = 0 THEN ${flipped ? 2 : 0} WHEN NOT ${here} THEN ${flipped ? 0 : 2} ELSE 1 END`;
  return `SELECT ${outputs(
    flag,
    (i) => `CASE WHEN h.op = 1 THEN ${cellOf(at(columns, i).before, logged(i))} END`,
    (i) => `CASE WHEN ${here} THEN ${cellOf(at(columns, i).before, cell(i))} END`,
  )} FROM ${g.log} h ${live ? '' : next}
    LEFT JOIN ${quoteName(g.stored)} l ON ${keysEqual(
      g,
      (k) => `l.${k.live}`,
      (k) => `h.${k.log}`,
    )}
    WHERE ${isFirstImage(g, older.start)} ${live ? '' : `AND h.seq < ${newer.start}`}
      AND NOT (h.op = 0 AND NOT ${here}) AND (h.op <> ${here} OR ${anyOf(changed)})`;
}

type Sides = Omit<DeltaPlan, 'sql'>;

/** Rows of one side that may have changed, as `c0`…: every row, or those that the log knows. */
function imagesSql(db: FileConnection, sides: Sides, side: 'before' | 'after'): string {
  const letter = side === 'before' ? 'b' : 'a';
  if (sides.way === 'log') {
    const absent = side === 'before' ? 0 : 2;
    const cells = sides.columns.map((_, i) => `${letter}${i} AS c${i}`).join(', ');
    return `(SELECT ${cells} FROM (${pairedSql(db, sides.from, sides.to, sides.columns)}) WHERE flag <> ${absent})`;
  }
  const version = side === 'before' ? sides.from : sides.to;
  const columns = sides.columns.map((column) => column[side]);
  const cells = columns.map((column, i) => `${quoteName(column.name)} AS c${i}`).join(', ');
  return `(SELECT ${cells} FROM ${sourceSql(db, version, columns)})`;
}

function joinedOrCounted(db: FileConnection, sides: Sides): string {
  const before = imagesSql(db, sides, 'before');
  const after = imagesSql(db, sides, 'after');
  return sides.keyColumns > 0 ? joinedSql(sides, before, after) : countedSql(sides, before, after);
}

/** Both sides matched by key. Two outer joins, as SQLite walks all of a subquery for every row of a FULL JOIN with it. */
function joinedSql(sides: Sides, before: string, after: string): string {
  const all = sides.columns.map((_, i) => i);
  const key = all.slice(0, sides.keyColumns);
  const pairs = sides.columns.map((column, i) => comparedCells(column, `b.c${i}`, `a.c${i}`));
  const matched = pairs
    .slice(0, key.length)
    .map(([b, a]) => `${b} = ${a}`)
    .join(' AND ');
  const differs = pairs.slice(key.length).map(([b, a]) => `${b} IS NOT ${a}`);
  const cells = (b: string, a: string): string =>
    [...all.map((i) => `${b}${i} AS b${i}`), ...all.map((i) => `${a}${i} AS a${i}`)].join(', ');
  const nothing = (i: number): string => `NULL AS b${i}`;
  return `SELECT CASE WHEN a.c0 IS NULL THEN 2 ELSE 1 END AS flag, 1 AS copies, ${cells('b.c', 'a.c')}
    FROM ${before} b LEFT JOIN ${after} a ON ${matched}
    WHERE a.c0 IS NULL OR ${anyOf(differs)}
    UNION ALL SELECT 0 AS flag, 1 AS copies, ${[...all.map(nothing), ...all.map((i) => `a.c${i} AS a${i}`)].join(', ')}
    FROM ${after} a LEFT JOIN ${before} b ON ${matched}
    WHERE b.c0 IS NULL`;
}

/** A table without a key is a multiset: equal rows cancel, and what is left was inserted or deleted. */
function countedSql(sides: Sides, before: string, after: string): string {
  const all = sides.columns.map((_, i) => i);
  const cells = all.map((i) => `c${i}`).join(', ');
  const pairs = sides.columns.map((column, i) => comparedCells(column, `c${i}`, `c${i}`));
  const told = (side: 0 | 1): string => pairs.map((pair, i) => `${pair[side]} AS e${i}`).join(', ');
  const groups = all.map((i) => `e${i}`).join(', ');
  const ofSide = (sign: '<' | '>', letter: 'b' | 'a'): string[] =>
    all.map((i) => `max(CASE WHEN n ${sign} 0 THEN c${i} END) AS ${letter}${i}`);
  return `SELECT CASE WHEN n > 0 THEN 0 ELSE 2 END AS flag, abs(n) AS copies,
    ${[...all.map((i) => `CASE WHEN n < 0 THEN b${i} END AS b${i}`), ...all.map((i) => `CASE WHEN n > 0 THEN a${i} END AS a${i}`)].join(', ')}
    FROM (SELECT sum(n) AS n, ${[...ofSide('<', 'b'), ...ofSide('>', 'a')].join(', ')}
      FROM (SELECT -1 AS n, ${cells}, ${told(0)} FROM ${before} UNION ALL SELECT 1 AS n, ${cells}, ${told(1)} FROM ${after})
      GROUP BY ${groups} HAVING sum(n) <> 0)`;
}

/** The two cells of a column as they are told apart: as they are kept, but where one type keeps another number than the other in the same form. */
function comparedCells({ before, after }: DeltaColumn, b: string, a: string): readonly [string, string] {
  const types = [before.type, after.type] as const;
  const isSame =
    types[0].form === types[1].form && types[0].scale === types[1].scale && types[0].precision === types[1].precision;
  if (isSame || types.every(({ form }) => form === 'plain')) return [b, a];
  const isExact = types.every(({ storage, form }) => storage === 'INTEGER' || form === 'packed');
  return [comparedCell(types[0], b, isExact), comparedCell(types[1], a, isExact)];
}

/** Beside another exact number as its digits, beside anything else as a double. */
function comparedCell(type: ColumnType, cell: string, isExact: boolean): string {
  if (!isExact && type.form === 'plain') return cell;
  const text = `CASE WHEN ${cell} IS NOT NULL THEN dt_dec_plain(${hashPart({ type }, cell)}) END`;
  return isExact ? text : `CAST(${text} AS REAL)`;
}
