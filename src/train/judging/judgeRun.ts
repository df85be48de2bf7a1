/** Child against its rivals on rows that none of them was trained on, which are looked at here and nowhere else. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import type { Answers } from '../../data/learner.ts';
import type { RowPage } from '../../data/page.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import type { GuardResult, Metrics, TrainResult } from '../../data/trainer.ts';
import { judgeModel, type Pairs, type UnchangedPairs } from '../../judge/judgeModel.ts';
import { bestClass } from '../kernel/bestClass.ts';
import { type Measured, measuredClasses, measuredValues, pairsBeside, pickMeasured } from '../measure/measured.ts';
import type { Reading } from '../reading.ts';
import type { Party } from '../stored.ts';
import { type Answerer, answer, readTestRows, sliceResults, type TestRows, TestRowsReader } from '../testing.ts';
import type { Judging } from './judging.ts';

const neededTestRows = 20;

/** The test rows for every model that is to answer for them; `plan.fewRows`. */
export async function readTests(
  reading: Reading,
  coder: Answerer['coder'],
  rivals: readonly (Answerer | null)[],
): Promise<TestRows> {
  const coders = [coder, ...rivals.flatMap((one) => (one ? [one.coder] : []))];
  const test = await readTestRows(reading, coders, reading.plan.slices);
  if (test.length < neededTestRows)
    throw new Failure('plan.fewRows', { set: 'test', rows: test.length, needed: neededTestRows });
  return test;
}

/** A child that was trained, with its answers on the validation rows that it was chosen by. */
export interface Child extends Answerer {
  readonly validation: { readonly answers: Answers; readonly labels: Int32Array | Float64Array };
}

function measuredOn({ answers, labels }: Child['validation']): Measured {
  if (answers.kind === 'values') return measuredValues(answers.values, Float64Array.from(labels));
  const correct = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++)
    correct[i] = bestClass(answers.values, i, answers.classes) === at(labels, i) ? 1 : 0;
  return measuredClasses(correct, 0);
}

function pairsOf(ofChild: Measured, ofRival: Measured, rows: readonly number[]): Pairs {
  const [child, rival] = [pickMeasured(ofChild, rows), pickMeasured(ofRival, rows)];
  if (child.kind === 'classes' && rival.kind === 'classes')
    return { kind: 'classes', child: child.correct, parent: rival.correct };
  if (child.kind === 'values' && rival.kind === 'values')
    return { kind: 'values', child: child.residuals, parent: rival.residuals, labels: child.labels };
  throw new Error('Broken invariant: a class cannot be held against a value');
}

const placesOf = (hashes: readonly string[], isWanted: (hash: string) => boolean): number[] =>
  hashes.flatMap((hash, i) => (isWanted(hash) ? [i] : []));

/** What the test rows say of a child. */
export interface Judged {
  readonly metrics: Metrics;
  readonly guard: GuardResult;
  readonly slices: TrainResult['slices'];
  readonly rivals: TrainResult['rivals'];
}

const nobody: GuardResult = { verdict: 'none', onParent: null, onSnapshot: null, onBaseline: null };

/** Where nothing is judged. */
export async function measureAlone(child: Answerer, test: TestRows, signal: AbortSignal): Promise<Judged> {
  const own = await answer(child, test, signal);
  const slices = sliceResults({ rows: test, child: own, parent: null, unchanged: new Set() });
  return { metrics: own.metrics, guard: nobody, slices, rivals: { parent: null, baseline: null } };
}

/** A model's verdict; `asNow`: rows that changed were approved, so the child is judged on all rows as they are. */
export async function judgeChild(
  child: Child,
  judging: Judging,
  test: TestRows,
  { plan, signal }: Reading,
  data: { readonly removed: readonly RowPage[]; readonly asNow: boolean },
): Promise<Judged> {
  const { parent, baseline, brief } = judging;
  if (!parent) return measureAlone(child, test, signal);
  const own = await answer(child, test, signal);
  const ownOnValidation = measuredOn(child.validation);
  const validation = judging.validation();
  const against = async (rival: Party, which: 'parent' | 'baseline', asNow: boolean) => {
    const isUnseen = judging.unseenBy(which);
    const isUnchanged = asNow ? () => true : judging.isUnchanged(which);
    const isAsked = (hash: string): boolean => isUnseen(hash) && isUnchanged(hash);
    const onTest = await answer(rival, test, signal);
    const onValidation = validation && validation.length > 0 ? await answer(rival, validation, signal) : null;
    const asked = placesOf(test.hashes, isAsked);
    const unchanged: UnchangedPairs = {
      test: pairsOf(own, onTest, asked),
      validation:
        validation && onValidation
          ? pairsOf(ownOnValidation, onValidation, placesOf(validation.hashes, isAsked))
          : null,
    };
    const unseen = placesOf(test.hashes, isUnseen);
    const now = pairsOf(own, onTest, unseen);
    return { onTest, unchanged, now, unseen, asked, sawNone: unseen.length === test.length };
  };
  const toParent = await against(parent, 'parent', data.asNow);
  const toBaseline = baseline && (await against(baseline, 'baseline', brief.baselineAsNow));
  const verdict = judgeModel({
    unchanged: toParent.unchanged,
    now: toParent.now,
    removed: await removedPairs(child, parent, judging, plan, data.removed, signal),
    baseline: toBaseline && toBaseline.unchanged,
    maxDrop: plan.maxDrop,
    look: brief.look,
  });
  return {
    metrics: own.metrics,
    guard: { ...nobody, ...verdict, measures: pairsBeside(own, toParent.onTest, toParent.unseen) },
    slices: sliceResults({ rows: test, child: own, parent: toParent.onTest, unchanged: new Set(toParent.asked) }),
    rivals: {
      parent: toParent.sawNone ? toParent.onTest.metrics : null,
      baseline: toBaseline?.sawNone ? toBaseline.onTest.metrics : null,
    },
  };
}

/** Child and parent on test rows that are gone, as they were. */
async function removedPairs(
  child: Answerer,
  parent: Party,
  judging: Judging,
  plan: Reading['plan'],
  pages: readonly RowPage[],
  signal: AbortSignal,
): Promise<Pairs | null> {
  if (pages.length === 0) return null;
  const reader = new TestRowsReader(plan, sideNumbers.test, [child.coder, parent.coder], []);
  for (const page of pages) reader.add(page);
  const rows = reader.done();
  const places = placesOf(rows.hashes, judging.unseenBy('parent'));
  return pairsOf(await answer(child, rows, signal), await answer(parent, rows, signal), places);
}
