/**
 * The published dataset-release tutorial (part 9 of matrixorigin/git4data-tutorial): its own script, run here, and its detectors' numbers.
 * GIT4DATA_TUTORIAL names a clone of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { findLeaks } from '../../../../src/app/training/leaks/findLeaks.ts';
import type { Leak } from '../../../../src/data/splitting/leak.ts';
import { ruleOf } from '../../../../src/data/splitting/sides.ts';
import type { Store } from '../../../../src/data/store.ts';
import { splitSalt } from '../../../../src/data/training.ts';
import { live } from '../../../../src/data/version.ts';
import { statementsOf } from '../../../../src/git4data/split.ts';
import { rowAt } from '../../../../src/data/page.ts';
import { openStore } from '../../support/bench.ts';

const script = path.join(process.env['GIT4DATA_TUTORIAL'] ?? '', '09-dataset-release', 'dataset_release_demo.sql');

const forever = new AbortController().signal;

const detectors =
  /AS (train_rows_from_the_future|users_in_train_and_test\w*|event_keys_across_splits|label_from_future)/i;

/** Makes the tables of the script, up to its publishing, and answers what its detectors count, in their order. */
async function runScript(store: Store): Promise<(readonly [name: string, count: number])[]> {
  const text = readFileSync(script, 'utf8').split('-- PUBLISH')[0] ?? '';
  const found: (readonly [string, number])[] = [];
  let database: string | null = null;
  for (const { start, end } of statementsOf(text)) {
    const sql = text.slice(start, end);
    if (/^USE\b/i.test(sql)) database = 'risk_ml';
    if (/^(USE|DROP SNAPSHOT)\b/i.test(sql)) continue;
    const name = detectors.exec(sql)?.[1];
    for await (const page of store.query({ sql, database }, forever))
      if (name !== undefined) found.push([name, Number(rowAt(page, 0)[0])]);
  }
  return found;
}

/** What is found where rows are split so. */
async function leaksBy(store: Store, split: object, more: object = {}): Promise<Leak[]> {
  const of = { connection: 'local', table: 'risk_ml.samples', label: 'label', features: ['amount'], split, ...more };
  const config = readConfig(JSON.stringify({ trainings: { risk: of } }), 'deltatrain.json');
  const training = await resolveTraining(config, 'risk', store);
  const rule = ruleOf({ ...training, splitSalt: splitSalt(training) });
  return [...(await findLeaks({ store, training, rule, at: live, atMost: 1_000_000 }, forever)).leaks];
}

const by = (table: string) => ({ table, column: 'split_name', test: 'test', validation: 'valid' });

test.skipIf(!existsSync(script))(
  "the tutorial's own numbers on its random split, and nothing on its honest ones (GIT4DATA_TUTORIAL)",
  async () => {
    const store = openStore();
    const told = await runScript(store);
    expect(told).toEqual([
      ['train_rows_from_the_future', 80_205],
      ['users_in_train_and_test', 8_213],
      ['event_keys_across_splits', 677],
      ['train_rows_from_the_future', 0],
      ['event_keys_across_splits', 0],
      ['users_in_train_and_test', 9_912],
      ['users_in_train_and_test_entity_split', 0],
      ['label_from_future', 0],
    ]);
    const random = [
      { kind: 'group', columns: ['user_id'], groups: 8_213, counted: 'exact' },
      { kind: 'time', column: 'event_time', rows: 80_205, from: '2026-03-01 00:00:00', counted: 'exact' },
      { kind: 'copies', columns: ['event_key'], count: 677, counted: 'exact' },
    ];
    const asOf = { leaks: { asOf: '2026-07-01' } };
    expect(await leaksBy(store, by('membership_rand'))).toEqual(random);
    expect(await leaksBy(store, by('membership_rand'), asOf)).toEqual(random);
    expect(await leaksBy(store, by('dataset_membership'))).toEqual([]);
    expect(await leaksBy(store, by('dataset_membership'), asOf)).toEqual([]);
    expect(await leaksBy(store, { time: 'event_time', validation: '2026-06-05', test: '2026-06-17' })).toEqual([]);
    // The users that come again are named where somebody says that they must not.
    expect(await leaksBy(store, by('dataset_membership'), { leaks: { group: ['user_id'] } })).toEqual([
      { kind: 'group', columns: ['user_id'], groups: 9_912, counted: 'exact' },
    ]);
    expect((await leaksBy(store, by('membership_entity'))).map(({ kind }) => kind)).not.toContain('group');
    // 42 of the labels were known after the last day of June, and the outcome lies in a feature as the script makes it: n % 30 and n % 2.
    const late = await leaksBy(store, by('dataset_membership'), { leaks: { asOf: '2026-06-30' } });
    expect(late).toMatchObject([{ kind: 'late', column: 'label_time', after: '2026-06-30', isTrain: false }]);
    const counted = await leaksBy(store, by('dataset_membership'), { features: ['amount', 'txn_count_7d'] });
    expect(counted).toMatchObject([{ kind: 'label', feature: 'txn_count_7d', equals: false }]);
  },
  900_000,
);
