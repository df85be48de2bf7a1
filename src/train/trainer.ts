/** The trainer port, answered in this process. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import type { Trainer } from '../data/trainer.ts';
import { chooseLearner } from './choosing.ts';
import { type Learners, learners as ownLearners } from './models/table.ts';
import { checkDelta } from './judging/check.ts';
import { planRun } from './planning.ts';
import { predictRows } from './predicting.ts';
import { runJob } from './run.ts';
import { openModel } from './stored.ts';
import { answer, readTestRows } from './testing.ts';

/** A trainer of these learners; without any, of the ones of this version. */
export function createTrainer(learners: Learners = ownLearners): Trainer {
  return {
    plan: async (draft, parent) => planRun(learners, draft, parent),
    choose: (draft, rows, signal) => chooseLearner(learners, draft, rows, signal),
    run: (job, rows, signal, on) => runJob(learners, job, rows, signal, on),
    check: (job, rows, signal) => checkDelta(learners, job, rows, signal),
    predict: (job, pages, signal) => predictRows(learners, job, pages, signal),
    async evaluate({ plan, artifacts }, rows, signal) {
      const models = artifacts.map((bytes, i) => {
        return openModel(learners, bytes, say('model {0} of {1}', i + 1, artifacts.length));
      });
      const reading = { plan, rows, signal, watch: null, on: () => {} };
      const test = await readTestRows(
        reading,
        models.map(({ coder }) => coder),
        [],
      );
      if (test.length === 0) throw new Failure('plan.fewRows', { set: 'test', rows: 0, needed: 1 });
      const metrics = [];
      for (const one of models) metrics.push((await answer(one, test, signal)).metrics);
      return metrics;
    },
  };
}
