/**
 * Is a child worse than its parent, or than the baseline; and if not, is it better, as good, or at least no worse? Worse is asked on rows that did not change, whatever became of the others, and
 * so seldom wrongly that twenty honest updates in a row may be looked at (section 8 of the study).
 */
import { ninety } from '../base/statistics.ts';
import type { JudgedPair, ModelVerdict, PairedTest, Verdict } from '../data/trainer.ts';
import { lookRule } from './rule.ts';
import { countPairs, pairedErrors, sumPairs, testOfCounts } from './statistics/paired.ts';
import { signTest } from './statistics/tails.ts';

/** Answers of two models for the same rows. `classes`: 1 where right; `values`: answer − label. */
export type Pairs =
  | { readonly kind: 'classes'; readonly child: Uint8Array; readonly parent: Uint8Array }
  | {
      readonly kind: 'values';
      readonly child: Float64Array;
      readonly parent: Float64Array;
      readonly labels: Float64Array;
    };

/** A child and a rival on the rows that neither was trained on and that are as they were at the rival's snapshot. */
export interface UnchangedPairs {
  readonly test: Pairs;
  /** Null where there is no validation side. */
  readonly validation: Pairs | null;
}

/** What a model is judged by; null where there is no such rival or row. */
export interface ModelQuestion {
  readonly unchanged: UnchangedPairs | null;
  /** Test rows as they are now. */
  readonly now: Pairs | null;
  /** Test rows that were removed since the parent's snapshot, as they were; null too where that was approved or is retention. */
  readonly removed: Pairs | null;
  /** Against a baseline that is not the parent; left out means the two share the budget no longer. */
  readonly baseline: UnchangedPairs | null;
  /** As a share of the measure: accuracy, or R². */
  readonly maxDrop: number;
  /** Which look at this lineage it is, from 1. */
  readonly look: number;
}

/** A paired test and the one-sided chances of so much worse, and so much better, between equals. */
interface Compared {
  readonly test: PairedTest;
  readonly worse: number;
  readonly better: number;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
}

type ClassPairs = Extract<Pairs, { kind: 'classes' }>;
type ValuePairs = Extract<Pairs, { kind: 'values' }>;

function ofClasses(sets: readonly ClassPairs[]): Compared {
  const counts = sets.map(({ child, parent }) => countPairs(child, parent)).reduce(sumPairs);
  const { lost, won } = counts;
  return { test: testOfCounts(counts), worse: signTest(lost, won), better: signTest(won, lost) };
}

function ofValues(sets: readonly ValuePairs[]): Compared {
  const all = (part: 'child' | 'parent' | 'labels'): Float64Array => joined(sets.map((one) => one[part]));
  const test = pairedErrors(all('child'), all('parent'), all('labels'));
  const worse = test.difference < 0 ? test.p / 2 : 1 - test.p / 2;
  return { test, worse, better: 1 - worse };
}

/** Sets of rows taken together; null where none has one. */
function compared(...sets: readonly (Pairs | null)[]): Compared | null {
  const some = sets.flatMap((pairs) => (pairs !== null && pairs.child.length > 0 ? [pairs] : []));
  const classes = some.filter((pairs) => pairs.kind === 'classes');
  const values = some.filter((pairs) => pairs.kind === 'values');
  if (classes.length > 0 && values.length > 0)
    throw new Error('Broken invariant: classes cannot be held against values');
  if (classes.length > 0) return ofClasses(classes);
  return values.length > 0 ? ofValues(values) : null;
}

/**
 * Equivalent to within maxDrop, each way at one-sided 5 % (two one-sided tests, Schuirmann 1987: the interval of 90 % lies inside).
 * The one of 95 %, which is shown, asks for 1.4 times the rows.
 */
function same(test: PairedTest, maxDrop: number): boolean {
  const { low, high } = ninety(test);
  return low > -maxDrop && high < maxDrop;
}

/**
 * Not worse by more than maxDrop, at one-sided 5 % (a test of non-inferiority): half of what equivalence asks, and all that
 * going on from a child asks. Where two models differ on 5 % of the rows equivalence to half a point takes some 10,000 of them.
 */
const noWorse = (test: PairedTest, maxDrop: number): boolean => ninety(test).low > -maxDrop;

/** Unchanged rows can say worse, never better. */
function onUnchanged(pairs: UnchangedPairs | null, maxDrop: number, alpha: number): JudgedPair | null {
  const found = pairs && compared(pairs.test, pairs.validation);
  if (!found) return null;
  const { test, worse } = found;
  const verdict = (): Verdict => {
    if (same(test, maxDrop)) return 'same';
    if (worse < alpha && test.difference < -maxDrop) return 'worse';
    return noWorse(test, maxDrop) ? 'noWorse' : 'unclear';
  };
  return { ...test, verdict: verdict() };
}

/** All rows that neither model saw, those that changed as they are: whether the child is as good, or at least no worse. */
function onPooled(
  now: Pairs | null,
  removed: Pairs | null,
  validation: Pairs | null,
  maxDrop: number,
): JudgedPair | null {
  const found = compared(now, removed, validation);
  if (!found) return null;
  const { test } = found;
  const verdict = (): Verdict => (same(test, maxDrop) ? 'same' : noWorse(test, maxDrop) ? 'noWorse' : 'unclear');
  return { ...test, verdict: verdict() };
}

/** Rows as they are can say better, never worse: what became of them is the data's. */
function onNow(now: Pairs | null, removed: Pairs | null, maxDrop: number, alpha: number): JudgedPair | null {
  const found = compared(now, removed);
  if (!found) return null;
  const { test, better } = found;
  const verdict = (): Verdict => {
    if (same(test, maxDrop)) return 'same';
    return better < alpha && test.difference > maxDrop ? 'better' : 'unclear';
  };
  return { ...test, verdict: verdict() };
}

function combined(
  { unchanged, now, pooled, baseline }: Pick<ModelVerdict, 'unchanged' | 'now' | 'pooled' | 'baseline'>,
  maxDrop: number,
): Verdict {
  if (unchanged?.verdict === 'worse' || baseline?.verdict === 'worse') return 'worse';
  if (!unchanged) return 'none';
  if (now?.verdict === 'better') return 'better';
  // A part of the rows that speaks against it is not outweighed by the others.
  if ([now, unchanged].some((one) => one !== null && one.high < -maxDrop)) return 'unclear';
  return weaker(pooled?.verdict ?? 'unclear', baseline?.verdict ?? 'same');
}

/** What may be said where the parent and the baseline allow these. */
function weaker(ofParent: Verdict, ofBaseline: Verdict): Verdict {
  const both = [ofParent, ofBaseline];
  if (both.every((one) => one === 'same')) return 'same';
  return both.every((one) => one === 'same' || one === 'noWorse') ? 'noWorse' : 'unclear';
}

/** The model's verdict. `none`: there is no rival, or nothing is left unchanged to ask. */
export function judgeModel(question: ModelQuestion): ModelVerdict {
  const { maxDrop, look } = question;
  const rivals = question.baseline ? 2 : 1;
  const alpha = lookRule.budget / lookRule.looks / rivals;
  const unchanged = onUnchanged(question.unchanged, maxDrop, alpha);
  const now = onNow(question.now, question.removed, maxDrop, alpha);
  const baseline = onUnchanged(question.baseline, maxDrop, alpha);
  const pooled = onPooled(question.now, question.removed, question.unchanged?.validation ?? null, maxDrop);
  const kind = (question.unchanged?.test ?? question.now)?.kind;
  return {
    verdict: combined({ unchanged, now, pooled, baseline }, maxDrop),
    metric: kind === 'values' ? 'rmse' : 'accuracy',
    unchanged,
    now,
    pooled,
    baseline,
    look: { number: look, of: lookRule.looks, alpha },
  };
}
