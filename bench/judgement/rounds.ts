/**
 * Honest rounds, the kinds of bad imports that the rule was made with, and bulk changes: what is held, what
 * ends as a candidate, and what 0.1's gate says of the same children.
 */
import { at } from '../../src/base/assert.ts';
import type { Approval } from '../../src/data/judgement.ts';
import { approvalOf } from '../../src/judge/approvals.ts';
import { chain, spoiledRound } from './chains.ts';
import { bulkKinds, corrupted, type Kind, knownKinds, moreKinds } from './corrupt.ts';
import { update } from './model.ts';
import { type Judgement, judgedChild, judgedRound, oldVerdict, type Round } from './question.ts';
import { Tally } from './tally.ts';
import type { Table } from './tables.ts';

/** A child is trained and judged, by today's rule and by 0.1's. */
async function put(tally: Tally, name: string, round: Round, judgement: Judgement, seed: number): Promise<void> {
  const child = await update(round.table, round.parent, round.old, round.now, seed);
  const model = await judgedChild(round, child, judgement);
  const before = await oldVerdict(round, child);
  const isCandidate = judgement.data.verdict !== 'suspect' && model.verdict !== 'worse';
  tally.put(name, judgement.data, ...(isCandidate ? ['candidate'] : []), `model ${model.verdict}`, `0.1 ${before}`);
}

const approved = (judgement: Judgement): Approval[] =>
  judgement.data.reasons.flatMap((reason, id) => {
    const approval = approvalOf(reason);
    return approval ? [{ id, ...approval }] : [];
  });

/** All of it over some tables and seeds: two bad imports a round, in turns. */
export async function rounds(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  const kinds: readonly Kind[] = [...knownKinds, ...moreKinds];
  for (const table of tables)
    for (const seed of seeds) {
      let turn = 5 * seed;
      for await (const round of chain(table, seed)) {
        const { child, judgement, number } = round;
        const model = await judgedChild(round, child, judgement);
        const isFine = judgement.data.verdict !== 'suspect' && model.verdict !== 'worse';
        tally.put(
          'honest',
          judgement.data,
          ...(isFine ? ['candidate'] : []),
          `model ${model.verdict}`,
          `0.1 ${await oldVerdict(round, child)}`,
        );
        if (judgement.data.verdict === 'suspect')
          console.log(`  honest ${table.name} ${seed}.${number}:`, judgement.data.reasons);
        for (let i = 0; i < 2; i++, turn++) {
          const kind = at(kinds, turn % kinds.length);
          const now = [0, 1, 2, 3, 4, 5].reduce<ReturnType<typeof corrupted>>(
            (found, attempt) => found ?? corrupted(kind, table, round.now, round.old, `${seed}:${number}:${attempt}`),
            null,
          );
          if (!now) continue;
          const bad = spoiledRound(round, now);
          await put(tally, kind, bad, await judgedRound(bad), seed);
        }
        if (number !== 5) continue;
        for (const kind of bulkKinds) {
          const now = corrupted(kind, table, round.now, round.old, `${seed}:bulk`);
          if (!now) continue;
          const bulk = spoiledRound(round, now);
          const first = await judgedRound(bulk);
          const again = await judgedRound(bulk, approved(first));
          tally.put(`bulk: ${kind}`, first.data, `after approval ${again.data.verdict}`);
        }
      }
    }
  tally.print();
}
