import { describe, expect, test } from 'vitest';
import type { FeatureKind } from '../../../src/data/training.ts';
import { Binner, fitBins, type FeatureBins } from '../../../src/train/encode/bins.ts';

const fit = (kind: FeatureKind, values: readonly number[], texts: readonly string[] = []): FeatureBins =>
  fitBins('x', kind, [Float64Array.from(values)], texts);

function binOf(code: FeatureBins, value: number): number {
  const row = new Uint8Array(1);
  new Binner({ form: 'bins', format: 1, features: [code] }).write(() => value, row);
  return row[0] ?? -1;
}

const countOf = (code: FeatureBins): number =>
  new Binner({ form: 'bins', format: 1, features: [code] }).layout.features[0]?.bins ?? 0;

describe('bins of numbers', () => {
  test('few values have a bin each, in their order; what lies between falls to the lower one', () => {
    const code = fit('number', [3, 1, 2, 1, Number.NaN]);
    expect([1, 1.5, 2, 3, 99, -5].map((value) => binOf(code, value))).toEqual([1, 1, 2, 3, 3, 1]);
    expect(binOf(code, Number.NaN)).toBe(0);
    expect(countOf(code)).toBe(4);
  });
  test('many values share 255 bins of about as many rows, however the rows were cut and ordered', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => ((i * 7_919) % 10_000) ** 2);
    const code = fitBins('x', 'number', [values.subarray(0, 17), values.subarray(17)], []);
    expect(fitBins('x', 'number', [values.slice().reverse()], [])).toEqual(code);
    const rows = new Map<number, number>();
    for (const value of values) rows.set(binOf(code, value), (rows.get(binOf(code, value)) ?? 0) + 1);
    expect(rows.size).toBe(255);
    expect(Math.max(...rows.values())).toBeLessThan(45);
    expect(Math.min(...rows.values())).toBeGreaterThan(30);
  });
  test('a value that most rows have does not make empty bins', () => {
    const code = fit('number', [
      ...Array.from({ length: 5_000 }, () => 7),
      ...Array.from({ length: 600 }, (_, i) => i),
    ]);
    const used = new Set(Array.from({ length: 600 }, (_, i) => binOf(code, i)));
    expect(used.size).toBe(countOf(code) - 1);
  });
  test('a column without a value has one bin besides "missing"', () => {
    const code = fit('date', [Number.NaN]);
    expect(countOf(code)).toBe(2);
    expect(binOf(code, 12)).toBe(1);
  });
});

describe('bins of categories', () => {
  const code = fit('category', [0, 0, 1, 2, 2, 2], ['b', 'a', 'c']);
  const binner = new Binner({ form: 'bins', format: 1, features: [code] });
  test('stand in the order of their texts; what the fit never saw is "other"', () => {
    expect(['a', 'b', 'c', 'new'].map((text) => binner.slotOf(0, text))).toEqual([2, 3, 4, 1]);
    expect(binner.layout.features).toEqual([{ name: 'x', bins: 5, ordered: false }]);
    expect(binOf(code, binner.slotOf(0, 'c'))).toBe(4);
    expect(binOf(code, Number.NaN)).toBe(0);
  });
  test('the most frequent of very many have a bin, so that all fit a byte', () => {
    const texts = Array.from({ length: 400 }, (_, i) => `t${String(i).padStart(3, '0')}`);
    const values = texts.flatMap((_, i) => (i < 200 ? [i, i] : [i]));
    const wide = fit('category', values, texts);
    expect(wide.kind === 'category' && wide.vocabulary.length).toBe(254);
    expect(wide.kind === 'category' && wide.vocabulary.slice(0, 200)).toEqual(texts.slice(0, 200));
    expect(countOf(wide)).toBe(256);
  });
});
