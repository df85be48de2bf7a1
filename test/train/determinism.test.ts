import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { type Bundle, bundleTrainer, forkTrainer } from './support/bundle.ts';
import { changedTable, shop, shopRows } from './support/shop.ts';
import { runCase } from './support/runCase.ts';
import { caseOf } from './support/cases.ts';

const first = shop(0, 2_000);
const second = changedTable(first, shopRows(2_000, 2_400));
const full = caseOf(first);
const delta = caseOf(second, { before: first });

describe('the same snapshot, plan and seed give the same bits', () => {
  let bundle: Bundle;
  let expected: { full: string; delta: string; artifact: string; parent: Uint8Array };

  beforeAll(async () => {
    bundle = await bundleTrainer();
    const parent = await runCase(full);
    const child = await runCase(delta, { parent: parent.artifact });
    expected = {
      full: parent.weightsSha256,
      delta: child.weightsSha256,
      artifact: child.artifactSha256,
      parent: parent.artifact,
    };
  });
  afterAll(() => bundle.remove());

  test('again, with pages of another size', async () => {
    for (const pageRows of [1, 37, 5_000]) {
      expect((await runCase(caseOf(first, { pageRows }))).weightsSha256).toBe(expected.full);
      const child = await runCase(caseOf(second, { before: first, pageRows }), { parent: expected.parent });
      expect(child.weightsSha256).toBe(expected.delta);
      expect(child.artifactSha256).toBe(expected.artifact);
    }
  });

  test('another seed and another version give others', async () => {
    expect((await runCase(caseOf(first, { seed: 2 }))).weightsSha256).not.toBe(expected.full);
    expect((await runCase(caseOf(first, { version: 9 }))).weightsSha256).not.toBe(expected.full);
  });

  test.each([[[]], [['--no-opt']], [['--liftoff-only']], [['--no-liftoff']]])(
    'in a forked process with %j',
    async (flags: string[]) => {
      const { trainer, stop } = forkTrainer(bundle.file, flags);
      const { signal } = new AbortController();
      const parent = await trainer.run({ plan: full.plan, parent: null, baseline: null }, full.rows, signal, () => {});
      expect(parent.weightsSha256).toBe(expected.full);
      const job = { plan: delta.plan, parent: parent.artifact, baseline: null };
      const child = await trainer.run(job, delta.rows, signal, () => {});
      expect(child.artifactSha256).toBe(expected.artifact);
      const [metrics] = await trainer.evaluate({ plan: delta.plan, artifacts: [child.artifact] }, delta.rows, signal);
      expect(metrics).toEqual(child.metrics);
      await stop();
    },
  );

  test('a process that is lost while it trains ends the run', async () => {
    const { trainer, kill } = forkTrainer(bundle.file, []);
    const { signal } = new AbortController();
    const run = trainer.run({ plan: full.plan, parent: null, baseline: null }, full.rows, signal, (event) => {
      if (event.kind === 'reading') kill();
    });
    await expect(run).rejects.toSatisfy((error) => Failure.is(error, 'process.ended'));
  });

  test('a failure and a cancel cross the process border', async () => {
    const { trainer, stop } = forkTrainer(bundle.file, []);
    const few = caseOf(shop(0, 40));
    await expect(
      trainer.run({ plan: few.plan, parent: null, baseline: null }, few.rows, new AbortController().signal, () => {}),
    ).rejects.toSatisfy((error) => Failure.is(error, 'plan.fewRows'));
    const controller = new AbortController();
    const run = trainer.run(
      { plan: full.plan, parent: null, baseline: null },
      full.rows,
      controller.signal,
      (event) => {
        if (event.kind === 'epoch') controller.abort();
      },
    );
    await expect(run).rejects.toSatisfy((error) => Failure.is(error, 'cancelled'));
    await stop();
  });

  test('the bundle is small enough to be loaded by a page', () => {
    expect(bundle.bytes).toBeLessThan(1_600_000);
  });
});
