import { afterEach, expect, test } from 'vitest';
import { chance, compact, count, duration, percent, points, share } from '../../webview/ui/numbers.ts';
import { say, setTranslations } from '../../webview/ui/say.ts';
import { buffersOf } from '../../webview/page/relay.ts';

test.each([
  [count(43_840), '43,840'],
  [count(-3), '−3'],
  [compact(999), '999'],
  [compact(9_999), '9,999'],
  [compact(412_000), '412k'],
  [compact(999_600), '1M'],
  [compact(1_048_576), '1.05M'],
  [share(0.8421), '.842'],
  [share(0), '.000'],
  [share(1), '1.00'],
  [share(0.9999), '1.00'],
  [points(0.009), '+0.9'],
  [points(-0.131), '−13.1'],
  [points(-0.0001), '0.0'],
  [percent(0.2), '20 %'],
  [percent(0.057), '5.7 %'],
  [percent(0), '0 %'],
  [duration(0.0004), '1 ms'],
  [duration(0.0851), '85 ms'],
  [duration(2.44), '2.4 s'],
  [duration(59.6), '60 s'],
  [duration(123), '2 min 03 s'],
  [chance(0.0004), 'p < .001'],
  [chance(0.032), 'p = .032'],
])('%s', (text, wanted) => {
  expect(text).toBe(wanted);
});

afterEach(() => setTranslations({}));

test('a sentence is looked up by its English, and keeps its places', () => {
  setTranslations({ '{0} of {1} rows': '{1} Zeilen, davon {0}' });
  expect(say('{0} of {1} rows', 3, '1,000')).toBe('1,000 Zeilen, davon 3');
  expect(say('{0} rows', 3)).toBe('3 rows');
  expect(say('toString')).toBe('toString');
  expect(say('{1}', 1)).toBe('{1}');
});

test('the buffers of a message are found at any depth, each once', () => {
  const shared = new ArrayBuffer(16);
  const own = new Uint8Array(4);
  const message = {
    t: 'item',
    cells: [{ values: new Float64Array(shared) }, { values: new Uint8Array(shared, 8) }],
    deep: [[own]],
    none: null,
  };
  expect(new Set(buffersOf(message))).toEqual(new Set([shared, own.buffer]));
  expect(buffersOf('text')).toEqual([]);
});
