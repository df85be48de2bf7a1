/** What changed between two versions where the side of each row stands in a table of its own: both deltas, walked side by side. */
import { at } from '../../../base/assert.ts';
import { type DeltaPage, flagNames } from '../../../data/change.ts';
import { cellAt, type PageColumn, packCells, type RowPage, rowAt } from '../../../data/page.ts';
import { type MembershipSplit, sideColumn } from '../../../data/splitting/split.ts';
import type { DeltaRequest, Store } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { flagAt, hashAt } from './rowPlaces.ts';
import { Ascending, hasSides, placesOf, readColumns, requireSide, sideIn, sidesAt, type SidedTable } from './sides.ts';

/** A changed row, in the order of the columns that were asked for. */
interface Changed {
  readonly hash: string;
  readonly flag: number;
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
  readonly excluded: number;
}

interface Images {
  readonly columns: readonly PageColumn[];
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
}

const inOrder = ({ columns }: Images, row: readonly Value[], asked: readonly string[], side: Value): Value[] =>
  placesOf(columns, asked).map((place) => (place < 0 ? side : (row[place] ?? null)));

interface MovedRow {
  readonly hash: string;
  readonly row: readonly Value[];
  readonly columns: readonly PageColumn[];
}

async function* nobody(): AsyncGenerator<MovedRow, void> {
  // No side changed.
}

/** Rows as they are of which the side changed, whatever else did. */
async function* movedAlone(
  store: Store,
  of: SidedTable,
  { to, key, salt, columns }: Pick<DeltaRequest, 'to' | 'key' | 'salt' | 'columns'>,
  sides: DeltaRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<MovedRow, void> {
  const changes = new Ascending(store.readDelta(sides, signal));
  const request = { table: of.table, at: to, columns: columns ?? [], order: 'hash', withHash: true } as const;
  try {
    for await (const page of store.readRows(
      { ...request, ...(key && { key }), ...(salt !== undefined && { salt }) },
      signal,
    ))
      for (const [i, hash] of (page.hashes ?? []).entries()) {
        const found = await changes.find(hash);
        if (found && flagAt(found.page, found.i) !== 'inserted')
          yield { hash, row: rowAt(page, i), columns: page.columns };
      }
  } finally {
    await changes.close();
  }
}

function packed(
  rows: readonly Changed[],
  columns: readonly PageColumn[],
  asked: readonly string[],
  column: string,
  keyColumns: number,
): DeltaPage {
  const image = (of: 'before' | 'after') => asked.map((_, c) => packCells(rows.map((row) => row[of]?.[c] ?? null)));
  return {
    rows: rows.length,
    keyColumns,
    columns: asked.map((name) => columns.find((one) => one.name === name) ?? { name: column, type: '' }),
    flags: Uint8Array.from(rows, ({ flag }) => flag),
    before: image('before'),
    after: image('after'),
    hashes: rows.map(({ hash }) => hash),
    ...(rows.some(({ excluded }) => excluded > 0) && { excluded: Uint8Array.from(rows, ({ excluded }) => excluded) }),
  };
}

/** One walk over a delta with the sides beside it, and over the rows as they are of which the side alone changed. */
class SidedDelta {
  readonly #of: SidedTable;
  readonly #split: MembershipSplit;
  readonly #asked: readonly string[];
  readonly #now: Ascending<RowPage>;
  readonly #changes: Ascending<DeltaPage>;
  readonly #moved: AsyncGenerator<MovedRow, void>;
  #next: MovedRow | null = null;

  constructor(
    of: SidedTable,
    split: MembershipSplit,
    asked: readonly string[],
    from: {
      readonly now: Ascending<RowPage>;
      readonly changes: Ascending<DeltaPage>;
      readonly moved: AsyncGenerator<MovedRow, void>;
    },
  ) {
    this.#of = of;
    this.#split = split;
    this.#asked = asked;
    this.#now = from.now;
    this.#changes = from.changes;
    this.#moved = from.moved;
  }

  async #sided(row: Omit<Changed, 'before' | 'after'>, images: Images): Promise<Changed> {
    const side = await sideIn(this.#now, row.hash);
    const change = await this.#changes.find(row.hash);
    const [place = -1] = change ? placesOf(change.page.columns, [this.#split.column]) : [];
    const was = change ? cellAt(at(change.page.before, place), change.i) : side;
    if (images.after && side === null) requireSide(images.after, images.columns, this.#of, this.#split);
    return {
      ...row,
      before: images.before && inOrder(images, images.before, this.#asked, was),
      after: images.after && inOrder(images, images.after, this.#asked, side),
    };
  }

  async #advance(): Promise<void> {
    const next = await this.#moved.next();
    this.#next = next.done ? null : next.value;
  }

  /** The rows of which the side alone changed, up to a hash, or all that are left; one of that hash changed besides. */
  async #movedBefore(hash: string | null): Promise<Changed[]> {
    const rows: Changed[] = [];
    for (let next = this.#next; next && (hash === null || next.hash <= hash); next = this.#next) {
      const images = { columns: next.columns, before: next.row, after: next.row };
      const row = { hash: next.hash, flag: flagNames.indexOf('updated'), excluded: 0 };
      if (next.hash !== hash) rows.push(await this.#sided(row, images));
      await this.#advance();
    }
    return rows;
  }

  async #rowsOf(page: DeltaPage): Promise<Changed[]> {
    const rows: Changed[] = [];
    for (let i = 0; i < page.rows; i++) {
      const hash = hashAt(page, i);
      rows.push(...(await this.#movedBefore(hash)));
      const flag = flagAt(page, i);
      const before = flag === 'inserted' ? null : page.before.map((cells) => cellAt(cells, i));
      const after = flag === 'deleted' ? null : page.after.map((cells) => cellAt(cells, i));
      const row = { hash, flag: flagNames.indexOf(flag), excluded: page.excluded?.[i] ?? 0 };
      rows.push(await this.#sided(row, { columns: page.columns, before, after }));
    }
    return rows;
  }

  async *walk(delta: AsyncGenerator<DeltaPage, void>): AsyncGenerator<DeltaPage, void> {
    const column = sideColumn(this.#split);
    const keyColumns = this.#of.key.length;
    try {
      await this.#advance();
      for await (const page of delta)
        yield packed(await this.#rowsOf(page), page.columns, this.#asked, column, keyColumns);
      const columns = this.#next?.columns ?? [];
      const rest = await this.#movedBefore(null);
      if (rest.length > 0) yield packed(rest, columns, this.#asked, column, keyColumns);
    } finally {
      await Promise.all([this.#now.close(), this.#changes.close(), this.#moved.return()]);
    }
  }
}

/** A delta in hash order, in which the side that a row has in another table counts as a column of its own. */
export async function* deltaWithSides(
  store: Store,
  of: SidedTable,
  split: MembershipSplit,
  request: DeltaRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<DeltaPage, void> {
  const { columns: asked = [], from, to, key = of.key, salt = '' } = request;
  const common = { from, to, key, salt, order: 'hash', withHash: true } as const;
  const then = (await hasSides(store, split, from)) ? from : to;
  const sidesDelta = { ...common, from: then, table: split.table, columns: [...key, split.column] };
  const basis = { ...request, ...common, columns: readColumns(asked, of, sideColumn(split)) };
  const counts = await store.countDelta(sidesDelta, signal);
  const walk = new SidedDelta(of, split, asked, {
    now: sidesAt(store, split, { at: to, key, salt }, signal),
    changes: new Ascending(store.readDelta(sidesDelta, signal)),
    moved: counts.updated + counts.deleted > 0 ? movedAlone(store, of, basis, sidesDelta, signal) : nobody(),
  });
  yield* walk.walk(store.readDelta(basis, signal));
}
