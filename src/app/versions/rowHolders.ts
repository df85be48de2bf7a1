/** Who still has a row: the versions of its table that hold it, and the models that learnt it or were measured on it. */
import { throwIfCancelled } from '../../base/failure.ts';
import type { Model } from '../../data/model.ts';
import { type HashRange, inRange, splitRanges } from '../../data/rowHash.ts';
import type { Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, live, type Snapshot, snapshotHolds, type Version } from '../../data/version.ts';

/** A row by its key. */
export interface SoughtRow {
  readonly table: TableName;
  /** Its key columns. */
  readonly key: readonly string[];
  /** Its row hash under a salt: 32 hex digits. */
  readonly hash: (salt: string) => string;
}

/**
 * What a model has of a row. `train`: it is trained on it; `validation`, `test`: chosen or measured on it; `seen`: made from
 * a version that holds it, and by another key, so that its side cannot be told; `inherited`: a model it was trained from
 * learnt it; `unknown`: its snapshot is gone or cannot be read, so nobody can say.
 */
export type ModelHolds = 'train' | 'validation' | 'test' | 'seen' | 'inherited' | 'unknown';

/** A model with the key columns of its training; null where they are not known any more. */
export interface KeyedModel {
  readonly model: Model;
  readonly key: readonly string[] | null;
}

/** Where a row still is in a store and among the models that were made of it. */
export interface RowHolders {
  readonly live: boolean;
  /** Newest first. */
  readonly snapshots: readonly Snapshot[];
  /** Snapshots in which the row could not be looked for, with the reason. */
  readonly unread: readonly { readonly snapshot: Snapshot; readonly reason: Error }[];
  readonly models: readonly { readonly model: Model; readonly holds: ModelHolds }[];
}

/** Any salt will do to find a row; this one is no training's. */
const salt = 'holds';

/** The one hash as a range: from it to below the next. */
export function onlyHash(hash: string): HashRange {
  const next = (BigInt(`0x${hash}`) + 1n).toString(16).padStart(hash.length, '0');
  return { from: hash, below: next.length > hash.length ? null : next };
}

/** Whether a version of the table has the row; fails as `readRows` does. */
async function holdsRow(store: Store, row: SoughtRow, at: Version, signal?: AbortSignal): Promise<boolean> {
  const { table, key } = row;
  const pages = store.readRows(
    { table, at, columns: key, order: 'hash', key, salt, range: onlyHash(row.hash(salt)), pageRows: 1 },
    signal,
  );
  for await (const page of pages) if (page.rows > 0) return true;
  return false;
}

/** Looks for a row in the table now, in every snapshot that holds the table, and in what the models were made from. */
export async function rowHolders(
  store: Store,
  models: readonly KeyedModel[],
  row: SoughtRow,
  onProgress: (done: number, of: number) => void,
  signal?: AbortSignal,
): Promise<RowHolders> {
  const snapshots = (await store.snapshots()).filter((one) => snapshotHolds(one, row.table));
  const held: Snapshot[] = [];
  const unread: { snapshot: Snapshot; reason: Error }[] = [];
  const isLive = await holdsRow(store, row, live, signal);
  for (const [i, snapshot] of snapshots.entries()) {
    throwIfCancelled(signal);
    onProgress(i + 1, snapshots.length + 1);
    try {
      if (await holdsRow(store, row, atSnapshot(snapshot.name), signal)) held.push(snapshot);
    } catch (error) {
      throwIfCancelled(signal);
      // A version without these key columns, or one that can no longer be read: to be told, and no reason to stop looking.
      if (!(error instanceof Error)) throw error;
      unread.push({ snapshot, reason: error });
    }
  }
  const mine = models.filter(({ model }) => model.table === tableText(row.table));
  const known = { all: mine, row, snapshots, held: nameSet(held), unread: nameSet(unread.map((one) => one.snapshot)) };
  const told = new Map<Model, ModelHolds | null>();
  const holding = mine.flatMap(({ model }) => {
    const holds = holdsOf(model, known, told);
    return holds === null ? [] : [{ model, holds }];
  });
  return { live: isLive, snapshots: held, unread, models: holding };
}

const nameSet = (snapshots: readonly Snapshot[]): ReadonlySet<string> => new Set(snapshots.map(({ name }) => name));

interface Known {
  readonly all: readonly KeyedModel[];
  readonly row: SoughtRow;
  readonly snapshots: readonly Snapshot[];
  readonly held: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
}

function holdsOf(model: Model, known: Known, told: Map<Model, ModelHolds | null>): ModelHolds | null {
  const before = told.get(model);
  if (before !== undefined) return before;
  // A circle of parents is a damaged registry; it ends here.
  told.set(model, null);
  const found = ownHolds(model, known) ?? inheritedHolds(model, known, told);
  told.set(model, found);
  return found;
}

/** The side of the split that the row falls on, where the model's own snapshot holds it. */
function ownHolds(model: Model, { all, row, snapshots, held, unread }: Known): ModelHolds | null {
  const { name, createdAt } = model.snapshot;
  const snapshot = snapshots.find((one) => one.name === name && (createdAt === '' || one.createdAt === createdAt));
  if (!snapshot || unread.has(name)) return 'unknown';
  if (!held.has(name)) return null;
  const key = all.find((one) => one.model === model)?.key ?? null;
  if (key?.join() !== row.key.join()) return 'seen';
  // Which side it is on another split tells from what stood in the row then.
  if (model.plan.split) return 'seen';
  const hash = row.hash(model.plan.splitSalt);
  const { test, validation } = splitRanges(model.plan);
  if (inRange(hash, test)) return 'test';
  return inRange(hash, validation) ? 'validation' : 'train';
}

function inheritedHolds(model: Model, known: Known, told: Map<Model, ModelHolds | null>): ModelHolds | null {
  const { trainingId, parent: number, kind } = model;
  if (kind === 'full') return null;
  const parent = known.all.find((one) => one.model.trainingId === trainingId && one.model.number === number);
  const holds = parent ? holdsOf(parent.model, known, told) : 'unknown';
  if (holds === 'train' || holds === 'seen' || holds === 'inherited') return 'inherited';
  return holds === 'unknown' ? 'unknown' : null;
}
