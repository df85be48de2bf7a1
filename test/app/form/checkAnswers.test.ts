import { describe, expect, test } from 'vitest';
import { checkAnswers, type FormFacts, isBlocked, shareOf } from '../../../src/app/form/checkAnswers.ts';
import type { FormAnswers } from '../../../src/protocol/form.ts';
import { answers, column, facts, weather } from './support.ts';

/** What stands in the way, by field. */
const wrong = (change: Partial<FormAnswers>, more: Partial<FormFacts> = {}): Record<string, string> =>
  Object.fromEntries(
    checkAnswers({ ...answers, ...change }, { ...facts, ...more })
      .filter(({ blocks }) => blocks !== null)
      .map(({ field, sentence }) => [field, sentence]),
  );

const info = (names: readonly string[]): NonNullable<FormFacts['table']> => ({
  name: { database: 'noaa', table: 'weather' },
  id: '1',
  columns: names.map((name) => ({ name, type: 'TEXT', family: 'text' as const, nullable: true })),
  key: ['location', 'date'],
});

describe('what is wrong with the answers of a form', () => {
  test('nothing, and then the key is said to be unique and the label what it is', () => {
    const said = checkAnswers(answers, facts);
    expect(said).toEqual([
      { field: 'key', sentence: 'Unique in every row.', blocks: null },
      { field: 'label', sentence: '5 different values.', blocks: null },
    ]);
    expect(isBlocked(said, true)).toBe(false);
  });

  test('a table without a database, and the database of the models', () => {
    expect(wrong({ table: 'weather' })).toEqual({ table: 'Write database.table.' });
    expect(wrong({ table: 'DeltaTrain.x' })['table']).toMatch(/is for models/);
  });

  test('a key that is missing, has empty cells, or is shared by rows, which are named', () => {
    expect(wrong({ key: [] }, { keys: [] })['key']).toMatch(/^No column and no two columns are unique/);
    const withEmpty = weather.map((one) => (one.name === 'date' ? column('date', 'DATE', { empty: 3 }) : one));
    expect(wrong({}, { columns: withEmpty })['key']).toBe('"date" is empty in 3 rows, so it cannot be in the key.');
    const asked = { unique: false, repeat: { first: 12, second: 1_378, values: ['Seattle'] } };
    expect(wrong({ key: ['location'] }, { asked })['key']).toBe('Not unique: rows 12 and 1,378 both have Seattle.');
  });

  test('a key that holds a unique one is unique, and of a long file it is said how far that was seen', () => {
    expect(wrong({ key: ['location', 'date', 'note'] })).toEqual({});
    const said = checkAnswers(answers, { ...facts, whole: false, rows: 200_000 });
    expect(said[0]?.sentence).toBe('Unique in the first 200,000 rows.');
  });

  test('without a label it can be imported, but not trained', () => {
    const said = checkAnswers({ ...answers, label: null }, facts);
    expect([isBlocked(said, false), isBlocked(said, true)]).toEqual([false, true]);
    expect(wrong({ label: null })).toEqual({ label: 'Choose the column that is to be learnt.' });
  });

  test('a label of one value, in the key, or gone', () => {
    const same = weather.map((one) => (one.name === 'weather' ? column('weather', 'TEXT', { distinct: 1 }) : one));
    expect(wrong({}, { columns: same })['label']).toMatch(/the same in every row/);
    expect(wrong({ label: 'date' })['label']).toMatch(/is in the key/);
    expect(wrong({ label: 'climate' })['label']).toBe('There is no column "climate" any more.');
  });

  test('no features, features that are gone or cannot be learnt from, and a key that would be learnt by heart', () => {
    expect(wrong({ features: [] })).toEqual({ features: 'Tick at least one column to learn from.' });
    expect(wrong({ features: ['wind'] })['features']).toBe('There is no column "wind" any more.');
    expect(wrong({ types: { precipitation: 'JSON' } })['column:precipitation']).toBe('JSON cannot be learnt from.');
    const alone = { keys: [['date']] };
    expect(wrong({ key: ['date'] }, alone)['column:date']).toMatch(/learnt by heart/);
  });

  test('shares that are no numbers, or leave no rows', () => {
    expect(wrong({ test: 'x', validation: '100' })).toEqual({
      test: 'Write a number between 0 and 100.',
      validation: 'Write a number between 0 and 100.',
    });
    expect(wrong({ test: '60', validation: '40' })['test']).toMatch(/leave no rows/);
    expect([shareOf('20'), shareOf(' 12.5% '), shareOf('0'), shareOf('')]).toEqual([0.2, 0.125, undefined, undefined]);
  });

  test('a name that is taken, and a seed that is none', () => {
    expect(wrong({ name: 'parity', seed: '1.5' })).toEqual({
      name: '"parity" is taken.',
      seed: 'Write a whole number, 0 or more.',
    });
  });

  test('a table that is there: its key and types hold, and a column that it lacks stands in the way', () => {
    const known = info(weather.map(({ name }) => name));
    expect(wrong({ key: [] }, { table: known })).toEqual({});
    const short = info(['location', 'date', 'precipitation', 'weather']);
    expect(wrong({}, { table: short })).toEqual({});
    expect(checkAnswers(answers, { ...facts, table: short }).find(({ field }) => field === 'table')).toMatchObject({
      sentence: expect.stringContaining('has no column note: you are asked') as string,
      blocks: null,
    });
  });
});
