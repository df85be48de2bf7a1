// A store that cannot grow any more, at each moment of a run and of a restore: a sentence, and everything as it was.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { queryRows } from '../../src/app/registry/queryRows.ts';
import { restoreTable } from '../../src/app/versions/restoreTable.ts';
import { sha256 } from '../../src/base/sha256.ts';
import type { TrainResult } from '../../src/data/trainer.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { type Bench, benchOf, createSamples, insertSamples, openStore, temporaryFolder } from './support/bench.ts';

const table = { database: 'shop', table: 'samples' };

/** The store after `prepare`, opened again with room for so many more bytes. */
async function benchWithRoom(bytes: number, prepare: (bench: Bench) => Promise<unknown>): Promise<Bench> {
  const path = join(temporaryFolder(), 'store.db');
  const first = openStore(path);
  await createSamples(first, 400);
  await prepare(benchOf(first));
  await first.close();
  const store = EmbeddedStore.open({ path, readOnly: false, create: false, maxBytes: statSync(path).size + bytes });
  onTestFinished(() => store.close());
  return benchOf(store);
}

/** Lets the trainer give a model of so many bytes. */
function enlarge(bench: Bench, bytes: number): void {
  const { trainer } = bench;
  const run = trainer.run.bind(trainer);
  trainer.run = async (...args): Promise<TrainResult> => {
    const artifact = new Uint8Array(bytes).fill(7);
    return { ...(await run(...args)), artifact, artifactSha256: sha256(artifact) };
  };
}

async function requireUntouched(bench: Bench, snapshots: readonly string[], models: number): Promise<void> {
  expect(await bench.snapshotNames()).toEqual(snapshots);
  expect(await bench.registry.models()).toHaveLength(models);
  expect(await queryRows(bench.store, 'SELECT * FROM deltatrain.leases')).toEqual([]);
}

test('a model that does not fit is not registered, and its snapshot goes', async () => {
  const bench = await benchWithRoom(300_000, (before) => before.run('full'));
  await insertSamples(bench.store, 400, 440);
  enlarge(bench, 1_000_000);
  await expect(bench.run('delta')).rejects.toThrow('cannot grow: the disk is full. Nothing was changed.');
  await requireUntouched(bench, ['samples_v1'], 1);
  enlarge(bench, 1_000);
  expect((await bench.run('delta')).model?.number).toBe(2);
});

test('a restore that does not fit changes nothing, and makes no safety snapshot', async () => {
  const bench = await benchWithRoom(40_000, async ({ store }) => {
    await store.createSnapshot('samples_v1', { level: 'table', table });
    await queryRows(store, `UPDATE shop.samples SET colour = REPEAT('z', 10)`);
    await queryRows(store, 'CREATE TABLE shop.filler (id INT PRIMARY KEY, text TEXT)');
  });
  const fill = async (): Promise<void> => {
    for (let id = 0; ; id++) await queryRows(bench.store, `INSERT INTO shop.filler VALUES (${id}, REPEAT('x', 3000))`);
  };
  await expect(fill()).rejects.toThrow('the disk is full');
  const question = { store: bench.store, table, to: 'samples_v1', environment: 'development' } as const;
  const { signal } = new AbortController();
  await expect(restoreTable(question, async () => true, signal)).rejects.toThrow('cannot grow: the disk is full.');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
  expect(await queryRows(bench.store, `SELECT COUNT(*) FROM shop.samples WHERE colour = 'zzzzzzzzzz'`)).toEqual([
    [400],
  ]);
  await queryRows(bench.store, 'DROP TABLE shop.filler');
  expect(await restoreTable(question, async () => true, signal)).toMatchObject({ rowsChanged: 400, verified: true });
});
