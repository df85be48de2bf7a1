/** A store as one run sees it: what cannot change while it lasts is asked for once. */
import type { DeltaPage } from '../../../data/change.ts';
import type { DeltaRequest, Store } from '../../../data/store.ts';
import type { TableInfo } from '../../../data/table.ts';
import { proxied } from '../rows/proxied.ts';

/** Cells of one image of a delta that is kept; a larger one is read each time. */
const mostCells = 2_000_000;

/**
 * Tables at snapshots and deltas between two are kept. A snapshot that is dropped and made again meanwhile is not noticed here: a
 * run looks once more before it registers anything.
 */
export function oneReading(store: Store): Store {
  const tables = new Map<string, Promise<TableInfo>>();
  const deltas = new Map<string, readonly DeltaPage[]>();
  const nameOf = ({ from, to, limit, ...rest }: DeltaRequest): string | null =>
    from.kind === 'live' || to.kind === 'live' || limit !== undefined ? null : JSON.stringify([from, to, rest]);

  async function* readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    const name = nameOf(request);
    const known = name === null ? undefined : deltas.get(name);
    if (known) return yield* known;
    const pages: DeltaPage[] = [];
    let cells = 0;
    for await (const page of store.readDelta(request, signal)) {
      cells += page.rows * page.columns.length;
      if (cells <= mostCells) pages.push(page);
      yield page;
    }
    if (name !== null && cells <= mostCells) deltas.set(name, pages);
  }

  return proxied(store, {
    table(name, at) {
      if (at === undefined || at.kind === 'live') return store.table(name, at);
      const key = JSON.stringify([name, at]);
      const found = tables.get(key) ?? store.table(name, at);
      tables.set(key, found);
      return found.catch((error: unknown) => {
        tables.delete(key);
        throw error;
      });
    },
    readDelta,
  });
}
