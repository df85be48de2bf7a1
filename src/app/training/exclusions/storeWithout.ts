/**
 * A store as a training sees it that leaves rows out: they are in none of its rows and deltas. A row that was left out on one side of a
 * delta came or went with that, so that an update is what a full fit would be.
 */
import { at } from '../../../base/assert.ts';
import { type DeltaCounts, type DeltaPage, flagNames } from '../../../data/change.ts';
import { cellAt, type PageColumn, packCells, pickCells, type RowPage, rowAt } from '../../../data/page.ts';
import type { DeltaRequest, RowsRequest, Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import type { Version } from '../../../data/version.ts';
import { contentOf } from '../../versions/partial/keptKeys.ts';
import { proxied } from '../rows/proxied.ts';
import type { ExcludedRows } from './excludedRows.ts';

/** What is left out of a table. */
export interface Leaving {
  readonly table: TableName;
  /** Key, features and label: by their values a row is known again. */
  readonly content: readonly string[];
  readonly key: readonly string[];
  /** The training's split salt. */
  readonly salt: string;
  /** What is left out of the rows of a version. */
  readonly at: (version: Version) => ExcludedRows;
  /** What was left out of it by the model that was trained on it: of the older side of a delta. */
  readonly before: (version: Version) => ExcludedRows;
}

/** Other tables, and versions of which nothing is left out, are the store's own. */
export function storeWithout(store: Store, leaving: Leaving): Store {
  const isOurs = ({ table }: { readonly table: TableName }): boolean => tableText(table) === tableText(leaving.table);
  const isPlain = (request: DeltaRequest): boolean =>
    !isOurs(request) || (leaving.before(request.from).isEmpty && leaving.at(request.to).isEmpty);
  return proxied(store, {
    readRows: (request, signal) =>
      !isOurs(request) || leaving.at(request.at).isEmpty
        ? store.readRows(request, signal)
        : rowsWithout(store, leaving, request, signal),
    countDelta: (request, signal) =>
      isPlain(request) ? store.countDelta(request, signal) : countWithout(store, leaving, request, signal),
    readDelta: (request, signal) =>
      isPlain(request) ? store.readDelta(request, signal) : deltaWithout(store, leaving, request, signal),
  });
}

const placesOf = (columns: readonly PageColumn[], names: readonly string[]): number[] =>
  names.map((name) => columns.findIndex((column) => column.name === name));

/** With the columns by which rows are known, and their hashes; what was not asked for is taken off again. */
async function* rowsWithout(
  store: Store,
  leaving: Leaving,
  request: RowsRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, void> {
  const excluded = leaving.at(request.at);
  const columns = [...new Set([...request.columns, ...leaving.content])];
  const { limit, ...unlimited } = request;
  const basis = { ...unlimited, columns, key: leaving.key, salt: request.salt ?? leaving.salt, withHash: true };
  // As many more as could be left out of them.
  const whole = { ...basis, ...(limit !== undefined && { limit: limit + excluded.size }) };
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const page of store.readRows(whole, signal)) {
    const { hashes = [] } = page;
    const places = placesOf(page.columns, leaving.content);
    const kept: number[] = [];
    for (let i = 0; i < page.rows && kept.length < left; i++) {
      const content = (): string => contentOf(places.map((place) => cellAt(at(page.cells, place), i)));
      if (!excluded.has(at(hashes, i), content)) kept.push(i);
    }
    if (kept.length === 0) continue;
    left -= kept.length;
    const isWhole = kept.length === page.rows;
    const own = page.cells.slice(0, request.columns.length);
    yield {
      rows: kept.length,
      columns: page.columns.slice(0, request.columns.length),
      cells: isWhole ? own : own.map((cells) => pickCells(cells, kept)),
      ...(request.withHash && { hashes: isWhole ? hashes : kept.map((i) => at(hashes, i)) }),
    };
    if (left === 0) return;
  }
}

async function countWithout(
  store: Store,
  leaving: Leaving,
  request: DeltaRequest,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts> {
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  for await (const page of deltaWithout(store, leaving, request, signal))
    for (const flag of page.flags) counts[at(flagNames, flag)] += 1;
  return counts;
}

/** A row of a delta in memory, in the order of the page's columns. */
interface Changed {
  readonly flag: number;
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
  readonly hash: string;
  readonly excluded: boolean;
}

const flags = { inserted: 0, updated: 1, deleted: 2 } as const;

/** The delta in hash order, with hashes. */
async function* deltaWithout(
  store: Store,
  leaving: Leaving,
  request: DeltaRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<DeltaPage, void> {
  const { from, to } = request;
  const [then, now] = [leaving.before(from), leaving.at(to)];
  const columns = await columnsOf(store, leaving, request);
  const names = columns.map(({ name }) => name);
  const places = leaving.content.map((name) => names.indexOf(name));
  const content = (row: readonly Value[]): string => contentOf(places.map((place) => row[place] ?? null));
  const moved = await movedRows(store, leaving, request, names, then.differing(now), signal);
  const keyColumns = leaving.key.length;
  const whole = {
    ...request,
    columns: names,
    order: 'hash',
    key: leaving.key,
    salt: leaving.salt,
    withHash: true,
  } as const;
  for await (const page of store.readDelta(whole, signal)) {
    const rows: Changed[] = [];
    for (const row of changedOf(page)) {
      rows.push(...moved.upTo(row.hash));
      const wasOut = row.before !== null && then.has(row.hash, () => content(row.before ?? []));
      const isOut = row.after !== null && now.has(row.hash, () => content(row.after ?? []));
      rows.push(...seen(row, wasOut, isOut));
    }
    if (rows.length > 0) yield pageOf(columns, keyColumns, rows);
  }
  const rest = moved.rest();
  if (rest.length > 0) yield pageOf(columns, keyColumns, rest);
}

/** What is seen of a change of which one side or both are left out. */
function seen(row: Changed, wasOut: boolean, isOut: boolean): Changed[] {
  const before = wasOut ? null : row.before;
  const after = isOut ? null : row.after;
  if (before === null && after === null) return [];
  const flag = before === null ? flags.inserted : after === null ? flags.deleted : flags.updated;
  return [{ ...row, flag, before, after, excluded: isOut }];
}

/** The columns of the pages, the key's first. */
async function columnsOf(store: Store, { content, key }: Leaving, request: DeltaRequest): Promise<PageColumn[]> {
  const { columns } = await store.table(request.table, request.to);
  const names = [...new Set([...key, ...(request.columns ?? columns.map(({ name }) => name)), ...content])];
  return names.flatMap((name) => {
    const found = columns.find((column) => column.name === name);
    return found ? [{ name, type: found.type }] : [];
  });
}

function* changedOf(page: DeltaPage): Generator<Changed, void> {
  for (let i = 0; i < page.rows; i++) {
    const flag = at(page.flags, i);
    yield {
      flag,
      before: flag === flags.inserted ? null : page.before.map((cells) => cellAt(cells, i)),
      after: flag === flags.deleted ? null : page.after.map((cells) => cellAt(cells, i)),
      hash: at(page.hashes ?? [], i),
      excluded: false,
    };
  }
}

function pageOf(columns: readonly PageColumn[], keyColumns: number, rows: readonly Changed[]): DeltaPage {
  const image = (side: 'before' | 'after') =>
    columns.map((_, c) => packCells(rows.map((row) => row[side]?.[c] ?? null)));
  return {
    rows: rows.length,
    keyColumns,
    columns,
    flags: Uint8Array.from(rows, ({ flag }) => flag),
    before: image('before'),
    after: image('after'),
    hashes: rows.map(({ hash }) => hash),
    ...(rows.some(({ excluded }) => excluded) && {
      excluded: Uint8Array.from(rows, ({ excluded }) => Number(excluded)),
    }),
  };
}

/** Rows that did not change and are left out on one side only, in the order of their hashes. */
class MovedRows {
  readonly #rows: readonly Changed[];
  #next = 0;

  constructor(rows: readonly Changed[]) {
    this.#rows = rows;
  }

  /** Those before a row of the delta, which itself is none of them. */
  upTo(hash: string): Changed[] {
    const found: Changed[] = [];
    for (let row = this.#rows[this.#next]; row && row.hash <= hash; row = this.#rows[this.#next]) {
      if (row.hash < hash) found.push(row);
      this.#next++;
    }
    return found;
  }

  rest(): readonly Changed[] {
    return this.#rows.slice(this.#next);
  }
}

/** One reading of the newer version, and only where something is left out on one side alone. */
async function movedRows(
  store: Store,
  leaving: Leaving,
  { table, to }: DeltaRequest,
  names: readonly string[],
  differing: ReadonlyMap<string, ReadonlySet<string>>,
  signal: AbortSignal | undefined,
): Promise<MovedRows> {
  const hashes = [...differing.keys()].sort();
  const [first] = hashes;
  if (first === undefined) return new MovedRows([]);
  const now = leaving.at(to);
  const places = leaving.content.map((name) => names.indexOf(name));
  const request = { table, at: to, columns: names, order: 'hash', key: leaving.key, salt: leaving.salt } as const;
  const found: Changed[] = [];
  for await (const page of store.readRows(
    { ...request, range: { from: first, below: null }, withHash: true },
    signal,
  )) {
    for (let i = 0; i < page.rows; i++) {
      const hash = at(page.hashes ?? [], i);
      const contents = differing.get(hash);
      if (!contents) continue;
      const row = rowAt(page, i);
      const content = contentOf(places.map((place) => row[place] ?? null));
      if (!contents.has(content)) continue;
      const isOut = now.has(hash, () => content);
      found.push({
        flag: isOut ? flags.deleted : flags.inserted,
        before: isOut ? row : null,
        after: isOut ? null : row,
        hash,
        excluded: isOut,
      });
    }
    if (found.length > 0 && (page.hashes?.at(-1) ?? '') > (hashes.at(-1) ?? '')) break;
  }
  return new MovedRows(found);
}
