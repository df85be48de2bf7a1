/** A view of a spool as conditions and an order in SQL; what a person typed is bound, and never part of the text. */
import type { SQLInputValue } from 'node:sqlite';
import { at } from '../base/assert.ts';
import { flagNames } from '../data/change.ts';
import type { PageColumn } from '../data/page.ts';
import type { CellFilter, SpoolView } from '../protocol/engine.ts';

/** True of all rows as they came. */
export const isWhole = (view: SpoolView): boolean =>
  view.sort.length === 0 && view.filter === '' && view.flag === null && view.cells.length === 0 && view.hashes === null;

const deleted = flagNames.indexOf('deleted');
const updated = flagNames.indexOf('updated');

/** The value of the row: a deleted one is what it was. */
const imageOf = (column: number, isDelta: boolean): string =>
  isDelta ? `CASE WHEN flag = ${deleted} THEN b${column} ELSE a${column} END` : `a${column}`;

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

function cellCondition(filter: CellFilter, isDelta: boolean, isLong: boolean): Condition {
  const { column } = filter;
  const isShown = (cell: string, value: string | null): Condition =>
    value === null
      ? { sql: `(${cell}) IS NULL`, values: [] }
      : { sql: `((${cell}) IS NOT NULL AND shown(${cell}, ${isLong ? 1 : 0}) = ?)`, values: [value] };
  if (filter.kind === 'is') return isShown(imageOf(column, isDelta), filter.value);
  if (filter.kind === 'between') {
    const cell = `(${imageOf(column, isDelta)})`;
    const value = typeof filter.from === 'number' ? `CAST(${cell} AS REAL)` : cell;
    return { sql: `(${cell} IS NOT NULL AND ${value} BETWEEN ? AND ?)`, values: [filter.from, filter.to] };
  }
  if (!isDelta) return { sql: '0', values: [] };
  if (filter.kind === 'changed') return { sql: `(flag = ${updated} AND b${column} IS NOT a${column})`, values: [] };
  const [from, to] = [isShown(`b${column}`, filter.from), isShown(`a${column}`, filter.to)];
  return { sql: `(flag = ${updated} AND ${from.sql} AND ${to.sql})`, values: [...from.values, ...to.values] };
}

/**
 * `where`: with its keyword, or empty. Columns are numbers that the caller has checked; `long`: those with whole numbers beyond
 * SQLite's.
 */
export function conditionOf(
  view: SpoolView,
  isDelta: boolean,
  long: ReadonlySet<number>,
): { where: string; values: SQLInputValue[] } {
  const { filter, flag, cells, hashes } = view;
  const parts: Condition[] = cells.map((one) => cellCondition(one, isDelta, long.has(one.column)));
  if (flag !== null) parts.push({ sql: 'flag = ?', values: [flagNames.indexOf(flag)] });
  if (filter !== '') parts.push({ sql: 'instr(shown, ?) > 0', values: [filter.toLowerCase()] });
  if (hashes && hashes.from !== null) parts.push({ sql: 'hash >= ?', values: [hashes.from] });
  if (hashes && hashes.below !== null) parts.push({ sql: 'hash < ?', values: [hashes.below] });
  return {
    where: parts.length === 0 ? '' : `WHERE ${parts.map(({ sql }) => sql).join(' AND ')}`,
    values: parts.flatMap(({ values }) => [...values]),
  };
}

/** Digits that a double tells apart. */
const doubleDigits = 15;
const digitsOf = (type: string): number => Number(/\((\d+)/.exec(type)?.[1] ?? 10);

/** The order of a view, without its keyword; rows that are the same in it stay as they came. */
export function orderOf({ sort }: SpoolView, columns: readonly PageColumn[], isDelta: boolean): string {
  const by = sort.map(({ column, descending }) => {
    const { type } = at(columns, column);
    const cell = imageOf(column, isDelta);
    // DECIMAL travels as text, but its order is that of numbers.
    const value = !/^(DECIMAL|NUMERIC|DEC)\b/i.test(type)
      ? cell
      : digitsOf(type) > doubleDigits
        ? `units(${cell})`
        : `CAST(${cell} AS REAL)`;
    return `${value}${descending ? ' DESC' : ''}`;
  });
  return [...by, 'n'].join(', ');
}
