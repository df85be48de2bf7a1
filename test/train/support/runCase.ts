/** Runs a case in this process. */
import type { ClassMetrics, JudgeBrief, TrainEvent, TrainResult } from '../../../src/data/trainer.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { type Case, keyColumn } from './cases.ts';

/** What a judge is given where nothing is kept: the facts are made anew. */
export const brief: JudgeBrief = {
  ...{ key: [keyColumn], facts: [], approvals: [], look: 1, returned: null },
  ...{ restored: false, baselineAsNow: false, day: null },
};

export async function runCase(
  one: Case,
  artifacts: { parent?: Uint8Array | null; baseline?: Uint8Array | null } = {},
): Promise<Omit<TrainResult, 'metrics'> & { metrics: ClassMetrics; events: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const { parent = null, baseline = null } = artifacts;
  const result = await createTrainer().run(
    { plan: one.plan, parent, baseline, judge: brief },
    one.rows,
    new AbortController().signal,
    (event) => events.push(event),
  );
  const { metrics } = result;
  if (metrics.task === 'regression') throw new Error('these cases are classifications');
  return { ...result, metrics, events };
}
