import { expect, test } from 'vitest';
import { packRows } from '../../../src/data/page.ts';
import { fitBins } from '../../../src/train/encode/bins.ts';
import type { CoderState } from '../../../src/train/encode/coder.ts';
import { fitFeature } from '../../../src/train/encode/encoder.ts';
import { InputNotes } from '../../../src/train/encode/inputNotes.ts';

const train = Float64Array.from({ length: 2_001 }, (_, i) => (i - 1_000) / 1_000);
const states: [string, CoderState][] = [
  ['an encoder', { format: 1, features: [fitFeature('x', 'number', [train], [])] }],
  ['bins', { form: 'bins', format: 1, features: [fitBins('x', 'number', [train], [])] }],
];

test.each(states)('%s tells how many numbers lie far beyond those of its fit, and of no others', (_, state) => {
  const told = (values: readonly (number | null)[]) => {
    const notes = new InputNotes(state);
    notes.see(
      packRows(
        [{ name: 'x', type: 'DOUBLE' }],
        values.map((value) => [value]),
      ),
    );
    return notes.told().map(({ beyond, missing }) => ({ beyond, missing }));
  };
  expect(told([...train])).toEqual([]);
  expect(told([0, 2.9, -2.9])).toEqual([]);
  expect(told([0, 5, -1e9, null, 1e300])).toEqual([{ beyond: 3, missing: 1 }]);
});

test.each([
  ['two values', [0, 1, 1, 0], [0, 1, 2], [3, -5]],
  ['one value', [7, 7, 7], [7, -100, 1e9], []],
])('bins of %s', (_, values, near, far) => {
  const state: CoderState = {
    form: 'bins',
    format: 1,
    features: [fitBins('x', 'number', [Float64Array.from(values)], [])],
  };
  const beyond = (asked: readonly number[]): number => {
    const notes = new InputNotes(state);
    notes.see(
      packRows(
        [{ name: 'x', type: 'DOUBLE' }],
        asked.map((value) => [value]),
      ),
    );
    return notes.told()[0]?.beyond ?? 0;
  };
  expect(beyond(near)).toBe(0);
  expect(beyond(far)).toBe(far.length);
});
