/** Honest rounds alone: held, rejected, and how often a word other than "can't tell" is said. */
import { chain } from './chains.ts';
import { judgedChild, oldVerdict } from './question.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

/** Seven rounds a table and seed. */
export async function honest(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed)) {
        const model = await judgedChild(round, round.child, round.judgement);
        const before = await oldVerdict(round, round.child);
        for (const name of [table.name, 'ALL'])
          tally.put(
            name,
            round.judgement.data,
            model.verdict === 'unclear' ? "can't tell" : 'a word',
            `model ${model.verdict}`,
            `0.1 ${before}`,
          );
      }
  tally.print();
}
