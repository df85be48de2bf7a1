/** The row sets of a run, straight from a store: what is replayed, and which of the changed rows are trained on. */
import { expect, test } from 'vitest';
import { storeRows } from '../../../src/app/training/rows/rowSets.ts';
import { cellAt } from '../../../src/data/page.ts';
import type { RowSet } from '../../../src/data/trainer.ts';
import type { Plan } from '../../../src/data/training.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import type { Value } from '../../../src/data/value.ts';
import { at } from '../../../src/base/assert.ts';
import { caseOf } from '../../train/support/cases.ts';
import { shop } from '../../train/support/shop.ts';
import { type ChangedSet, changedTrainRows } from '../support/changedTrainRows.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };

const planOf = (replay: Plan['replay']): Plan => ({
  ...caseOf(shop(0, 100)).plan,
  kind: 'delta',
  label: 'label',
  features: ['x', 'colour'].map((name) => ({ name, type: '', kind: null })),
  replay,
});

/** The values of x in a set, between the two snapshots. */
async function read(bench: Bench, set: RowSet | ChangedSet, replay: Plan['replay'] = null): Promise<Value[]> {
  const places = { store: bench.store, table, key: ['id'], at: atSnapshot('now'), base: 'then' };
  const found: Value[] = [];
  const rows = storeRows(places, planOf(replay));
  const isChanged = set === 'delta' || set === 'before' || set === 'removed';
  for await (const page of isChanged ? changedTrainRows(rows, planOf(replay), set) : rows.read(set)) {
    const x = at(
      page.cells,
      page.columns.findIndex(({ name }) => name === 'x'),
    );
    for (let i = 0; i < page.rows; i++) found.push(cellAt(x, i));
  }
  return found;
}

async function changedBench(change: string): Promise<Bench> {
  const bench = await openBench(2_000);
  const level = { level: 'table' as const, table };
  await bench.store.createSnapshot('then', level);
  await insertSamples(bench.store, 2_000, 2_100);
  if (change) await sql(bench.store, change);
  await bench.store.createSnapshot('now', level);
  return bench;
}

test('of the unchanged rows only the sample that the plan asks for is replayed', async () => {
  const bench = await changedBench('');
  const train = await read(bench, 'train');
  const delta = new Set(await read(bench, 'delta'));
  const unchanged = train.filter((x) => !delta.has(x));
  const replayed = await read(bench, 'replay', { salt: 'sample', share: 0.2 });
  expect(replayed.length).toBeGreaterThan(0.15 * unchanged.length);
  expect(replayed.length).toBeLessThan(0.25 * unchanged.length);
  expect(replayed.filter((x) => delta.has(x))).toEqual([]);
  expect(await read(bench, 'replay', { salt: 'sample', share: 1 })).toEqual(unchanged);
  expect(await read(bench, 'replay')).toEqual([]);
});

test('a changed row without a label is not trained on, and is taken back as it was', async () => {
  const bench = await changedBench('UPDATE shop.samples SET label = NULL, x = -x WHERE id BETWEEN 1000 AND 1099');
  const gone = (await read(bench, 'delta')).filter((x) => Number(x) < 0);
  expect(gone).toEqual([]);
  const before = await read(bench, 'before');
  expect(before.length).toBeGreaterThan(40);
  expect(before.every((x) => Number(x) >= 100 && Number(x) < 110)).toBe(true);
});

test('what changed comes with key, features, label, slices and hashes, on every side, and a slice alone is no change', async () => {
  const bench = await changedBench(`UPDATE shop.samples SET colour = 'green' WHERE id < 50`);
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id BETWEEN 50 AND 59');
  await bench.store.createSnapshot('later', { level: 'table', table });
  const places = { store: bench.store, table, key: ['id'], at: atSnapshot('later'), base: 'then' };
  const plan = { ...planOf(null), features: [{ name: 'x', type: '', kind: null }], slices: ['colour'] };
  const ids: Value[] = [];
  const hashes: string[] = [];
  for await (const page of storeRows(places, plan).changes('parent')) {
    expect(page.columns.map(({ name }) => name)).toEqual(['id', 'x', 'label', 'colour']);
    const image = (i: number) => (page.flags[i] === 2 ? page.before : page.after);
    for (let i = 0; i < page.rows; i++) ids.push(cellAt(at(image(i), 0), i));
    hashes.push(...(page.hashes ?? []));
  }
  expect(ids.map(Number).sort((a, b) => a - b)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => 50 + i),
    ...Array.from({ length: 100 }, (_, i) => 2_000 + i),
  ]);
  expect([...hashes].sort()).toEqual(hashes);
});
