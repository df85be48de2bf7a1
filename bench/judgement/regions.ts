/**
 * Two faults of one region in a table of customers: its calls written as max(0, 9 − x), its charge × 100. The gate of 0.1 calls
 * the child better, as it has seen the spoiled rows and the parent has not; then the table is repaired, and a child of the good
 * data must not be rejected.
 */
import { at } from '../../src/base/assert.ts';
import { chain, spoiledRound } from './chains.ts';
import { update } from './model.ts';
import { judgedChild, judgedRound, oldVerdict } from './question.ts';
import { copyOf, type Snapshot } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

/** Each by what it does to one column of the region. */
export const faults: Readonly<Record<string, { readonly column: string; readonly change: (value: number) => number }>> =
  {
    'calls as 9 − x': { column: 'support_calls', change: (calls) => Math.max(0, 9 - calls) },
    'charge × 100': { column: 'monthly_charge', change: (charge) => charge * 100 },
  };

/** A version with one of the faults. */
export function faulty(table: Table, now: Snapshot, { column, change }: (typeof faults)[string]): Snapshot {
  const wrong = copyOf(now);
  const placeOf = (name: string): number => table.columns.findIndex((one) => one.name === name);
  const region = at(wrong.x, placeOf('region'));
  const west = at(table.columns, placeOf('region')).texts?.indexOf('West');
  const cells = at(wrong.x, placeOf(column));
  region.forEach((own, i) => {
    if (own === west) cells[i] = change(at(cells, i));
  });
  return wrong;
}

/** On the table of customers, whichever others are asked for. */
export async function regions(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables.filter(({ name }) => name === 'churn'))
    for (const seed of seeds)
      for await (const round of chain(table, seed, 2)) {
        if (round.number < 2) continue;
        for (const [name, fault] of Object.entries(faults)) {
          const bad = spoiledRound(round, faulty(table, round.now, fault));
          const judgement = await judgedRound(bad);
          const child = await update(table, round.parent, round.old, bad.now, seed);
          const model = await judgedChild(bad, child, judgement);
          tally.put(name, judgement.data, `model ${model.verdict}`, `0.1 ${await oldVerdict(bad, child)}`);
          // The table is repaired, and the parent is the last candidate: the bad child is held.
          const repaired = await judgedChild(round, round.child, round.judgement);
          const isRejected = round.judgement.data.verdict !== 'suspect' && repaired.verdict === 'worse';
          const onBad = await oldVerdict({ ...bad, old: bad.now, now: round.now, parent: child }, round.child);
          tally.put(
            `${name}, repaired`,
            round.judgement.data,
            ...(isRejected ? ['rejected'] : ['candidate']),
            `0.1 ${onBad}`,
          );
        }
      }
  tally.print();
}
