import { describe, expect, test } from 'vitest';
import { packCells } from '../../../src/data/page.ts';
import type { FeatureKind } from '../../../src/data/training.ts';
import type { Value } from '../../../src/data/value.ts';
import { circle, daysOf, yearFraction } from '../../../src/train/encode/days.ts';
import { Encoder, type FeatureCode, fitFeature } from '../../../src/train/encode/encoder.ts';
import { guessKind } from '../../../src/train/encode/guess.ts';
import { rawColumn } from '../../../src/train/encode/raw.ts';
import { EncodedRows } from '../../../src/train/rows/encodedRows.ts';
import { TextNumbers } from '../../../src/train/classes.ts';

const fit = (kind: FeatureKind, values: readonly Value[], pieces = 1): FeatureCode => {
  const texts = new TextNumbers();
  const raw = rawColumn(kind, packCells(values), values.length, (text) => texts.numberOf(text));
  const size = Math.ceil(values.length / pieces);
  const cut = Array.from({ length: pieces }, (_, i) => raw.slice(i * size, (i + 1) * size));
  return fitFeature('x', kind, cut, texts.texts);
};

/** The inputs of one value. */
function inputsOf(code: FeatureCode, value: Value): number[] {
  const encoder = new Encoder({ format: 1, features: [code] });
  const raw = rawColumn(code.kind, packCells([value]), 1, (text) => encoder.slotOf(0, text));
  const stored = new Float32Array(encoder.layout.stored);
  encoder.write(() => raw[0] as number, stored);
  const rows = new EncodedRows(encoder.layout);
  rows.push(stored, 0, 0);
  const inputs = new Float32Array(encoder.layout.inputs);
  rows.spread(0, inputs, 0);
  return [...inputs];
}

describe('numbers', () => {
  const code = fit('number', [1, 2, 3, 4, null]);
  test('are standardised and clipped, and a missing one has a flag', () => {
    expect(code).toMatchObject({ mean: 2.5, sd: Math.sqrt(1.25), flag: true });
    expect(inputsOf(code, 2.5)).toEqual([0, 0]);
    expect(inputsOf(code, null)).toEqual([0, 1]);
    expect(inputsOf(code, 1e9)).toEqual([8, 0]);
    expect(inputsOf(code, -1e300)).toEqual([-8, 0]);
    expect(inputsOf(code, 'no number')).toEqual([0, 1]);
  });
  test('of a column that had no gap take the mean for a missing value', () => {
    expect(inputsOf(fit('number', [1, 3]), null)).toEqual([0]);
  });
  test('are read from every form a store gives them in', () => {
    for (const values of [
      [1, 2, 3],
      ['1', '2', '3'],
      [1n, 2n, 3n],
    ])
      expect(fit('number', values)).toMatchObject({ mean: 2, flag: false });
    expect(fit('number', ['12.50', '0.50'])).toMatchObject({ mean: 6.5 });
    expect(fit('number', [2n ** 63n, 0n])).toMatchObject({ mean: 2 ** 62 });
  });
  test('that are all the same say nothing', () => {
    expect(inputsOf(fit('number', [7, 7, 7]), 9)).toEqual([0]);
    expect(inputsOf(fit('number', [1e308, 1e308, 1e308]), 1)).toEqual([0]);
  });
  test.each([1e-200, 1e200, 1e300])('of any size are told apart as small ones are (%s)', (size) => {
    const code = fit('number', [1 * size, 2 * size, 3 * size, 4 * size]);
    expect(inputsOf(code, 4 * size)[0]).toBeCloseTo(1.5 / Math.sqrt(1.25), 6);
    expect(inputsOf(code, 1 * size)[0]).toBeCloseTo(-1.5 / Math.sqrt(1.25), 6);
  });
  test('have the same code however they are cut', () => {
    const values = Array.from({ length: 1_000 }, (_, i) => Math.sqrt(i) * 1e3);
    expect(fit('number', values, 7)).toEqual(fit('number', values));
  });
});

describe('categories', () => {
  const code = fit('category', ['b', 'a', 'b', 'c\0d', '']);
  test('have slots for missing, other, and each text in order', () => {
    expect(code).toMatchObject({ vocabulary: ['', 'a', 'b', 'c\0d'], missing: false, other: false });
    expect(inputsOf(code, null)).toEqual([1, 0, 0, 0, 0, 0]);
    expect(inputsOf(code, 'new')).toEqual([0, 1, 0, 0, 0, 0]);
    expect(inputsOf(code, 'b')).toEqual([0, 0, 0, 0, 1, 0]);
  });
  test('keep the most frequent, and slots that the fit never saw are silent', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => `v${Math.floor(Math.sqrt(i * 100))}`);
    const wide = fit('category', many);
    expect(wide.kind === 'category' && wide.vocabulary.length).toBe(128);
    expect(new Encoder({ format: 1, features: [wide] }).layout.silent).toEqual([0]);
    expect(new Encoder({ format: 1, features: [code] }).layout.silent).toEqual([0, 1]);
  });
  test('may be numbers or bytes', () => {
    expect(fit('category', [3, 1])).toMatchObject({ vocabulary: ['1', '3'] });
    expect(fit('category', [Uint8Array.of(255)])).toMatchObject({ vocabulary: ["x'ff'"] });
  });
});

describe('booleans and dates', () => {
  test('a boolean is -1 or 1, and 0 when missing', () => {
    const code = fit('boolean', [0, 1, null]);
    expect([1, 0, 'true', 'NO', null].map((value) => inputsOf(code, value))).toEqual([
      [1, 0],
      [-1, 0],
      [1, 0],
      [-1, 0],
      [0, 1],
    ]);
  });
  test('days are counted as Date does', () => {
    for (const text of ['1970-01-01', '2000-02-29', '1899-12-31', '2026-11-24', '0001-01-01'])
      expect(daysOf(text)).toBe(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
    expect(daysOf('2012-01-31 06:00:00.000')).toBe(daysOf('2012-01-31') + 0.25);
    for (const text of ['', 'soon', '2012-13-01', '12-01-01']) expect(daysOf(text)).toBeNaN();
  });
  test('numbers are seconds or milliseconds since 1970, and one beyond every calendar is missing', () => {
    const code = fit('date', [0, 86_400, null]);
    expect(inputsOf(code, 1_325_376_000)).toEqual(inputsOf(code, '2012-01-01'));
    expect(inputsOf(code, 1_325_376_000_000)).toEqual(inputsOf(code, '2012-01-01'));
    for (const value of [1e300, -1e300, 2n ** 63n]) expect(inputsOf(code, value)).toEqual([0, 0, 0, 1]);
  });
  test('the year is a circle, by our own sine', () => {
    expect(yearFraction(daysOf('2012-07-02'))).toBeCloseTo(0.5, 3);
    for (let turns = -2; turns < 2; turns += 0.013) {
      expect(circle(turns).sin).toBeCloseTo(Math.sin(2 * Math.PI * turns), 12);
      expect(circle(turns).cos).toBeCloseTo(Math.cos(2 * Math.PI * turns), 12);
    }
  });
  test('a date is a trend and its place in the year, and with times its place in the day', () => {
    const code = fit('date', ['2012-01-01', '2012-12-31', null]);
    expect(inputsOf(code, '2012-07-01')).toHaveLength(4);
    expect(inputsOf(code, null)).toEqual([0, 0, 0, 1]);
    const [trend, sin, cos] = inputsOf(code, '2012-01-01');
    expect(trend).toBeCloseTo(-182.5 / 366, 5);
    expect(sin).toBeCloseTo(0, 6);
    expect(cos).toBeCloseTo(1, 6);
    expect(inputsOf(fit('date', ['2012-01-01 12:00:00']), '2013-01-01 06:00:00')).toHaveLength(5);
  });
});

describe('the kind of a column', () => {
  test.each<[string, readonly Value[], FeatureKind]>([
    ['INT', [], 'number'],
    ['BIGINT', ['1'], 'number'],
    ['DECIMAL(10,2)', ['1.00'], 'number'],
    ['DOUBLE', [1], 'number'],
    ['BOOL', [0], 'boolean'],
    ['DATETIME(3)', ['2012-01-01 00:00:00.000'], 'date'],
    ['DATE', [], 'date'],
    ['VARCHAR(20)', ['2012-01-01', null], 'date'],
    ['VARCHAR(20)', ['2012-01-01', 'never'], 'category'],
    ['VARCHAR(5)', ['01234', '04321'], 'category'],
    ['TEXT', ['true', 'False'], 'boolean'],
    ['TEXT', [null], 'category'],
    ['', [1, 2n, null], 'number'],
  ])('%s, case %#', (type, values, kind) => {
    expect(guessKind('x', type, values)).toBe(kind);
  });
  test('bytes cannot be learnt from', () => {
    expect(() => guessKind('photo', 'BLOB', [])).toThrow('"photo" (BLOB) cannot be learnt from.');
  });
});
