/** Runs over cached rows: the same models to the bit as without, whatever the size of a block, and the table is not read again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import type { Model } from '../../../src/data/model.ts';
import type { Store } from '../../../src/data/store.ts';
import { KeptDeltas } from '../../../src/engine/keptDeltas.ts';
import { RowCache } from '../../../src/engine/rowCache/rowCache.ts';
import { learners } from '../../../src/train/models/table.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { benchOf, createSamples, insertSamples, openStore, sql } from '../support/bench.ts';

vi.setConfig({ testTimeout: 300_000 });

const forever = new AbortController().signal;

/** A store whose rows and deltas are read as the engine reads them; `asked`: what was read from the store itself. */
function through(own: Store, blockRows: number | null): { store: Store; asked: string[] } {
  const asked: string[] = [];
  const watched = new Proxy<Store>(own, {
    get(target, name: keyof Store) {
      const value = target[name];
      return (...given: unknown[]) => {
        if (name === 'readRows' || name === 'readDelta') asked.push(name);
        return (value as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
  if (blockRows === null) return { store: watched, asked };
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-cached-'));
  const deltas = new KeptDeltas(watched);
  const settings = { folder, maxBytes: 1e8, secret: Buffer.alloc(32), leastRows: 10, blockRows };
  const cache = new RowCache(watched, (request, signal) => deltas.read(request, signal), settings);
  onTestFinished(() => {
    cache.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = new Proxy<Store>(watched, {
    get(target, name: keyof Store) {
      if (name === 'readRows') return cache.readRows.bind(cache);
      if (name === 'readDelta') return deltas.read.bind(deltas);
      return target[name];
    },
  });
  return { store, asked };
}

/** A full fit and three updates of changes of every kind; what the last one read from the store. */
async function lineage(learner: string, blockRows: number | null): Promise<{ models: Model[]; asked: string[] }> {
  const own = openStore();
  await createSamples(own, 900);
  const { store, asked } = through(own, blockRows);
  const bench = benchOf(store);
  const options =
    learner === 'mlp' ? ', "options": {"hidden": [8], "epochs": 3, "replayShare": 0.4, "replayRows": 20}' : '';
  const training = await bench.training(`, "learner": "${learner}", "slices": ["colour"]${options}, "testRows": 60`);
  const workbench = { ...bench.workbench, registry: new Registry(store), trainer: createTrainer(learners) };
  const models: Model[] = [];
  for (let round = 0; round < 4; round++) {
    if (round > 0) {
      await insertSamples(own, 900 + 30 * round, 930 + 30 * round);
      await sql(own, `UPDATE shop.samples SET x = x + 1, label = 'b' WHERE id % 31 = ${round}`);
      await sql(own, `UPDATE shop.samples SET label = NULL WHERE id % 47 = ${round}`);
      await sql(own, `DELETE FROM shop.samples WHERE id % 53 = ${round}`);
    }
    asked.length = 0;
    const mode = round === 0 ? 'full' : 'delta';
    const { model, sentence } = await runTraining({ training, mode }, workbench, forever, () => {});
    if (!model) throw new Error(sentence);
    if (model.status === 'held') await bench.registry.approve(model, model.judgement?.data.hash ?? '');
    models.push(model);
  }
  return { models, asked };
}

/** What of a model tells what its run saw. */
const seen = ({ weightsSha256, metrics, guard, slices, delta, judgement }: Model) => ({
  weightsSha256,
  metrics,
  guard,
  slices,
  delta,
  judgement,
});

test.each([
  { learner: 'mlp', sizes: [5, 64, 8_192] },
  { learner: 'forest', sizes: [64] },
  { learner: 'linear', sizes: [64] },
])('$learner: cached or not, and in blocks of any size', async ({ learner, sizes }) => {
  const plain = await lineage(learner, null);
  expect(plain.models.map(({ kind }) => kind)).toEqual(['full', 'delta', 'delta', 'delta']);
  for (const blockRows of sizes) {
    const { models, asked } = await lineage(learner, blockRows);
    expect(models.map(seen)).toEqual(plain.models.map(seen));
    // Of the table itself nothing but deltas.
    expect(asked.filter((name) => name === 'readRows')).toEqual([]);
    expect(plain.asked.filter((name) => name === 'readRows').length).toBeGreaterThan(0);
  }
});

test('a run reads a delta, and a table at a snapshot, once', async () => {
  const own = openStore();
  await createSamples(own, 600);
  const { store, asked } = through(own, null);
  const bench = benchOf(store);
  const training = await bench.training(', "learner": "mlp", "options": {"hidden": [8], "epochs": 3}');
  const workbench = { ...bench.workbench, registry: new Registry(store), trainer: createTrainer(learners) };
  for (let round = 0; round < 4; round++) {
    if (round > 0) {
      await insertSamples(own, 600 + 40 * round, 640 + 40 * round);
      // Rows that changed may have come back to what they were: those before are asked.
      await sql(own, `UPDATE shop.samples SET x = x + 0.01 WHERE id = ${round}`);
    }
    asked.length = 0;
    await runTraining({ training, mode: round === 0 ? 'full' : 'delta' }, workbench, forever, () => {});
  }
  // From the parent's snapshot, and from those of the two models before it.
  expect(asked.filter((name) => name === 'readDelta')).toHaveLength(3);
});
