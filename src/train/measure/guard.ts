/** What a learner that trains in attempts goes by: is a child worse than its parent on the validation rows? */
import type { PairedTest, Verdict } from '../../data/trainer.ts';

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
