/** The rows of DATA BRANCH DIFF between any two tables, and the counts of them, from the two sides. */
import type { DeltaCounts } from '../../../data/change.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteText } from '../sqlite/quote.ts';
import type { Column, TableVersion } from '../types/catalog.ts';
import { orderTerms } from '../types/types.ts';
import { bagTable, type SideName, type Sides, sideTables } from './sides.ts';

/** A column of the table by its place in the temporary tables. */
interface Cell {
  readonly column: Column;
  /** What it is called there, of a row with a key: `k0`, `v1`; without one `c2`. */
  readonly cell: string;
}

/** The columns of the table in its own order. */
function cellsOf({ target, key, others }: Sides): Cell[] {
  return target.columns.map((column) => {
    const k = key.indexOf(column);
    return { column, cell: k >= 0 ? `k${k}` : `${key.length > 0 ? 'v' : 'c'}${others.indexOf(column)}` };
  });
}

const bare = ({ table }: TableVersion): string => quoteText(table.table.toLowerCase());

/** Flag and cells of a side's rows: the new ones, of a deleted row the old ones. */
function sideRows(sides: Sides, side: SideName): string {
  const { key, others } = sides;
  const place = side === 'target' ? 0 : 1;
  const keys = key.map((_, i) => `k${i}`);
  const values = others.map((_, i) => `CASE WHEN isnow THEN a${i} ELSE b${i} END AS v${i}`);
  const flag = `CASE WHEN NOT was THEN 'INSERT' WHEN isnow THEN 'UPDATE' ELSE 'DELETE' END AS flag`;
  return `SELECT ${[`${bare(sides[side])} AS who`, flag, `${place} AS place`, ...keys, ...values].join(', ')} FROM ${sideTables[side]}`;
}

/** As many equal rows as a side has more, or fewer. */
function bagRows(sides: Sides, side: SideName): string {
  const cells = sides.others.map((_, i) => `c${i}`);
  const place = side === 'target' ? 0 : 1;
  const flag = `CASE WHEN ${side} > 0 THEN 'INSERT' ELSE 'DELETE' END AS flag`;
  return `SELECT ${[`${bare(sides[side])} AS who`, flag, `${place} AS place`, ...cells].join(', ')}
    FROM ${bagTable} JOIN ${copiesSql(`abs(${side})`)}`;
}

/** As a table to join with: a row for each number from 1 up to the greatest `count` of the bag, kept where it is not above this row's. */
export const copiesSql = (count: string): string =>
  `(WITH RECURSIVE dt_copies(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM dt_copies WHERE i < (SELECT max(${count}) FROM ${bagTable})) SELECT i FROM dt_copies) ON i <= ${count}`;

/** `who`, `flag` and the chosen cells, in the order of the key; without one in that of all columns. The target's row comes first. */
export function diffSql(sides: Sides, chosen: readonly Column[], limit: number | null): string {
  const rows = sides.key.length > 0 ? sideRows : bagRows;
  const cells = cellsOf(sides);
  const sorted = sides.key.length > 0 ? cells.filter(({ cell }) => cell.startsWith('k')) : cells;
  const inKeyOrder = sorted.toSorted((one, other) =>
    sides.key.length > 0 ? one.cell.localeCompare(other.cell, 'en', { numeric: true }) : 0,
  );
  const order = [...inKeyOrder.flatMap(({ column, cell }) => orderTerms(column.type, cell)), 'place'];
  const shown = chosen.map((column) => cells.find((one) => one.column === column)?.cell ?? 'NULL');
  const limited = limit === null ? '' : ` LIMIT ${limit}`;
  return `SELECT ${['who', 'flag', ...shown].join(', ')} FROM (${rows(sides, 'target')} UNION ALL ${rows(sides, 'base')})
    ORDER BY ${order.join(', ')}${limited}`;
}

/** What each side inserted, deleted and updated since the two were one. */
export function countSides(db: FileConnection, sides: Sides): Record<SideName, DeltaCounts> {
  const counted = (side: SideName): DeltaCounts => {
    const sql =
      sides.key.length > 0
        ? `SELECT coalesce(sum(NOT was), 0), coalesce(sum(NOT isnow), 0), coalesce(sum(was AND isnow), 0) FROM ${sideTables[side]}`
        : `SELECT coalesce(sum(max(${side}, 0)), 0), coalesce(sum(max(-${side}, 0)), 0), 0 FROM ${bagTable}`;
    const [inserted, deleted, updated] = db.get(sql) as [number, number, number];
    return { inserted, deleted, updated };
  };
  return { target: counted('target'), base: counted('base') };
}
