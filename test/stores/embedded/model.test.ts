/** Thousands of random operations, the same ones on the embedded store and on the reference store, which must agree on everything. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../embeddedBackend.ts';
import { Model } from './model.ts';

/** `DELTATRAIN_MODEL_SEEDS=200` for a long run. */
const seeds = Number(process.env['DELTATRAIN_MODEL_SEEDS'] ?? 5);
/** The first of them: another one is another history. */
const first = Number(process.env['DELTATRAIN_MODEL_FIRST'] ?? 1);
/** `DELTATRAIN_MODEL_CHECKS=1000000`: goes on with more seeds until so many checks were made. */
const wantedChecks = Number(process.env['DELTATRAIN_MODEL_CHECKS'] ?? 0);
const operations = Number(process.env['DELTATRAIN_MODEL_OPERATIONS'] ?? 400);

describe('the embedded store and the reference store', () => {
  async function history(seed: number): Promise<number> {
    const folder = scratchFolder();
    const model = new Model(String(seed), join(folder.path, 'store.db'));
    try {
      await model.begin();
      for (let i = 0; i < operations; i++) await model.step();
      await model.checkAll();
      expect(model.checks).toBeGreaterThan(operations / 8);
      return model.checks;
    } catch (error) {
      throw new Error(`seed ${seed}: ${model.history.slice(-12).join('\n  ')}`, { cause: error });
    } finally {
      await model.end();
      folder.remove();
    }
  }

  test.each(Array.from({ length: seeds }, (_, i) => first + i))(
    'agree after random operations, seed %i',
    async (seed) => {
      await history(seed);
    },
    Math.max(60_000, operations * 500),
  );

  test.runIf(wantedChecks > 0)(
    `agree in ${wantedChecks} checks`,
    async () => {
      let checks = 0;
      for (let seed = first + seeds; checks < wantedChecks; seed++) checks += await history(seed);
      expect(checks).toBeGreaterThanOrEqual(wantedChecks);
    },
    24 * 3_600_000,
  );
});
