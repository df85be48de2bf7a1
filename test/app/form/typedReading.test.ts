// How a file is read, typed in a form, and what becomes of the answers when it is read another way.
import { describe, expect, test } from 'vitest';
import { answersReread } from '../../../src/app/form/answersReread.ts';
import { checkAnswers } from '../../../src/app/form/checkAnswers.ts';
import { readingOfTyped, typedOf } from '../../../src/app/form/typedReading.ts';
import { asFound } from '../../../src/protocol/form.ts';
import { answers, column, facts, weather } from './support.ts';

describe('a reading that is typed', () => {
  test('is nothing where all is left to the file', () => {
    expect(readingOfTyped(asFound)).toEqual({ reading: {}, problems: [] });
    expect(typedOf({})).toEqual(asFound);
  });

  test('is what was chosen, and comes back as it was typed', () => {
    const typed = {
      separator: 'tab',
      encoding: 'latin-1',
      header: 'no',
      na: 'none, T',
      skip: 'a, b',
      rename: 'x=y, a=b=c',
    } as const;
    const { reading, problems } = readingOfTyped(typed);
    expect(problems).toEqual([]);
    expect(reading).toEqual({
      separator: '\t',
      encoding: 'latin-1',
      header: false,
      na: ['none', 'T'],
      skip: ['a', 'b'],
      rename: { x: 'y', 'a=b': 'c' },
    });
    expect(typedOf(reading)).toEqual(typed);
  });

  test('is refused beside the field that is wrong', () => {
    const wrong = { ...asFound, separator: ';;', encoding: 'ebcdic', rename: 'x' };
    const found = checkAnswers({ ...answers, reading: wrong }, facts).filter(({ field }) =>
      field.startsWith('reading:'),
    );
    expect(found.map(({ field, blocks }) => [field, blocks])).toEqual([
      ['reading:separator', 'all'],
      ['reading:encoding', 'all'],
      ['reading:rename', 'all'],
    ]);
  });
});

describe('answers of a file that is read another way', () => {
  const names = weather.map(({ name }) => name);
  const keys = [['location', 'date']];

  test('stay where its columns are called as before', () => {
    expect(answersReread(answers, names, { columns: weather, keys, rows: 9 })).toBe(answers);
  });

  test('go on about columns that are still there; new columns are proposed, and those that were left out are not', () => {
    const columns = [
      ...weather.filter(({ name }) => name !== 'precipitation'),
      column('rain', 'DOUBLE', { distinct: 9 }),
    ];
    const before = {
      ...answers,
      features: ['location', 'precipitation'],
      types: { precipitation: 'TEXT', note: 'JSON' },
    };
    expect(answersReread(before, names, { columns, keys, rows: 9 })).toMatchObject({
      key: ['location', 'date'],
      label: 'weather',
      features: ['location', 'rain'],
      types: { note: 'JSON' },
    });
  });

  test('are proposed anew where all columns are others', () => {
    const columns = [column('id', 'BIGINT', { unique: true }), column('kind', 'TEXT', { distinct: 3 })];
    expect(answersReread(answers, names, { columns, keys: [['id']], rows: 9 })).toMatchObject({
      key: ['id'],
      label: 'kind',
      features: [],
      slices: [],
    });
  });
});
