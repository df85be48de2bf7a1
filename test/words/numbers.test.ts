// Numbers, ages and durations as everything that shows them reads them.
import { expect, test } from 'vitest';
import {
  chanceText,
  compactText,
  countText,
  differenceText,
  percentText,
  pointsText,
  rowsText,
  shareText,
  sizeText,
} from '../../src/words/numbers.ts';
import { ageText, durationText } from '../../src/words/times.ts';

test.each([
  [countText(43_840), '43,840'],
  [countText(-3), '−3'],
  [compactText(999), '999'],
  [compactText(9_999), '9,999'],
  [compactText(412_000), '412k'],
  [compactText(999_600), '1M'],
  [compactText(1_048_576), '1.05M'],
  [shareText(0.8421), '.842'],
  [shareText(0), '.000'],
  [shareText(1), '1.00'],
  [shareText(0.9999), '1.00'],
  [pointsText(0.009), '+0.9'],
  [pointsText(-0.131), '−13.1'],
  [pointsText(-0.0001), '±0.0'],
  [sizeText(-0.131), '13.1'],
  [differenceText(0.0114), '+.011'],
  [differenceText(-0.0001), '±.000'],
  [rowsText(1), '1 row'],
  [rowsText(1_462), '1,462 rows'],
  [ageText(0, 59_000), 'just now'],
  [ageText(0, 61_000), '1 minute ago'],
  [ageText(0, 40 * 86_400_000), '1 month ago'],
  [ageText(0, 800 * 86_400_000), '2 years ago'],
  [percentText(0.2), '20 %'],
  [percentText(0.057), '5.7 %'],
  [percentText(0), '0 %'],
  [durationText(0.0004), '1 ms'],
  [durationText(0.0851), '85 ms'],
  [durationText(2.44), '2.4 s'],
  [durationText(59.6), '60 s'],
  [durationText(123), '2 min 03 s'],
  [chanceText(0.0004), 'p < .001'],
  [chanceText(0.032), 'p = .032'],
])('%s', (text, wanted) => {
  expect(text).toBe(wanted);
});
