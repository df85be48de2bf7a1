// The one way a sentence reaches a person.
import { afterEach, expect, test } from 'vitest';
import { say, setTranslations, together } from '../../src/base/say.ts';

afterEach(() => setTranslations({}));

test('a sentence is looked up by its English, and keeps its places', () => {
  setTranslations({ '{0} of {1} rows': '{1} Zeilen, davon {0}' });
  expect(say('{0} of {1} rows', 3, '1,000')).toBe('1,000 Zeilen, davon 3');
  expect(say('{0} rows', 3)).toBe('3 rows');
  expect(say('toString')).toBe('toString');
  expect(say('{1}', 1)).toBe('{1}');
});

test('sentences stand one after the other, those that are not there left out', () => {
  expect(together('One.', null, '', false, 'Two.', undefined)).toBe('One. Two.');
});
