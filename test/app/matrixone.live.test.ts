/** The loop on a live MatrixOne server: its trainer reads the rows that it reads on the embedded engine, in the same order. */
import { afterAll, expect, test } from 'vitest';
import { Registry } from '../../src/app/registry/registry.ts';
import type { Model } from '../../src/data/model.ts';
import type { Store } from '../../src/data/store.ts';
import { describeLive } from '../stores/matrixone/liveServer.ts';
import { LiveAccount } from '../stores/matrixoneBackend.ts';
import { benchOf, createSamples, insertSamples, openStore, sql } from './support/bench.ts';

/** What the trainer read in a full run and in a run on the delta, set by set. */
async function readBy(store: Store): Promise<object[]> {
  await createSamples(store, 120);
  const bench = benchOf(store);
  const read = async (mode: 'full' | 'delta'): Promise<object[]> => {
    const { model } = await bench.run(mode);
    return [{ ...bench.trainer.sets }, { delta: model?.delta, rows: model?.rows }];
  };
  const full = await read('full');
  await insertSamples(store, 120, 130);
  await sql(store, "UPDATE shop.samples SET label = 'b' WHERE id = 7");
  return [...full, ...(await read('delta'))];
}

describeLive('the loop on a live server', () => {
  const account = new LiveAccount('loop');
  afterAll(() => account.drop());

  test('reads the same rows in the same order, and keeps its models byte for byte', async () => {
    const store = await account.open();
    expect(await readBy(store)).toEqual(await readBy(openStore()));
    const registry = new Registry(store);
    const model: Model = await registry.model('samples/m2');
    expect((await registry.artifact(model)).length).toBe(model.artifactBytes);
    expect(await store.databases()).toEqual(['shop']);
    await store.close();
  });
});
