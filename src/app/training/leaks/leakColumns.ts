/** Which columns tell of leaks: as they are written, else those whose names say what they are. */
import type { LeakColumns } from '../../../data/splitting/leak.ts';
import type { ColumnInfo, TableInfo, TypeFamily } from '../../../data/table.ts';
import type { FeatureKind, Training } from '../../../data/training.ts';

const who =
  'user|customer|client|account|patient|person|member|visitor|subscriber|employee|student|player|household|device|session|subject|speaker|author|buyer|seller|merchant|driver|passenger|card';

/** A key of somebody who may have several rows: `user_id`, `customer`, `PatientKey`. */
const ofGroup = new RegExp(`^(${who})s?(_?(id|key|no|nr|number|uuid|code))?$`, 'i');

/** What copies of one thing have in common: `event_key`, `source_id`, `dedup_key`. */
const ofCopies =
  /^(event|dedup|duplicate|original|source|parent|content|image|document|text)_?(id|key|hash|uuid|sha256|md5)$/i;

/** When something happened: `event_time`, `ordered_at`. A mere `date` is often no more than a feature. */
const ofTime =
  /^(event|order|transaction|txn|purchase|visit|click|request|session)(ed)?_?(time|date|at|ts|timestamp|day)$/i;

const ofLabelTime = (label: string): RegExp =>
  new RegExp(`^(label|${label.replace(/[^a-z0-9_]/gi, '.')})(l?ed)?_?(time|date|at|ts|timestamp|known|known_at)$`, 'i');

const isMoment = ({ family }: ColumnInfo): boolean => family === 'date' || family === 'datetime';

/** A training's columns of leaks: a role that is written is not looked for. Of columns that the version does not have nothing is told. */
export function leakColumns({ leaks = {}, key, label, split }: Training, info: TableInfo): LeakColumns {
  const own = new Set([label, ...(key.length === 1 ? key : []), ...(info.key.length === 1 ? info.key : [])]);
  const there = new Set(info.columns.map(({ name }) => name));
  const known = (names: readonly string[] | undefined): (readonly string[])[] | undefined =>
    names && (names.every((name) => there.has(name)) ? [names] : []);
  const knownOne = (name: string | undefined): string | undefined =>
    name !== undefined && there.has(name) ? name : undefined;
  const others = info.columns.filter(({ name }) => !own.has(name));
  const named = (pattern: RegExp): string[] => others.flatMap(({ name }) => (pattern.test(name) ? [name] : []));
  const moment = (pattern: RegExp): string | null =>
    others.find((column) => isMoment(column) && pattern.test(column.name))?.name ?? null;
  return {
    group: known(leaks.group) ?? named(ofGroup).map((name) => [name]),
    copies: known(leaks.copies) ?? named(ofCopies).map((name) => [name]),
    time: knownOne(leaks.time) ?? (split?.by === 'time' ? split.column : moment(ofTime)),
    labelTime: knownOne(leaks.labelTime) ?? moment(ofLabelTime(label)),
  };
}

const kinds: Partial<Record<TypeFamily, FeatureKind>> = {
  ...{ integer: 'number', float: 'number', decimal: 'number' },
  ...{ date: 'date', datetime: 'date', boolean: 'boolean' },
};

/** A training's features with the kind that is written for them, else that of their type. */
export const leakFeatures = ({ features, types }: Training, info: TableInfo) =>
  features.map((name) => {
    const family = info.columns.find((column) => column.name === name)?.family;
    return { name, kind: types[name] ?? (family && kinds[family]) ?? ('category' as const) };
  });
