/** Numbers that no double tells from their neighbours are learnt from as they are, and asked about as they are. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { Model } from '../../../../src/data/model.ts';
import { learners } from '../../../../src/train/models/table.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { openStore, sql, workbenchOf } from '../../support/bench.ts';

const forever = new AbortController().signal;
const trainer = createTrainer(learners);

const accuracyOf = ({ metrics }: Model): number => (metrics.task === 'regression' ? 0 : metrics.accuracy);

/** What decides is the last three digits, and a double has 16. */
const columns = {
  'BIGINT UNSIGNED': (low: string) => `18446744073709550${low}`,
  BIGINT: (low: string) => `-9223372036854770${low}`,
  'DECIMAL(30,6)': (low: string) => `123456789012345678.000${low}`,
} as const;

for (const [type, value] of Object.entries(columns))
  test.each(['linear', 'forest', 'mlp'])(`${type}, by %s`, async (learner) => {
    const store = openStore();
    await sql(store, 'CREATE DATABASE shop');
    await sql(store, `CREATE TABLE shop.t (id INT PRIMARY KEY, x ${type}, y VARCHAR(5))`);
    const insert = async (from: number, to: number): Promise<void> => {
      const rows = Array.from({ length: to - from }, (_, i) => {
        const low = ((from + i) * 37) % 1000;
        return `(${from + i}, ${value(String(low).padStart(3, '0'))}, '${low < 500 ? 'low' : 'high'}')`;
      });
      await sql(store, `INSERT INTO shop.t VALUES ${rows.join(', ')}`);
    };
    await insert(0, 1000);
    const config = readConfig(
      `{ "connections": { "local": { "kind": "embedded", "path": "store.db" } },
         "trainings": { "t": { "connection": "local", "table": "shop.t", "label": "y", "learner": "${learner}" } } }`,
      'deltatrain.json',
    );
    const training = await resolveTraining(config, 't', store);
    const workbench = workbenchOf(store, trainer);
    const fit = async (mode: 'full' | 'delta') => {
      const { model, sentence } = await runTraining({ training, mode }, workbench, forever, () => {});
      if (!model) throw new Error(sentence);
      return model;
    };
    const first = await fit('full');
    expect(accuracyOf(first)).toBeGreaterThan(0.95);
    await insert(1000, 1100);
    const next = await fit('delta');
    expect(accuracyOf(next)).toBeGreaterThan(0.95);
    const again = await reproduceModel('t/m2', { fromRoot: true }, workbench, forever, () => {});
    expect(again).toMatchObject({ identical: true, steps: 2 });
    await store.close();
  });
