/** Deltas between two snapshots, kept while they are small: a run, its check, a grid and the row cache ask for the same one. */
import type { DeltaPage } from '../data/change.ts';
import type { DeltaRequest, Store } from '../data/store.ts';
import type { TableName } from '../data/table.ts';
import type { Version } from '../data/version.ts';

const mostDeltas = 4;
/** Cells of one image of a delta that is kept. */
const mostCells = 2_000_000;

/** Reads through it are those of the store. */
export class KeptDeltas {
  readonly #store: Store;
  /** By what tells one delta from another; the one used last at the end. */
  readonly #kept = new Map<string, readonly DeltaPage[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Null where the version moves, or cannot be told from another of its name. */
  async #identityOf(version: Version, table: TableName): Promise<string | null> {
    if (version.kind === 'live') return null;
    const found = await this.#store.findSnapshot(version.name, table);
    return found && found.unsure === null && found.createdAt !== '' ? `${found.name} ${found.createdAt}` : null;
  }

  async #nameOf(request: DeltaRequest): Promise<string | null> {
    const { table, from, to, limit, pageRows: _pageRows, ...rest } = request;
    if (limit !== undefined) return null;
    const ends = [await this.#identityOf(from, table), await this.#identityOf(to, table)];
    return ends.includes(null)
      ? null
      : JSON.stringify([table, ends, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
  }

  /** As `Store.readDelta`, in pages of whatever size it was read in first. */
  async *read(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    const name = await this.#nameOf(request);
    const known = name === null ? undefined : this.#kept.get(name);
    if (known && name !== null) {
      this.#kept.delete(name);
      this.#kept.set(name, known);
      return yield* known;
    }
    const pages: DeltaPage[] = [];
    let cells = 0;
    for await (const page of this.#store.readDelta(request, signal)) {
      cells += page.rows * page.columns.length;
      if (cells <= mostCells) pages.push(page);
      yield page;
    }
    if (name === null || cells > mostCells) return;
    this.#kept.set(name, pages);
    for (const old of [...this.#kept.keys()].slice(0, -mostDeltas)) this.#kept.delete(old);
  }

  clear(): void {
    this.#kept.clear();
  }
}
