/** Tables in memory as a store would hand them to the trainer: split by row hash, in hash order, with a delta between two versions. */
import { createHash } from 'node:crypto';
import type { DeltaPage } from '../../../src/data/change.ts';
import { packRows, type PageColumn, type RowPage } from '../../../src/data/page.ts';
import { hashBound, hashInput, inRange, splitRanges } from '../../../src/data/rowHash.ts';
import type { RowSet, TrainRows } from '../../../src/data/trainer.ts';
import type { LearnerOptions, Plan } from '../../../src/data/training.ts';
import { sameValue, type Value } from '../../../src/data/value.ts';
import { mlpOptions, mlpRules } from '../../../src/train/models/mlp/options.ts';
import { replayRule } from '../../../src/train/models/mlp/replay.ts';

/** A key's parts are joined by `|`. */
type Key = number | string;

/** Rows by key; values in the order of `columns`, the label last. */
export interface Table {
  readonly columns: readonly PageColumn[];
  readonly rows: ReadonlyMap<Key, readonly Value[]>;
}

/** The options that a training had in 0.1 when it named none: what is replayed stands in them. */
export const options: LearnerOptions = { ...mlpRules.defaults, replayShare: 0.2, replayRows: 10_000 };

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const keyParts = (key: Key): Value[] => String(key).split('|');
const shares = { test: 0.2, validation: 0.1 };

type Side = 'train' | 'validation' | 'test';

interface Placed {
  readonly key: Key;
  readonly hash: string;
  readonly values: readonly Value[];
}

function sidesOf(table: Table, salt: string): Record<Side, Placed[]> {
  const ranges = splitRanges(shares);
  const placed = [...table.rows].map(([key, values]) => ({ key, values, hash: md5(hashInput(salt, keyParts(key))) }));
  placed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const side = (name: Side): Placed[] => placed.filter(({ hash }) => inRange(hash, ranges[name]));
  return { train: side('train'), validation: side('validation'), test: side('test') };
}

/** A set that is read, or what an update makes of a delta. */
type CaseSet = RowSet | 'delta' | 'before' | 'removed' | 'testAtParent';

export interface Case {
  readonly plan: Plan;
  readonly rows: TrainRows;
  readonly sets: Record<CaseSet, readonly (readonly Value[])[]>;
  /** The rows of any of them. */
  pages(set: CaseSet): RowPage[];
}

/** Keys stand in a column of their own, which is no feature. */
export const keyColumn = 'key';

/** The delta between two tables, in hash order. */
function* changesOf(before: Table, now: Table, salt: string, pageRows: number): Generator<DeltaPage, void> {
  const columns = [{ name: keyColumn, type: 'VARCHAR(40)' }, ...now.columns];
  const changed = [...new Set([...before.rows.keys(), ...now.rows.keys()])]
    .map((key) => ({
      key,
      hash: md5(hashInput(salt, keyParts(key))),
      old: before.rows.get(key),
      own: now.rows.get(key),
    }))
    .filter(({ old, own }) => !old || !own || old.some((value, i) => !sameValue(value, own[i] ?? null)))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const nothing = now.columns.map((): Value => null);
  for (let start = 0; start < changed.length; start += pageRows) {
    const some = changed.slice(start, start + pageRows);
    const image = (of: 'old' | 'own') =>
      packRows(
        columns,
        some.map((one) => [one[of] ? String(one.key) : null, ...(one[of] ?? nothing)]),
      ).cells;
    yield {
      rows: some.length,
      keyColumns: 1,
      columns,
      flags: Uint8Array.from(some, ({ old, own }) => (!old ? 0 : own ? 1 : 2)),
      before: image('old'),
      after: image('own'),
      hashes: some.map(({ hash }) => hash),
    };
  }
}

/** The sets of a run over `now`, and the share of unchanged rows that is replayed. */
function setsOf(
  now: Table,
  before: Table | null,
  plan: { readonly splitSalt: string; readonly replaySalt: string; readonly options: LearnerOptions },
): { readonly sets: Case['sets']; readonly share: number } {
  const sides = sidesOf(now, plan.splitSalt);
  const values = (rows: readonly Placed[]): (readonly Value[])[] => rows.map((row) => row.values);
  const own = { train: values(sides.train), validation: values(sides.validation), test: values(sides.test) };
  if (!before)
    return { sets: { ...own, delta: [], before: [], removed: [], replay: [], testAtParent: own.test }, share: 0 };
  const changed = (row: Placed): boolean => {
    const old = before.rows.get(row.key);
    return !old || old.some((value, i) => !sameValue(value, row.values[i] ?? null));
  };
  const delta = sides.train.filter(changed);
  const { share } = replayRule(mlpOptions(plan.options), sides.train.length, delta.length);
  const bound = hashBound(share);
  const inSample = ({ key }: Placed): boolean =>
    bound === null || md5(hashInput(plan.replaySalt, keyParts(key))) < bound;
  const replay = sides.train.filter((row) => !changed(row) && inSample(row));
  const old = sidesOf(before, plan.splitSalt);
  const updated = old.train.filter(
    (row) =>
      now.rows.has(row.key) && row.values.some((value, i) => !sameValue(value, now.rows.get(row.key)?.[i] ?? null)),
  );
  const removed = old.train.filter((row) => !now.rows.has(row.key));
  const changes = { delta: values(delta), before: values(updated), removed: values(removed) };
  return { sets: { ...own, ...changes, replay: values(replay), testAtParent: values(old.test) }, share };
}

/** A run over `now`; with `before` a delta run. `change` edits the plan, `pageRows` only how rows travel. */
export function caseOf(
  now: Table,
  {
    before = null,
    pageRows = 1_000,
    kind = before ? 'delta' : 'full',
    version = before ? 2 : 1,
    splitSalt = 'split:test',
    learner = 'mlp',
    options: own = options,
    ...change
  }: Partial<Omit<Plan, 'learner'>> & {
    before?: Table | null;
    pageRows?: number;
    learner?: string;
    options?: LearnerOptions;
  } = {},
): Case {
  const replaySalt = `replay:${version}`;
  const pagesOf = (all: readonly (readonly Value[])[]): RowPage[] =>
    Array.from({ length: Math.ceil(all.length / pageRows) }, (_, i) =>
      packRows(now.columns, all.slice(i * pageRows, (i + 1) * pageRows)),
    );
  const { sets, share } = setsOf(now, before, { splitSalt, replaySalt, options: learner === 'mlp' ? own : options });
  return {
    sets,
    plan: {
      format: 1,
      kind,
      learner: { name: learner, options: own },
      task: 'classification',
      label: now.columns.at(-1)?.name ?? '',
      features: now.columns.slice(0, -1).map(({ name, type }) => ({ name, type, kind: null })),
      slices: [],
      seed: 1,
      version,
      splitSalt,
      ...shares,
      maxDrop: 0.005,
      replay: before ? { salt: replaySalt, share } : null,
      counts: { train: sets.train.length, delta: sets.delta.length, replay: sets.replay.length },
      ...change,
    },
    pages: (set) => pagesOf(sets[set]),
    rows: {
      async *read(set, _signal, wanted = {}): AsyncGenerator<RowPage, void> {
        if (!wanted.hashes && !wanted.key && !wanted.atParent) return yield* pagesOf(sets[set]);
        const sides = sidesOf(wanted.atParent && before ? before : now, splitSalt);
        const replayed = new Set(sets.replay);
        const placed = set === 'replay' ? sides.train.filter(({ values }) => replayed.has(values)) : sides[set];
        const columns = wanted.key ? [...now.columns, { name: keyColumn, type: 'VARCHAR(40)' }] : now.columns;
        for (let start = 0; start < placed.length; start += pageRows) {
          const some = placed.slice(start, start + pageRows);
          yield packRows(
            columns,
            some.map(({ key, values }) => (wanted.key ? [...values, String(key)] : values)),
            some.map(({ hash }) => hash),
          );
        }
      },
      async *changes(): AsyncGenerator<DeltaPage, void> {
        if (before) yield* changesOf(before, now, splitSalt, pageRows);
      },
    },
  };
}
