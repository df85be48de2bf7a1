// The made-up sample: the same on every machine, small updates that are what a full fit would be, and one region that is spoilt.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import {
  arriveChurn,
  churnConfig,
  churnTable,
  churnTraining,
  churnVersions,
  createChurn,
  customer,
  spoilChurn,
} from '../../../src/app/sample/churn.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import type { Model } from '../../../src/data/model.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { qualityOf } from '../../../src/words/measures.ts';
import { HandClock, openStore } from '../support/bench.ts';

const forever = new AbortController().signal;

test('its customers are the same on every machine, and about a quarter leave', () => {
  const all = Array.from({ length: 20_000 }, (_, id) => customer(id));
  expect(sha256(JSON.stringify(all)).slice(0, 16)).toBe('f83f536de97f8634');
  const left = all.filter((row) => row.at(-1) === 'left').length / all.length;
  expect(left).toBeGreaterThan(0.15);
  expect(left).toBeLessThan(0.4);
});

test('its updates train on 3 % of the rows, are what a full fit would be, and a spoilt region does not go through', async () => {
  const store = openStore();
  await createChurn(store);
  const registry = new Registry(store);
  const workbench = {
    store,
    registry,
    trainer: createTrainer(),
    clock: new HandClock(),
    owner: 'ann',
    toolVersion: '0',
  };
  const config = readConfig(churnConfig, 'deltatrain.json');
  const train = async (
    mode: 'full' | 'delta',
  ): Promise<{ model: Model; exact: string | null; notes: readonly string[] }> => {
    const training = await resolveTraining(config, churnTraining, store);
    const outcome = await runTraining({ training, mode }, workbench, forever, () => {});
    if (!outcome.model) throw new Error(outcome.sentence);
    return outcome;
  };
  expect(churnTable.table).toBe('customers');
  const made: Model[] = [];
  for (const version of churnVersions) {
    await arriveChurn(store, version, forever);
    const { model, exact, notes } = await train(made.length === 0 ? 'full' : 'delta');
    made.push(model);
    if (made.length === 1) {
      expect(notes.join(' ')).toMatch(
        /^The learner is "(forest|linear)", by the log loss of a quick look on \d+ validation rows/,
      );
      continue;
    }
    expect(exact).toBe('identical to a full fit with this encoder (frozen at m1)');
    expect(model.status).toBe('candidate');
    expect(model.cost.rows.replayed).toBe(0);
    expect(model.cost.rows.delta / model.cost.rows.train).toBeLessThan(0.05);
    expect(qualityOf(model.metrics)).toBeGreaterThan(0.75);
  }
  const spoilt = await spoilChurn(store);
  expect(spoilt / 20_000).toBeGreaterThan(0.02);
  expect(spoilt / 20_000).toBeLessThan(0.04);
});
