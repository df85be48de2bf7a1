/** Fills a training's defaults in from its table, and refuses what cannot be trained, with the reason. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { sha256 } from '../../base/sha256.ts';
import { classMetrics, metricsOfTask, parseMetric, usualMetric } from '../../data/measuring/measures.ts';
import { splitColumns } from '../../data/splitting/sides.ts';
import type { Split } from '../../data/splitting/split.ts';
import type { Store } from '../../data/store.ts';
import {
  parseTableName,
  sameNamesInOrder,
  type TableInfo,
  type TableName,
  tableText,
  type TypeFamily,
} from '../../data/table.ts';
import type { FeatureKind, GuardRule, Task, Training } from '../../data/training.ts';
import { live, type Version } from '../../data/version.ts';
import { type Config, type TrainingConfig, trainingOf } from './config.ts';
import { chooseLearner, outsideLearnerName } from './learners.ts';
import { leakColumnsOf, leaksOf } from './leaksOf.ts';
import { addressesOf, splitOf } from './splitOf.ts';
import { taskOfLabel } from './taskOfLabel.ts';

export const defaultGuard: GuardRule = { maxDrop: 0.005, fullAfterUpdates: 10, fullAfterShare: 0.5, maxDeletes: 0.01 };

/** Families no encoder takes in; such columns are left out by default and refused when they are named. */
const notEncodable: ReadonlySet<TypeFamily> = new Set<TypeFamily>(['bytes', 'json', 'vector', 'time']);

const kinds: ReadonlySet<string> = new Set<FeatureKind>(['number', 'category', 'date', 'boolean']);

/** Fields of the schema that this version cannot serve: refused by name, never ignored. */
function refuseUnsupported(name: string, written: TrainingConfig): void {
  const refused: readonly (readonly [boolean, string, string])[] = [
    [written.policy === 'follow', '"policy": "follow"', say('Use {0}.', '"match"')],
    [written.segment !== undefined, '"segment"', say('Leave it out.')],
    [written.watch !== undefined, '"watch"', say('Leave it out.')],
    ...Object.entries(written.types ?? {}).map(
      ([column, kind]) =>
        [!kinds.has(kind), say('The type "{0}" of "{1}"', kind, column), say('Leave the column out.')] as const,
    ),
  ];
  const first = refused.find(([is]) => is);
  if (first) throw notYet(name, first[1], first[2]);
}

const notYet = (name: string, what: string, hint: string): Failure =>
  new Failure('plan.unsupported', {
    what: say('The training "{0}" cannot be run: {1} is not supported yet.', name, what),
    hint,
  });

/** What a training goes by: nothing of it where it is the usual measure. */
function metricOf(name: string, { metric }: TrainingConfig, task: Task): Pick<Training, 'metric'> {
  if (metric === undefined || metric === usualMetric(task)) return {};
  if (parseMetric(metric, task)) return { metric };
  const ofClasses = task === 'classification' ? classMetrics.map((one) => `${one}:CLASS`) : [];
  throw new Failure('plan.unsupported', {
    what: say('The training "{0}" cannot be run: "metric": "{1}" is no measure of a {2}.', name, metric, task),
    hint: say('Use one of {0}.', [...metricsOfTask(task), ...ofClasses].join(', ')),
  });
}

function requireColumn(info: TableInfo, column: string): void {
  const names = info.columns.map((one) => one.name);
  if (!names.includes(column))
    throw new Failure('column.unknown', {
      column,
      table: tableText(info.name),
      near: nearest(column, names),
    });
}

/** Every column that can be one, but the key, the label and what is excluded. */
function defaultFeatures(written: TrainingConfig, info: TableInfo, key: readonly string[]): string[] {
  const left = new Set([...key, ...info.key, written.label, ...(written.exclude ?? [])]);
  return info.columns
    .filter((column) => !left.has(column.name) && !notEncodable.has(column.family))
    .map((column) => column.name);
}

/** What the defaults leave out because nothing can learn from it; of features that are written nothing is left out. */
function unusableOf(written: TrainingConfig, info: TableInfo): Pick<Training, 'unusable'> {
  if (written.features) return {};
  const left = new Set([...info.key, ...(written.key ?? []), written.label, ...(written.exclude ?? [])]);
  const unusable = info.columns
    .filter(({ name, family }) => !left.has(name) && notEncodable.has(family))
    .map(({ name, type }) => `"${name}" (${type})`);
  return unusable.length > 0 ? { unusable } : {};
}

interface Features {
  readonly features: readonly string[];
  /** What the defaults would take besides. */
  readonly offered: readonly string[];
}

/** As they are written; else as the training's models have them, while the table still does; else by default. */
function chosenFeatures(
  written: TrainingConfig,
  info: TableInfo,
  key: readonly string[],
  kept: Training | null,
): Features {
  const { features, exclude = [] } = written;
  if (features) return { features: features.filter((feature) => !exclude.includes(feature)), offered: [] };
  const byDefault = defaultFeatures(written, info, key);
  if (!kept || !kept.features.every((feature) => byDefault.includes(feature)))
    return { features: byDefault, offered: [] };
  return { features: kept.features, offered: byDefault.filter((feature) => !kept.features.includes(feature)) };
}

function featuresOf(written: TrainingConfig, info: TableInfo, key: readonly string[], kept: Training | null): Features {
  const chosen = chosenFeatures(written, info, key, kept);
  const { features } = chosen;
  for (const feature of features) {
    requireColumn(info, feature);
    if (feature === written.label)
      throw new Failure('plan.unsupported', { what: say('The label "{0}" cannot be a feature of itself.', feature) });
    if (features.indexOf(feature) !== features.lastIndexOf(feature))
      throw new Failure('plan.unsupported', { what: say('The feature "{0}" is named twice.', feature) });
    const column = info.columns.find((one) => one.name === feature);
    if (column && notEncodable.has(column.family))
      throw new Failure('plan.unsupported', {
        what: say('"{0}" is {1}, which cannot be a feature.', feature, column.type),
        hint: say('Leave it out of the features.'),
      });
    // Unique by itself: a model could only learn the rows by heart. A part of a composite key repeats, so it may stay.
    if ([key, info.key].some((one) => one.length === 1 && one[0] === feature))
      throw new Failure('plan.keyFeature', { column: feature });
  }
  if (features.length === 0) throw new Failure('plan.noFeatures', { table: tableText(info.name) });
  return chosen;
}

/** The key, after every column that the training names was looked up. */
function keyOf(written: TrainingConfig, split: Split | undefined, info: TableInfo): readonly string[] {
  if (!info.columns.some((column) => column.name === written.label))
    throw new Failure('plan.noLabel', { table: tableText(info.name), label: written.label });
  const key = written.key ?? info.key;
  if (key.length === 0) throw new Failure('table.noKey', { table: tableText(info.name) });
  const named = [
    key,
    split?.by === 'table' ? [] : splitColumns(split),
    written.slices ?? [],
    leakColumnsOf(written),
    written.exclude ?? [],
    Object.keys(written.types ?? {}),
  ];
  for (const column of named.flat()) requireColumn(info, column);
  return key;
}

/** A table that says the sides must have what they are found by. */
async function requireMembership(
  split: Split | undefined,
  key: readonly string[],
  store: Store,
  version: Version,
): Promise<void> {
  if (split?.by !== 'table') return;
  const info = await store.table(split.table, version);
  for (const column of [...key, split.column]) requireColumn(info, column);
}

function sharesOf(written: TrainingConfig, split: Split | undefined): { test: number; validation: number } {
  if (split && split.by !== 'group') return addressesOf(split);
  if (written.validation !== undefined && written.tune !== undefined)
    throw new Failure('plan.unsupported', {
      what: say('"validation" and "tune" are two names for one share.'),
      hint: say('Leave "tune" out, which is the older one.'),
    });
  const { test = 0.1, validation = written.tune ?? 0.1 } = written;
  if (test + validation >= 1)
    throw new Failure('plan.unsupported', {
      what: say('"test" ({0}) and "validation" ({1}) together leave no rows to train on.', test, validation),
      hint: say('Make them smaller.'),
    });
  return { test, validation };
}

function sideRowsOf({ testRows: test, validationRows: validation }: TrainingConfig): Pick<Training, 'atMost'> {
  if (test === undefined && validation === undefined) return {};
  const most = (rows: number | 'all'): number => (rows === 'all' ? Number.MAX_SAFE_INTEGER : rows);
  return {
    atMost: {
      ...(test !== undefined && { test: most(test) }),
      ...(validation !== undefined && { validation: most(validation) }),
    },
  };
}

/** What the rows of a training and their sides depend on, whatever its name: another table, key, label, feature or task starts a new lineage. */
function trainingId(of: {
  table: TableName;
  key: readonly string[];
  label: string;
  features: readonly string[];
  task: Task;
}): string {
  const identity = [of.table.database, of.table.table, of.key, of.label, of.features, of.task];
  return sha256(JSON.stringify(identity)).slice(0, 16);
}

/** True for the training of a model over the rows and the label that are written now: what its defaults became stays. */
function isSame(kept: Training, table: TableName, key: readonly string[], label: string): boolean {
  return tableText(kept.table) === tableText(table) && kept.label === label && sameNamesInOrder(kept.key, key);
}

/** A program that is written no more is none of the learners that a training can keep. */
const keptLearner = (kept: Training | null): string | undefined =>
  kept?.learner.name === outsideLearnerName ? undefined : kept?.learner.name;

/** What a training is over, and who learns it: what its models have, where nothing else is written. */
function settle(
  written: TrainingConfig,
  of: { readonly table: TableName; readonly key: readonly string[]; readonly info: TableInfo },
  latest: Training | null,
  found: Task,
): Features & Pick<Training, 'id' | 'task'> & { readonly learner: TrainingConfig['learner'] } {
  const { table, key, info } = of;
  const kept = latest && isSame(latest, table, key, written.label) ? latest : null;
  const chosen = featuresOf(written, info, key, kept);
  const { features } = chosen;
  const task: Task = written.task ?? kept?.task ?? found;
  const asBefore = kept !== null && kept.task === task && sameNamesInOrder(kept.features, features);
  return {
    ...chosen,
    task,
    learner: written.learner === undefined || written.learner === 'auto' ? keptLearner(kept) : written.learner,
    id: asBefore ? kept.id : trainingId({ table, key, label: written.label, features, task }),
  };
}

/**
 * The training with every default filled in. `store` is its table's own; `version` is where its columns are looked at.
 * `latest`: the training as its newest model was made by. A training that has models keeps task, features, learner and id
 * whatever new defaults come, and whatever columns; those are offered, not taken.
 */
export async function resolveTraining(
  config: Config,
  name: string,
  store: Store,
  version: Version = live,
  latest: Training | null = null,
): Promise<Training> {
  const written = trainingOf(config, name);
  refuseUnsupported(name, written);
  const table = parseTableName(written.table);
  if (!table)
    throw new Failure('plan.unsupported', {
      what: say('The table "{0}" of the training "{1}" has no database.', written.table, name),
      hint: say('Write it as database.table.'),
    });
  const info = await store.table(table, version);
  const split = splitOf(written);
  const key = keyOf(written, split, info);
  await requireMembership(split, key, store, version);
  const { test, validation } = sharesOf(written, split);
  const isKept = latest !== null && isSame(latest, table, key, written.label);
  const known = written.task ?? (isKept ? latest.task : undefined);
  const found = known ?? (await taskOfLabel(store, info, written.label, version));
  const { id, features, offered, task, learner } = settle(written, { table, key, info }, latest, found);
  return {
    id,
    name,
    connection: written.connection,
    table,
    key,
    label: written.label,
    task,
    features,
    types: (written.types ?? {}) as Readonly<Record<string, FeatureKind>>,
    learner: chooseLearner(name, { ...written, learner }, task),
    seed: written.seed ?? 1,
    test,
    validation,
    ...(split && { split }),
    ...sideRowsOf(written),
    ...leaksOf(written),
    slices: [...new Set(written.slices ?? [])],
    ...metricOf(name, written, task),
    guard: { ...defaultGuard, ...written.guard },
    ...(offered.length > 0 && { offered }),
    ...unusableOf(written, info),
  };
}
