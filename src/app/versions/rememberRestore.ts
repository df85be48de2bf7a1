/** Keeps in the registry that a table was taken back, and settles the models whose data went, or came back, with it. */
import { Failure } from '../../base/failure.ts';
import { sha256 } from '../../base/sha256.ts';
import { say, together } from '../../base/say.ts';
import { type ModelHead, modelText } from '../../data/model.ts';
import type { RestorePreview, RestoreTarget, Store, Write } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Snapshot } from '../../data/version.ts';
import type { KeptRow } from '../registry/record/keptRows.ts';
import { type KeptRestore, putRestore, restoreRow, undoRestore } from '../registry/judged/restores.ts';
import { Settle } from '../registry/judged/settle.ts';
import { restoredEvent } from '../registry/record/happenings.ts';
import type { Registry } from '../registry/registry.ts';
import { packKeys } from './partial/keptKeys.ts';
import type { RowsDone } from './partial/restoreRows.ts';
import { isTakenBack, Reverted } from './reverted.ts';

/** A restore that was carried out. */
export interface RestoreToRemember {
  /** `db.t` or `db`, for the record. */
  readonly place: string;
  /** The tables that it took back; those that it dropped are gone with their models' data. */
  readonly tables: readonly TableName[];
  readonly kind: KeptRestore['kind'];
  readonly to: string;
  readonly safetySnapshot: string;
  readonly rowsChanged: number;
  readonly details: KeptRestore['details'];
  readonly keys: Uint8Array | null;
  /** The partial restore that it undoes. */
  readonly undoes: KeptRestore | null;
}

/** What became of models with a restore. */
export interface Remembered {
  /** Names of models whose data were taken back, as in `weather/m3`: archived. */
  readonly archived: readonly string[];
  /** Names of models that are back, as their data are. */
  readonly returned: readonly string[];
  /** False where no registry could be written, for what is no fault. */
  readonly kept: boolean;
  /** Why it could not be kept; null when all is well. */
  readonly failed: Failure | null;
}

/** A restore of a whole table, or of a database with these of its tables. */
export const wholeRestore = (
  target: RestoreTarget,
  done: { readonly to: string; readonly safetySnapshot: string; readonly rowsChanged: number },
  tables: readonly TableName[] = [],
): RestoreToRemember => ({
  to: done.to,
  safetySnapshot: done.safetySnapshot,
  rowsChanged: done.rowsChanged,
  place: targetText(target),
  tables: target.level === 'table' ? [target.table] : tables,
  kind: 'whole',
  details: {},
  keys: null,
  undoes: null,
});

/** The tables of a database that a restore takes back. */
export const tablesOf = ({ tables, revived }: RestorePreview): TableName[] =>
  distinct([...tables.map(({ table }) => table), ...revived]);

const targetText = (target: RestoreTarget): string =>
  target.level === 'table' ? tableText(target.table) : target.database;

const distinct = (tables: readonly TableName[]): TableName[] => [
  ...new Map(tables.map((table) => [tableText(table), table])).values(),
];

/** A restore of some rows, or the undo of one. */
export const partialRestore = (
  table: TableName,
  done: Pick<RowsDone, 'to' | 'safetySnapshot' | 'rowsChanged' | 'keys'>,
  details: KeptRestore['details'],
  undoes: KeptRestore | null = null,
): RestoreToRemember => ({
  place: tableText(table),
  tables: [table],
  kind: 'partial',
  to: done.to,
  safetySnapshot: done.safetySnapshot,
  rowsChanged: done.rowsChanged,
  details: undoes === null ? details : { ...details, undoes: undoes.id },
  keys: packKeys(done.keys),
  undoes,
});

/** Programs that settle models at the same moment, before one gives up. */
const attempts = 4;

/**
 * Keeps a restore that happened already: what goes wrong now is answered as the failure it is, and never thrown. Nothing is kept where
 * that would ask somebody or need rights that are missing; a registry is made for a partial restore alone, whose undo needs it.
 */
export async function rememberRestore(
  registry: Registry,
  store: Store,
  restore: RestoreToRemember,
): Promise<Remembered> {
  const none = { archived: [], returned: [], kept: false, failed: null };
  try {
    if (!(await registry.record.isReady(restore.kind === 'partial' ? 'make' : 'ifThere'))) return none;
    for (let left = attempts; ; left--) {
      try {
        return { ...(await keep(registry, store, restore)), kept: true, failed: null };
      } catch (error) {
        // Somebody promoted or archived one of the models meanwhile.
        if (left <= 1 || !Failure.is(error, 'row.conflict')) throw error;
      }
    }
  } catch (error) {
    if (Failure.is(error, 'permission.missing') && restore.kind === 'whole') return none;
    if (error instanceof Failure) return { ...none, failed: error };
    throw error;
  }
}

/** What a person is told of the models; empty where there is nothing to tell. */
export const rememberedText = ({ archived, returned }: Pick<Remembered, 'archived' | 'returned'>): string =>
  together(
    archived.length > 0 &&
      say('Archived, because the data that they were trained on were taken back: {0}.', archived.join(', ')),
    returned.length > 0 && say('Back, as their data are: {0}.', returned.join(', ')),
  );

async function keep(
  registry: Registry,
  store: Store,
  restore: RestoreToRemember,
): Promise<Pick<Remembered, 'archived' | 'returned'>> {
  const stamp = registry.record.stamp();
  const settle = new Settle(registry, stamp);
  const writes: Write[] = [];
  const rows: KeptRow[] = [];
  const models = await registry.heads();
  const reverted = new Reverted(registry, store, models);
  const archived: ModelHead[] = [];
  const returned: ModelHead[] = [];
  for (const table of restore.tables) {
    const own = models.filter((model) => model.table === tableText(table));
    const kept = await keptOf(store, table, restore, stamp);
    const before = await registry.judged.restores(table);
    const open = before.filter(({ undone, changed }) => undone === null && !changed);
    const undone =
      restore.kind === 'whole'
        ? open.filter((one) => isTakenBack(one, kept.to))
        : open.filter(({ id }) => id === restore.undoes?.id);
    writes.push(putRestore(kept), ...undone.map((one) => undoRestore(one, stamp.who, stamp.at)));
    rows.push(restoreRow(kept), ...undone.map((one) => restoreRow({ ...one, undone: stamp })));
    const others = [...open.filter((one) => !undone.includes(one)), kept];
    for (const model of own) {
      const cause = await settle.archivedBy(model, 'reverted');
      if (cause !== null && undone.some(({ id }) => id === cause) && !(await isRevertedByAny(reverted, model, others)))
        returned.push(await settle.bringBack(model, cause, models));
      if (model.status !== 'archived' && (await reverted.isReverted(model, kept)))
        archived.push(await settle.archive(model, 'reverted', kept.id));
    }
  }
  await registry.record.write(
    [{ ...restoredEvent(restore.place, restore), rows }, ...settle.happenings],
    [...writes, ...settle.writes],
  );
  return { archived: archived.map(modelText), returned: returned.map(modelText) };
}

async function isRevertedByAny(
  reverted: Reverted,
  model: ModelHead,
  restores: readonly KeptRestore[],
): Promise<boolean> {
  for (const restore of restores) if (await reverted.isReverted(model, restore)) return true;
  return false;
}

/** The row of one table. */
async function keptOf(
  store: Store,
  table: TableName,
  { kind, to, safetySnapshot, rowsChanged, details, keys }: RestoreToRemember,
  { who, at }: { readonly who: string; readonly at: string },
): Promise<KeptRestore> {
  const point = (name: string, found: Snapshot | null) => ({ name, createdAt: found?.createdAt ?? '' });
  const target = point(to, await store.findSnapshot(to, table));
  const safety = point(safetySnapshot, await store.findSnapshot(safetySnapshot, table));
  const id = sha256(JSON.stringify([table, kind, target, safety, at])).slice(0, 16);
  return { id, table, kind, to: target, safety, rows: rowsChanged, details, keys, who, at, undone: null };
}
