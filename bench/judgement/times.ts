/** What a judgement takes: 3,200 and 100,000 changed rows of a table of 300,000, all in memory, with a parent that is a formula. */
import { at } from '../../src/base/assert.ts';
import type { DeltaPage } from '../../src/data/change.ts';
import { makeFacts } from '../../src/judge/facts/makeFacts.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import type { AnsweredRows, DataQuestion } from '../../src/judge/question.ts';
import { changedRows } from '../../src/judge/rows/changedRows.ts';
import type { Judged } from '../../src/judge/rows/columns.ts';
import { suspectGroups } from '../../src/judge/suspectGroups.ts';
import { rawColumn } from '../../src/train/encode/raw.ts';
import { Draws } from './draws.ts';

const rows = 300_000;
const numbers = 16;
const names = Array.from({ length: numbers }, (_, c) => `x${c}`);
const regions = Array.from({ length: 12 }, (_, i) => `region ${i}`);

const way: Judged = {
  columns: [
    { name: 'id', kind: 'number', role: 'key', clip: null },
    ...names.map((name) => ({ name, kind: 'number', role: 'feature', clip: null }) as const),
    { name: 'region', kind: 'category', role: 'feature', clip: null },
  ],
  label: 'label',
  task: 'classification',
  read: rawColumn,
};
const columns = [...way.columns.map(({ name }) => ({ name, type: '' })), { name: 'label', type: '' }];

interface Made {
  readonly x: readonly Float64Array[];
  readonly region: readonly string[];
  readonly yes: Uint8Array;
}

function made(count: number, seed: string): Made {
  const draws = new Draws(seed);
  const x = names.map(() => Float64Array.from({ length: count }, () => draws.normal()));
  return {
    x,
    region: Array.from({ length: count }, () => draws.of(regions)),
    yes: Uint8Array.from({ length: count }, (_, i) => (at(at(x, 0), i) + 0.7 * draws.normal() > 0 ? 1 : 0)),
  };
}

const cells = (of: Made, from: number) => [
  { kind: 'number', values: Float64Array.from(of.yes, (_, i) => from + i), nulls: null } as const,
  ...of.x.map((values) => ({ kind: 'number', values, nulls: null }) as const),
  { kind: 'text', values: of.region } as const,
  { kind: 'text', values: Array.from(of.yes, (yes) => (yes ? 'yes' : 'no')) } as const,
];

const answers = (of: Made): Float32Array =>
  Float32Array.from({ length: 2 * of.yes.length }, (_, i) => {
    const yes = 1 / (1 + Math.exp(-2.4 * at(at(of.x, 0), i >> 1)));
    return i % 2 ? yes : 1 - yes;
  });

const answered = (of: Made): AnsweredRows => ({ probabilities: answers(of), labels: Int32Array.from(of.yes) });

/** Milliseconds of the processor: what other programs do meanwhile does not count. */
function seconds<T>(work: () => T): { readonly value: T; readonly text: string } {
  const began = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(began);
  return { value, text: `${((user + system) / 1_000).toFixed(0)} ms` };
}

/** Half of the rows are new, a column of the others is spoiled in a few regions, and a tenth of their labels. */
export async function times(): Promise<void> {
  const base = made(rows, 'base');
  const counted = seconds(() => {
    const builder = makeFacts(way);
    builder.add({ rows, columns, cells: cells(base, 0) });
    return builder.done();
  });
  console.log(`facts of ${rows} rows, ${columns.length} columns: ${counted.text}`);
  for (const count of [3_200, 100_000]) {
    const [old, now] = [made(count, 'old'), made(count, 'old')];
    const draws = new Draws('spoil');
    for (let i = 0; i < count; i++) {
      if (old.region[i] === 'region 3' || old.region[i] === 'region 4') at(now.x, 0)[i] = -at(at(now.x, 0), i);
      at(now.x, 5)[i] = at(at(now.x, 5), i) + 0.01;
      if (draws.fraction() < 0.1) now.yes[i] = 1 - at(now.yes, i);
    }
    const page: DeltaPage = {
      rows: count,
      keyColumns: 1,
      columns,
      flags: Uint8Array.from({ length: count }, (_, i) => i % 2),
      before: cells(old, 0),
      after: cells(now, 0),
      hashes: Array.from({ length: count }, (_, i) =>
        ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0').padEnd(32, '0'),
      ),
    };
    const read = seconds(() => {
      const builder = changedRows({ ...way, unseen: { test: 0.1, validation: 0.1 } });
      builder.add(page);
      return builder.done();
    });
    const sample = made(4_000, 'sample');
    const question: DataQuestion = {
      changes: read.value,
      facts: counted.value,
      parent: {
        classes: ['no', 'yes'],
        before: answers(old),
        after: answers(now),
        unseen: answered(sample),
        train: answered(sample),
      },
      returned: 0,
      restored: false,
      approvals: [],
      day: null,
    };
    const judged = seconds(() => judgeData(question));
    const suspects = seconds(() => suspectGroups(question, judged.value.reasons));
    const found = suspects.value.groups[0];
    console.log(`${count} changed rows: read ${read.text}, judged ${judged.text}, suspects ${suspects.text}`);
    console.log(
      `  ${judged.value.reasons.map(({ kind }) => kind).join(', ')}; first: ${found?.column ?? found?.change} ${JSON.stringify(found?.where)}`,
    );
  }
}
