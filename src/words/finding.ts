/** What the quality gate found of a model, as data: which test decides, and whether the labels moved under the model. */
import { holm } from '../base/statistics.ts';
import type { GuardResult, PairedTest, SliceResult, Verdict } from '../data/trainer.ts';

/** A paired test with what the quality gate makes of it. */
export type JudgedTest = PairedTest & { readonly verdict: Verdict };

/** The tests of a guard's result: the first three of models of format 1, the others of later ones. */
export type TestName = 'onParent' | 'onSnapshot' | 'onBaseline' | 'unchanged' | 'now' | 'pooled' | 'baseline';

export interface Finding {
  readonly verdict: Verdict;
  /** The test that decides, by its name in the guard's result; null where nothing was compared. */
  readonly by: TestName | null;
  readonly test: JudgedTest | null;
  /** Worse on the parent's labels, not on the new ones, and some were changed in between: the data are the suspect. */
  readonly labelsMoved: boolean;
}

const decided = (guard: GuardResult, by: NonNullable<Finding['by']>, labelsMoved = false): Finding => ({
  verdict: guard.verdict,
  by,
  test: guard[by] ?? null,
  labelsMoved,
});

/** A later model is judged on unchanged rows, and on all as they are now. */
const isByRows = ({ unchanged }: GuardResult): boolean => unchanged !== undefined;

/** Worse is said on unchanged rows alone, better on the rows as they are now, as good or no worse on both. */
function foundByRows(guard: GuardResult, nothing: Finding): Finding {
  const { verdict, unchanged, now, baseline } = guard;
  if (verdict === 'worse')
    return decided(guard, unchanged?.verdict === 'worse' || !baseline ? 'unchanged' : 'baseline');
  if (verdict === 'better' && now) return decided(guard, 'now');
  if (guard.pooled) return decided(guard, 'pooled');
  if (unchanged) return decided(guard, 'unchanged');
  return now ? decided(guard, 'now') : nothing;
}

/** `relabelled`: test rows that have another label now than at the parent's snapshot; null where nobody counted them. */
export function findingOf(guard: GuardResult, relabelled: number | null): Finding {
  const { verdict } = guard;
  const nothing: Finding = { verdict, by: null, test: null, labelsMoved: false };
  if (isByRows(guard)) return foundByRows(guard, nothing);
  return verdict === 'none' ? nothing : foundByLabels(guard, relabelled, nothing);
}

/** Of a model of format 1, which was tested on the labels as they were and as they are. */
function foundByLabels(guard: GuardResult, relabelled: number | null, nothing: Finding): Finding {
  const { verdict, onParent, onSnapshot } = guard;
  if (verdict === 'worse') {
    const lost = onParent?.verdict === 'worse';
    if (lost && onSnapshot && onSnapshot.verdict !== 'worse' && (relabelled ?? 0) > 0)
      return decided(guard, 'onParent', true);
    if (onSnapshot?.verdict === 'worse') return decided(guard, 'onSnapshot');
    if (lost) return decided(guard, 'onParent');
    return guard.onBaseline ? decided(guard, 'onBaseline') : nothing;
  }
  if (onSnapshot) return decided(guard, 'onSnapshot');
  return onParent ? decided(guard, 'onParent') : nothing;
}

/**
 * Which of the tests against the parent shows how far a model is from it: of rows as they are now, but where it lost something, of
 * unchanged ones. Of format 1: a bad import spoils the new labels, so the old ones show what was lost.
 */
export function toParent(
  guard: GuardResult,
): { readonly by: Exclude<TestName, 'onBaseline' | 'pooled' | 'baseline'>; readonly test: JudgedTest } | null {
  const { onParent, onSnapshot, unchanged, now } = guard;
  if (isByRows(guard)) {
    if (unchanged && (!now || unchanged.verdict === 'worse')) return { by: 'unchanged', test: unchanged };
    return now ? { by: 'now', test: now } : null;
  }
  if (onParent && (!onSnapshot || (onParent.verdict === 'worse' && onSnapshot.verdict !== 'worse')))
    return { by: 'onParent', test: onParent };
  return onSnapshot && { by: 'onSnapshot', test: onSnapshot };
}

/** The tests of slices that say more than chance does, all of them looked at together: each slice has one or two. */
export function tellingTests(
  slices: readonly Pick<SliceResult, 'onParent' | 'onSnapshot' | 'unchanged' | 'judged'>[],
): { readonly telling: ReadonlySet<PairedTest>; readonly tests: number } {
  const tests = slices
    .filter(({ judged }) => judged)
    .flatMap(({ onParent, onSnapshot, unchanged }) => [onParent, onSnapshot, unchanged ?? null])
    .filter((test) => test !== null);
  const speaks = holm(tests.map(({ p }) => p));
  return { telling: new Set(tests.filter((_, i) => speaks[i])), tests: tests.length };
}

/** The same of a slice, which has intervals and no verdict. */
export function sliceToParent({
  onParent,
  onSnapshot,
  unchanged,
}: Pick<SliceResult, 'onParent' | 'onSnapshot' | 'unchanged'>): {
  readonly by: 'onParent' | 'onSnapshot' | 'unchanged';
  readonly test: PairedTest;
} | null {
  if (unchanged && onSnapshot && unchanged.high < 0 && onSnapshot.high >= 0)
    return { by: 'unchanged', test: unchanged };
  if (onParent && (!onSnapshot || (onParent.high < 0 && onSnapshot.high >= 0)))
    return { by: 'onParent', test: onParent };
  return onSnapshot && { by: 'onSnapshot', test: onSnapshot };
}
