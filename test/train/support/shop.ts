/** Small made-up tables with a rule to learn. */
import { seededRandom } from '../../../src/base/random.ts';
import type { Value } from '../../../src/data/value.ts';
import type { Table } from './cases.ts';

const columns = [
  { name: 'size', type: 'DOUBLE' },
  { name: 'weight', type: 'INT' },
  { name: 'place', type: 'VARCHAR(20)' },
  { name: 'day', type: 'DATE' },
  { name: 'open', type: 'BOOLEAN' },
  { name: 'kind', type: 'VARCHAR(20)' },
];
const places = ['Bern', 'Genève', 'Luzern', 'Zürich'];

/** Rows `from` … `to`-1; the label follows from size, place and the half of the year, with some noise. */
export function shopRows(from: number, to: number, seed = 'shop'): Map<number, Value[]> {
  const rows = new Map<number, Value[]>();
  for (let key = from; key < to; key++) {
    const random = seededRandom(`${seed}:${key}`);
    const size = random.fraction() * 4 - 2;
    const place = random.below(places.length);
    const month = 1 + random.below(12);
    const open = random.below(2);
    const summer = month > 3 && month < 10;
    const score = size + (place === 0 ? 1 : place === 1 ? -1 : 0) + (summer ? 0.7 : -0.7) + (open ? 0.4 : -0.4);
    const noisy = random.fraction() < 0.04;
    const kind = (score > 0.8 ? 'large' : score < -0.8 ? 'small' : 'middle') as string;
    rows.set(key, [
      random.fraction() < 0.03 ? null : size,
      Math.round(size * 10) + random.below(5),
      places[place] ?? null,
      `20${12 + random.below(3)}-${String(month).padStart(2, '0')}-15`,
      open,
      noisy ? 'middle' : kind,
    ]);
  }
  return rows;
}

export const shop = (from: number, to: number, seed?: string): Table => ({ columns, rows: shopRows(from, to, seed) });

/** The table with some rows put, or taken away (null). */
export const changedTable = (table: Table, changes: Iterable<readonly [number, Value[] | null]>): Table => {
  const rows = new Map(table.rows);
  for (const [key, values] of changes) {
    if (values === null) rows.delete(key);
    else rows.set(key, values);
  }
  return { columns: table.columns, rows };
};
