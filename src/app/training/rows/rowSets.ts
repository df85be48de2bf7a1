/** The row sets of a run, streamed from a store at snapshots: every read gives the same rows in the same (hash) order. */
import { at } from '../../../base/assert.ts';
import type { DeltaPage } from '../../../data/change.ts';
import { cellAt, pickCells, type RowPage } from '../../../data/page.ts';
import { isWindow, splitRanges, windowRanges } from '../../../data/rowHash.ts';
import type { RowsWanted, TrainRows } from '../../../data/trainer.ts';
import { sameValue } from '../../../data/value.ts';
import { atSnapshot } from '../../../data/version.ts';
import {
  baseOf,
  columnsOf,
  comparedOf,
  flagAt,
  hashAt,
  placesDelta,
  type RowPlaces,
  type RowPlan,
} from './rowPlaces.ts';
import { splitRows } from './splitRows.ts';

/** The rows of a run for its trainer, read from the store each time they are asked for. */
export function storeRows(places: RowPlaces, plan: RowPlan): TrainRows {
  if (plan.split || Object.values(places.rivals ?? {}).some((rival) => rival?.split)) return splitRows(places, plan);
  const { store, table, key } = places;
  const ranges = splitRanges(plan);
  return {
    read(set, signal, wanted = {}) {
      if (set === 'replay') return replayRows(places, baseOf(places, 'parent'), plan, wanted, signal);
      const columns = [...new Set([...columnsOf(plan), ...(wanted.key ? key : [])])];
      const at = wanted.atParent ? atSnapshot(baseOf(places, 'parent')) : places.at;
      const request = {
        table,
        at,
        columns,
        order: 'hash',
        key,
        salt: plan.splitSalt,
        range: ranges[set],
        again: true,
      } as const;
      const limit = set === 'train' || wanted.all ? undefined : plan.atMost?.[set];
      const more = { ...(wanted.hashes && { withHash: true }), ...(limit !== undefined && { limit }) };
      return store.readRows({ ...request, ...more }, signal);
    },
    changes: (since, signal) => changes(places, baseOf(places, since), plan, signal),
  };
}

/** What changed, with the slice columns beside: a row of which only those changed is none. */
async function* changes(
  places: RowPlaces,
  base: string,
  plan: RowPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<DeltaPage, void> {
  const request = placesDelta(places, base, plan);
  const compared = new Set(comparedOf(places, plan));
  const others = plan.slices.filter((name) => !compared.has(name));
  if (others.length === 0) return yield* places.store.readDelta(request, signal);
  const columns = [...compared, ...new Set(others)];
  for await (const page of places.store.readDelta({ ...request, columns }, signal)) {
    const own = page.columns.flatMap(({ name }, c) => (compared.has(name) ? [c] : []));
    const kept: number[] = [];
    for (let i = 0; i < page.rows; i++) if (flagAt(page, i) !== 'updated' || differs(page, own, i)) kept.push(i);
    if (kept.length > 0) yield pickChanges(page, kept);
  }
}

const differs = (page: DeltaPage, columns: readonly number[], i: number): boolean =>
  columns.some((c) => !sameValue(cellAt(at(page.before, c), i), cellAt(at(page.after, c), i)));

/** Some rows of a page of a delta. */
function pickChanges(page: DeltaPage, rows: readonly number[]): DeltaPage {
  if (rows.length === page.rows) return page;
  return {
    ...page,
    rows: rows.length,
    flags: Uint8Array.from(rows, (i) => at(page.flags, i)),
    before: page.before.map((cells) => pickCells(cells, rows)),
    after: page.after.map((cells) => pickCells(cells, rows)),
    ...(page.hashes && { hashes: rows.map((i) => hashAt(page, i)) }),
    ...(page.excluded && { excluded: Uint8Array.from(rows, (i) => at(page.excluded ?? [], i)) }),
  };
}

/** The train rows of a plan's sample or window, changed ones among them. */
async function* sampledRows(
  places: RowPlaces,
  plan: RowPlan,
  wanted: RowsWanted,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  const { store, table, key, at } = places;
  const { replay } = plan;
  if (replay === null) return;
  const columns = [...new Set([...columnsOf(plan), ...(wanted.key ? key : [])])];
  const basis = {
    table,
    at,
    columns,
    order: 'hash',
    key,
    salt: plan.splitSalt,
    again: true,
  } as const;
  const ranges = isWindow(replay) ? windowRanges(plan, replay) : [splitRanges(plan).train];
  const sample = isWindow(replay) ? {} : { sample: replay };
  for (const range of ranges) yield* store.readRows({ ...basis, range, ...sample, withHash: true }, signal);
}

/** What an update replays: train rows that did not change. Both streams come in hash order, so one walk over each is enough. */
async function* replayRows(
  places: RowPlaces,
  base: string,
  plan: RowPlan,
  wanted: RowsWanted,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  if (plan.replay === null || (!isWindow(plan.replay) && plan.replay.share <= 0)) return;
  const changed = changedHashes(places, base, plan, signal);
  try {
    let next = await changed.next();
    for await (const { hashes = [], ...page } of sampledRows(places, plan, wanted, signal)) {
      const kept: number[] = [];
      for (let i = 0; i < page.rows; i++) {
        const hash = at(hashes, i);
        while (!next.done && next.value < hash) next = await changed.next();
        if (next.done || next.value !== hash) kept.push(i);
      }
      if (kept.length === 0) continue;
      const cells = kept.length === page.rows ? page.cells : page.cells.map((column) => pickCells(column, kept));
      const own = wanted.hashes ? { hashes: kept.map((i) => at(hashes, i)) } : {};
      yield { rows: kept.length, columns: page.columns, cells, ...own };
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
