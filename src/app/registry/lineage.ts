/** Facts about a lineage and the snapshots under it: can a model still be a base, and how long ago was the last full fit. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { type DeltaCounts, noChanges, sumCounts } from '../../data/change.ts';
import { baselineOf, lineageTip, type Model, type ModelHead, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import {
  atSnapshot,
  type Snapshot,
  type SnapshotIdentity,
  snapshotHolds,
  tableIn,
  type Version,
} from '../../data/version.ts';
import type { Registry } from './registry.ts';

/** A snapshot of the table by name, trusted; `version.unknown` names the nearest, `store.unsure` says why it cannot be used. */
export async function snapshotOf(store: Store, table: TableName, name: string): Promise<Snapshot> {
  const found = await store.findSnapshot(name, table);
  if (!found) {
    const near = nearest(name, await namesOf(store, table));
    throw new Failure('version.unknown', { snapshot: name, table: tableText(table), near });
  }
  if (found.unsure !== null)
    throw new Failure('store.unsure', { table: tableText(table), snapshot: name, reason: found.unsure });
  return found;
}

/** The names of the table's snapshots; none where they cannot be listed. */
async function namesOf(store: Store, table: TableName): Promise<string[]> {
  try {
    const own = (await store.snapshots()).filter((one) => snapshotHolds(one, table));
    return own.map(({ name }) => name);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** The table's snapshot while its name still means it: undefined once it was dropped, also when the name was made again. */
export async function stillThere(
  store: Store,
  table: TableName,
  { name, createdAt }: Pick<Snapshot, 'name' | 'createdAt'>,
): Promise<Snapshot | undefined> {
  const found = await store.findSnapshot(name, table);
  return found?.createdAt === createdAt ? found : undefined;
}

/** Rows were read by the names of these snapshots: fails when one of them means another by now, or nothing. */
export async function requireUnchanged(store: Store, training: Training, read: readonly Snapshot[]): Promise<void> {
  for (const snapshot of read) {
    const now = await store.findSnapshot(snapshot.name, training.table);
    if (now && isSameSnapshot(now, training.table, identityOf(snapshot, training.table))) continue;
    throw new Failure('run.refused', {
      what: say('Keeping the model of "{0}"', training.name),
      why: now
        ? say('the snapshot "{0}" was dropped and made again while it was read. Run it again.', snapshot.name)
        : say('the snapshot "{0}" was dropped while it was read. Run it again.', snapshot.name),
    });
  }
}

/** Rows of the table in the snapshot, counted now where nobody has counted them before. */
export async function rowsAt(store: Store, snapshot: Snapshot, table: TableName): Promise<number> {
  return tableIn(snapshot, table)?.rows ?? store.countRows(table, atSnapshot(snapshot.name));
}

/** What is registered of a snapshot: its name alone may be given to another one later. */
export const identityOf = (snapshot: Snapshot, table: TableName): SnapshotIdentity => ({
  name: snapshot.name,
  createdAt: snapshot.createdAt,
  tableId: tableIn(snapshot, table)?.id ?? '',
});

/** A role that may not list snapshots reads '' for both: then one cannot be told from another of its name. */
const agree = (now: string, then: string): boolean => now === '' || then === '' || now === then;

/** True when the name still means the same snapshot of the same table, as far as it is known which one it was and is. */
export function isSameSnapshot(snapshot: Snapshot, table: TableName, identity: SnapshotIdentity): boolean {
  const now = identityOf(snapshot, table);
  return now.name === identity.name && agree(now.createdAt, identity.createdAt) && agree(now.tableId, identity.tableId);
}

/** False where a role that may not list snapshots trained the model or asks now: rows are then counted instead. */
export const isIdentified = (snapshot: Snapshot, model: ModelHead): boolean =>
  snapshot.createdAt !== '' && model.snapshot.createdAt !== '';

/** The snapshot a model was trained on, if it is still that one: else `version.unknown` or `version.replaced`. */
export async function snapshotOfModel(store: Store, training: Training, model: ModelHead): Promise<Snapshot> {
  const snapshot = await snapshotOf(store, training.table, model.snapshot.name);
  const isOther =
    !isSameSnapshot(snapshot, training.table, model.snapshot) ||
    (!isIdentified(snapshot, model) && (await rowsAt(store, snapshot, training.table)) !== model.rows);
  if (isOther) throw new Failure('version.replaced', { snapshot: snapshot.name, model: modelText(model) });
  return snapshot;
}

/** Fails with `delta.schemaChanged` when a column of the training is missing, or of another family, at one of the versions. */
export async function requireSameColumns(store: Store, training: Training, from: Version, to: Version): Promise<void> {
  const [before, after] = await Promise.all([store.table(training.table, from), store.table(training.table, to)]);
  for (const name of [...training.key, ...training.features, training.label]) {
    const old = before.columns.find((column) => column.name === name);
    const now = after.columns.find((column) => column.name === name);
    const detail = !old
      ? say('"{0}" is new', name)
      : !now
        ? say('"{0}" is gone', name)
        : old.family !== now.family
          ? say('"{0}" was {1} and is {2}', name, old.type, now.type)
          : null;
    if (detail !== null) throw new Failure('delta.schemaChanged', { table: tableText(training.table), detail });
  }
}

/** The parent's snapshot as a base for comparing with `to`, or the failure that says why it cannot be one. */
export async function baseOf(
  store: Store,
  training: Training,
  parent: ModelHead,
  to: Version,
): Promise<{ snapshot: Snapshot; why: null } | { snapshot: null; why: Failure }> {
  try {
    const snapshot = await snapshotOfModel(store, training, parent);
    await requireSameColumns(store, training, atSnapshot(snapshot.name), to);
    return { snapshot, why: null };
  } catch (error) {
    const unusable = ['version.unknown', 'version.replaced', 'store.unsure', 'delta.schemaChanged'] as const;
    if (unusable.some((code) => Failure.is(error, code))) return { snapshot: null, why: error as Failure };
    throw error;
  }
}

/** A lineage as a run and its advice look at it: every model in short, and whole what they go on from. */
export interface LineageNow {
  /** Newest first. */
  readonly models: readonly ModelHead[];
  readonly parent: Model | null;
  readonly baseline: Model | null;
  readonly lastFull: Model | null;
}

/** Two queries, however many models there are: all in short, and at most three whole. */
export async function readLineage(training: Training, registry: Registry): Promise<LineageNow> {
  const models = await registry.heads(training);
  const wanted = {
    parent: lineageTip(models),
    baseline: baselineOf(models),
    lastFull: models.find((model) => model.kind === 'full') ?? null,
  };
  const numbers = Object.values(wanted).flatMap((model) => (model === null ? [] : [model.number]));
  const whole = await registry.byNumbers(training.id, numbers);
  const of = (head: ModelHead | null): Model | null =>
    (head && whole.find(({ number }) => number === head.number)) ?? null;
  return { models, parent: of(wanted.parent), baseline: of(wanted.baseline), lastFull: of(wanted.lastFull) };
}

/** What the first run of a twin, or under a new name, says of the trainings of its id that have models. */
export async function startsAnew(training: Training, { models }: LineageNow, registry: Registry): Promise<string[]> {
  if (models.length > 0) return [];
  const others = [...new Set((await registry.namesById(training.id)).values())].sort();
  if (others.length === 0 || others.includes(training.name)) return [];
  const names = others.map((name) => `"${name}"`).join(' and ');
  return [
    say(
      '"{0}" has the same table, key, label and features as {1}: it starts a lineage of its own, and their models are numbered together.',
      training.name,
      names,
    ),
  ];
}

/**
 * Delta updates since the last full fit on the way to `model`, itself included, and what they changed, one after the other; `fit`
 * is null where the way there is not known.
 */
export function sinceFullFit(
  models: readonly ModelHead[],
  model: ModelHead,
): { updates: number; changes: DeltaCounts; fit: ModelHead | null } {
  const byNumber = new Map(models.map((one) => [one.number, one]));
  let updates = 0;
  let changes = noChanges;
  let at: ModelHead | undefined = model;
  for (; at?.kind === 'delta'; at = byNumber.get(at.parent ?? -1)) {
    updates += 1;
    if (at.delta) changes = sumCounts([changes, at.delta]);
  }
  return { updates, changes, fit: at ?? null };
}
