/** The sides of rows in a table of their own, in the order of row hashes, which depend on salt and key alone. */
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { cellAt, type PageColumn, type RowPage } from '../../../data/page.ts';
import type { MembershipSplit } from '../../../data/splitting/split.ts';
import type { RowsRequest, Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { textOf, type Value } from '../../../data/value.ts';
import type { Version } from '../../../data/version.ts';

/** Whose rows have a side: labelled ones must, others may. */
export interface SidedTable {
  readonly table: TableName;
  readonly key: readonly string[];
  readonly label: string;
  /** A version that has the sides: those of a snapshot that was made without them are taken from here. */
  readonly at: Version;
}

/** Looks values up by ascending row hashes in pages that come in their order. */
export class Ascending<P extends { readonly rows: number; readonly hashes?: readonly string[] }> {
  readonly #pages: AsyncGenerator<P, void>;
  #page: P | null = null;
  #i = 0;
  #isDone = false;

  constructor(pages: AsyncGenerator<P, void>) {
    this.#pages = pages;
  }

  /** The page and the place in it of a hash; null where it is not there. No hash is asked for after a greater one. */
  async find(hash: string): Promise<{ readonly page: P; readonly i: number } | null> {
    while (!this.#isDone) {
      const page = this.#page;
      if (!page || this.#i >= page.rows) {
        const next = await this.#pages.next();
        if (next.done) this.#isDone = true;
        else [this.#page, this.#i] = [next.value, 0];
        continue;
      }
      const here = at(page.hashes ?? [], this.#i);
      if (here >= hash) return here === hash ? { page, i: this.#i } : null;
      this.#i += 1;
    }
    return null;
  }

  async close(): Promise<void> {
    await this.#pages.return();
  }
}

/** Whether a version has the sides: one that was made while rows were split otherwise may not. */
export const hasSides = async (store: Store, { table }: MembershipSplit, version: Version): Promise<boolean> =>
  version.kind === 'live' || (await store.findSnapshot(version.name, table)) !== null;

export const sidesAt = (
  store: Store,
  split: MembershipSplit,
  { at: version, key, salt, range }: Pick<RowsRequest, 'at' | 'key' | 'salt' | 'range'>,
  signal: AbortSignal | undefined,
): Ascending<RowPage> =>
  new Ascending(
    store.readRows(
      {
        ...{ table: split.table, at: version, columns: [split.column], order: 'hash', withHash: true, again: true },
        ...(key && { key }),
        ...(salt !== undefined && { salt }),
        ...(range && { range }),
      },
      signal,
    ),
  );

export const sideIn = async (sides: Ascending<RowPage>, hash: string): Promise<Value> => {
  const found = await sides.find(hash);
  return found && cellAt(at(found.page.cells, 0), found.i);
};

/** The places of some columns in a page. */
export const placesOf = (columns: readonly PageColumn[], names: readonly string[]): number[] =>
  names.map((name) => columns.findIndex((column) => column.name === name));

/** A labelled row without a side is neither trained on nor tested on by anybody's word. */
export function requireSide(
  row: readonly Value[],
  columns: readonly PageColumn[],
  of: SidedTable,
  split: MembershipSplit,
): void {
  const [label] = placesOf(columns, [of.label]);
  if ((row[label ?? -1] ?? null) === null) return;
  const key = placesOf(columns, of.key).map((place) => row[place] ?? null);
  throw new Failure('plan.unsupported', {
    what: say(
      'The row {0} of {1} has a label and no side in {2}.',
      key.map((value) => (value === null ? 'NULL' : textOf(value))).join(', '),
      tableText(of.table),
      tableText(split.table),
    ),
    hint: say('Give it a row there, with a value in "{0}", or take its label away.', split.column),
  });
}

/** With the label and the key, which tell whether a row needs a side, and what it is called. */
export const readColumns = (asked: readonly string[], of: SidedTable, column: string): string[] => [
  ...new Set([...asked.filter((name) => name !== column), ...of.key, of.label]),
];
