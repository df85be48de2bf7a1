// A full training on the sample's first two years of Seattle, and the same bundle in a Node process to compare with.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packRows } from '../../../src/data/page.ts';
import type { RowSet, TrainResult } from '../../../src/data/trainer.ts';
import type { Plan } from '../../../src/data/training.ts';
import type { Value } from '../../../src/data/value.ts';
import { childPort } from '../../../src/protocol/processPort.ts';
import { remoteTrainer } from '../../../src/protocol/remoteTrainer.ts';

const root = join(import.meta.dirname, '../../..');

export interface TrainCase {
  readonly plan: Plan;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly sets: Readonly<Record<RowSet, readonly (readonly Value[])[]>>;
}

export function trainCase(): TrainCase {
  const text = readFileSync(join(root, 'media/sample/weather.csv'), 'utf8');
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const numeric = ['precipitation', 'temp_max', 'temp_min', 'wind'];
  const columns = [...numeric.map((name) => ({ name, type: 'DOUBLE' })), { name: 'weather', type: 'VARCHAR(20)' }];
  const at = columns.map(({ name }) => head.split(',').indexOf(name));
  const rows = lines.slice(0, 731).map((line): Value[] => {
    const parts = line.split(',');
    return at.map((i, column) => (column < numeric.length ? Number(parts[i]) : (parts[i] ?? null)));
  });
  const test = rows.filter((_, i) => i % 10 < 2);
  const validation = rows.filter((_, i) => i % 10 === 2);
  const train = rows.filter((_, i) => i % 10 > 2);
  return {
    columns,
    sets: { train, validation, test, replay: [] },
    plan: {
      format: 1,
      kind: 'full',
      task: 'classification',
      label: 'weather',
      features: columns.slice(0, -1).map((column) => ({ ...column, kind: null })),
      slices: [],
      learner: {
        name: 'mlp',
        options: {
          ...{ hidden: [16], activation: 'relu', batch: 64, learningRate: 3e-3, epochs: 8, optimizer: 'adam' },
          ...{ replayShare: 0.2, replayRows: 1_000, distillation: 0.5 },
        },
      },
      seed: 1,
      version: 1,
      splitSalt: 'split:panel',
      test: 0.2,
      validation: 0.1,
      maxDrop: 0.005,
      replay: null,
      counts: { train: train.length, delta: 0, replay: 0 },
    },
  };
}

export async function trainInNode({ plan, columns, sets }: TrainCase): Promise<TrainResult> {
  const child = fork(join(root, 'dist/trainer.js'), { serialization: 'advanced' });
  try {
    const read = async function* (set: RowSet) {
      yield await Promise.resolve(packRows(columns, sets[set]));
    };
    const none = async function* (): AsyncGenerator<never, void> {};
    const job = { plan, parent: null, baseline: null };
    return await remoteTrainer(childPort(child)).run(
      job,
      { read, changes: none },
      new AbortController().signal,
      () => {},
    );
  } finally {
    child.kill('SIGKILL');
  }
}
