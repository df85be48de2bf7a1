/** What is wrong with the answers of a form: said beside the field that it is about, with what it stands in the way of. */
import { say } from '../../base/say.ts';
import { isOwnDatabase, parseTableName, type TableInfo } from '../../data/table.ts';
import type { Repeat } from '../../protocol/engine.ts';
import type { FormAnswers, FormColumn, FormProblem, FormState } from '../../protocol/form.ts';
import { countText } from '../../words/numbers.ts';
import { readingOfTyped } from './typedReading.ts';
import { canBeFeature, typeWanted } from './proposeAnswers.ts';

/** What is known besides the answers. */
export interface FormFacts {
  readonly kind: FormState['kind'];
  readonly columns: readonly FormColumn[];
  readonly whole: boolean;
  readonly rows: number | null;
  /** Sets of columns that are known to be unique. */
  readonly keys: readonly (readonly string[])[];
  /** What was found of the key of the answers, where it had to be looked at. */
  readonly asked: { readonly unique: boolean; readonly repeat: Repeat | null } | null;
  /** The table that is named, where it is there. */
  readonly table: TableInfo | null;
  /** Names of trainings that are taken by others. */
  readonly taken: readonly string[];
}

type Check = (answers: FormAnswers, facts: FormFacts) => readonly FormProblem[];

const all = (field: FormProblem['field'], sentence: string): FormProblem => ({ field, sentence, blocks: 'all' });
const training = (field: FormProblem['field'], sentence: string): FormProblem => ({
  field,
  sentence,
  blocks: 'training',
});
const note = (field: FormProblem['field'], sentence: string): FormProblem => ({ field, sentence, blocks: null });

const checkTable: Check = ({ table }, facts) => {
  if (facts.kind === 'training') return [];
  const name = parseTableName(table);
  if (!name) return [all('table', say('Write database.table.'))];
  if (isOwnDatabase(name.database))
    return [all('table', say('The database deltatrain is for models. Name another one.'))];
  return [];
};

const checkExisting: Check = (_, { kind, table, columns }) => {
  if (kind === 'training' || !table) return [];
  const known = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  const more = columns.filter(({ name }) => !known.has(name.toLowerCase())).map(({ name }) => name);
  if (more.length === 0) return [note('table', say('It is there already: its own types and key are used.'))];
  const names = more.join(', ');
  return [
    note(
      'table',
      say('It is there already, and has no column {0}: you are asked before such a column is added or left.', names),
    ),
  ];
};

const checkReading: Check = ({ reading }, { kind }) => (kind === 'training' ? [] : readingOfTyped(reading).problems);

/** Whether some of the columns are unique by themselves, so that all of them are. */
const holdsUnique = (key: readonly string[], keys: FormFacts['keys']): boolean =>
  keys.some((set) => set.every((name) => key.includes(name)));

const checkKey: Check = ({ key }, facts) => {
  const { kind, table, columns, keys, asked, whole, rows } = facts;
  if (kind === 'training' || table) return [];
  if (key.length === 0)
    return [
      all(
        'key',
        keys.length === 0
          ? say('No column and no two columns are unique. Tick those that together make a row unique.')
          : say('Tick the columns that make a row unique.'),
      ),
    ];
  const empty = columns.find((one) => key.includes(one.name) && one.empty > 0);
  if (empty)
    return [
      all('key', say('"{0}" is empty in {1} rows, so it cannot be in the key.', empty.name, countText(empty.empty))),
    ];
  const found = whole ? say('Unique in every row.') : say('Unique in the first {0} rows.', countText(rows ?? 0));
  if (holdsUnique(key, keys) || asked?.unique === true) return [note('key', found)];
  if (asked?.repeat) {
    const { first, second, values } = asked.repeat;
    const same = values.join(', ').slice(0, 60);
    return [all('key', say('Not unique: rows {0} and {1} both have {2}.', countText(first), countText(second), same))];
  }
  return [all('key', say('These columns do not make a row unique.'))];
};

const checkLabel: Check = ({ label, key }, { columns }) => {
  if (label === null) return [training('label', say('Choose the column that is to be learnt.'))];
  const column = columns.find(({ name }) => name === label);
  if (!column) return [training('label', say('There is no column "{0}" any more.', label))];
  if (key.includes(label)) return [training('label', say('"{0}" is in the key, so it cannot be learnt.', label))];
  if (column.distinct === 1 && column.empty === 0)
    return [training('label', say('"{0}" is the same in every row: there is nothing to learn.', label))];
  const values = column.distinct === null ? null : say('{0} different values.', countText(column.distinct));
  const without = column.empty > 0 ? say('{0} rows have none and are left out.', countText(column.empty)) : null;
  const said = [values, without].filter((one) => one !== null).join(' ');
  return said === '' ? [] : [note('label', said)];
};

const checkFeatures: Check = (answers, { columns }) => {
  const { features, label, key, types } = answers;
  const used = features.filter((name) => name !== label);
  if (label !== null && used.length === 0)
    return [training('features', say('Tick at least one column to learn from.'))];
  const problems: FormProblem[] = [];
  for (const name of used) {
    const column = columns.find((one) => one.name === name);
    if (!column) problems.push(training('features', say('There is no column "{0}" any more.', name)));
    else if (!canBeFeature(typeWanted(column, types)))
      problems.push(training(`column:${name}`, say('{0} cannot be learnt from.', typeWanted(column, types))));
    else if (key.length === 1 && key[0] === name)
      problems.push(training(`column:${name}`, say('It is another one in every row: it can only be learnt by heart.')));
  }
  return problems;
};

const checkSlices: Check = ({ slices }, { columns }) =>
  slices
    .filter((name) => !columns.some((one) => one.name === name))
    .map((name) => training('slices', say('There is no column "{0}" any more.', name)));

const checkName: Check = ({ name, label }, { taken }) => {
  if (label === null) return [];
  if (name.trim() === '') return [training('name', say('A training needs a name.'))];
  return taken.includes(name.trim()) ? [training('name', say('"{0}" is taken.', name.trim()))] : [];
};

/** A share in percent, as a part of 1; undefined when it is none. */
export function shareOf(text: string): number | undefined {
  const percent = Number(text.trim().replace(/%$/, ''));
  if (text.trim() === '' || !(percent > 0 && percent < 100)) return undefined;
  return Number((percent / 100).toPrecision(12));
}

const checkShares: Check = ({ test, validation }) => {
  const problems: FormProblem[] = [];
  const [testShare, validationShare] = [shareOf(test), shareOf(validation)];
  if (testShare === undefined) problems.push(training('test', say('Write a number between 0 and 100.')));
  if (validationShare === undefined) problems.push(training('validation', say('Write a number between 0 and 100.')));
  if (testShare !== undefined && validationShare !== undefined && testShare + validationShare >= 1)
    problems.push(training('test', say('Test and validation together leave no rows to train on.')));
  return problems;
};

const checkSeed: Check = ({ seed }) =>
  /^\d{1,9}$/.test(seed.trim()) ? [] : [training('seed', say('Write a whole number, 0 or more.'))];

const checks: readonly Check[] = [
  checkTable,
  checkExisting,
  checkReading,
  checkKey,
  checkLabel,
  checkFeatures,
  checkSlices,
  checkName,
  checkShares,
  checkSeed,
];

/** All that is to be said of the answers, in the order of the page. */
export const checkAnswers = (answers: FormAnswers, facts: FormFacts): FormProblem[] =>
  checks.flatMap((check) => check(answers, facts));

/** Whether something of it cannot be done as it stands. */
export const isBlocked = (problems: readonly FormProblem[], train: boolean): boolean =>
  problems.some(({ blocks }) => blocks === 'all' || (blocks === 'training' && train));
