// A rival is asked about rows that neither it nor an ancestor was trained on, and, where nobody approved the changes, that did not change.
import { expect, test } from 'vitest';
import { hashBound } from '../../../src/data/rowHash.ts';
import { caseOf, keyColumn, type Table } from '../support/cases.ts';
import { runCase } from '../support/runCase.ts';
import { changedTable, shop, shopRows } from '../support/shop.ts';

const first = shop(0, 900);
const second = changedTable(first, [...shopRows(900, 960), ...shopRows(0, 200, 'corrected')]);

/** The keys of the rows on a side of a run over `now`, with their hashes. */
async function rowsOn(side: 'test' | 'validation', now: Table): Promise<(readonly [key: number, hash: string])[]> {
  const found: (readonly [number, string])[] = [];
  for await (const page of caseOf(now).rows.read(side, undefined, { key: true, hashes: true })) {
    const keys = page.cells[page.columns.findIndex(({ name }) => name === keyColumn)];
    if (keys?.kind !== 'text') throw new Error('keys are texts');
    keys.values.forEach((key, i) => found.push([Number(key), page.hashes?.[i] ?? '']));
  }
  return found;
}

test('of test rows that its own shares had left to training none counts', async () => {
  const fewer = { test: 0.05, validation: 0.05 };
  const parent = await runCase(caseOf(first, fewer));
  const { guard } = await runCase(caseOf(second, { before: first }), { parent: parent.artifact });
  const bound = hashBound(fewer.test + fewer.validation) ?? '';
  const rows = await rowsOn('test', second);
  const unseen = rows.filter(([, hash]) => hash < bound);
  expect(unseen.length).toBeGreaterThan(20);
  expect(unseen.length).toBeLessThan(rows.length);
  expect(guard.now?.n).toBe(unseen.length);
});

test('and it is held against its child on rows of the test and validation sides that did not change', async () => {
  const parent = await runCase(caseOf(first));
  const { guard } = await runCase(caseOf(second, { before: first }), { parent: parent.artifact });
  const [rows, more] = [await rowsOn('test', second), await rowsOn('validation', second)];
  const unchanged = [...rows, ...more].filter(([key]) => key >= 200 && key < 900);
  expect(unchanged.length).toBeLessThan(rows.length + more.length - 40);
  expect([guard.unchanged?.n, guard.now?.n]).toEqual([unchanged.length, rows.length]);
});
