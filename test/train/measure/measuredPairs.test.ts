/** What two models are compared by on the same rows, where there is little to compare: nothing is said to be sure that is not. */
import { describe, expect, test } from 'vitest';
import type { MeasuredPair } from '../../../src/data/measuring/measures.ts';
import { classRows, type ClassRows } from '../../../src/train/measure/classRows.ts';
import { classPairs, valuePairs } from '../../../src/train/measure/measuredPairs.ts';

/** A model that answers so, each time as sure. */
function answering(classes: readonly string[], texts: readonly string[], answers: readonly string[]): ClassRows {
  const names = [...new Set(texts)];
  return classRows({
    scores: Float32Array.from(answers.flatMap((answer) => classes.map((one) => (one === answer ? 1 : 0)))),
    classes,
    temperature: 1,
    labels: Int32Array.from(texts, (text) => names.indexOf(text)),
    texts: names,
  });
}

const compared = (child: ClassRows, parent: ClassRows): MeasuredPair[] =>
  classPairs(child, parent, [...child.labels.keys()]);
const named = (pairs: readonly MeasuredPair[], metric: string): MeasuredPair | undefined =>
  pairs.find((one) => one.metric === metric);

/** `a` and `b` in turn. */
const turns = (n: number): string[] => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
/** Every tenth of them is answered wrongly, from row `from` on. */
const mistaken = (texts: readonly string[], from: number): string[] =>
  texts.map((text, i) => (i % 10 === from ? (text === 'a' ? 'b' : 'a') : text));

/** Nothing that differs is sure: no p of 0, unless an error that is known makes it less than a number can say. */
function nothingIsSure(pairs: readonly MeasuredPair[]): void {
  for (const { metric, by, difference, low, high, p } of pairs) {
    if (difference === 0 || by === 'mcnemar') continue;
    const errors = Math.abs(difference) / ((high - low) / 2 / 1.96);
    expect([metric, p > 0 || errors > 37, errors < 1e6]).toEqual([metric, true, true]);
  }
}

describe('the area under the curve', () => {
  const texts = turns(200);
  test('is not compared with that of a model of two other classes', () => {
    const child = answering(['a', 'b'], texts, mistaken(texts, 3));
    for (const classes of [
      ['a', 'c'],
      ['c', 'a'],
    ]) {
      const parent = answering(
        classes,
        texts,
        texts.map((text) => (text === 'a' ? 'a' : 'c')),
      );
      expect(named(compared(child, parent), 'auc')).toBe(undefined);
      expect(named(compared(parent, child), 'auc')).toBe(undefined);
    }
  });

  test('is compared with that of one that numbers the same two otherwise', () => {
    const child = answering(['a', 'b'], texts, mistaken(texts, 3));
    const parent = answering(['b', 'a'], texts, mistaken(texts, 3));
    expect(named(compared(child, parent), 'auc')).toMatchObject({ difference: 0, p: 1 });
  });
});

describe('a class with few rows', () => {
  test('none among those that are drawn from: what is about it is left out', () => {
    const texts = [...turns(20_000), ...Array.from({ length: 10 }, () => 'c')];
    const classes = ['a', 'b', 'c'];
    const right = mistaken(texts, 3).map((answer, i) => (i < 20_000 ? answer : 'c'));
    const wrong = mistaken(texts, 4).map((answer, i) => (i < 20_000 ? answer : 'a'));
    const pairs = compared(answering(classes, texts, right), answering(classes, texts, wrong));
    for (const metric of ['balancedAccuracy', 'precision:c', 'f1:c']) expect(named(pairs, metric)).toBe(undefined);
    // Exact of ten rows.
    expect(named(pairs, 'recall:c')).toMatchObject({ n: 10, difference: 1, by: 'mcnemar', p: 2 ** -9 });
    expect(named(pairs, 'f1:a')).toMatchObject({ by: 'bootstrap' });
    nothingIsSure(pairs);
  });

  test('all among those that are drawn from: its error is that of its own rows, not of all', () => {
    const few = 40;
    const rest = turns(60_000);
    const texts = [...Array.from({ length: few }, () => 'c'), ...rest];
    const classes = ['a', 'b', 'c'];
    const half = [...Array.from({ length: few }, (_, i) => (i % 2 === 0 ? 'c' : 'a')), ...rest];
    const pairs = compared(answering(classes, texts, texts), answering(classes, texts, half));
    const one = named(pairs, 'balancedAccuracy');
    // Half of 40 rows were lost: the recall has an error of ½/√40, and counts a third.
    const expected = 0.5 / Math.sqrt(few) / 3;
    const error = ((one?.high ?? 0) - (one?.low ?? 0)) / 2 / 1.96;
    expect(error / expected).toBeGreaterThan(0.8);
    expect(error / expected).toBeLessThan(1.2);
  });

  test('of nine rows a draw knows too little, of ten it is asked', () => {
    const of = (few: number) => {
      const texts = [...turns(200), ...Array.from({ length: few }, () => 'c')];
      const some = texts.map((text, i) => (text === 'c' && i % 3 === 0 ? 'a' : text));
      return compared(answering(['a', 'b', 'c'], texts, some), answering(['a', 'b', 'c'], texts, texts));
    };
    for (const metric of ['balancedAccuracy', 'f1:c']) {
      expect(named(of(9), metric)).toBe(undefined);
      expect(named(of(10), metric)).toMatchObject({ by: 'bootstrap' });
    }
    nothingIsSure(of(9));
  });

  test('precision is of the rows that are answered so: too few of those are none', () => {
    const texts = turns(400);
    const rarely = texts.map((text, i) => (text === 'b' && i > 20 ? 'a' : text));
    const pairs = compared(answering(['a', 'b'], texts, rarely), answering(['a', 'b'], texts, mistaken(texts, 3)));
    expect(named(pairs, 'recall:b')).toMatchObject({ n: 200 });
    // Ten answers of b are enough.
    expect(named(pairs, 'precision:b')).toMatchObject({ child: 1, by: 'bootstrap' });
    expect(named(pairs, 'precision:a')).toMatchObject({ by: 'bootstrap' });
    const never = texts.map((text, i) => (text === 'b' && i > 10 ? 'a' : text));
    const fewer = compared(answering(['a', 'b'], texts, never), answering(['a', 'b'], texts, mistaken(texts, 3)));
    expect(named(fewer, 'precision:b')).toBe(undefined);
    nothingIsSure([...pairs, ...fewer]);
  });
});

describe('a difference that no draw varies', () => {
  test('is not said to be sure: every row of a class lost is left to the exact test', () => {
    const texts = turns(200);
    const all = texts.map(() => 'a');
    const pairs = compared(answering(['a', 'b'], texts, texts), answering(['a', 'b'], texts, all));
    expect(named(pairs, 'balancedAccuracy')).toBe(undefined);
    expect(named(pairs, 'recall:b')).toMatchObject({ difference: 1, by: 'mcnemar' });
    nothingIsSure(pairs);
  });

  test('nor one of a single row, nor one that is the same on every row', () => {
    const one = compared(answering(['a', 'b'], ['a'], ['a']), answering(['a', 'b'], ['a'], ['b']));
    expect(named(one, 'logLoss')).toBe(undefined);
    const labels = Float64Array.from({ length: 50 }, (_, i) => i);
    const off = (by: number): Float64Array => labels.map(() => by);
    expect(valuePairs(off(1), off(2), labels)).toEqual([]);
    // Where nothing differs, nothing varies either, and that is told.
    expect(valuePairs(off(1), off(1), labels).map(({ metric }) => metric)).toEqual(['rmse', 'mae', 'r2']);
  });
});
