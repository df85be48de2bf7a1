/**
 * The rounds that the judgement is to be good for, walked as a user does: a full fit, a bad import; then the table is restored, and the
 * good file imported instead. By our command line, and by that of 0.1 where it is there.
 */
import path from 'node:path';
import { bugRows } from '../bugs.ts';
import { withBug } from '../corrupt.ts';
import { type BadImport, badImports } from '../imports.ts';
import { faults, faulty } from '../regions.ts';
import { type Snapshot, Stream } from '../stream.ts';
import type { Table } from '../tables.ts';
import { Desk, type Ended, type Program, programs } from './commandLine.ts';

/** A bad import, and what it would have been. */
type Case = Omit<BadImport, 'name'> & { readonly name: string };

type Meant = (of: { readonly name: string }) => boolean;

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
    for (const one of badImports(tables, seeds, (name) => isMeant({ name }))) walk(program, one, counts);
    for (const one of regionFaults(tables, isMeant)) walk(program, one, counts);
    if (isMeant({ name: 'bugs' }))
      for (const table of tables) for (const seed of seeds.slice(0, 3)) walkBug(program, table, seed, counts);
  }
  counts.print();
  return Promise.resolve();
}
