/**
 * The rounds that the judgement is to be good for, walked as a user does: a full fit, a bad import; then the table is restored, and the
 * good file imported instead. By our command line, and by that of 0.1 where it is there.
 */
import path from 'node:path';
import { at } from '../../../src/base/assert.ts';
import { bugRows } from '../bugs.ts';
import { corrupted, type Kind, withBug } from '../corrupt.ts';
import { faults, faulty } from '../regions.ts';
import { type Snapshot, Stream } from '../stream.ts';
import type { Table } from '../tables.ts';
import { Desk, type Ended, type Program, programs } from './commandLine.ts';

/** Thirty bad imports, and half of the rarest class twelve times. */
const imports: readonly (readonly [kind: Kind, times: number])[] = [
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
interface Case {
  readonly name: string;
  readonly table: Table;
  readonly seed: number;
  readonly old: Snapshot;
  readonly good: Snapshot;
  readonly bad: Snapshot;
}

type Meant = (of: { readonly name: string }) => boolean;

function* badImports(tables: readonly Table[], seeds: readonly number[], isMeant: Meant): Generator<Case, void> {
  let turn = 0;
  for (const [kind, times] of imports)
    for (let i = 0; i < times; i++, turn++) {
      if (!isMeant({ name: kind })) continue;
      const table = at(tables, turn % tables.length);
      const seed = at(seeds, turn % seeds.length);
      const stream = new Stream(table, seed);
      const round = 1 + (turn % 4);
      const [old, good] = [stream.snapshot(round), stream.snapshot(round + 1)];
      // A draw that changes next to nothing is drawn again.
      let bad: Snapshot | null = null;
      for (let attempt = 0; bad === null && attempt < 20; attempt++)
        bad = corrupted(kind, table, good, old, `${seed}:${round}:${attempt}`);
      if (bad) yield { name: kind, table, seed, old, good, bad };
    }
}

/** Two faults of one region, on the table of customers. */
function* regionFaults(tables: readonly Table[], isMeant: Meant): Generator<Case, void> {
  for (const table of tables.filter((one) => one.name === 'churn'))
    for (const seed of [2, 3, 4, 5, 6, 7])
      for (const [name, fault] of Object.entries(faults)) {
        if (!isMeant({ name: 'regions' }) && !isMeant({ name })) continue;
        const stream = new Stream(table, seed);
        const [old, good] = [stream.snapshot(1), stream.snapshot(2)];
        yield { name, table, seed, old, good, bad: faulty(table, good, fault) };
      }
}

/** What became of some rounds: how many, by words. */
class Counts {
  readonly #lines = new Map<string, Map<string, number>>();

  put(line: string, ...words: readonly string[]): void {
    const counts = this.#lines.get(line) ?? new Map<string, number>();
    this.#lines.set(line, counts);
    for (const word of ['rounds', ...words]) counts.set(word, (counts.get(word) ?? 0) + 1);
  }

  print(): void {
    for (const [line, counts] of [...this.#lines].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`${line.padEnd(34)} ${[...counts].map(([word, count]) => `${word} ${count}`).join(', ')}`);
  }
}

const told = ({ status, word, data }: Ended): string[] => [
  status,
  `model ${word}`,
  ...(data?.reasons[0] ? [`by ${data.reasons[0].kind}`] : []),
  ...(data?.reasons.some(({ recall }) => recall) ? ['recall said'] : []),
];

/** One case by one program. */
function walk(program: Program, { name, table, seed, old, good, bad }: Case, counts: Counts): void {
  const desk = new Desk(program, table, seed);
  try {
    desk.put(old);
    const base = desk.train(true);
    desk.put(bad);
    const spoiled = desk.train();
    counts.put(`${program.name}: ${name}`, ...told(spoiled));
    const why = spoiled.data?.reasons[0]?.sentence ?? `model ${spoiled.word}`;
    console.log(`  ${program.name} ${table.name} ${seed} ${name}: ${spoiled.status}. ${why}`);
    desk.restore(base.snapshot);
    desk.put(good);
    const repaired = desk.train();
    counts.put(`${program.name}: repaired`, ...told(repaired));
    if (repaired.status !== 'candidate')
      console.log(`    repaired: ${repaired.status}. ${repaired.data?.reasons[0]?.sentence ?? repaired.word}`);
  } finally {
    desk.close();
  }
}

/** Whether a model has learnt a bug: it answers the bug's label for half or more of the rows that have it. 0.1 cannot be asked. */
function isLearnt(program: Program, desk: Desk, model: string, wrong: Snapshot, clean: Snapshot): boolean | null {
  if (program.isOld) return null;
  const rows = bugRows(wrong, clean);
  return desk.rightShare(model, wrong, rows) >= 0.5;
}

/** A parent that learnt a mapping bug, which the round corrects: asked, approved in one step, and the next round goes on. */
function walkBug(program: Program, table: Table, seed: number, counts: Counts): void {
  const stream = new Stream(table, seed);
  const desk = new Desk(program, table, seed);
  try {
    const clean = stream.snapshot(3);
    const wrong = withBug(table, clean, String(seed));
    desk.put(wrong);
    const { model } = desk.train(true);
    const learnt = isLearnt(program, desk, model, wrong, clean);
    const bug = learnt === null ? 'mapping bug' : learnt ? 'mapping bug, learnt' : 'mapping bug, not learnt';
    const line = (what: string): string => `${program.name}: ${bug}${what}`;
    desk.put(stream.snapshot(4));
    const corrected = desk.train();
    counts.put(line(''), ...told(corrected));
    console.log(`  ${program.name} ${table.name} ${seed} ${bug}: ${corrected.status}`);
    if (corrected.status === 'held') counts.put(line(', approved'), desk.approve(corrected));
    desk.put(stream.snapshot(5));
    counts.put(line(', next round'), ...told(desk.train()));
  } finally {
    desk.close();
  }
}

/** All of it; tables in turns. `only`: a kind of import, `regions`, `bugs`, and a program's name (`bugs/0.1`); empty for all. */
export function mix(tables: readonly Table[], seeds: readonly number[], only: string): Promise<void> {
  const counts = new Counts();
  const [kind = '', by = ''] = only.split('/');
  const found = programs(path.resolve(process.cwd())).filter(({ name }) => by === '' || by === name);
  const isMeant = ({ name }: { readonly name: string }): boolean => kind === '' || kind === name;
  for (const program of found) {
    for (const one of badImports(tables, seeds, isMeant)) walk(program, one, counts);
    for (const one of regionFaults(tables, isMeant)) walk(program, one, counts);
    if (isMeant({ name: 'bugs' }))
      for (const table of tables) for (const seed of seeds.slice(0, 3)) walkBug(program, table, seed, counts);
  }
  counts.print();
  return Promise.resolve();
}
