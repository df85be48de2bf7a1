// What a run may not trust: that a snapshot's name still means what was read, and that a write whose end nobody heard did not happen.
import { expect, test } from 'vitest';
import { Registry } from '../../src/app/registry/registry.ts';
import { Failure } from '../../src/base/failure.ts';
import type { Store, Write } from '../../src/data/store.ts';
import { benchOf, createSamples, insertSamples, openBench, openStore } from './support/bench.ts';

const table = { database: 'shop', table: 'samples' };

test('a snapshot that was dropped and made again while it was read gives no model, and the new one stays', async () => {
  const bench = await openBench(200);
  await bench.store.createSnapshot('pinned', { level: 'table', table });
  bench.trainer.at = (moment) => {
    if (moment !== 'testing') return;
    void bench.store.dropSnapshot('pinned');
    void bench.store.createSnapshot('pinned', { level: 'table', table });
  };
  await expect(bench.run('full', { snapshot: { name: 'pinned', own: false } })).rejects.toThrow(
    'Keeping the model of "samples" was refused: the snapshot "pinned" was dropped and made again while it was read. Run it again.',
  );
  expect(await bench.registry.models()).toEqual([]);
  expect(await bench.snapshotNames()).toEqual(['pinned']);
});

test('so does the parent’s snapshot when it is gone at the end, and the run’s own is removed', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 220);
  bench.trainer.at = (moment) => {
    if (moment === 'testing') void bench.store.dropSnapshot('samples_v1');
  };
  await expect(bench.run('delta')).rejects.toThrow('the snapshot "samples_v1" was dropped while it was read');
  expect((await bench.registry.models()).map(({ number }) => number)).toEqual([1]);
  expect(await bench.snapshotNames()).toEqual([]);
});

/** The store with another `write`. */
const writing = (store: Store, write: (statements: readonly Write[]) => Promise<number[]>): Store =>
  new Proxy(store, {
    get(target, name) {
      if (name === 'write') return write;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

const isModel = (statements: readonly Write[]): boolean =>
  statements.some(({ sql }) => sql.startsWith('INSERT INTO deltatrain.models'));
const lost = (): Failure =>
  new Failure('store.disconnected', { store: 'db:6001', mayHaveRun: true, reason: 'the server closed it' });

test('a model that was written before the connection ended is told as registered, and keeps its snapshot', async () => {
  const store = openStore();
  await createSamples(store, 200);
  const bench = benchOf(store);
  const broken = writing(store, async (statements) => {
    const done = await store.write(statements);
    if (isModel(statements)) throw lost();
    return done;
  });
  const outcome = await bench.run('full', { registry: new Registry(broken) });
  expect(outcome.model).toMatchObject({ number: 1 });
  expect(await bench.registry.models()).toEqual([outcome.model]);
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});

test('a model that was not written is not told, and its snapshot is removed', async () => {
  const store = openStore();
  await createSamples(store, 200);
  const bench = benchOf(store);
  const broken = writing(store, (statements) =>
    isModel(statements) ? Promise.reject(lost()) : store.write(statements),
  );
  await expect(bench.run('full', { registry: new Registry(broken) })).rejects.toMatchObject({
    code: 'store.disconnected',
  });
  expect(await bench.registry.models()).toEqual([]);
  expect(await bench.snapshotNames()).toEqual([]);
});

test('a model that nobody could look for keeps its snapshot', async () => {
  const store = openStore();
  await createSamples(store, 200);
  const bench = benchOf(store);
  let isDown = false;
  const broken = writing(store, async (statements) => {
    if (isDown) throw lost();
    const done = await store.write(statements);
    isDown = isModel(statements);
    if (isDown) throw lost();
    return done;
  });
  await expect(bench.run('full', { registry: new Registry(broken) })).rejects.toMatchObject({
    code: 'store.disconnected',
  });
  expect((await bench.registry.models()).map(({ snapshot }) => snapshot.name)).toEqual(['samples_v1']);
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});
