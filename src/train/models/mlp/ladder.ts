/**
 * A delta run's attempts: the recipe, and while the child is worse than its parent on the validation rows a third of the learning
 * rate, then every train row, then a full fit. The test rows are not looked at.
 */
import { at } from '../../../base/assert.ts';
import type { LearnerHooks, Learnt } from '../../../data/learner.ts';
import type { Attempt } from '../../../data/trainer.ts';
import { bestClass } from '../../kernel/bestClass.ts';
import { summedLoss } from '../../kernel/loss.ts';
import { judge } from '../../measure/guard.ts';
import { pairedTest } from '../../../judge/statistics/paired.ts';
import { EncodedRows } from '../../rows/encodedRows.ts';
import type { Trained } from './course.ts';
import { fitRows, scoreRows, updateRows } from './fits.ts';
import type { MlpModel } from './layers.ts';
import type { MlpOptions } from './options.ts';
import { fullEpochs, replayRule, updateEpochs } from './replay.ts';

/** The scaled rate of `slower`, and the epochs of `all`. */
const slowerRate = 0.3;
const allEpochs = 4;

/** A delta run whose rows were read. */
export interface DeltaRun {
  readonly options: MlpOptions;
  /** With every class that the rows have. */
  readonly parent: MlpModel;
  readonly classes: number;
  /** Of them, those that the parent was never trained on. */
  readonly newClasses: number;
  readonly delta: EncodedRows;
  readonly replay: EncodedRows;
  readonly validation: EncodedRows;
  /** Train rows of the new snapshot, as the plan counts them. */
  readonly trainRows: number;
  readonly maxDrop: number;
  readonly seed: string;
  /** Reads every train row; a class met there that nothing else had is not learnt. */
  readAll(): Promise<EncodedRows>;
}

interface OnValidation {
  readonly correct: Uint8Array;
  readonly loss: number;
}

async function onValidation({ validation }: DeltaRun, model: MlpModel, signal: AbortSignal): Promise<OnValidation> {
  const { classes, values } = await scoreRows(model, validation, signal);
  const labels = Int32Array.from({ length: validation.length }, (_, i) => validation.label(i));
  const correct = labels.map((label, i) => (bestClass(values, i, classes) === label ? 1 : 0));
  return { correct: Uint8Array.from(correct), loss: summedLoss(values, classes, labels, 1) };
}

/** How each attempt trains. */
function ways(run: DeltaRun, hooks: LearnerHooks): Record<Attempt['way'], () => Promise<Trained>> {
  const { options, trainRows, parent, delta, replay, validation, seed } = run;
  const rule = replayRule(options, trainRows, delta.length, run.newClasses);
  // A sample is drawn by hash, so its size is only about the rule's: the rows that came decide.
  const isByRule = rule.asWindow || replay.length === 0;
  const recipeEpochs = isByRule ? rule.epochs : updateEpochs(delta.length + replay.length, trainRows);
  const recipe = (scale: number): Promise<Trained> =>
    updateRows(
      { parent, delta, replay, validation, options, epochs: recipeEpochs, rate: rule.rate * scale, seed },
      hooks,
    );
  return {
    recipe: () => recipe(1),
    slower: () => recipe(slowerRate),
    async all() {
      const all = await run.readAll();
      const none = new EncodedRows(all.layout);
      return updateRows(
        { parent, delta: all, replay: none, validation, options, epochs: allEpochs, rate: 1, seed },
        hooks,
      );
    },
    async full() {
      const all = await run.readAll();
      const epochs = fullEpochs(options, all.length);
      return fitRows({ rows: all, validation, classes: run.classes, options, epochs, seed }, hooks);
    },
  };
}

const order: readonly Attempt['way'][] = ['recipe', 'slower', 'all', 'full'];

/** Trains until an attempt is not worse on the validation rows; when all are, the one with the lowest validation loss is kept. */
export async function trainDelta(run: DeltaRun, hooks: LearnerHooks): Promise<Learnt<MlpModel>> {
  const attempts: Attempt[] = [];
  const results: { trained: Trained; loss: number }[] = [];
  const by = ways(run, hooks);
  const judged = run.validation.length > 0;
  const parent = judged ? await onValidation(run, run.parent, hooks.signal) : null;
  for (const way of order) {
    const trained = await by[way]();
    if (!parent) {
      attempts.push({ way, seen: trained.seen, validation: null });
      results.push({ trained, loss: 0 });
      break;
    }
    const child = await onValidation(run, trained.model, hooks.signal);
    const validation = judge(pairedTest(child.correct, parent.correct), run.maxDrop);
    attempts.push({ way, seen: trained.seen, validation });
    results.push({ trained, loss: child.loss });
    if (validation?.verdict !== 'worse') break;
  }
  const last = results.length - 1;
  const failed = at(attempts, last).validation?.verdict === 'worse';
  const lowest = results.reduce((best, { loss }, i) => (loss < at(results, best).loss ? i : best), 0);
  const kept = failed ? lowest : last;
  const { model, epochs } = at(results, kept).trained;
  return {
    model,
    epochs,
    attempts,
    kept,
    seen: attempts.reduce((sum, { seen }) => sum + seen, 0),
  };
}
