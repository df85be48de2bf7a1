/** An outside trainer in tests: the fake one beside this file, over the trainer port in this process. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { LearnerOptions } from '../../src/data/training.ts';
import type { Trainer } from '../../src/data/trainer.ts';
import { digestOf } from '../../src/outside/consent/digest.ts';
import { outsideName, outsideRules } from '../../src/outside/options.ts';
import { outsideLearner } from '../../src/outside/outsideLearner.ts';
import { learners } from '../../src/train/models/table.ts';
import { createTrainer } from '../../src/train/trainer.ts';

const modules = Object.fromEntries(
  ['hyparquet', 'hyparquet-compressors', 'hyparquet-writer'].map((name) => [name, import.meta.resolve(name)]),
);

export interface Bench {
  readonly folder: string;
  readonly trainer: Trainer;
  readonly learner: ReturnType<typeof outsideLearner>;
  /** What it wrote besides its progress. */
  readonly said: string[];
  options(own?: Record<string, unknown>, limits?: LearnerOptions): LearnerOptions;
}

/** A folder with a trainer in it, the fake one if none is named; `isAllowed` null: what it is now may run. */
export function openBench(isAllowed: ((digest: string) => boolean) | null = null, program = 'fakeTrainer.mjs'): Bench {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-outside-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(path.join(import.meta.dirname, program), path.join(folder, 'train.mjs'));
  const command = ['node', 'train.mjs'];
  const said: string[] = [];
  const allowed = (digest: string): boolean => isAllowed?.(digest) ?? digest === digestOf(folder, command);
  const context = { folder, isAllowed: allowed, log: (line: string) => void said.push(line) };
  const learner = outsideLearner(context);
  return {
    folder,
    said,
    learner,
    trainer: createTrainer({ ...learners, [outsideName]: learner }),
    options: (own = {}, limits = {}) => ({
      ...outsideRules.defaults,
      ...limits,
      command,
      options: JSON.stringify({ modules, ...own }),
    }),
  };
}
