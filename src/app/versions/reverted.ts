/** Which models were trained on data that a restore took back. */
import { Failure } from '../../base/failure.ts';
import { changedRows } from '../../data/change.ts';
import type { ModelHead } from '../../data/model.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, type Snapshot, type SnapshotIdentity } from '../../data/version.ts';
import type { KeptRestore } from '../registry/judged/restores.ts';
import { isSameSnapshot } from '../registry/lineage.ts';
import type { Registry } from '../registry/registry.ts';
import { changesOf } from './partial/rowsToRestore.ts';
import { keyHash, type KeptKeys, unpackKeys } from './partial/keptKeys.ts';

type Moment = Pick<SnapshotIdentity, 'createdAt'>;

/** Times of snapshots of one store; '' where a role may not read them, of which nothing can be said. */
const isAfter = (a: Moment, b: Moment): boolean =>
  a.createdAt !== '' && b.createdAt !== '' && BigInt(a.createdAt) > BigInt(b.createdAt);

/** True of what a restore of the whole table to that point takes back with the rows: it happened then or later. */
export const isTakenBack = ({ safety }: KeptRestore, to: Pick<SnapshotIdentity, 'name' | 'createdAt'>): boolean =>
  safety !== null && (isAfter(safety, to) || (safety.name === to.name && safety.createdAt === to.createdAt));

/** A restore as far as it says whose data it took back. */
type Reverting = Pick<KeptRestore, 'table' | 'kind' | 'to' | 'safety' | 'keys'>;

/** The model's snapshot was made after the target and before the restore, so it holds what the restore took back, or some of it. */
const liesBetween = ({ snapshot }: ModelHead, { to, safety }: Reverting): boolean =>
  safety !== null && isAfter(snapshot, to) && isAfter(safety, snapshot);

const isOf = (model: ModelHead, { table }: Reverting): boolean => model.table === tableText(table);

/** What may go wrong with a snapshot that only a model knows: then nothing can be said of its rows. */
const unreadable = [
  'version.unknown',
  'store.unsure',
  'table.unknown',
  'delta.schemaChanged',
  'column.unknown',
] as const;

/** Looks at models and the snapshots of a store; it asks for each snapshot, and reads each delta, once. */
export class Reverted {
  readonly #registry: Registry;
  readonly #store: Store;
  readonly #models: readonly ModelHead[];
  readonly #snapshots = new Map<string, Promise<Snapshot | null>>();

  /** `store`: where the table is; `models`: of the lineages that are looked at, with their parents. */
  constructor(registry: Registry, store: Store, models: readonly ModelHead[]) {
    this.#registry = registry;
    this.#store = store;
    this.#models = models;
  }

  /**
   * Whether the restore took back what the model was trained on. A whole one: it was trained between the target and the restore, on other
   * data than the target's; a partial one: its own delta holds one of the keys.
   */
  async isReverted(model: ModelHead, restore: Reverting): Promise<boolean> {
    if (!isOf(model, restore) || !liesBetween(model, restore)) return false;
    if (!(await this.#isThere(restore.table, model.snapshot))) return false;
    if (restore.kind === 'whole') return !(await this.#isOfTarget(model, restore));
    const kept = restore.keys && unpackKeys(restore.keys);
    return kept !== null && this.#holdsKey(model, restore, kept);
  }

  /** A registry may know models of another store whose table has the same name: their snapshots are not here. */
  async #isThere(table: TableName, identity: SnapshotIdentity): Promise<boolean> {
    const snapshot = await this.#find(table, identity.name);
    return snapshot !== null && isSameSnapshot(snapshot, table, identity);
  }

  /** Of a point that says nothing of the table's identity. */
  async #isSame(table: TableName, { name, createdAt }: Reverting['to']): Promise<boolean> {
    return (await this.#find(table, name))?.createdAt === createdAt;
  }

  #find(table: TableName, name: string): Promise<Snapshot | null> {
    const id = `${tableText(table)} ${name}`;
    const found = this.#snapshots.get(id) ?? this.#store.findSnapshot(name, table);
    this.#snapshots.set(id, found);
    return found;
  }

  /** What the model learnt from is at its snapshot what it is at the target: a pin of the same data, which came first. */
  async #isOfTarget(model: ModelHead, { table, to }: Reverting): Promise<boolean> {
    if (to.createdAt === '' || !(await this.#isSame(table, to)) || this.#isChangedSince(to, model)) return false;
    const columns = await this.#columnsOf(model);
    try {
      const request = { table, from: atSnapshot(to.name), to: atSnapshot(model.snapshot.name), columns };
      return changedRows(await this.#store.countDelta(request)) === 0;
    } catch (error) {
      if (unreadable.some((code) => Failure.is(error, code))) return false;
      throw error;
    }
  }

  /** Known without a question: the run that made the model counted what had changed since the target, which it started from. */
  #isChangedSince(to: Reverting['to'], model: ModelHead): boolean {
    const base = model.base ?? this.#models.find((one) => isParent(one, model))?.snapshot;
    const isTarget = base?.name === to.name && base.createdAt === to.createdAt;
    return isTarget && model.delta !== null && changedRows(model.delta) > 0;
  }

  async #columnsOf(model: ModelHead): Promise<string[]> {
    const { plan } = await this.#registry.byNumber(model.trainingId, model.number, model.training);
    return [...new Set([...plan.features.map(({ name }) => name), plan.label])];
  }

  async #holdsKey(model: ModelHead, restore: Reverting, kept: KeptKeys): Promise<boolean> {
    const base = model.base ?? this.#models.find((one) => isParent(one, model))?.snapshot ?? null;
    // A fit that was compared with nothing has all rows: they are other ones than those that were put back to the target.
    const from = base !== null && (await this.#isThere(restore.table, base)) ? base : restore.to;
    const columns = await this.#columnsOf(model);
    const request = { table: restore.table, from: atSnapshot(from.name), to: atSnapshot(model.snapshot.name), columns };
    try {
      return await this.#isInDelta(request, kept);
    } catch (error) {
      if (unreadable.some((code) => Failure.is(error, code))) return false;
      throw error;
    }
  }

  async #isInDelta(request: DeltaRequest, kept: KeptKeys): Promise<boolean> {
    for await (const page of this.#store.readDelta(request))
      for (const { before, after } of changesOf(page, kept.key))
        if (kept.rows.has(keyHash(after ?? before ?? []))) return true;
    return false;
  }
}

const isParent = (one: ModelHead, model: ModelHead): boolean =>
  one.trainingId === model.trainingId && one.number === model.parent;
