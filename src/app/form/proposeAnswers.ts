/** What a form proposes: the likeliest key, label, features and slices of columns that nobody has said anything about. */
import type { FormAnswers, FormColumn } from '../../protocol/form.ts';

/** More values than these are no classes that a person named. */
const mostClasses = 50;
/** More groups than these are too small to be judged. */
const mostGroups = 12;
const mostSlices = 3;

/** Types that no learner takes in. */
const noFeature = /^(JSON|TIME|(TINY|MEDIUM|LONG)?BLOB|(VAR)?BINARY)\b/i;
const wordy = /^(VARCHAR|CHAR|(TINY|MEDIUM|LONG)?TEXT|ENUM|SET)\b/i;
const whole = /^(BOOL|BOOLEAN|TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|BIGINT)\b/i;

/** Whether a column of that type can be one of the features. */
export const canBeFeature = (type: string): boolean => !noFeature.test(type);

/** The type that a column is to have. */
export const typeWanted = (column: FormColumn, types: FormAnswers['types']): string =>
  types[column.name] ?? column.type;

/** Classes: few values, and not the same one in every row. */
const hasClasses = ({ distinct }: FormColumn): boolean => distinct !== null && distinct >= 2 && distinct <= mostClasses;

/** Text that says something else in nearly every row teaches nothing. */
const isFreeText = (column: FormColumn, rows: number): boolean =>
  wordy.test(column.type) &&
  (column.distinct === null || (column.distinct > mostClasses && column.distinct > rows / 2));

/** The label stands last more often than not, and has classes; undefined where nothing looks like one. */
function likelyLabel(columns: readonly FormColumn[], key: readonly string[]): FormColumn | undefined {
  const others = columns.filter((one) => !key.includes(one.name) && hasClasses(one));
  const named = others.find(({ name }) => /^(label|target|class|y|outcome)$/i.test(name));
  return named ?? others.findLast(({ type }) => wordy.test(type)) ?? others.findLast(({ type }) => whole.test(type));
}

/** Key, label, features and slices, of columns of which `keys` are the sets that are unique. */
export function proposeColumns(
  columns: readonly FormColumn[],
  keys: readonly (readonly string[])[],
  rows: number,
): Pick<FormAnswers, 'key' | 'label' | 'features' | 'slices'> {
  const named = keys.find(([name = '', more]) => more === undefined && /(^|_)(id|key|uuid|no|nr)$/i.test(name));
  const key = named ?? keys[0] ?? [];
  const label = likelyLabel(columns, key)?.name ?? null;
  return { key, label, ...proposeRest(columns, key, label, rows) };
}

/** The features and the slices that go with a key and a label. */
function proposeRest(
  columns: readonly FormColumn[],
  key: readonly string[],
  label: string | null,
  rows: number,
): Pick<FormAnswers, 'features' | 'slices'> {
  const features = columns.filter(
    (one) =>
      one.name !== label &&
      !(key.length === 1 && key[0] === one.name) &&
      // Part of the key or not: what is another value in every row can only be learnt by heart.
      !(one.unique && (wordy.test(one.type) || whole.test(one.type))) &&
      canBeFeature(one.type) &&
      !isFreeText(one, rows),
  );
  const slices = features
    .filter(({ type, distinct }) => wordy.test(type) && distinct !== null && distinct >= 2 && distinct <= mostGroups)
    .slice(0, mostSlices);
  return { features: features.map(({ name }) => name), slices: slices.map(({ name }) => name) };
}
