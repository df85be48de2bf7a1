/** Tables in memory as a store would hand them to the trainer: split by row hash, in hash order, with a delta between two versions. */
import { createHash } from 'node:crypto';
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

/** The options that a training has when it names none. */
export const options: LearnerOptions = mlpRules.defaults;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const keyParts = (key: Key): Value[] => String(key).split('|');
const shares = { test: 0.2, tune: 0.1 };

type Side = 'train' | 'tune' | 'test';

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
  return { train: side('train'), tune: side('tune'), test: side('test') };
}

export interface Case {
  readonly plan: Plan;
  readonly rows: TrainRows;
  readonly sets: Record<RowSet, readonly (readonly Value[])[]>;
}

/** The sets of a run over `now`, and the share of unchanged rows that is replayed. */
function setsOf(
  now: Table,
  before: Table | null,
  plan: { readonly splitSalt: string; readonly replaySalt: string; readonly options: LearnerOptions },
): { readonly sets: Case['sets']; readonly share: number } {
  const sides = sidesOf(now, plan.splitSalt);
  const values = (rows: readonly Placed[]): (readonly Value[])[] => rows.map((row) => row.values);
  const own = { train: values(sides.train), tune: values(sides.tune), test: values(sides.test) };
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
    rows: {
      async *read(set): AsyncGenerator<RowPage, void> {
        const all = sets[set];
        for (let start = 0; start < all.length; start += pageRows)
          yield packRows(now.columns, all.slice(start, start + pageRows));
      },
    },
  };
}
