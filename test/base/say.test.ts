// The one way a sentence reaches a person.
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { later, say, setTranslations, together, translations } from '../../src/base/say.ts';

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

test('a failure is a sentence of the language of the program that makes it; its data stay as they are', () => {
  const noTable = () => new Failure('table.unknown', { table: 'shop.samplse', near: 'shop.samples' });
  setTranslations({ 'There is no table "{0}".': 'Es gibt keine Tabelle „{0}“.' });
  expect(noTable().message).toBe('Es gibt keine Tabelle „shop.samplse“. Did you mean "shop.samples"?');
  expect(noTable().data).toEqual({ table: 'shop.samplse', near: 'shop.samples' });
  setTranslations({});
  expect(noTable().message).toBe('There is no table "shop.samplse". Did you mean "shop.samples"?');
});

test('a text that is written down is said in the language of the moment, and a program hands its own on', () => {
  const text = later('The older snapshot');
  setTranslations({ [text]: 'Der ältere Snapshot' });
  expect(say(text)).toBe('Der ältere Snapshot');
  expect(translations()).toEqual({ 'The older snapshot': 'Der ältere Snapshot' });
});
