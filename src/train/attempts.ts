/**
 * A delta run's attempts: the recipe, and while the child is worse than its parent on the tune rows a third of the learning
 * rate, then every train row, then a full fit. The test rows are not looked at.
 */
import { at } from '../base/assert.ts';
import { replayRule, updateEpochs } from '../data/replay.ts';
import type { Attempt } from '../data/trainer.ts';
import type { Plan } from '../data/training.ts';
import { EncodedRows } from './encodedRows.ts';
import { judge } from './guard.ts';
import { bestClass, summedLoss } from './kernel/loss.ts';
import { pairedTest } from './metrics.ts';
import type { Hooks, Learner, SavedModel, Trained } from './models/learner.ts';

/** The scaled rate of `slower`, and the epochs of `all`. */
const slowerRate = 0.3;
const allEpochs = 4;

export interface DeltaRun {
  readonly plan: Plan;
  readonly learner: Learner;
  /** With every class that the rows have. */
  readonly parent: SavedModel;
  readonly classes: number;
  readonly delta: EncodedRows;
  readonly replay: EncodedRows;
  readonly tune: EncodedRows;
  /** Inputs that were silent at the root, for a full fit. */
  readonly silent: readonly number[];
  readonly seed: string;
  /** Reads every train row; a class met there that nothing else had is not learnt. */
  readAll(): Promise<EncodedRows>;
}

export interface Kept {
  readonly trained: Trained;
  readonly attempts: readonly Attempt[];
  readonly kept: number;
  /** Of all attempts. */
  readonly visits: number;
}

interface OnTune {
  readonly correct: Uint8Array;
  readonly loss: number;
}

async function onTune(run: DeltaRun, model: SavedModel, signal: AbortSignal): Promise<OnTune> {
  const { tune, learner } = run;
  const { classes, values } = await learner.predict(model, tune, signal);
  const labels = Int32Array.from({ length: tune.length }, (_, i) => tune.label(i));
  const correct = labels.map((label, i) => (bestClass(values, i, classes) === label ? 1 : 0));
  return { correct: Uint8Array.from(correct), loss: summedLoss(values, classes, labels, 1) };
}

/** How each attempt trains. */
function ways(run: DeltaRun, hooks: Hooks): Record<Attempt['way'], () => Promise<Trained>> {
  const { plan, learner, parent, delta, replay, tune, seed } = run;
  const { options } = plan;
  const rule = replayRule(options, plan.counts.train, delta.length);
  // The sample is drawn by hash, so its size is only about the rule's: the rows that came decide.
  const epochs = replay.length === 0 ? rule.epochs : updateEpochs(delta.length + replay.length, plan.counts.train);
  const recipe = (scale: number): Promise<Trained> =>
    learner.update({ parent, delta, replay, tune, options, epochs, rate: rule.rate * scale, seed }, hooks);
  return {
    recipe: () => recipe(1),
    slower: () => recipe(slowerRate),
    async all() {
      const all = await run.readAll();
      const none = new EncodedRows(all.layout);
      return learner.update(
        { parent, delta: all, replay: none, tune, options, epochs: allEpochs, rate: 1, seed },
        hooks,
      );
    },
    async full() {
      const all = await run.readAll();
      const { epochs: most } = learner.cost(options, all.length);
      const { classes, silent } = run;
      return learner.fit({ rows: all, tune, classes, silent, options, epochs: most, seed }, hooks);
    },
  };
}

const order: readonly Attempt['way'][] = ['recipe', 'slower', 'all', 'full'];

/** Trains until an attempt is not worse on the tune rows; when all are, the one with the lowest tune loss is kept. */
export async function trainDelta(run: DeltaRun, hooks: Hooks): Promise<Kept> {
  const attempts: Attempt[] = [];
  const results: { trained: Trained; loss: number }[] = [];
  const by = ways(run, hooks);
  const judged = run.tune.length > 0;
  const parent = judged ? await onTune(run, run.parent, hooks.signal) : null;
  for (const way of order) {
    const trained = await by[way]();
    if (!parent) {
      attempts.push({ way, visits: trained.visits, tune: null });
      results.push({ trained, loss: 0 });
      break;
    }
    const child = await onTune(run, trained.model, hooks.signal);
    const tune = judge(pairedTest(child.correct, parent.correct), run.plan.maxDrop);
    attempts.push({ way, visits: trained.visits, tune });
    results.push({ trained, loss: child.loss });
    if (tune?.verdict !== 'worse') break;
  }
  const last = results.length - 1;
  const failed = at(attempts, last).tune?.verdict === 'worse';
  const lowest = results.reduce((best, { loss }, i) => (loss < at(results, best).loss ? i : best), 0);
  const kept = failed ? lowest : last;
  return {
    trained: at(results, kept).trained,
    attempts,
    kept,
    visits: attempts.reduce((sum, { visits }) => sum + visits, 0),
  };
}
