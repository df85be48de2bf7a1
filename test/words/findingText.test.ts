// The verdict in words.
import { expect, test } from 'vitest';
import type { GuardResult, PairedTest, Verdict } from '../../src/data/trainer.ts';
import { type FindingNames, guardSentence } from '../../src/words/findingText.ts';

const names: FindingNames = {
  parent: 'm5',
  baseline: 'm1',
  baseSnapshot: 'weather_v5',
  snapshot: 'weather_v6',
  relabelled: 80,
};

const pair = (verdict: Verdict, difference: number): PairedTest & { verdict: Verdict } => ({
  n: 596,
  child: 0.8 + difference,
  parent: 0.8,
  difference,
  low: difference - 0.018,
  high: difference + 0.018,
  p: 0.04,
  detectable: 0.044,
  verdict,
});

const guard = (verdict: Verdict, onParent: Verdict, onSnapshot: Verdict, onBaseline?: Verdict): GuardResult => {
  const difference = { better: 0.04, same: 0, noWorse: 0.01, worse: -0.04, unclear: 0.01, none: 0 };
  return {
    verdict,
    onParent: pair(onParent, difference[onParent]),
    onSnapshot: pair(onSnapshot, difference[onSnapshot]),
    onBaseline: onBaseline ? pair(onBaseline, difference[onBaseline]) : null,
  };
};

const cases: readonly (readonly [what: string, guard: GuardResult, sentence: string])[] = [
  [
    'first model',
    { verdict: 'none', onParent: null, onSnapshot: null, onBaseline: null },
    'There is no earlier model to compare with.',
  ],
  ['better', guard('better', 'same', 'better'), 'Better than m5: +4.0 points (+2.2 … +5.8) on 596 test rows.'],
  ['same', guard('same', 'same', 'same'), 'Equivalent to m5: ±0.0 points (−1.8 … +1.8) on 596 test rows.'],
  ['no worse', guard('noWorse', 'same', 'noWorse'), 'No worse than m5: +1.0 points (−0.8 … +2.8) on 596 test rows.'],
  [
    'unclear',
    guard('unclear', 'same', 'unclear'),
    "Can't tell it from m5: +1.0 points (−0.8 … +2.8) on 596 test rows; these rows can show 4.4 points.",
  ],
  [
    'worse on the old labels only: the data are the suspect',
    guard('worse', 'worse', 'better'),
    'Worse than m5: −4.0 points (−5.8 … −2.2) on 596 test rows as labelled at weather_v5, though +4.0 as labelled at weather_v6. 80 test rows have another label now: the labels changed, not the model: look at the delta.',
  ],
  [
    'worse on both',
    guard('worse', 'worse', 'worse'),
    'Worse than m5: −4.0 points (−5.8 … −2.2) on 596 test rows as labelled at weather_v6.',
  ],
  [
    'worse than the baseline',
    guard('worse', 'same', 'same', 'worse'),
    'Worse than the baseline m1: −4.0 points (−5.8 … −2.2) on 596 test rows as labelled at weather_v6.',
  ],
];

test.each(cases)('%s', (_what, result, sentence) => {
  expect(guardSentence(result, names)).toBe(sentence);
});

test('worse on the old labels without any relabelled row is not blamed on labels', () => {
  expect(guardSentence(guard('worse', 'worse', 'unclear'), { ...names, relabelled: 0 })).toBe(
    'Worse than m5: −4.0 points (−5.8 … −2.2) on 596 test rows as labelled at weather_v5.',
  );
});
