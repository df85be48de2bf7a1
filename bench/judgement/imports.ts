/**
 * Thirty bad imports of seven kinds, and half of the rarest class twelve times, by a parent of the good version before: held or not, with
 * which words, and what 0.1's gate says of the same children. `mix` walks the same ones by the command line.
 */
import { at } from '../../src/base/assert.ts';
import { corrupted, type Kind } from './corrupt.ts';
import { fitFully, update } from './model.ts';
import { factsAt, judgedChild, judgedRound, oldVerdict, type Round } from './question.ts';
import { type Snapshot, Stream } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

const kinds: readonly (readonly [kind: Kind, times: number])[] = [
  ['labels', 6],
  ['units', 4],
  ['zero', 6],
  ['doubled', 4],
  ['noise5', 4],
  ['noise20', 2],
  ['shuffled', 4],
  ['wiped', 12],
];

/** A bad import, and what it would have been. */
export interface BadImport {
  readonly name: Kind;
  readonly table: Table;
  readonly seed: number;
  readonly old: Snapshot;
  readonly good: Snapshot;
  readonly bad: Snapshot;
}

/** Tables, seeds and rounds in turns; a draw that changes next to nothing is drawn again. */
export function* badImports(
  tables: readonly Table[],
  seeds: readonly number[],
  isMeant: (kind: Kind) => boolean,
): Generator<BadImport, void> {
  let turn = 0;
  for (const [name, times] of kinds)
    for (let i = 0; i < times; i++, turn++) {
      if (!isMeant(name)) continue;
      const table = at(tables, turn % tables.length);
      const seed = at(seeds, turn % seeds.length);
      const stream = new Stream(table, seed);
      const round = 1 + (turn % 4);
      const [old, good] = [stream.snapshot(round), stream.snapshot(round + 1)];
      let bad: Snapshot | null = null;
      for (let attempt = 0; bad === null && attempt < 20; attempt++)
        bad = corrupted(name, table, good, old, `${seed}:${round}:${attempt}`);
      if (bad) yield { name, table, seed, old, good, bad };
    }
}

/** `only`: one kind; empty for all. */
export async function imports(tables: readonly Table[], seeds: readonly number[], only: string): Promise<void> {
  const tally = new Tally();
  for (const { name, table, seed, old, good, bad } of badImports(
    tables,
    seeds,
    (kind) => only === '' || kind === only,
  )) {
    const parent = await fitFully(table, old, seed);
    const facts = factsAt(table, old, parent);
    const round: Round = { table, old, now: bad, parent, facts, earlier: [] };
    const judgement = await judgedRound(round);
    const { data } = judgement;
    const child = await update(table, parent, old, bad, seed);
    const { verdict } = await judgedChild(round, child, judgement);
    const isCandidate = data.verdict !== 'suspect' && verdict !== 'worse';
    const recall = data.reasons.some((reason) => reason.recall) ? ['recall said'] : [];
    const words = [...(isCandidate ? ['candidate'] : []), `model ${verdict}`, ...recall];
    for (const line of [name, name === 'wiped' ? 'WIPED' : 'THIRTY'])
      tally.put(line, data, ...words, `0.1 ${await oldVerdict(round, child)}`);
    if (isCandidate) console.log(`  passes: ${name} ${table.name} ${seed}`, data.kinds, data.asked);
    const repaired = await judgedRound({ ...round, now: good });
    tally.put('repaired, by the same parent', repaired.data);
  }
  tally.print();
}
