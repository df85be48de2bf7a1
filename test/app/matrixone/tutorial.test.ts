/**
 * Part 8 of the published tutorial, "train only what changed", through our store: the numbers that it prints, and what its
 * experiment of six rounds comes to. `tut-08-ml-incremental` in the fixtures is its own script, said to the server as it stands.
 */
import { expect, test, vi } from 'vitest';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { changedRows } from '../../../src/data/change.ts';
import type { Store } from '../../../src/data/store.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { inAccount, serverTime } from './support/account.ts';

// Copies of versions are named by chance and time; what is replayed by its text has the same names each time.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

const samples = { database: 'mltrain_demo', table: 'samples' };
const rounds = { database: 'mltrain_exp', table: 's' };

test(
  '3,000 new rows and 200 fixes: 3,200 rows to train on, not 103,000',
  async () => {
    await withServer('tutorial-8', async (url) => {
      await inAccount(url, 'dt_tutorial', async (store) => {
        for (const sql of [
          'CREATE DATABASE mltrain_demo',
          'CREATE TABLE mltrain_demo.samples (sample_id BIGINT PRIMARY KEY, f1 DOUBLE, f2 DOUBLE, label TINYINT)',
          'INSERT INTO mltrain_demo.samples SELECT result, round(rand(),4), round(rand(),4), result % 2 FROM generate_series(1, 100000) g',
        ])
          await queryRows(store, sql);
        await store.createSnapshot('train_v1', { level: 'table', table: samples });
        for (const sql of [
          'INSERT INTO mltrain_demo.samples SELECT 100000 + result, round(rand(),4), round(rand(),4), result % 2 FROM generate_series(1, 3000) g',
          'UPDATE mltrain_demo.samples SET label = 1 - label WHERE sample_id BETWEEN 500 AND 699',
        ])
          await queryRows(store, sql);
        const from = atSnapshot('train_v1');
        const changed = { inserted: 3000, updated: 200, deleted: 0 };
        expect(await store.deltaWay({ table: samples, from, to: live })).toEqual({ way: 'diff', why: null });
        expect(await store.countDelta({ table: samples, from, to: live })).toEqual(changed);
        await store.createSnapshot('train_v2', { level: 'table', table: samples });
        const request = { table: samples, from, to: atSnapshot('train_v2') };
        expect(await store.countDelta(request)).toEqual(changed);
        let toTrainOn = 0;
        for await (const page of store.readDelta(request)) toTrainOn += page.rows;
        expect(toTrainOn).toBe(3200);
        expect(await store.countRows(samples)).toBe(103_000);
        expect(await store.countRows(samples, from)).toBe(100_000);
      });
    });
  },
  serverTime,
);

/** A thousand rows more in each of six rounds, and the labels of these rows fixed in it. */
async function sixRounds(
  store: Store,
  fixesOf: (round: number) => readonly number[],
): Promise<{ delta: number; full: number }> {
  await queryRows(store, 'CREATE DATABASE IF NOT EXISTS mltrain_exp');
  await queryRows(store, 'CREATE TABLE mltrain_exp.s (id BIGINT PRIMARY KEY, label TINYINT)');
  let last = 'exp_r0';
  let delta = 0;
  let full = 0;
  const made = [last];
  await store.createSnapshot(last, { level: 'table', table: rounds });
  const trainOn = async (name: string): Promise<void> => {
    await store.createSnapshot(name, { level: 'table', table: rounds });
    const counts = await store.countDelta({ table: rounds, from: atSnapshot(last), to: atSnapshot(name) });
    delta += changedRows(counts);
    last = name;
    made.push(name);
  };
  for (let round = 1; round <= 6; round++) {
    const fixes = fixesOf(round);
    const insert = `INSERT INTO mltrain_exp.s SELECT ${(round - 1) * 1000} + result, result % 2 FROM generate_series(1, 1000) g`;
    await queryRows(store, insert);
    // What is fixed in the first round is new in it: it is trained on again only when it had been trained on before.
    if (round === 1) await trainOn('exp_r1');
    if (fixes.length > 0)
      await queryRows(store, `UPDATE mltrain_exp.s SET label = 1 - label WHERE id IN (${fixes.join(', ')})`);
    if (round > 1 || fixes.length > 0) await trainOn(round > 1 ? `exp_r${round}` : 'exp_r1_fixed');
    full += await store.countRows(rounds);
  }
  for (const name of made) await store.dropSnapshot(name);
  await queryRows(store, 'DROP TABLE mltrain_exp.s');
  return { delta, full };
}

test(
  'six rounds train on 6,004 rows as the script has them, on 6,012 with two fixes in every round; in full on 21,000',
  async () => {
    await withServer('tutorial-8-rounds', async (url) => {
      await inAccount(url, 'dt_rounds', async (store) => {
        const script: Record<number, readonly number[]> = { 2: [10, 20], 6: [30, 40] };
        expect(await sixRounds(store, (round) => script[round] ?? [])).toEqual({ delta: 6004, full: 21_000 });
        const every = await sixRounds(store, (round) => [10 * round, 10 * round + 5]);
        expect(every).toEqual({ delta: 6012, full: 21_000 });
      });
    });
  },
  serverTime,
);
