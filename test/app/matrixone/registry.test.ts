// The registry on a MatrixOne server: made on first use, shared by programs, and what a role that may not make it is told.
import { expect, test, vi } from 'vitest';
import { evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { acquireLease, leaseExpiryMs } from '../../../src/app/training/lease/lease.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import type { Model } from '../../../src/data/model.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { MatrixoneStore } from '../../../src/stores/matrixone/store.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { HandClock, openStore } from '../support/bench.ts';
import { FakeTrainer } from '../support/fakeTrainer.ts';
import { forever, inAccount, sayAs, serverTime, workbenchOf } from './support/account.ts';
import { addSamples, makeSamples, samplesTable, samplesTraining, trainSamples } from './support/samples.ts';

// Copies of versions are named by chance and time; what is replayed by its text has the same names each time.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

/** Who writes into the record, at one moment: a recording holds the same texts each time. */
const writer = { who: 'ann@laptop', tool: 'deltatrain, test', now: () => Date.UTC(2026, 0, 1) };

test(
  'two programs make it at the same moment, and what one writes the other reads, the artifact byte for byte',
  async () => {
    await withServer('registry', async (url) => {
      await inAccount(url, 'dt_registry', async (store, as) => {
        await makeSamples(store, 60);
        const other = await MatrixoneStore.open(as('admin'));
        try {
          const [mine, theirs] = [new Registry(store, undefined, writer), new Registry(other, undefined, writer)];
          expect(await mine.models()).toEqual([]);
          await Promise.all([mine.prepare(), theirs.prepare()]);
          const workbench = workbenchOf(store, mine, new FakeTrainer());
          const { model } = await trainSamples(workbench, 'full');
          expect(await theirs.model('samples/m1')).toEqual(model);
          const artifact = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 256);
          const { number: _number, ...rest } = model as Model;
          const training = await samplesTraining(store);
          const second = await theirs.register({
            training,
            atLeast: 1,
            model: { ...rest, artifactSha256: sha256(artifact), artifactBytes: artifact.length },
            artifact,
            evaluations: [],
            guards: [],
          });
          expect(second.number).toBe(2);
          expect(await mine.artifact(await mine.model('m2'))).toEqual(artifact);
          expect(await mine.promote(second)).toMatchObject({ model: { status: 'promoted' }, replaced: null });
          // A training of another name with the same id: numbered with it, promoted for itself.
          const twin = await theirs.register({
            training: { ...training, name: 'twin' },
            atLeast: 1,
            model: { ...rest, training: 'twin' },
            artifact: Uint8Array.of(1),
            evaluations: [],
            guards: [],
          });
          expect(await mine.promote(twin)).toMatchObject({
            model: { training: 'twin', number: 3, status: 'promoted' },
            replaced: null,
          });
          expect((await mine.modelsOf(training)).map(({ number }) => number)).toEqual([2, 1]);
          expect(await theirs.note(second, "it’s 'good' \\ 🎉")).toMatchObject({ note: "it’s 'good' \\ 🎉" });
          expect(await mine.archive(model as Model)).toMatchObject({ status: 'archived' });
          await expect(mine.archive(second)).rejects.toThrow('Promote another one first');
          expect(await theirs.evaluations(training.id)).toEqual(await mine.evaluations(training.id));
          expect((await mine.evaluations(training.id)).length).toBeGreaterThan(0);
        } finally {
          await other.close();
        }
      });
    });
  },
  serverTime,
);

test(
  'a snapshot that somebody made again is read as the new one, also where its name was read before',
  async () => {
    await withServer('made-again', async (url) => {
      await inAccount(url, 'dt_again', async (store, as) => {
        await makeSamples(store, 20);
        const other = await MatrixoneStore.open(as('admin'));
        try {
          const pin = (): Promise<unknown> => other.createSnapshot('again_v1', { level: 'table', table: samplesTable });
          const rowsThere = async (): Promise<number> => {
            let rows = 0;
            const at = atSnapshot('again_v1');
            for await (const page of store.readRows({ table: samplesTable, at, columns: ['id'], order: 'key' }))
              rows += page.rows;
            return rows;
          };
          await pin();
          for (let i = 0; i < 3; i++) expect(await rowsThere()).toBe(20);
          await other.dropSnapshot('again_v1');
          await addSamples(other, 20, 30);
          await pin();
          for (let i = 0; i < 3; i++) expect(await rowsThere()).toBe(30);
        } finally {
          await other.close();
        }
      });
    });
  },
  serverTime,
);

test(
  'one run at a time: a second one is told who trains, and an owner that is silent for a minute loses the lease',
  async () => {
    await withServer('lease', async (url) => {
      await inAccount(url, 'dt_lease', async (store, as) => {
        await makeSamples(store, 20);
        const other = await MatrixoneStore.open(as('admin'));
        try {
          const training = await samplesTraining(store);
          const [mine, theirs] = [new Registry(store), new Registry(other)];
          const [here, there] = [new HandClock(), new HandClock()];
          const lease = await acquireLease(mine, training, 'ann@laptop', here);
          await expect(acquireLease(theirs, training, 'ben@desk', there)).rejects.toThrow(
            'is being trained by ann@laptop',
          );
          there.move(leaseExpiryMs);
          const taken = await acquireLease(theirs, training, 'ben@desk', there);
          expect(await lease.taken()).toMatchObject({ code: 'run.leased' });
          await expect(mine.write([lease.guard()])).rejects.toMatchObject({ code: 'row.conflict' });
          here.move(15_000);
          await expect.poll(() => lease.lost.aborted).toBe(true);
          await lease.release();
          await theirs.write([taken.guard()]);
          await taken.release();
          await (await acquireLease(mine, training, 'ann@laptop', here)).release();
        } finally {
          await other.close();
        }
      });
    });
  },
  serverTime,
);

test(
  'a role that may not make the database is told what to grant; with models kept here it trains on typed snapshots',
  async () => {
    await withServer('registry-role', async (url) => {
      await inAccount(url, 'dt_role', async (admin, as) => {
        await makeSamples(admin, 60);
        await admin.createSnapshot('typed_v1', { level: 'table', table: samplesTable });
        await addSamples(admin, 60, 80);
        await admin.createSnapshot('typed_v2', { level: 'table', table: samplesTable });
        await sayAs(as('admin'), [
          'CREATE ROLE reader',
          "CREATE USER ann IDENTIFIED BY '111' DEFAULT ROLE reader",
          'GRANT CONNECT ON ACCOUNT * TO reader',
          'GRANT SELECT ON TABLE shop.samples TO reader',
        ]);
        const store = await MatrixoneStore.open(as('ann:reader'));
        try {
          await expect(trainSamples(workbenchOf(store, undefined, new FakeTrainer()), 'full')).rejects.toThrow(
            /^Keeping models on \S+ needs the database "deltatrain" .*CREATE DATABASE deltatrain.*GRANT ALL ON DATABASE deltatrain and GRANT ALL ON TABLE deltatrain\.\*.*"registry"/,
          );
          const local = workbenchOf(store, new Registry(openStore()), new FakeTrainer());
          await expect(trainSamples(local, 'full')).rejects.toThrow('This role may not list snapshots.');
          await trainSamples(local, 'full', { name: 'typed_v1', own: false });
          const { model, notes } = await trainSamples(local, 'delta', { name: 'typed_v2', own: false });
          expect(model).toMatchObject({ number: 2, delta: { inserted: 20, updated: 0, deleted: 0 } });
          expect(notes.join()).toContain('it is taken for the one of samples/m1 because it has as many rows');
          const matrix = await evaluateMatrix({ training: await samplesTraining(store) }, local, forever);
          expect(matrix.missing.flat()).toEqual([null, null, null, null]);
          const again = await trainSamples(local, 'delta', { name: 'typed_v2', own: false });
          expect(again).toMatchObject({ model: null, reason: 'delta.empty' });
          await admin.dropSnapshot('typed_v2');
          await addSamples(admin, 80, 90);
          await admin.createSnapshot('typed_v2', { level: 'table', table: samplesTable });
          // On a connection that has read the old one the server goes on reading that: it keeps the plan by the statement's text.
          const later = await MatrixoneStore.open(as('ann:reader'));
          try {
            const anew = workbenchOf(later, local.registry, new FakeTrainer());
            await expect(trainSamples(anew, 'delta', { name: 'typed_v2', own: false })).rejects.toMatchObject({
              code: 'version.replaced',
            });
          } finally {
            await later.close();
          }
          await sayAs(as('admin'), [
            'CREATE DATABASE deltatrain',
            'GRANT ALL ON DATABASE deltatrain TO reader',
            'GRANT ALL ON TABLE deltatrain.* TO reader',
          ]);
          const shared = workbenchOf(store, undefined, new FakeTrainer());
          const { model: kept } = await trainSamples(shared, 'full', { name: 'typed_v1', own: false });
          expect(await new Registry(admin).models()).toEqual([kept]);
        } finally {
          await store.close();
        }
      });
    });
  },
  serverTime,
);
