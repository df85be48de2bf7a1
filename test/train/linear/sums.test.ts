import { describe, expect, test } from 'vitest';
import { at } from '../../../src/base/assert.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { LearnerHooks } from '../../../src/data/learner.ts';
import type { EncodedLayout, TrainPage } from '../../../src/data/trainPage.ts';
import { fitLabelScale, labelOf, stepsOf } from '../../../src/train/models/labelScale.ts';
import { mostEntry } from '../../../src/train/models/linear/integerRows.ts';
import { linear } from '../../../src/train/models/linear/linear.ts';
import { linearRules } from '../../../src/train/models/linear/options.ts';
import { Summing } from '../../../src/train/models/linear/sums.ts';
import { KeptRows } from '../../../src/train/rows/keptRows.ts';

describe('sums of whole numbers', () => {
  const start = { gram: new BigInt64Array(3), cross: new BigInt64Array(2) };
  const row = { inputs: Int32Array.of(0, 1), entries: Float64Array.of(-mostEntry, mostEntry), length: 2 };

  test('stay exact beyond 2^53, where doubles are not', () => {
    const label = 2 ** 31 - 1;
    const summing = new Summing(start, 2, 1);
    const rows = 100_000;
    for (let i = 0; i < rows; i++) summing.add(row, 0, label, 1);
    const { cross, gram } = summing.close();
    const expected = BigInt(rows) * BigInt(mostEntry) * BigInt(label);
    expect(expected).toBeGreaterThan(2n ** 53n);
    expect([...cross]).toEqual([-expected, expected]);
    expect(at(gram, 0)).toBe(BigInt(rows) * BigInt(mostEntry) ** 2n);
  });

  test('are refused where 64 bits do not hold them', () => {
    const nearly = { ...start, cross: new BigInt64Array(2).fill(2n ** 63n - 1n) };
    const summing = new Summing(nearly, 2, 1);
    summing.add(row, 0, 5, 1);
    expect(() => summing.close()).toThrow('more rows than the sums of a linear model can hold exactly');
    const taken = new Summing(nearly, 2, 1);
    taken.add(row, 0, 5, 1);
    taken.add(row, 0, 5, -1);
    expect(taken.close().cross).toEqual(nearly.cross);
  });
});

describe('the scale of a label', () => {
  test.each([1, 1e-9, 1e12, 1e300, -1e300])('keeps labels of any size to a thousandth of a deviation (%s)', (size) => {
    const random = seededRandom('labels');
    const labels = Float64Array.from({ length: 500 }, () => size * (3 + random.fraction()));
    const scale = fitLabelScale(labels);
    for (const label of labels)
      expect(Math.abs(labelOf(scale, stepsOf(scale, label)) - label)).toBeLessThan(Math.abs(size) * 0.29 * 1e-3);
    expect(fitLabelScale(labels.toReversed())).toEqual(scale);
  });

  test('of labels that do not vary is not a division by nothing', () => {
    const scale = fitLabelScale(Float64Array.of(7, 7, 7));
    expect(labelOf(scale, stepsOf(scale, 7))).toBe(7);
    expect(stepsOf(scale, 1e300)).toBe(2 ** 31 - 1);
  });
});

const layoutOf = (inputs: number): EncodedLayout => ({
  stored: inputs,
  inputs,
  spreads: [{ way: 'copy', from: 0, to: 0, count: inputs }],
  silent: [],
});
const hooks: LearnerHooks = { signal: new AbortController().signal, epoch: () => {} };

function rowsOf(inputs: number, rows: number): KeptRows<'encoded'> {
  const random = seededRandom('rows');
  const kept = new KeptRows('encoded', layoutOf(inputs));
  const page: TrainPage<'encoded'> = {
    rows,
    values: Float32Array.from({ length: rows * inputs }, () => random.fraction()),
    labels: { kind: 'class', values: Uint32Array.from({ length: rows }, (_, i) => i % 2) },
    sides: new Uint8Array(rows),
  };
  if (rows > 0) kept.add(page);
  return kept;
}

const job = (inputs: number) => ({
  options: linearRules.defaults,
  seed: 'x',
  classes: 2,
  validation: rowsOf(inputs, 0),
  frozen: null,
});

test('a model of which every row was deleted is none', async () => {
  const rows = rowsOf(3, 40);
  const none = rowsOf(3, 0);
  const first = await linear.absorb?.({ ...job(3), parent: null, before: none, after: rows }, hooks);
  const emptied = linear.absorb?.({ ...job(3), parent: first?.model ?? null, before: rows, after: none }, hooks);
  await expect(emptied).rejects.toMatchObject({ code: 'plan.fewRows' });
});

test('more inputs than a square of them is worth are refused with what to do', async () => {
  const fitted = linear.absorb?.(
    { ...job(2_049), parent: null, before: rowsOf(2_049, 0), after: rowsOf(2_049, 1) },
    hooks,
  );
  await expect(fitted).rejects.toThrow(
    'The columns become 2049 inputs, and a linear model has at most 2048. Leave out columns with many categories',
  );
});

test('a state of another format is not read', () => {
  const saved = { structure: { kind: 'linear', format: 2, label: null }, arrays: [] };
  expect(linear.state.fault(saved, layoutOf(3), 2)).toBe('its linear model is of format 2, and this version knows 1');
});
