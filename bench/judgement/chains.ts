/** Honest lineages of seven rounds, with bad imports beside each round. */
import { forwardFacts } from '../../src/judge/facts/baseFacts.ts';
import { fitFully, type Trained, update } from './model.ts';
import { factsAt, type Judgement, judgedRound, type Round } from './question.ts';
import { rounds, type Snapshot, Stream } from './stream.ts';
import type { Table } from './tables.ts';

/** An honest round of a lineage, judged; its child is trained when it is asked for. */
export interface ChainRound extends Round {
  readonly stream: Stream;
  readonly number: number;
  readonly judgement: Judgement;
  readonly child: Trained;
}

/** The same round with another new version. */
export const spoiledRound = (round: Round, now: Snapshot): Round => ({
  table: round.table,
  old: round.old,
  now,
  parent: round.parent,
  facts: round.facts,
  earlier: round.earlier,
});

/** The rounds of a lineage, one after the other; facts are brought forward as the product does it. */
export async function* chain(table: Table, seed: number, last = rounds): AsyncGenerator<ChainRound, void> {
  const stream = new Stream(table, seed);
  const versions = [stream.snapshot(0)];
  let old = stream.snapshot(0);
  let parent = await fitFully(table, old, seed);
  let facts = factsAt(table, old, parent);
  for (let number = 1; number <= last; number++) {
    const now = stream.snapshot(number);
    const earlier = versions.slice(Math.max(0, number - 4), number - 1);
    const round: Round = { table, old, now, parent, facts, earlier };
    const judgement = await judgedRound(round);
    const child = await update(table, parent, old, now, seed);
    yield { ...round, stream, number, judgement, child };
    facts = forwardFacts(facts, judgement.question.changes);
    versions.push(now);
    [old, parent] = [now, child];
  }
}
