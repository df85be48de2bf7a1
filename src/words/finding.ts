/** What the quality gate found of a model, as data: which test decides, and whether the labels moved under the model. */
import type { GuardResult, PairedTest, SliceResult, Verdict } from '../data/trainer.ts';

/** A paired test with what the quality gate makes of it. */
export type JudgedTest = PairedTest & { readonly verdict: Verdict };

export interface Finding {
  readonly verdict: Verdict;
  /** The test that decides, by its name in the guard's result; null where nothing was compared. */
  readonly by: 'onParent' | 'onSnapshot' | 'onAnchor' | null;
  readonly test: JudgedTest | null;
  /** Worse on the parent's labels, not on the new ones, and some were changed in between: the data are the suspect. */
  readonly labelsMoved: boolean;
}

const decided = (guard: GuardResult, by: NonNullable<Finding['by']>, labelsMoved = false): Finding => ({
  verdict: guard.verdict,
  by,
  test: guard[by],
  labelsMoved,
});

/** `relabelled`: test rows that have another label now than at the parent's snapshot; null where nobody counted them. */
export function findingOf(guard: GuardResult, relabelled: number | null): Finding {
  const { verdict, onParent, onSnapshot } = guard;
  const nothing: Finding = { verdict, by: null, test: null, labelsMoved: false };
  if (verdict === 'none') return nothing;
  if (verdict === 'worse') {
    const lost = onParent?.verdict === 'worse';
    if (lost && onSnapshot && onSnapshot.verdict !== 'worse' && (relabelled ?? 0) > 0)
      return decided(guard, 'onParent', true);
    if (onSnapshot?.verdict === 'worse') return decided(guard, 'onSnapshot');
    if (lost) return decided(guard, 'onParent');
    return guard.onAnchor ? decided(guard, 'onAnchor') : nothing;
  }
  if (onSnapshot) return decided(guard, 'onSnapshot');
  return onParent ? decided(guard, 'onParent') : nothing;
}

/** Which of the two tests against the parent shows what a model lost: a bad import spoils the new labels, so the old ones do. */
export function toParent(
  guard: GuardResult,
): { readonly by: 'onParent' | 'onSnapshot'; readonly test: JudgedTest } | null {
  const { onParent, onSnapshot } = guard;
  if (onParent && (!onSnapshot || (onParent.verdict === 'worse' && onSnapshot.verdict !== 'worse')))
    return { by: 'onParent', test: onParent };
  return onSnapshot && { by: 'onSnapshot', test: onSnapshot };
}

/** The same of a slice, which has intervals and no verdict. */
export function sliceToParent({ onParent, onSnapshot }: Pick<SliceResult, 'onParent' | 'onSnapshot'>): {
  readonly by: 'onParent' | 'onSnapshot';
  readonly test: PairedTest;
} | null {
  if (onParent && (!onSnapshot || (onParent.high < 0 && onSnapshot.high >= 0)))
    return { by: 'onParent', test: onParent };
  return onSnapshot && { by: 'onSnapshot', test: onSnapshot };
}
