/** The row sets of a run, streamed from a store at snapshots: every read gives the same rows in the same (hash) order. */
import { at } from '../../base/assert.ts';
import { type DeltaPage, type Flag, flagNames } from '../../data/change.ts';
import { cellAt, pickCells, type RowPage } from '../../data/page.ts';
import { inRange, splitRanges } from '../../data/rowHash.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import type { RowSet, TrainRows } from '../../data/trainer.ts';
import type { Plan } from '../../data/training.ts';
import { atSnapshot, type Version } from '../../data/version.ts';

/** Where the rows of a plan are. `base` is the parent's snapshot; null when nothing is compared with it. */
export interface RowPlaces {
  readonly store: Store;
  readonly table: TableName;
  readonly key: readonly string[];
  readonly snapshot: string;
  readonly base: string | null;
}

/** The part of a plan that says which rows and columns are meant. */
export type RowPlan = Pick<Plan, 'features' | 'label' | 'slices' | 'splitSalt' | 'test' | 'tune' | 'replay'>;

/** Features, label and the slice columns that are neither, each once. */
export const columnsOf = (plan: RowPlan): string[] => [
  ...new Set([...plan.features.map((feature) => feature.name), plan.label, ...plan.slices]),
];

/** The delta a run is about: net over key, features and label; changes in other columns are not trained on. */
export function runDelta(
  of: { readonly table: TableName; readonly key: readonly string[] },
  plan: Pick<RowPlan, 'label' | 'splitSalt'> & { readonly features: readonly { readonly name: string }[] },
  from: Version,
  to: Version,
): DeltaRequest {
  const columns = [...new Set([...of.key, ...plan.features.map((feature) => feature.name), plan.label])];
  return { table: of.table, from, to, columns, order: 'hash', key: of.key, salt: plan.splitSalt, withHash: true };
}

const placesDelta = (places: RowPlaces, base: string, plan: RowPlan): DeltaRequest =>
  runDelta(places, plan, atSnapshot(base), atSnapshot(places.snapshot));

/** The rows of a run for its trainer, read from the store each time they are asked for. */
export function storeRows(places: RowPlaces, plan: RowPlan): TrainRows {
  const { store, table, key } = places;
  const ranges = splitRanges(plan);
  const rowsOf = (set: 'train' | 'tune' | 'test', snapshot: string, signal: AbortSignal | undefined) =>
    store.readRows(
      {
        table,
        at: atSnapshot(snapshot),
        columns: columnsOf(plan),
        order: 'hash',
        key,
        salt: plan.splitSalt,
        range: ranges[set],
      },
      signal,
    );
  const needBase = (set: RowSet): string => {
    if (places.base === null) throw new Error(`Broken invariant: "${set}" rows without a parent's snapshot`);
    return places.base;
  };
  return {
    read(set, signal) {
      if (set === 'delta' || set === 'before' || set === 'removed')
        return changedRows(places, needBase(set), plan, images[set], signal);
      if (set === 'replay') return replayRows(places, needBase(set), plan, signal);
      if (set === 'testAtParent') return rowsOf('test', needBase(set), signal);
      return rowsOf(set, places.snapshot, signal);
    },
  };
}

/** Which changed rows a set holds, and how: as they are, or as they were. */
interface ImageRule {
  readonly flags: readonly Flag[];
  readonly image: 'before' | 'after';
}

const images: Readonly<Record<'delta' | 'before' | 'removed', ImageRule>> = {
  delta: { flags: ['inserted', 'updated'], image: 'after' },
  before: { flags: ['updated'], image: 'before' },
  removed: { flags: ['deleted'], image: 'before' },
};

/** Changed train rows by the rule of their set, without those that have no label in that image. */
async function* changedRows(
  places: RowPlaces,
  base: string,
  plan: RowPlan,
  rule: ImageRule,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  const { train } = splitRanges(plan);
  const wanted = [...new Set([...plan.features.map((feature) => feature.name), plan.label])];
  for await (const page of places.store.readDelta(placesDelta(places, base, plan), signal)) {
    const image = page[rule.image];
    const label = at(image, columnIndex(page, plan.label));
    const kept: number[] = [];
    for (let i = 0; i < page.rows; i++)
      if (rule.flags.includes(flagAt(page, i)) && inRange(hashAt(page, i), train) && cellAt(label, i) !== null)
        kept.push(i);
    if (kept.length === 0) continue;
    const indexes = wanted.map((name) => columnIndex(page, name));
    yield {
      rows: kept.length,
      columns: indexes.map((c) => at(page.columns, c)),
      cells: indexes.map((c) => pickCells(at(image, c), kept)),
    };
  }
}

/** The plan's sample of train rows that did not change. Both streams come in hash order, so one walk over each is enough. */
async function* replayRows(
  places: RowPlaces,
  base: string,
  plan: RowPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  if (plan.replay === null || plan.replay.share <= 0) return;
  const changed = changedHashes(places, base, plan, signal);
  try {
    let next = await changed.next();
    const rows = places.store.readRows(
      {
        table: places.table,
        at: atSnapshot(places.snapshot),
        columns: columnsOf(plan),
        order: 'hash',
        key: places.key,
        salt: plan.splitSalt,
        range: splitRanges(plan).train,
        sample: plan.replay,
        withHash: true,
      },
      signal,
    );
    for await (const { hashes, ...page } of rows) {
      const kept: number[] = [];
      for (let i = 0; i < page.rows; i++) {
        const hash = at(hashes ?? [], i);
        while (!next.done && next.value < hash) next = await changed.next();
        if (next.done || next.value !== hash) kept.push(i);
      }
      if (kept.length === page.rows) yield page;
      else if (kept.length > 0)
        yield { rows: kept.length, columns: page.columns, cells: page.cells.map((cells) => pickCells(cells, kept)) };
    }
  } finally {
    await changed.return(undefined);
  }
}

async function* changedHashes(
  places: RowPlaces,
  base: string,
  plan: RowPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void> {
  for await (const page of places.store.readDelta(placesDelta(places, base, plan), signal))
    for (let i = 0; i < page.rows; i++) if (flagAt(page, i) !== 'deleted') yield hashAt(page, i);
}

const flagAt = (page: DeltaPage, i: number): Flag => at(flagNames, at(page.flags, i));

/** The row hash of a changed row, which `runDelta` asks for. */
export const hashAt = (page: DeltaPage, i: number): string => at(page.hashes ?? [], i);

export function columnIndex(page: DeltaPage, name: string): number {
  const index = page.columns.findIndex((column) => column.name === name);
  if (index < 0) throw new Error(`Broken invariant: the delta has no column "${name}"`);
  return index;
}
