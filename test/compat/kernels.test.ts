// What released models were made with is in this version: their kernels by hash, and the rule of draws of their plans.
import { describe, expect, test } from 'vitest';
import { planFormats } from '../../src/data/training.ts';
import { kernelOf } from '../../src/train/kernel/kernels.ts';
import { recordedCalls, released } from './support/released.ts';

interface ReleasedModel {
  readonly kernelSha256: string;
  readonly plan: { readonly format: number };
}

describe.each(released)('the models of %s', (version) => {
  const models = recordedCalls(version, 'finished')
    .filter(({ definition }) => definition === 'model')
    .flatMap(({ documents }) => documents as ReleasedModel[]);

  test('were made with a kernel that is here', () => {
    expect(models.length).toBeGreaterThan(5);
    for (const { kernelSha256 } of models) expect(kernelOf(kernelSha256).sha256).toBe(kernelSha256);
  });

  test('have plans of a format that is known', () => {
    for (const { plan } of models) expect(planFormats).toContain(plan.format);
  });
});
