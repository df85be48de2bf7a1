// What is known of all rows: counted in pages of any size, brought forward by a delta, kept as bytes.
import { describe, expect, test } from 'vitest';
import { forwardFacts } from '../../src/judge/facts/baseFacts.ts';
import { Cumulative, deviationOf, topShare } from '../../src/judge/facts/columnFacts.ts';
import { readFacts, writeFacts } from '../../src/judge/facts/factsBytes.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { changed, deltaOf, factsOfRows, questionOf, type Rows, way } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(2_000);
const facts = factsOfRows(old);
const next: Rows = new Map([
  ...changed(old, (id, row) => {
    if (id % 50 === 0) return null;
    if (id % 20 === 3) return { ...row, x: 1, region: 'Centre' };
    return id % 30 === 7 ? { ...row, label: 'perhaps' } : row;
  }),
  ...shop(200, 'shop', 2_000),
]);
const forward = forwardFacts(facts, deltaOf(old, next));
const anew = factsOfRows(next);

const columnOf = (of: typeof facts, name: string) => {
  const found = of.columns.find((column) => column.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe('facts', () => {
  test('do not depend on how rows come', () => {
    expect(factsOfRows(old, way, 7)).toEqual(facts);
  });

  test('count what is there', () => {
    expect(facts.rows).toBe(2_000);
    expect([...facts.classes.values()].reduce((sum, n) => sum + n, 0)).toBe(2_000);
    expect(columnOf(facts, 'region').distribution).toMatchObject({ kind: 'values', others: 0 });
    const x = new Cumulative(columnOf(facts, 'x'));
    expect(x.upTo(1_000)).toBe(2_000);
    expect(x.upTo(-1)).toBe(0);
    expect(Math.abs(x.upTo(50) - [...old.values()].filter((row) => Number(row['x']) <= 50).length)).toBeLessThan(8);
    expect(deviationOf(columnOf(facts, 'x'))).toBeCloseTo(100 / Math.sqrt(12), 0);
    expect(topShare(columnOf(facts, 'region'))).toBeGreaterThan(0.2);
  });

  test('brought forward count the rows of now', () => {
    expect(forward.rows).toBe(anew.rows);
    expect(Object.fromEntries(forward.classes)).toEqual(Object.fromEntries(anew.classes));
    expect(forward.contents.rows).toBe(anew.contents.rows);
    expect(forward.contents.distinct).toBe(anew.contents.distinct);
    for (const name of ['x', 'z', 'region', 'day', 'id']) {
      const [own, other] = [columnOf(forward, name), columnOf(anew, name)];
      expect(own.rows).toBe(other.rows);
      expect(own.missing).toBe(other.missing);
      expect(new Cumulative(own).upTo(1e9)).toBeCloseTo(new Cumulative(other).upTo(1e9), 6);
    }
    const regions = (of: typeof facts) => {
      const { distribution } = columnOf(of, 'region');
      return Object.fromEntries(
        distribution.kind === 'values' ? distribution.values.map((v, i) => [v, distribution.counts[i]]) : [],
      );
    };
    expect(regions(forward)).toEqual(regions(anew));
  });

  test('a row that went and came again has changed nothing', () => {
    const back = forwardFacts(forward, deltaOf(next, old));
    expect(back.classes.get('yes')).toBe(facts.classes.get('yes'));
    expect(back.contents.distinct).toBe(facts.contents.distinct);
    expect(back.rows).toBe(facts.rows);
  });

  test.each([
    ['a consistent delta', (rows: Rows) => new Map([...rows, ...shop(100, 'shop', 5_000)])],
    [
      'a column × 1000',
      (rows: Rows) => changed(rows, (id, row) => (id % 10 === 1 ? { ...row, z: Number(row['z']) * 1_000 } : row)),
    ],
    [
      'rows twice',
      (rows: Rows) => new Map([...rows, ...[...rows].slice(0, 400).map(([id, row]) => [id + 50_000, row] as const)]),
    ],
    ['a region gone', (rows: Rows) => changed(rows, (_, row) => (row['region'] === 'North' ? null : row))],
  ])('of %s the verdict is the same with facts brought forward as with facts made anew', (_, change) => {
    const question = questionOf(next, change(next), knowing, { classes: ['no', 'yes'] });
    const [a, b] = [judgeData({ ...question, facts: forward }), judgeData({ ...question, facts: anew })];
    expect(a.verdict).toBe(b.verdict);
    expect(a.reasons.map(({ kind, column }) => [kind, column])).toEqual(
      b.reasons.map(({ kind, column }) => [kind, column]),
    );
    expect(a.hash).toBe(b.hash);
  });
});

describe('facts as bytes', () => {
  test('are read again, a full fit’s and a delta’s on top of it', () => {
    const chain = [writeFacts(facts), writeFacts(forward)];
    expect(readFacts(chain.slice(0, 1))).toEqual(facts);
    const read = readFacts(chain);
    expect(read?.columns).toEqual(forward.columns);
    expect(read?.classes).toEqual(forward.classes);
    expect(read?.contents.distinct).toBe(forward.contents.distinct);
    expect((chain[1]?.length ?? 0) < (chain[0]?.length ?? 0)).toBe(true);
  });

  test('of a delta hold what came and went alone', () => {
    expect(readFacts([writeFacts(forward)])).toBeNull();
  });

  test.each([
    ['nothing', () => []],
    ['a piece', (bytes: Uint8Array) => [bytes.slice(0, bytes.length - 3)]],
    [
      'another format',
      (bytes: Uint8Array) => [Uint8Array.from(bytes, (byte, i) => (bytes[i - 1] === 58 && i < 20 ? 57 : byte))],
    ],
    ['a header that is too long', (bytes: Uint8Array) => [Uint8Array.from(bytes, (byte, i) => (i < 4 ? 255 : byte))]],
    ['two full fits', (bytes: Uint8Array) => [bytes, bytes]],
  ])('%s is not read, and is no error', (_, spoil) => {
    expect(readFacts(spoil(writeFacts(facts)))).toBeNull();
  });
});
