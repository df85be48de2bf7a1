// Planted groups of changed rows are found, told as a filter, and hold the rows that were planted.
import { describe, expect, test } from 'vitest';
import type { Suspects } from '../../src/data/judgement.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { suspectGroups } from '../../src/judge/suspectGroups.ts';
import { changed, hashOf, questionOf, type Row, type Rows } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(4_000);

/** Honest changes beside what is planted: new rows, and one row in fifty with another z. */
function round(plant: (id: number, row: Row) => Row | null): { suspects: Suspects; planted: Set<string> } {
  const planted = new Set<string>();
  const now = changed(new Map([...old, ...shop(300, 'shop', 4_000)]), (id, row) => {
    const next = plant(id, row);
    if (next !== row) planted.add(hashOf(id));
    if (next === row && id % 50 === 1) return { ...row, z: Number(row['z']) + 0.5 };
    return next;
  });
  const question = questionOf(old, now as Rows, knowing);
  return { suspects: suspectGroups(question, judgeData(question).reasons), planted };
}

function precision(found: readonly string[], planted: ReadonlySet<string>): { precision: number; recall: number } {
  const right = found.filter((hash) => planted.has(hash)).length;
  return { precision: right / Math.max(1, found.length), recall: right / planted.size };
}

describe('suspects', () => {
  test.each<[string, (id: number, row: Row) => Row | null, object]>([
    [
      'a column that is wrong in a region',
      (_, row) => (row['region'] === 'West' && Number(row['z']) < 40 ? { ...row, x: 100 - Number(row['x']) } : row),
      { change: 'features', column: 'x' },
    ],
    [
      'a column that was set to one value',
      (id, row) => (id % 12 === 5 ? { ...row, z: 7 } : row),
      { change: 'features', column: 'z' },
    ],
    [
      'labels of a stretch of z',
      (_, row) =>
        Number(row['z']) > 80 && Number(row['z']) < 90 && row['label'] === 'yes' ? { ...row, label: 'no' } : row,
      { change: 'labels', label: { from: 'yes', to: 'no' } },
    ],
    [
      'rows of a region that are gone',
      (id, row) => (row['region'] === 'East' && id % 3 > 0 && id < 4_000 ? null : row),
      { change: 'removed', where: { column: 'region', value: 'East' } },
    ],
  ])('%s comes first', (_, plant, group) => {
    const { suspects, planted } = round(plant);
    expect(suspects.groups[0]).toMatchObject(group);
    const found = precision(suspects.groups[0]?.hashes ?? [], planted);
    expect(found.precision).toBeGreaterThan(0.9);
    expect(found.recall).toBeGreaterThan(0.85);
    expect(suspects.groups[0]?.rows).toBe(suspects.groups[0]?.hashes.length);
    expect(suspects.explained).toBeGreaterThan(0.5);
  });

  test('new labels that have nothing to do with their rows are the new rows', () => {
    const now = new Map([
      ...old,
      ...[...shop(400, 'shop', 4_000)].map(([id, row]) => [id, { ...row, label: id % 2 ? 'yes' : 'no' }] as const),
    ]);
    const question = questionOf(old, now, knowing);
    const { reasons } = judgeData(question);
    expect(reasons.map(({ kind }) => kind)).toEqual(['inserted']);
    expect(suspectGroups(question, reasons).groups[0]).toMatchObject({ change: 'inserted' });
  });

  test('copies are told as the rows that came', () => {
    const now = new Map([...old, ...[...old].slice(0, 500).map(([id, row]) => [id + 9_000, row] as const)]);
    const question = questionOf(old, now, knowing);
    const { groups } = suspectGroups(question, judgeData(question).reasons);
    expect(groups[0]).toMatchObject({ change: 'inserted', rows: 500, share: 1 });
  });

  test('where nothing is named nobody is suspected', () => {
    const question = questionOf(old, new Map([...old, ...shop(300, 'shop', 4_000)]), knowing);
    expect(suspectGroups(question, [])).toEqual({ groups: [], explained: 0 });
  });
});
