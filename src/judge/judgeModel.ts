/**
 * Is a child worse than its parent, or than the baseline? Asked on rows that did not change, whatever became of the others, and
 * so seldom wrongly that twenty honest updates in a row may be looked at (section 8 of the study).
 */
import { z95 } from '../base/statistics.ts';
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

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

type ClassPairs = Extract<Pairs, { kind: 'classes' }>;
type ValuePairs = Extract<Pairs, { kind: 'values' }>;

function ofClasses(first: ClassPairs, second: ClassPairs | null): Compared {
  const own = countPairs(first.child, first.parent);
  const counts = second ? sumPairs(own, countPairs(second.child, second.parent)) : own;
  const { lost, won } = counts;
  return { test: testOfCounts(counts), worse: signTest(lost, won), better: signTest(won, lost) };
}

function ofValues(first: ValuePairs, second: ValuePairs | null): Compared {
  const of = second
    ? ([
        joined(first.child, second.child),
        joined(first.parent, second.parent),
        joined(first.labels, second.labels),
      ] as const)
    : ([first.child, first.parent, first.labels] as const);
  const test = pairedErrors(...of);
  const worse = test.difference < 0 ? test.p / 2 : 1 - test.p / 2;
  return { test, worse, better: 1 - worse };
}

/** Two sets of rows taken together; null where neither has one. */
function compared(a: Pairs | null, b: Pairs | null): Compared | null {
  const [first, second] = [a, b].filter((pairs) => pairs !== null && pairs.child.length > 0);
  if (!first) return null;
  if (first.kind === 'classes' && second?.kind !== 'values') return ofClasses(first, second ?? null);
  if (first.kind === 'values' && second?.kind !== 'classes') return ofValues(first, second ?? null);
  throw new Error('Broken invariant: classes cannot be held against values');
}

/** Quantiles .95 and .975 of the normal distribution, one by the other: from an interval of 95 % to one of 90 %. */
const narrower = 1.6448536269514722 / z95;

/**
 * Equivalent to within maxDrop, each way at one-sided 5 % (two one-sided tests, Schuirmann 1987: the interval of 90 % lies inside).
 * The one of 95 %, which is shown, asks for 1.4 times the rows.
 */
function same({ low, high }: PairedTest, maxDrop: number): boolean {
  const middle = (low + high) / 2;
  const half = ((high - low) / 2) * narrower;
  return middle - half > -maxDrop && middle + half < maxDrop;
}

/** Unchanged rows can say worse, never better. */
function onUnchanged(pairs: UnchangedPairs | null, maxDrop: number, alpha: number): JudgedPair | null {
  const found = pairs && compared(pairs.test, pairs.validation);
  if (!found) return null;
  const { test, worse } = found;
  const verdict = (): Verdict => {
    if (same(test, maxDrop)) return 'same';
    return worse < alpha && test.difference < -maxDrop ? 'worse' : 'unclear';
  };
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
  { unchanged, now, baseline }: Pick<ModelVerdict, 'unchanged' | 'now' | 'baseline'>,
  maxDrop: number,
): Verdict {
  if (unchanged?.verdict === 'worse' || baseline?.verdict === 'worse') return 'worse';
  if (!unchanged) return 'none';
  if (now?.verdict === 'better') return 'better';
  // Rows as they are have test rows alone: what they cannot tell is told by all that did not change, unless they speak against it.
  const isAgainst = now !== null && now.high < -maxDrop;
  const isSame = unchanged.verdict === 'same' && (!baseline || baseline.verdict === 'same');
  return isSame && !isAgainst ? 'same' : 'unclear';
}

/** The model's verdict. `none`: there is no rival, or nothing is left unchanged to ask. */
export function judgeModel(question: ModelQuestion): ModelVerdict {
  const { maxDrop, look } = question;
  const rivals = question.baseline ? 2 : 1;
  const alpha = lookRule.budget / lookRule.looks / rivals;
  const unchanged = onUnchanged(question.unchanged, maxDrop, alpha);
  const now = onNow(question.now, question.removed, maxDrop, alpha);
  const baseline = onUnchanged(question.baseline, maxDrop, alpha);
  const kind = (question.unchanged?.test ?? question.now)?.kind;
  return {
    verdict: combined({ unchanged, now, baseline }, maxDrop),
    metric: kind === 'values' ? 'rmse' : 'accuracy',
    unchanged,
    now,
    baseline,
    look: { number: look, of: lookRule.looks, alpha },
  };
}
