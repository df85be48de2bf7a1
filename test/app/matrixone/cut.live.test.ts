// Connections that end in the middle of a run on a live server: afterwards a model is there whole, with its snapshot, or neither is.
import { beforeAll, afterAll, expect, test } from 'vitest';
import { leaseExpiryMs } from '../../../src/app/training/lease/lease.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { Failure } from '../../../src/base/failure.ts';
import { MatrixoneStore, type StoreOptions } from '../../../src/stores/matrixone/store.ts';
import { describeLive } from '../../stores/matrixone/liveServer.ts';
import { HandClock } from '../support/bench.ts';
import { FakeTrainer } from '../support/fakeTrainer.ts';
import { optionsOf, sayAs, serverTime, workbenchOf } from './support/account.ts';
import { type Cut, cutProxy } from './support/cutProxy.ts';
import { makeSamples, trainSamples } from './support/samples.ts';

const liveUrl = process.env['MATRIXONE_URL'] ?? '';

/** The first statement that matches `what` once `after` was said. */
function statement(what: RegExp, after = /^/): (sql: string) => boolean {
  let isNear = false;
  return (sql) => {
    isNear ||= after.test(sql);
    return isNear && what.test(sql);
  };
}

const places: readonly (readonly [string, () => Cut['isIt']])[] = [
  ['the lease', () => statement(/^COMMIT/, /^INSERT INTO deltatrain\.leases/)],
  ['CREATE SNAPSHOT', () => statement(/^CREATE SNAPSHOT/)],
  ['the rows', () => statement(/^SELECT .* FROM `shop`\.`samples`\{SNAPSHOT/)],
  [
    'writing the snapshot into the lease',
    () => statement(/^UPDATE deltatrain\.leases/, /^INSERT INTO deltatrain\.leases/),
  ],
  ['the model’s row', () => statement(/^INSERT INTO deltatrain\.models/)],
  ['the measurements', () => statement(/^INSERT INTO deltatrain\.evaluations/)],
  ['the COMMIT of the model', () => statement(/^COMMIT/, /^INSERT INTO deltatrain\.models/)],
];

/** A full fit of what was fitted before would be the same model again. */
const change = (store: MatrixoneStore): Promise<unknown> =>
  store.write([{ sql: 'UPDATE shop.samples SET x = x + 1 WHERE id = 1', values: [], expect: 1 }]);

describeLive('a connection that ends during a run', () => {
  const account = `dt_cut_${process.pid}`;
  const as = (url: string): StoreOptions => optionsOf(url, { user: `${account}:admin`, password: '111' });
  let store: MatrixoneStore;

  beforeAll(async () => {
    await sayAs(optionsOf(liveUrl), [`CREATE ACCOUNT ${account} ADMIN_NAME 'admin' IDENTIFIED BY '111'`]);
    store = await MatrixoneStore.open(as(liveUrl));
    await makeSamples(store, 40);
    await new Registry(store).prepare();
  }, serverTime);
  afterAll(async () => {
    await store.close();
    await sayAs(optionsOf(liveUrl), [`DROP ACCOUNT ${account}`]);
  }, serverTime);

  for (const [what, place] of places)
    for (const when of ['before', 'after'] as const)
      test(
        `${when} ${what}: a model with its artifact and snapshot, or neither`,
        async () => {
          const registry = new Registry(store);
          await change(store);
          const known = (await registry.models()).length;
          const proxy = await cutProxy(liveUrl, { when, isIt: place() });
          const through = await MatrixoneStore.open(as(proxy.url));
          const clock = new HandClock();
          try {
            const bench = { ...workbenchOf(through, undefined, new FakeTrainer()), clock };
            const ended = await trainSamples(bench, 'full').catch((error: unknown) => error);
            expect(proxy.isDone()).toBe(true);
            if (ended instanceof Error) {
              expect(ended).toBeInstanceOf(Failure);
              expect(ended.message).toMatch(/[.!]$/);
            }
            const models = await registry.models();
            expect(models.length - known).toBe(ended instanceof Error ? 0 : 1);
            for (const model of models) expect((await registry.artifact(model)).length).toBe(model.artifactBytes);
            const needed = new Set(models.map(({ snapshot }) => `${snapshot.name} ${snapshot.createdAt}`));
            const snapshots = await store.snapshots();
            const there = new Set(snapshots.map(({ name, createdAt }) => `${name} ${createdAt}`));
            for (const one of needed) expect(there).toContain(one);
            // A snapshot whose making nobody heard of may be left; it is in the list, and holds no model up.
            const left = snapshots.filter(({ name, createdAt }) => !needed.has(`${name} ${createdAt}`));
            expect(left.length).toBeLessThanOrEqual(what === 'CREATE SNAPSHOT' && when === 'after' ? 1 : 0);
            for (const { name } of left) await store.dropSnapshot(name);
          } finally {
            await through.close();
            await proxy.close();
          }
          // Whatever lease is left expires.
          clock.move(leaseExpiryMs);
          await change(store);
          const next = { ...workbenchOf(store, undefined, new FakeTrainer()), clock };
          expect((await trainSamples(next, 'full')).model).not.toBeNull();
        },
        serverTime,
      );
});
