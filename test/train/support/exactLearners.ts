/**
 * Learners that are exact because all they keep are integer sums: what is added and taken away again leaves no trace, in any
 * order. They prove the port for families that the product does not ship yet, one for each form of rows.
 */
import { at } from '../../../src/base/assert.ts';
import { throwIfCancelled } from '../../../src/base/failure.ts';
import type { AbsorbJob, Learner, LearnerHooks, Learnt } from '../../../src/data/learner.ts';
import { cellAt } from '../../../src/data/page.ts';
import type { RowLayouts, RowStream, TrainPage } from '../../../src/data/trainPage.ts';
import { textOf } from '../../../src/data/value.ts';

/** Rows of each class, and for each class the sums at `width` places. */
export interface Sums {
  readonly classes: number;
  readonly counts: BigInt64Array;
  readonly sums: BigInt64Array;
}

const learnt = <M>(model: M, seen: number): Learnt<M> => ({ model, seen, epochs: [], attempts: [], kept: 0 });

interface Summing<F extends 'bins' | 'encoded'> {
  readonly rows: F;
  width(layout: RowLayouts[F]): number;
  /** Tells what a row adds, and where. */
  visit(layout: RowLayouts[F], page: TrainPage<F>, row: number, add: (place: number, amount: bigint) => void): void;
  /** The score of a class that has rows. */
  score(model: Sums, k: number, layout: RowLayouts[F], page: TrainPage<F>, row: number): number;
}

async function eachRow<F extends 'bins' | 'encoded'>(
  stream: RowStream<F>,
  signal: AbortSignal,
  visit: (page: TrainPage<F>, row: number, label: number) => void,
): Promise<number> {
  let rows = 0;
  for await (const page of stream.read(signal)) {
    throwIfCancelled(signal);
    if (page.labels.kind !== 'class') throw new Error('these learners know classes only');
    for (let row = 0; row < page.rows; row++) visit(page, row, at(page.labels.values, row));
    rows += page.rows;
  }
  return rows;
}

function summing<F extends 'bins' | 'encoded'>(of: Summing<F>): Learner<Sums, F> {
  const startOf = (job: AbsorbJob<Sums, F>): Sums => {
    const { parent, classes, after } = job;
    if (parent) return { classes, counts: parent.counts.slice(), sums: parent.sums.slice() };
    const width = of.width(after.layout);
    return { classes, counts: new BigInt64Array(classes), sums: new BigInt64Array(classes * width) };
  };
  return {
    fits: ['classification'],
    options: { properties: {}, defaults: {} },
    rows: of.rows,
    state: {
      write: ({ classes, counts, sums }) => ({
        structure: { classes },
        arrays: [
          { name: 'counts', shape: [classes], values: counts },
          { name: 'sums', shape: [classes, classes === 0 ? 0 : sums.length / classes], values: sums },
        ],
      }),
      fault({ arrays }, layout, classes) {
        const lengths = arrays.map(({ values }) => (values instanceof BigInt64Array ? values.length : -1));
        const needed = [classes, classes * of.width(layout)];
        return lengths.join() === needed.join() ? null : 'its sums are not of this table';
      },
      read({ arrays }) {
        const [counts, sums] = arrays.map(({ values }) => values);
        if (!(counts instanceof BigInt64Array && sums instanceof BigInt64Array)) throw new Error('not these sums');
        return { classes: counts.length, counts, sums };
      },
    },
    async absorb(job, { signal }: LearnerHooks) {
      const model = startOf(job);
      const width = of.width(job.after.layout);
      const take = (stream: RowStream<F>, sign: bigint): Promise<number> =>
        eachRow(stream, signal, (page, row, label) => {
          model.counts[label] = at(model.counts, label) + sign;
          of.visit(stream.layout, page, row, (place, amount) => {
            const i = label * width + place;
            model.sums[i] = at(model.sums, i) + sign * amount;
          });
        });
      const seen = (await take(job.before, -1n)) + (await take(job.after, 1n));
      return learnt(model, seen);
    },
    async grow(model, newClasses) {
      const classes = model.classes + newClasses;
      const width = model.sums.length / model.classes;
      const counts = new BigInt64Array(classes);
      const sums = new BigInt64Array(classes * width);
      counts.set(model.counts);
      sums.set(model.sums);
      return { classes, counts, sums };
    },
    async predict(model, rows, signal) {
      const values: number[] = [];
      await eachRow(rows, signal, (page, row) => {
        for (let k = 0; k < model.classes; k++)
          values.push(at(model.counts, k) === 0n ? -1e30 : of.score(model, k, rows.layout, page, row));
      });
      return { kind: 'scores', classes: model.classes, values: Float32Array.from(values) };
    },
    cost: (_options, trainRows) => trainRows,
  };
}

/** Naive Bayes on bins: how often each bin was met with each class. */
export const counts = summing({
  rows: 'bins',
  width: ({ features }) => features.length * 256,
  visit({ features }, page, row, add) {
    features.forEach((_, f) => add(f * 256 + at(page.bins, row * features.length + f), 1n));
  },
  score({ counts: rows, sums, classes }, k, { features }, page, row) {
    const width = sums.length / classes;
    const own = Number(at(rows, k));
    return features.reduce((sum, { bins }, f) => {
      const met = Number(at(sums, k * width + f * 256 + at(page.bins, row * features.length + f)));
      return sum + Math.log((met + 1) / (own + bins));
    }, Math.log(own));
  },
});

const fixed = (value: number): bigint => (Number.isNaN(value) ? 0n : BigInt(Math.round(value * 4_096)));

/** The nearest class mean on encoded rows, from sums of values that are rounded to a 4,096th. */
export const means = summing({
  rows: 'encoded',
  width: ({ stored }) => stored,
  visit({ stored }, page, row, add) {
    for (let i = 0; i < stored; i++) add(i, fixed(at(page.values, row * stored + i)));
  },
  score({ counts: rows, sums }, k, { stored }, page, row) {
    let distance = 0;
    for (let i = 0; i < stored; i++) {
      const mean = Number(at(sums, k * stored + i)) / Number(at(rows, k));
      distance += (Number(fixed(at(page.values, row * stored + i))) - mean) ** 2;
    }
    return -distance / 4_096 ** 2;
  },
});

/** Of each text of the first feature the rows, and the sum of their labels in thousandths. */
type Groups = ReadonlyMap<string, { readonly rows: bigint; readonly sum: bigint }>;

/** A regression on raw cells: the mean label of the rows that share the first feature. */
export const groups: Learner<Groups, 'raw'> = {
  fits: ['regression'],
  options: { properties: {}, defaults: {} },
  rows: 'raw',
  state: {
    write(model) {
      const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
      const shape = [sorted.length];
      return {
        structure: { texts: sorted.map(([text]) => text) },
        arrays: [
          { name: 'rows', shape, values: BigUint64Array.from(sorted, ([, one]) => one.rows) },
          { name: 'sums', shape, values: Float64Array.from(sorted, ([, one]) => Number(one.sum)) },
        ],
      };
    },
    fault: () => null,
    read({ structure, arrays }) {
      const { texts } = structure as { texts: string[] };
      const [rows, sums] = arrays.map(({ values }) => values);
      if (!(rows instanceof BigUint64Array && sums instanceof Float64Array)) throw new Error('not these groups');
      return new Map(texts.map((text, i) => [text, { rows: at(rows, i), sum: BigInt(at(sums, i)) }]));
    },
  },
  async absorb({ parent, before, after }, { signal }) {
    const model = new Map(parent);
    let seen = 0;
    for (const [stream, sign] of [[before, -1n] as const, [after, 1n] as const])
      for await (const page of stream.read(signal)) {
        throwIfCancelled(signal);
        seen += page.rows;
        for (let row = 0; row < page.rows; row++) {
          const text = textOf(cellAt(at(page.cells, 0), row));
          const { rows, sum } = model.get(text) ?? { rows: 0n, sum: 0n };
          const own = { rows: rows + sign, sum: sum + sign * BigInt(Math.round(at(page.labels.values, row) * 1_000)) };
          if (own.rows === 0n) model.delete(text);
          else model.set(text, own);
        }
      }
    return learnt<Groups>(model, seen);
  },
  grow: async (model) => model,
  async predict(model, rows, signal) {
    const all = [...model.values()];
    const total = all.reduce((sum, one) => sum + Number(one.sum), 0) / 1_000;
    const mean =
      total /
      Math.max(
        1,
        all.reduce((sum, one) => sum + Number(one.rows), 0),
      );
    const values: number[] = [];
    for await (const page of rows.read(signal))
      for (let row = 0; row < page.rows; row++) {
        const own = model.get(textOf(cellAt(at(page.cells, 0), row)));
        values.push(own ? Number(own.sum) / 1_000 / Number(own.rows) : mean);
      }
    return { kind: 'values', values: Float64Array.from(values) };
  },
  cost: (_options, trainRows) => trainRows,
};
