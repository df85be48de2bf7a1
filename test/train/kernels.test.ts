// The kernels that this version has: a run that asks for another is refused before it reads a row.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/sha256.ts';
import type { TrainRows } from '../../src/data/trainer.ts';
import { kernelOf } from '../../src/train/kernel/kernels.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { shop } from './support/shop.ts';
import { caseOf } from './support/cases.ts';

const file = readFileSync(new URL('../../src/train/kernel/kernel.wasm', import.meta.url));

test('the newest is kernel.wasm, by its hash and without one', () => {
  expect(kernelOf(undefined)).toMatchObject({ sha256: sha256(file) });
  expect(kernelOf(sha256(file))).toBe(kernelOf(undefined));
});

test('another one is refused by name, before anything is read', async () => {
  const { plan } = caseOf(shop(0, 300));
  const foreign = 'f'.repeat(64);
  const rows: TrainRows = {
    read() {
      throw new Error('rows were read');
    },
    changes() {
      throw new Error('changes were read');
    },
  };
  const run = createTrainer().run(
    { plan, parent: null, baseline: null, kernelSha256: foreign },
    rows,
    new AbortController().signal,
    () => {},
  );
  await expect(run).rejects.toMatchObject({ code: 'kernel.unknown', data: { kernel: foreign } });
});
