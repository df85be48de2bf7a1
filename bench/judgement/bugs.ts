/**
 * Mapping bugs that a round corrects: a parent that learnt the bug must be asked about, for to it an honest correction looks as a bad
 * import does; one that knew better all along need not be.
 */
import { at } from '../../src/base/assert.ts';
import { sideNumbers } from '../../src/data/trainPage.ts';
import { withBug } from './corrupt.ts';
import { fitFully, rightAnswers, sideOf, type Trained, update } from './model.ts';
import { factsAt, judgedChild, judgedRound, oldVerdict, type Round } from './question.ts';
import { type Snapshot, Stream } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

/** The round in which the bug is there; the next one corrects it. */
const round = 3;

/** How much of a bug a parent has learnt. */
export interface Learnt {
  /** Rows that the bug changed. */
  readonly rows: number;
  /** Those of them that the parent was not trained on, and the share of these for which it answers the bug's label. */
  readonly unseen: number;
  readonly share: number;
}

/** As the study counts: learnt is what the parent answers of half or more of the changed rows that it has not seen. */
const isLearnt = ({ share }: Learnt): boolean => share >= 0.5;

/** Rows of a version whose label the bug changed. */
export function bugRows(wrong: Snapshot, right: Snapshot): Uint32Array {
  return Uint32Array.from(wrong.y.keys()).filter((i) => wrong.y[i] !== at(right.y, i));
}

async function learntBy(table: Table, parent: Trained, wrong: Snapshot, rows: Uint32Array): Promise<Learnt> {
  const unseen = rows.filter((i) => sideOf(at(wrong.ids, i)) !== sideNumbers.train);
  const answered = await rightAnswers(table, parent, wrong, unseen);
  const share = answered.reduce((sum, one) => sum + one, 0) / Math.max(1, unseen.length);
  return { rows: rows.length, unseen: unseen.length, share };
}

/** Held, approved, and the next round is judged with the approved child as its parent. */
async function bugRound(table: Table, seed: number, tally: Tally): Promise<void> {
  const stream = new Stream(table, seed);
  const [clean, right, next] = [round, round + 1, round + 2].map((number) => stream.snapshot(number));
  if (!clean || !right || !next) return;
  const wrong = withBug(table, clean, `${seed}`);
  const parent = await fitFully(table, wrong, seed);
  const learnt = await learntBy(table, parent, wrong, bugRows(wrong, clean));
  const asked: Round = { table, old: wrong, now: right, parent, facts: factsAt(table, wrong, parent), earlier: [] };
  const judgement = await judgedRound(asked);
  const child = await update(table, parent, wrong, right, seed);
  const model = await judgedChild(asked, child, judgement, true);
  const facts = factsAt(table, right, child);
  const after = await judgedRound({ table, old: right, now: next, parent: child, facts, earlier: [] });
  const words = [`approved: ${model.verdict}`, `next round ${after.data.verdict}`];
  const before = `0.1 ${await oldVerdict(asked, child)}`;
  const name = isLearnt(learnt) ? 'learnt' : 'not learnt';
  for (const line of [name, `${name}, ${table.name}`]) tally.put(line, judgement.data, ...words, before);
  if (after.data.verdict === 'suspect') console.log(`  next round held: ${table.name} ${seed}`, after.data.reasons);
  const isHeld = judgement.data.verdict === 'suspect';
  if (isHeld !== isLearnt(learnt)) {
    const { rows, unseen, share } = learnt;
    const said = `${rows} rows, ${unseen} unseen, of which the parent answers ${share.toFixed(2)} as the bug did`;
    console.log(`  ${isHeld ? 'held, not learnt' : 'passes, learnt'}: ${table.name} ${seed}: ${said}`);
  }
}

/** One bug a table and seed. */
export async function bugs(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables) for (const seed of seeds) await bugRound(table, seed, tally);
  tally.print();
}
