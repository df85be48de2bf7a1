/**
 * The guard: is the child worse than its parent, or than the anchor? It looks at the test rows twice, as they were labelled
 * at the parent's snapshot and as they are at the new one: a bad import corrupts the new labels too, and a child that
 * learnt them looks better there.
 */
import type { GuardResult, PairedTest, Verdict } from '../../data/trainer.ts';

/** A paired test with what it says. */
export type Judged = PairedTest & { readonly verdict: Verdict };

/**
 * `worse`: the whole interval below 0, or the point below -maxDrop with p < .05 · `same`: the interval inside ±maxDrop ·
 * `better`: the whole interval above 0 · else `unclear`.
 */
export function verdictOf(test: PairedTest, maxDrop: number): Verdict {
  const { low, high, difference, p } = test;
  if (high < 0 || (difference < -maxDrop && p < 0.05)) return 'worse';
  if (low > -maxDrop && high < maxDrop) return 'same';
  if (low > 0) return 'better';
  return 'unclear';
}

/** The test with its verdict; null when there is nothing to compare with. */
export const judge = (test: PairedTest | null, maxDrop: number): Judged | null =>
  test && { ...test, verdict: verdictOf(test, maxDrop) };

/** Worse in any test is worse; better in a test of the two against the parent is better; the same in both is the same. */
export function combine(tests: Omit<GuardResult, 'verdict'>): GuardResult {
  const { onParent, onSnapshot, onAnchor } = tests;
  const all = [onParent, onSnapshot, onAnchor].flatMap((test) => (test ? [test.verdict] : []));
  const two = [onParent, onSnapshot].flatMap((test) => (test ? [test.verdict] : []));
  const verdict = (): Verdict => {
    if (all.length === 0) return 'none';
    if (all.includes('worse')) return 'worse';
    if (two.includes('better')) return 'better';
    return all.every((one) => one === 'same') ? 'same' : 'unclear';
  };
  return { verdict: verdict(), ...tests };
}
