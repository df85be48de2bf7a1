/** What the guard found, in words. */
import type { GuardResult, PairedTest, Verdict } from '../../data/trainer.ts';

/** The names that the words need. */
export interface GuardNames {
  readonly parent: string | null;
  readonly anchor: string | null;
  readonly baseSnapshot: string | null;
  readonly snapshot: string;
  readonly relabelled: number;
}

/** The sentence for tests that disagree: what a bad import looks like. */
export const labelsChanged = 'the labels changed, not the model: look at the delta';

/** A share as points with a sign: `+1.2`, `−0.4`. */
function pointsText(share: number): string {
  const size = Math.abs(share * 100).toFixed(1);
  if (size === '0.0') return '±0.0';
  return `${share < 0 ? '−' : '+'}${size}`;
}

const intervalText = (test: PairedTest): string => `${pointsText(test.low)} … ${pointsText(test.high)}`;

const rowsText = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;

const tested = (test: PairedTest): string =>
  `${pointsText(test.difference)} points (${intervalText(test)}) on ${rowsText(test.n, 'test row')}`;

/** True when the old labels say worse and the new ones do not: the data are the suspect. */
const testsDisagree = (guard: GuardResult): boolean =>
  guard.onParent?.verdict === 'worse' && guard.onSnapshot !== null && guard.onSnapshot.verdict !== 'worse';

function worseSentence(guard: GuardResult, names: GuardNames): string {
  const { onParent, onSnapshot, onAnchor } = guard;
  const worse = (than: string | null, test: PairedTest, at: string | null): string =>
    `Worse than ${than ?? 'its parent'}: ${tested(test)} as labelled at ${at ?? 'its snapshot'}`;
  if (onParent && onSnapshot && testsDisagree(guard) && names.relabelled > 0) {
    const relabelled = `${rowsText(names.relabelled, 'test row')} ${names.relabelled === 1 ? 'has' : 'have'}`;
    return (
      `${worse(names.parent, onParent, names.baseSnapshot)}, though ${pointsText(onSnapshot.difference)} as labelled at ` +
      `${names.snapshot}. ${relabelled} another label now: ${labelsChanged}.`
    );
  }
  if (onSnapshot?.verdict === 'worse') return `${worse(names.parent, onSnapshot, names.snapshot)}.`;
  if (onParent?.verdict === 'worse') return `${worse(names.parent, onParent, names.baseSnapshot)}.`;
  if (onAnchor) return `${worse(`the anchor ${names.anchor ?? ''}`.trimEnd(), onAnchor, names.snapshot)}.`;
  return `Worse than ${names.parent ?? 'its parent'}.`;
}

/** The verdict as one or two sentences. */
export function guardSentence(guard: GuardResult, names: GuardNames): string {
  const parent = names.parent ?? 'its parent';
  const test = guard.onSnapshot ?? guard.onParent;
  if (guard.verdict === 'none' || !test) return 'There is no earlier model to compare with.';
  switch (guard.verdict) {
    case 'worse':
      return worseSentence(guard, names);
    case 'better':
      return `Better than ${parent}: ${tested(test)}.`;
    case 'same':
      return `As good as ${parent}: ${tested(test)}.`;
    case 'unclear':
      return `Can't tell it from ${parent}: ${tested(test)}; these rows can show ${pointsText(test.detectable).slice(1)} points.`;
  }
}

/** One word for a verdict, as people see it. */
export const verdictWord: Readonly<Record<Verdict, string>> = {
  better: 'better',
  same: 'same',
  worse: 'worse',
  unclear: "can't tell",
  none: 'first model',
};
