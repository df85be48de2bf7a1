/** Runs a case in this process. */
import type { ClassMetrics, TrainEvent, TrainResult } from '../../../src/data/trainer.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import type { Case } from './cases.ts';

export async function runCase(
  one: Case,
  artifacts: { parent?: Uint8Array | null; anchor?: Uint8Array | null } = {},
): Promise<Omit<TrainResult, 'metrics'> & { metrics: ClassMetrics; events: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const { parent = null, anchor = null } = artifacts;
  const result = await createTrainer().run(
    { plan: one.plan, parent, anchor },
    one.rows,
    new AbortController().signal,
    (event) => events.push(event),
  );
  const { metrics } = result;
  if (metrics.task === 'regression') throw new Error('these cases are classifications');
  return { ...result, metrics, events };
}
