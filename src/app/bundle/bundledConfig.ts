/** The deltatrain.json of an opened bundle: its training, on a store beside it, with the checks of its table. */
import { tableText } from '../../data/table.ts';
import { splitColumns } from '../../data/splitting/sides.ts';
import type { LeakRule, Training } from '../../data/training.ts';
import type { Config, SplitConfig, TrainingConfig } from '../config/config.ts';

/** The connection of an opened bundle. */
export const bundleConnection = 'local';
/** Where its store lies in the folder, with slashes. */
export const bundleStore = '.deltatrain/store.db';

/** A split as it is written. */
function writtenSplit(split: Training['split']): SplitConfig | null {
  if (!split || split.by === 'table') return null;
  if (split.by === 'group') return { group: split.columns };
  const { test, validation } = split;
  const sides = { test, ...(validation !== null && { validation }) };
  return split.by === 'time' ? { time: split.column, ...sides } : { column: split.column, ...sides };
}

/** What a training is that no file names, as a file would say it. */
function written({ learner, seed, test, validation, slices, types, metric, guard, atMost, split }: Training) {
  const rule = writtenSplit(split);
  return {
    ...(rule && { split: rule }),
    learner: learner.name,
    options: learner.options,
    ...{ seed, test, validation, slices, types, guard },
    ...(metric !== undefined && { metric }),
    ...(atMost?.test !== undefined && { testRows: atMost.test }),
    ...(atMost?.validation !== undefined && { validationRows: atMost.validation }),
  };
}

/** Options that a learner has not, or that were never chosen, are left out. */
const chosen = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));

/** What tells of leaks in the columns that a bundle has; null for nothing. */
function carriedLeaks(leaks: LeakRule | undefined, { key, label, features, split }: Training): LeakRule | null {
  if (!leaks) return null;
  const there = new Set([...key, label, ...features, ...splitColumns(split)]);
  const { group, copies, time, labelTime, ...rest } = leaks;
  const whole = (columns: readonly string[] | undefined): boolean => columns?.every((one) => there.has(one)) === true;
  return {
    ...rest,
    ...(group && whole(group) && { group }),
    ...(copies && whole(copies) && { copies }),
    ...(time !== undefined && there.has(time) && { time }),
    ...(labelTime !== undefined && there.has(labelTime) && { labelTime }),
  };
}

/**
 * As a document. What makes the lineage (table, key, label, features, task) is written out: the store has the columns that are needed and
 * no others. `config`: where the training is named, or null.
 */
export function bundledConfig(config: Config | null, training: Training): object {
  const own = config && Object.hasOwn(config.trainings, training.name) ? config.trainings[training.name] : undefined;
  const { registry: _registry, watch: _watch, exclude: _exclude, leaks: all, ...rest } = own ?? {};
  const leaks = carriedLeaks(all ?? training.leaks, training);
  const { name, key, label, features, task } = training;
  const table = tableText(training.table);
  const made = own ? rest : { ...written(training), options: chosen(training.learner.options) };
  const entry = {
    ...made,
    ...(leaks && { leaks }),
    ...{ connection: bundleConnection, table, key, label, features, task },
  } as TrainingConfig;
  const checks = own && config?.checks[own.connection]?.[own.table];
  return {
    connections: { [bundleConnection]: { kind: 'embedded', path: bundleStore } },
    trainings: { [name]: entry },
    ...(checks && { checks: { [bundleConnection]: { [table]: checks } } }),
  };
}
