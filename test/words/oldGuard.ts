/** A guard as 0.1 combined it from its tests: such models are shown as they were judged. */
import type { GuardResult, Verdict } from '../../src/data/trainer.ts';

export function oldGuard(tests: Pick<GuardResult, 'onParent' | 'onSnapshot' | 'onBaseline'>): GuardResult {
  const { onParent, onSnapshot, onBaseline } = tests;
  const all = [onParent, onSnapshot, onBaseline].flatMap((test) => (test ? [test.verdict] : []));
  const two = [onParent, onSnapshot].flatMap((test) => (test ? [test.verdict] : []));
  const verdict = (): Verdict => {
    if (all.includes('worse')) return 'worse';
    if (two.includes('better')) return 'better';
    return all.every((one) => one === 'same') ? 'same' : 'unclear';
  };
  return { verdict: verdict(), ...tests };
}
