// A table of customers whose label a formula of x knows but for a few, and the parent that knows the formula.
import { seededRandom } from '../../../src/base/random.ts';
import type { Parent, Row } from './question.ts';

const regions = ['West', 'East', 'North', 'South'];

/** Rows 0 … count-1; the same seed has the same rows. `x` and `z` in [0, 100); the label is yes from x = 50 on, but for one in ten. */
export function shop(count: number, seed = 'shop', from = 0): Map<number, Row> {
  const rows = new Map<number, Row>();
  for (let id = from; id < from + count; id++) {
    const random = seededRandom(`${seed}:${id}`);
    const x = random.fraction() * 100;
    const wrong = random.fraction() < 0.1;
    rows.set(id, {
      x,
      z: random.fraction() * 100,
      region: regions[random.below(4)] ?? '',
      day: `2026-0${1 + (Math.floor(id / 400) % 9)}-${String(1 + (Math.floor(id / 15) % 28)).padStart(2, '0')}`,
      label: x >= 50 !== wrong ? 'yes' : 'no',
    });
  }
  return rows;
}

/** Knows the formula, and is as sure as it should be. */
export const knowing: Parent = (row) => {
  const yes = Number(row['x'] ?? 0) >= 50 ? 0.9 : 0.1;
  return [1 - yes, yes];
};
