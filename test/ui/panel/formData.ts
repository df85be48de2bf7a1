// A form as the page shows it: the sample's file, with what was found in it.
import { asFound, type FormColumn, type FormState } from '../../../src/protocol/form.ts';

const column = (name: string, type: string, distinct: number | null, first: string[], empty = 0): FormColumn => ({
  name,
  type,
  typeCanChange: true,
  unique: false,
  distinct,
  empty,
  first,
});

export const importForm: FormState = {
  kind: 'import',
  title: 'weather.csv',
  notes: ['temp_max: 2,919 of 2,922 are numbers, 3 are "NA", which becomes NULL.'],
  place: 'data',
  rows: 2_922,
  whole: true,
  columns: [
    column('location', 'TEXT', 2, ['Seattle', 'Seattle', 'Seattle', 'Seattle', 'New York', 'New York']),
    column('date', 'DATE', null, ['2012-01-01', '2012-01-02', '2012-01-03', '2012-01-04', '2012-01-01', '2012-01-02']),
    column('precipitation', 'DOUBLE', 216, ['0', '10.9', '0.8', '20.3', '0', '0']),
    column('temp_max', 'DOUBLE', 92, ['12.8', '10.6', '11.7', '12.2', '12.8', '8.9'], 3),
    column('temp_min', 'DOUBLE', 81, ['5', '2.8', '7.2', '5.6', '3.3', '-1.1']),
    column('wind', 'DOUBLE', 108, ['4.7', '4.5', '2.3', '4.7', '2.7', '5.1']),
    column(
      'note',
      'TEXT',
      null,
      ['a station that was moved in March, and whose readings before are not comparable', 'NULL', '', 'NULL', 'x', 'y'],
      2_100,
    ),
    column('weather', 'TEXT', 5, ['drizzle', 'rain', 'rain', 'rain', 'sun', 'sun']),
  ],
  dialect: { separator: ',', encoding: 'UTF-8', header: true },
  stores: [
    { id: 'local', text: 'local' },
    { id: 'new:file:///work', text: 'New store in work' },
  ],
  types: ['BIGINT', 'DOUBLE', 'DECIMAL(18,2)', 'VARCHAR(255)', 'TEXT', 'BOOLEAN', 'DATE', 'DATETIME', 'JSON'],
  learners: ['auto', 'mlp'],
  answers: {
    store: 'local',
    table: 'noaa.weather',
    mode: 'upsert',
    types: {},
    reading: asFound,
    key: ['location', 'date'],
    label: 'weather',
    features: ['location', 'date', 'precipitation', 'temp_max', 'temp_min', 'wind'],
    slices: ['location'],
    name: 'weather',
    learner: 'auto',
    test: '10',
    validation: '10',
    seed: '1',
  },
  findings: {
    problems: [
      { field: 'key', sentence: 'Unique in every row.', blocks: null },
      { field: 'label', sentence: '5 different values.', blocks: null },
    ],
    existing: null,
    work: null,
  },
};

/** Wrong in every field that can be. */
export const wrongForm: FormState = {
  ...importForm,
  answers: {
    ...importForm.answers,
    table: 'weather',
    label: null,
    features: [],
    test: '60',
    validation: '50',
    seed: '-1',
  },
  findings: {
    problems: [
      { field: 'table', sentence: 'Write database.table.', blocks: 'all' },
      { field: 'key', sentence: 'Not unique: rows 12 and 378 both have Seattle.', blocks: 'all' },
      { field: 'label', sentence: 'Choose the column that is to be learnt.', blocks: 'training' },
      { field: 'features', sentence: 'Tick at least one column to learn from.', blocks: 'training' },
      {
        field: 'column:wind',
        sentence: 'The value "calm" does not fit the column "wind" (line 12): it is no number. Nothing was changed.',
        blocks: 'nothing',
      },
      { field: 'test', sentence: 'Test and validation together leave no rows to train on.', blocks: 'training' },
      { field: 'seed', sentence: 'Write a whole number, 0 or more.', blocks: 'training' },
      { field: 'file', sentence: 'Cannot read weather.csv: it is not there any more.', blocks: 'nothing' },
    ],
    existing: { trainings: ['weather'] },
    work: null,
  },
};
