/** Tables in memory as a store would hand them to the trainer: split by row hash, in hash order, with a delta between two versions. */
import { createHash } from 'node:crypto';
import { packRows, type PageColumn, type RowPage } from '../../src/data/page.ts';
import { replayRule } from '../../src/data/replay.ts';
import { hashBound, hashInput, inRange, splitRanges } from '../../src/data/rowHash.ts';
import type { RowSet, TrainEvent, TrainResult, TrainRows } from '../../src/data/trainer.ts';
import type { MlpOptions, Plan } from '../../src/data/training.ts';
import { sameValue, type Value } from '../../src/data/value.ts';
import { createTrainer } from '../../src/train/trainer.ts';

/** A key's parts are joined by `|`. */
type Key = number | string;

/** Rows by key; values in the order of `columns`, the label last. */
export interface Table {
  readonly columns: readonly PageColumn[];
  readonly rows: ReadonlyMap<Key, readonly Value[]>;
}

export const options: MlpOptions = {
  hidden: [64, 32],
  activation: 'relu',
  batch: 128,
  learningRate: 3e-3,
  epochs: 20,
  optimizer: 'adam',
  replayShare: 0.2,
  replayRows: 10_000,
  distillation: 0.5,
};

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

/** A run over `now`; with `before` a delta run. `change` edits the plan, `pageRows` only how rows travel. */
export function caseOf(
  now: Table,
  {
    before = null,
    pageRows = 1_000,
    kind = before ? 'delta' : 'full',
    version = before ? 2 : 1,
    splitSalt = 'split:test',
    ...change
  }: Partial<Plan> & { before?: Table | null; pageRows?: number } = {},
): Case {
  const sides = sidesOf(now, splitSalt);
  const changed = (row: Placed): boolean => {
    const old = before?.rows.get(row.key);
    return !old || old.some((value, i) => !sameValue(value, row.values[i] ?? null));
  };
  const delta = before ? sides.train.filter(changed) : [];
  const planOptions = change.options ?? options;
  const { share } = replayRule(planOptions, sides.train.length, delta.length);
  const bound = hashBound(share);
  const inSample = ({ key }: Placed): boolean =>
    bound === null || md5(hashInput(`replay:${version}`, keyParts(key))) < bound;
  const replay = before ? sides.train.filter((row) => !changed(row) && inSample(row)) : [];
  const values = (rows: readonly Placed[]): (readonly Value[])[] => rows.map((row) => row.values);
  const sets: Case['sets'] = {
    train: values(sides.train),
    delta: values(delta),
    replay: values(replay),
    tune: values(sides.tune),
    test: values(sides.test),
    testAtParent: before ? values(sidesOf(before, splitSalt).test) : values(sides.test),
  };
  const label = now.columns[now.columns.length - 1]?.name ?? '';
  return {
    sets,
    plan: {
      format: 1,
      kind,
      learner: 'mlp',
      task: 'classification',
      label,
      features: now.columns.slice(0, -1).map(({ name, type }) => ({ name, type, kind: null })),
      slices: [],
      options,
      seed: 1,
      version,
      splitSalt,
      ...shares,
      maxDrop: 0.005,
      replay: before ? { salt: `replay:${version}`, share } : null,
      counts: { train: sides.train.length, delta: delta.length, replay: replay.length },
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

export async function runCase(
  one: Case,
  artifacts: { parent?: Uint8Array | null; anchor?: Uint8Array | null } = {},
): Promise<TrainResult & { events: TrainEvent[] }> {
  const events: TrainEvent[] = [];
  const { parent = null, anchor = null } = artifacts;
  const result = await createTrainer().run(
    { plan: one.plan, parent, anchor },
    one.rows,
    new AbortController().signal,
    (event) => events.push(event),
  );
  return { ...result, events };
}
