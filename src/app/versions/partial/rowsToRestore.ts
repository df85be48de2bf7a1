/** Which rows of a table a condition means between a snapshot and now, and what putting them back changes. */
import { say } from '../../../base/say.ts';
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { type Change, changeAt, type DeltaCounts, type DeltaPage, type Flag } from '../../../data/change.ts';
import type { RowEdit, Store } from '../../../data/store.ts';
import { isOwnDatabase, sameNamesInOrder, type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import { sameValue, type Value } from '../../../data/value.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { readCondition } from '../../../git4data/condition/condition.ts';
import { countText } from '../../../words/numbers.ts';
import { snapshotOf } from '../../registry/lineage.ts';

/** Which rows are meant, and which of their columns. */
export interface RowsWanted {
  readonly table: TableName;
  /** The snapshot that they go back to. */
  readonly to: string;
  /** A changed row is meant when this holds for it as it was at the snapshot, or as it is now. */
  readonly where: string;
  /** Only these columns of rows that are at both; null: whole rows, those that came or went too. */
  readonly columns: readonly string[] | null;
}

/** What puts some rows back. */
export interface RowsPlan {
  /** The table's columns; every row is in their order. */
  readonly columns: readonly string[];
  /** Places of the key in them. */
  readonly key: readonly number[];
  readonly edits: readonly RowEdit[];
  /** What the change does: rows that come back are inserted. */
  readonly counts: DeltaCounts;
  /** Rows that are left as they are, because others wrote to them since; of an undo. */
  readonly left: number;
}

/** More rows are a change of the table, for which there are ways that need not hold them in memory. */
const mostRows = 100_000;

const refused = (table: TableName, why: string): Failure =>
  new Failure('run.refused', { what: say('Restoring some rows of {0}', tableText(table)), why });

/** The table as it is now, whose rows can be found by a key. */
export async function keyedTable(store: Store, table: TableName): Promise<TableInfo> {
  if (isOwnDatabase(table.database)) throw new Failure('registry.readOnly', { what: say('This restore') });
  const info = await store.table(table);
  if (info.key.length === 0)
    throw refused(table, say('it has no primary key to find them by. Restore the whole table.'));
  return info;
}

const shapeOf = ({ columns }: TableInfo): string[] => columns.map(({ name, type }) => `${name} ${type}`);

function requireSameShape(then: TableInfo, now: TableInfo): void {
  if (sameNamesInOrder(shapeOf(then), shapeOf(now)) && sameNamesInOrder(then.key, now.key)) return;
  throw refused(now.name, say('its columns or its key were others at the snapshot. Restore the whole table.'));
}

/** Places of the columns that alone are put back; null for all. */
function chosenColumns({ table, columns }: RowsWanted, info: TableInfo): ReadonlySet<number> | null {
  if (columns === null) return null;
  const names = info.columns.map(({ name }) => name);
  const places = columns.map((wanted) => {
    const place = names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
    if (place < 0)
      throw new Failure('column.unknown', { column: wanted, table: tableText(table), near: nearest(wanted, names) });
    if (info.key.includes(at(names, place)))
      throw refused(table, say('"{0}" is of the key, by which the rows are found.', wanted));
    return place;
  });
  return new Set(places);
}

/** Changed rows of a page in the order of the table's columns: `before` is now, `after` as they were. */
export function* changesOf(page: DeltaPage, columns: readonly string[]): Generator<Change, void> {
  const places = columns.map((name) => page.columns.findIndex((column) => column.name === name));
  const inOrder = (row: readonly Value[] | null): Value[] | null => row && places.map((place) => at(row, place));
  for (let i = 0; i < page.rows; i++) {
    const { flag, before, after } = changeAt(page, i);
    yield { flag, before: inOrder(before), after: inOrder(after) };
  }
}

/** Collects edits, counts them, and stops where they are too many. */
export class EditList {
  readonly edits: RowEdit[] = [];
  readonly #tooMany: (most: string) => Failure;
  readonly #counts: Record<Flag, number> = { inserted: 0, updated: 0, deleted: 0 };

  /** `tooMany`: the failure where there are more than so many. */
  constructor(tooMany: (most: string) => Failure) {
    this.#tooMany = tooMany;
  }

  add(now: readonly Value[] | null, wanted: readonly Value[] | null): void {
    if (this.edits.length >= mostRows) throw this.#tooMany(countText(mostRows));
    this.edits.push({ now, wanted });
    this.#counts[now === null ? 'inserted' : wanted === null ? 'deleted' : 'updated']++;
  }

  get counts(): DeltaCounts {
    return { ...this.#counts };
  }
}

/** The rows that are meant; nothing is changed. `condition.refused`, `column.unknown`, `version.unknown`, `run.refused`. */
export async function rowsToRestore(store: Store, wanted: RowsWanted, signal?: AbortSignal): Promise<RowsPlan> {
  const { table, to, where } = wanted;
  const info = await keyedTable(store, table);
  await snapshotOf(store, table, to);
  requireSameShape(await store.table(table, atSnapshot(to)), info);
  const condition = readCondition(where, table, info.columns);
  const chosen = chosenColumns(wanted, info);
  const columns = info.columns.map(({ name }) => name);
  const list = new EditList((most) =>
    refused(table, say('the condition means more than {0} rows. Name fewer, or restore the whole table.', most)),
  );
  const isMeant = (row: readonly Value[] | null): boolean => row !== null && condition.holds(row) === true;
  for await (const page of store.readDelta({ table, from: live, to: atSnapshot(to) }, signal)) {
    for (const { before, after } of changesOf(page, columns)) {
      if (!isMeant(before) && !isMeant(after)) continue;
      if (chosen === null) list.add(before, after);
      else if (before !== null && after !== null) {
        const mixed = before.map((value, c) => (chosen.has(c) ? at(after, c) : value));
        if (mixed.some((value, c) => !sameValue(value, at(before, c)))) list.add(before, mixed);
      }
    }
  }
  return planOf(info, list, 0);
}

/** The plan of a list; refused where rows go that rows of other tables refer to, and might go with. */
export function planOf({ name, columns, key, referencedBy = [] }: TableInfo, list: EditList, left: number): RowsPlan {
  const { edits, counts } = list;
  if (counts.deleted > 0 && referencedBy.length > 0)
    throw new Failure('restore.referenced', { table: tableText(name), by: referencedBy.join(', ') });
  const names = columns.map((column) => column.name);
  return { columns: names, key: key.map((part) => names.indexOf(part)), edits, counts, left };
}
