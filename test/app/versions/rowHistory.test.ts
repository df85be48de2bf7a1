// What a row was in every version, by an embedded store.
import { expect, test } from 'vitest';
import { rowHistory } from '../../../src/app/versions/rowHistory.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { Value } from '../../../src/data/value.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { type Bench, openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };

async function history(bench: Bench, id: Value) {
  const page = await rowHistory(bench.store, { table, key: ['id'], hash: (salt) => rowHash(salt, [id]) });
  return {
    columns: page.columns.map(({ name }) => name),
    lines: Array.from({ length: page.rows }, (_, row) => {
      const [version, , what, ...cells] = rowAt(page, row);
      return [version, what, ...cells];
    }),
  };
}

const pin = (bench: Bench, name: string) => bench.store.createSnapshot(name, { level: 'table', table });

test('a row is told through all versions: as before, changed and in what, gone and there again', async () => {
  const bench = await openBench();
  await pin(bench, 's1');
  await pin(bench, 's2');
  await sql(bench.store, `UPDATE shop.samples SET x = 7.5 WHERE id = 3`);
  await pin(bench, 's3');
  await sql(bench.store, `DELETE FROM shop.samples WHERE id = 3`);
  await pin(bench, 's4');
  const before = await history(bench, 3);
  expect(before.lines.map(([version, what]) => [version, what])).toEqual([
    ['s1', 'there'],
    ['s2', 'as before'],
    ['s3', 'changed: x'],
    ['s4', 'deleted'],
    ['live', 'not there'],
  ]);
  const x = before.columns.indexOf('x') - 1;
  expect(before.lines[2]?.[x]).toBe(7.5);
  expect(before.lines[3]?.slice(2).every((cell) => cell === null)).toBe(true);
});

test('columns that came and went are told too, and a row that no version has is told as that', async () => {
  const bench = await openBench();
  await pin(bench, 's1');
  await sql(bench.store, `ALTER TABLE shop.samples ADD COLUMN note TEXT`);
  await sql(bench.store, `UPDATE shop.samples SET note = 'late' WHERE id = 3`);
  const found = await history(bench, 3);
  expect(found.lines.map(([version, what]) => [version, what])).toEqual([
    ['s1', 'there'],
    ['live', 'changed: note'],
  ]);
  expect(found.lines.map((line) => line[found.columns.indexOf('note') - 1])).toEqual([null, 'late']);
  const none = await history(bench, 99_999);
  expect(none.lines.map(([, what]) => what)).toEqual(['not there', 'not there']);
});
