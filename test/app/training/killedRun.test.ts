// A run whose process is killed cannot clean up after itself: the next run of the training does, and says so.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { leaseExpiryMs } from '../../../src/app/training/lease/lease.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import {
  type Bench,
  benchOf,
  configText,
  createSamples,
  insertSamples,
  keptSnapshot,
  openStore,
  temporaryFolder,
} from '../support/bench.ts';

const script = fileURLToPath(new URL('../support/killedRun.ts', import.meta.url));

/** A bench with one model, new rows, and what a run of another process leaves that is killed while it trains on them. */
async function benchAfterKill(): Promise<Bench> {
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore(path);
  await createSamples(store, 200);
  const bench = benchOf(store);
  await bench.run('full');
  await insertSamples(store, 200, 260);
  const child = spawn(process.execPath, ['--no-warnings', script, path, configText()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) if (line === 'training') child.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2']);
  return bench;
}

test('its lease holds for a while; then the next run takes over and removes the snapshot that was left', async () => {
  const bench = await benchAfterKill();
  await expect(bench.run('delta')).rejects.toThrow('is being trained by ben@desk');
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2']);
  bench.clock.move(leaseExpiryMs);
  await insertSamples(bench.store, 260, 270);
  const outcome = await bench.run('delta');
  expect(outcome.model).toMatchObject({ number: 2, rows: 270, delta: { inserted: 70, updated: 0, deleted: 0 } });
  expect(outcome.notes).toContain(
    'The run that ben@desk began at 2026-01-01 00:00:00 UTC ended without a word; its snapshot "samples_v2" was removed.',
  );
  // The killed run's name was free again.
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2']);
  expect(await queryRows(bench.store, 'SELECT * FROM deltatrain.leases')).toEqual([]);
});

test('the snapshot that it left can be trained on instead', async () => {
  const bench = await benchAfterKill();
  bench.clock.move(leaseExpiryMs);
  await insertSamples(bench.store, 260, 270);
  const outcome = await bench.run('delta', { snapshot: await keptSnapshot(bench.store, 'samples_v2') });
  expect(outcome.model).toMatchObject({ number: 2, rows: 260 });
  expect(outcome.notes).toEqual([]);
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2']);
});

test('a snapshot that somebody made again under its name stays, and so does one that a model needs', async () => {
  const bench = await benchAfterKill();
  bench.clock.move(leaseExpiryMs);
  const table = { database: 'shop', table: 'samples' };
  await bench.store.dropSnapshot('samples_v2');
  await bench.store.createSnapshot('samples_v2', { level: 'table', table });
  expect((await bench.run('delta')).notes).toEqual([]);
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2', 'samples_v3']);
  const [model] = (await bench.registry.models()).filter(({ number }) => number === 2);
  // As a run that was killed between its registration and its end.
  await bench.store.write([
    {
      sql: `INSERT INTO deltatrain.leases VALUES (?, 'ben@desk', 'r', 0, 0, ?, ?)`,
      values: [model?.trainingId ?? '', model?.snapshot.name ?? '', model?.snapshot.createdAt ?? ''],
    },
  ]);
  expect(await bench.run('delta')).toMatchObject({ model: null, notes: [] });
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2', 'samples_v3']);
});
