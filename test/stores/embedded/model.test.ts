/** Thousands of random operations, the same ones on the embedded store and on the reference store, which must agree on everything. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../embeddedBackend.ts';
import { Model } from './model.ts';

/** `DELTATRAIN_MODEL_SEEDS=200` for a long run. */
const seeds = Number(process.env['DELTATRAIN_MODEL_SEEDS'] ?? 5);
const operations = Number(process.env['DELTATRAIN_MODEL_OPERATIONS'] ?? 400);

describe('the embedded store and the reference store', () => {
  test.each(Array.from({ length: seeds }, (_, i) => i + 1))('agree after random operations, seed %i', async (seed) => {
    const folder = scratchFolder();
    const model = new Model(String(seed), join(folder.path, 'store.db'));
    try {
      await model.begin();
      for (let i = 0; i < operations; i++) await model.step();
      await model.checkAll();
      expect(model.checks).toBeGreaterThan(operations / 8);
    } catch (error) {
      throw new Error(`seed ${seed}: ${model.history.slice(-12).join('\n  ')}`, { cause: error });
    } finally {
      await model.end();
      folder.remove();
    }
  });
});
