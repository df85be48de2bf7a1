/**
 * The side of each row from a table of its own, as if it stood in the row: both tables are read in the order of their row hashes, which
 * depend on salt and key alone, and walked side by side. Nothing is held in memory but a page of each.
 */
import { at } from '../../../base/assert.ts';
import { packCells, type RowPage, rowAt } from '../../../data/page.ts';
import { type MembershipSplit, sideColumn, type Split } from '../../../data/splitting/split.ts';
import type { DeltaRequest, RowsRequest, Store } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { deltaWithSides } from './membershipDelta.ts';
import { proxied } from './proxied.ts';
import { hasSides, placesOf, readColumns, requireSide, sideIn, sidesAt, type SidedTable } from './sides.ts';

/** The store as it reads the sides, too, where a split goes by a table: `plan.unsupported` names a labelled row that has none. */
export function withMembership(store: Store, of: SidedTable, splits: readonly (Split | undefined | null)[]): Store {
  const memberships = new Map(splits.flatMap((one) => (one?.by === 'table' ? [[sideColumn(one), one] as const] : [])));
  return [...memberships.values()].reduce((sided, split) => sidedBy(sided, of, split), store);
}

function sidedBy(store: Store, of: SidedTable, split: MembershipSplit): Store {
  const column = sideColumn(split);
  const isMeant = ({ table, columns }: Pick<DeltaRequest, 'table' | 'columns'>): boolean =>
    tableText(table) === tableText(of.table) && (columns?.includes(column) ?? false);
  return proxied(store, {
    readRows: (request, signal) =>
      isMeant(request) ? rowsWithSides(store, of, split, request, signal) : store.readRows(request, signal),
    readDelta: (request, signal) =>
      isMeant(request) ? deltaWithSides(store, of, split, request, signal) : store.readDelta(request, signal),
  });
}

async function* rowsWithSides(
  store: Store,
  of: SidedTable,
  split: MembershipSplit,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  const column = sideColumn(split);
  const { key = of.key } = request;
  const isOwn = await hasSides(store, split, request.at);
  const sides = sidesAt(store, split, { ...request, key, at: isOwn ? request.at : of.at }, signal);
  try {
    const basis = { ...request, key, columns: readColumns(request.columns, of, column), withHash: true };
    for await (const page of store.readRows(basis, signal)) {
      const { hashes = [] } = page;
      const values: Value[] = [];
      for (let i = 0; i < page.rows; i++) {
        const value = await sideIn(sides, at(hashes, i));
        if (value === null && isOwn) requireSide(rowAt(page, i), page.columns, of, split);
        values.push(value);
      }
      const own = { name: column, type: '' };
      const places = placesOf(page.columns, request.columns);
      yield {
        rows: page.rows,
        columns: places.map((place) => page.columns[place] ?? own),
        cells: places.map((place) => page.cells[place] ?? packCells(values)),
        ...(request.withHash && { hashes }),
      };
    }
  } finally {
    await sides.close();
  }
}
