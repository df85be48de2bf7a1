// Columns and answers of a form, as the sample's file would give them.
import type { FormFacts } from '../../../src/app/form/checkAnswers.ts';
import { asFound, type FormAnswers, type FormColumn } from '../../../src/protocol/form.ts';

export const column = (name: string, type: string, more: Partial<FormColumn> = {}): FormColumn => ({
  name,
  type,
  typeCanChange: true,
  unique: false,
  distinct: null,
  empty: 0,
  first: [],
  ...more,
});

export const weather: readonly FormColumn[] = [
  column('location', 'TEXT', { distinct: 2 }),
  column('date', 'DATE'),
  column('precipitation', 'DOUBLE', { distinct: 200 }),
  column('note', 'TEXT'),
  column('weather', 'TEXT', { distinct: 5 }),
];

export const answers: FormAnswers = {
  store: 'local',
  table: 'noaa.weather',
  mode: 'upsert',
  types: {},
  reading: asFound,
  key: ['location', 'date'],
  label: 'weather',
  features: ['location', 'date', 'precipitation'],
  slices: ['location'],
  name: 'weather',
  learner: 'auto',
  test: '10',
  validation: '10',
  seed: '1',
};

export const facts: FormFacts = {
  kind: 'import',
  columns: weather,
  whole: true,
  rows: 2_922,
  keys: [['location', 'date']],
  asked: null,
  table: null,
  taken: ['parity'],
};
