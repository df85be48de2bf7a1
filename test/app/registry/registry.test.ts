// The registry: what is kept of a model, how it is named and found, and what happens when something about it is wrong.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { newestVersion } from '../../../src/app/registry/migrations.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Model } from '../../../src/data/model.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { benchOf, createSamples, insertSamples, openBench, openStore, sql, temporaryFolder } from '../support/bench.ts';

const forever = new AbortController().signal;

test('a store without a registry has no models, and reading makes none', async () => {
  const store = openStore();
  const registry = new Registry(store);
  expect(await registry.models()).toEqual([]);
  expect(await registry.evaluations('x')).toEqual([]);
  await expect(registry.model('weather/m1')).rejects.toThrow('There is no model "weather/m1".');
  await expect(queryRows(store, 'SELECT * FROM deltatrain.models')).rejects.toBeInstanceOf(Failure);
});

test('a read-only store is refused before anything is pinned', async () => {
  const path = join(temporaryFolder(), 'store.db');
  await createSamples(openStore(path), 100);
  const store = EmbeddedStore.open({ path, readOnly: true, create: false });
  try {
    await expect(benchOf(store as EmbeddedStore).run('full')).rejects.toThrow('is read-only, so nothing was changed');
  } finally {
    await store.close();
  }
});

test('a model comes back as it was registered, and its artifact byte for byte', async () => {
  const bench = await openBench(200);
  const { model } = await bench.run('full');
  const other = new Registry(bench.store);
  expect(await other.model('samples/m1')).toEqual(model);
  expect(await other.model('m1')).toEqual(model);
  const artifact = await other.artifact(model as Model);
  expect(artifact.length).toBe(model?.artifactBytes);
  const rows = await queryRows(bench.store, 'SELECT name FROM deltatrain.trainings');
  expect(rows).toEqual([['samples']]);
});

test('a damaged artifact is refused with both hashes', async () => {
  const bench = await openBench(200);
  const { model } = await bench.run('full');
  await bench.store.write([
    { sql: 'UPDATE deltatrain.models SET artifact = ? WHERE number = 1', values: [Uint8Array.of(1, 2, 3)] },
  ]);
  await expect(bench.registry.artifact(model as Model)).rejects.toThrow(
    `The stored artifact of samples/m1 is damaged (sha256 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81, expected ${model?.artifactSha256}).`,
  );
  await insertSamples(bench.store, 200, 210);
  await expect(bench.run('delta')).rejects.toThrow('is damaged');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});

test('a misspelt model names the nearest; a bare number must be unique', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await expect(bench.registry.model('sample/m1')).rejects.toThrow('Did you mean "samples/m1"?');
  await expect(bench.registry.model('m2')).rejects.toThrow('There is no model "m2".');
  await sql(bench.store, `UPDATE deltatrain.models SET training_name = 'other', training = 'x'`);
  await bench.run('full');
  await expect(bench.registry.model('m1')).rejects.toThrow(
    '"m1" could be other/m1 or samples/m1. Write training/model.',
  );
  expect((await bench.registry.model('other/m1')).training).toBe('other');
});

test('numbers are unique: what is taken meanwhile is skipped, and the plan keeps its own', async () => {
  const bench = await openBench(200);
  const { model } = await bench.run('full');
  const { number: _number, ...rest } = model as Model;
  const again = await bench.registry.register({
    training: await bench.training(),
    model: rest,
    atLeast: 1,
    artifact: Uint8Array.of(1),
    evaluations: [],
    guards: [],
  });
  expect(again.number).toBe(2);
  expect(again.plan.version).toBe(1);
});

test('promoting is one at a time; the promoted model cannot be archived, an archived one not promoted', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 210);
  await bench.run('delta');
  const { registry } = bench;
  const { model: first, replaced: nobody } = await registry.promote(await registry.model('m1'));
  expect([first.status, nobody]).toEqual(['promoted', null]);
  const { model: second, replaced } = await registry.promote(await registry.model('m2'));
  expect([second.status, replaced]).toEqual(['promoted', 1]);
  expect((await registry.model('m1')).status).toBe('candidate');
  await expect(registry.archive(second)).rejects.toThrow('Promote another one first');
  await registry.archive(first);
  await expect(registry.promote(first)).rejects.toThrow('it is archived');
  expect((await registry.note(second, 'ours "since" May')).note).toBe('ours "since" May');
});

test('a model is named by what it is: the promoted one, or the latest that may be gone on from', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  const { registry } = bench;
  await expect(registry.model('samples@promoted')).rejects.toThrow('No model of "samples" is promoted.');
  await registry.promote(await registry.model('@latest'));
  await insertSamples(bench.store, 200, 210);
  await bench.run('delta');
  const numberOf = async (ref: string): Promise<number> => (await registry.model(ref)).number;
  expect([await numberOf('samples@promoted'), await numberOf('samples@latest')]).toEqual([1, 2]);
  await registry.archive(await registry.model('m2'));
  expect([await numberOf('@promoted'), await numberOf('@latest')]).toEqual([1, 1]);
  await expect(registry.model('sample@latest')).rejects.toThrow('Did you mean "samples@latest"?');
  await expect(registry.model('samples@newest')).rejects.toThrow('There is no model "samples@newest".');
});

test('an alias without a name must mean one training', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await sql(bench.store, `UPDATE deltatrain.models SET training_name = 'other', training = 'x'`);
  await bench.run('full');
  await expect(bench.registry.model('@latest')).rejects.toThrow(
    '"@latest" could be other@latest or samples@latest. Write training/model.',
  );
  expect((await bench.registry.model('other@latest')).training).toBe('other');
});

test('a snapshot is needed by the models trained on it or from it, until they are archived', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 210);
  await bench.run('delta');
  const snapshots = await bench.store.snapshots();
  const needed = async (name: string): Promise<number[]> => {
    const snapshot = snapshots.find((one) => one.name === name);
    if (!snapshot) throw new Error(name);
    return (await bench.registry.neededBy(snapshot)).map(({ number }) => number).sort((a, b) => a - b);
  };
  expect(await needed('samples_v1')).toEqual([1, 2]);
  expect(await needed('samples_v2')).toEqual([2]);
  await bench.registry.archive(await bench.registry.model('m2'));
  expect(await needed('samples_v1')).toEqual([1]);
  expect(await needed('samples_v2')).toEqual([]);
});

test('a registry of a newer program is not touched', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await sql(bench.store, `UPDATE deltatrain.meta SET content = '${newestVersion + 1}'`);
  const registry = new Registry(bench.store);
  await expect(registry.models()).rejects.toThrow('was written by a newer DeltaTrain');
  await expect(registry.prepare()).rejects.toThrow('Update DeltaTrain');
});

test('restoring the user’s database leaves the registry alone', async () => {
  const bench = await openBench(200);
  await bench.store.createSnapshot('shop_then', { level: 'database', database: 'shop' });
  await insertSamples(bench.store, 200, 240);
  await bench.run('full');
  const target = { level: 'database', database: 'shop' } as const;
  await bench.store.restore(await bench.store.previewRestore(target, 'shop_then'), 'shop_before');
  expect(await bench.store.countRows({ database: 'shop', table: 'samples' })).toBe(200);
  expect(await bench.registry.models()).toHaveLength(1);
});

test('a run is reproduced from what is stored; a snapshot that is gone or replaced, or other rows, are told', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  await bench.run('delta');
  const again = (ref: string, fromRoot = false) =>
    reproduceModel(ref, { fromRoot }, bench.workbench, forever, () => {});
  expect(await again('m2')).toMatchObject({ model: 'samples/m2', identical: true, steps: 1 });
  expect(await again('m2', true)).toMatchObject({ identical: true, steps: 2 });
  await sql(bench.store, `UPDATE deltatrain.models SET weights_sha256 = 'abc' WHERE number = 2`);
  expect(await again('m2')).toMatchObject({ identical: false, expected: 'abc' });
  await bench.store.dropSnapshot('samples_v1');
  await expect(again('m2')).rejects.toThrow('There is no snapshot "samples_v1" of shop.samples.');
  await bench.store.createSnapshot('samples_v1', { level: 'table', table: { database: 'shop', table: 'samples' } });
  await expect(again('m2')).rejects.toThrow('"samples_v1" was dropped and made again');
});

test.each([
  [true, 'promoted'],
  [false, 'candidate'],
])('a promotion of which nobody heard the end is looked for (done: %s)', async (isDone, status) => {
  const bench = await openBench(200);
  await bench.run('full');
  const lost = new Failure('store.disconnected', { store: 's', mayHaveRun: true, reason: 'it was reset' });
  const deaf = new Proxy(bench.store, {
    get(store, name) {
      if (name === 'write')
        return async (writes: Parameters<typeof store.write>[0]) => {
          if (isDone) await store.write(writes);
          throw lost;
        };
      const value: unknown = Reflect.get(store, name, store);
      return typeof value === 'function' ? (...given: unknown[]): unknown => Reflect.apply(value, store, given) : value;
    },
  });
  const registry = new Registry(deaf);
  const promoting = registry.promote(await registry.model('m1'));
  if (isDone) expect((await promoting).model.status).toBe('promoted');
  else await expect(promoting).rejects.toBe(lost);
  expect((await bench.registry.model('m1')).status).toBe(status);
});
