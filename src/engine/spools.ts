/** The scratch copies of this process by number: filling, exporting and closing them. */
import path from 'node:path';
import { at } from '../base/assert.ts';
import { Failure, throwIfCancelled } from '../base/failure.ts';
import type { DeltaPage } from '../data/change.ts';
import type { PageColumn, RowPage } from '../data/page.ts';
import type { QueryEnd, Store } from '../data/store.ts';
import { writeAtomically } from '../files/bytes/atomicFile.ts';
import { deltaFormat, deltaWriter } from '../files/exportDelta.ts';
import { rowWriter } from '../files/formats/rowWriter.ts';
import type { Distribution, SpoolProgress, SpoolSource, SpoolView } from '../protocol/engine.ts';
import { distributionOf } from './distribution.ts';
import { Spool } from './spool.ts';

type Filled = QueryEnd & { truncated: boolean };

interface Open {
  readonly source: SpoolSource;
  readonly spool: Spool;
}

/** Rows a page when a view is written to a file. */
const exportRows = 4096;

export class Spools {
  readonly #open = new Map<number, Open>();
  #next = 1;

  get(id: number): Spool {
    return this.#entry(id).spool;
  }

  #entry(id: number): Open {
    const open = this.#open.get(id);
    if (!open) throw new Error(`There is no scratch copy ${id}: it was closed`);
    return open;
  }

  close(id: number): void {
    this.#open.get(id)?.spool.close();
    this.#open.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id);
  }

  /** Copies at most `maxRows` rows; the copy is closed again unless it came to its end. */
  async *open(
    store: Store,
    source: SpoolSource,
    maxRows: number,
    signal: AbortSignal,
  ): AsyncGenerator<SpoolProgress, Filled> {
    const id = this.#next++;
    const keep = (spool: Spool): Spool => {
      this.#open.set(id, { source, spool });
      return spool;
    };
    let whole = false;
    try {
      const filling =
        source.kind === 'delta'
          ? this.#fillDelta(store, id, source, maxRows, keep, signal)
          : this.#fillRows(pagesOf(store, source, signal), id, maxRows, keep, signal);
      const end = yield* filling;
      whole = true;
      return end;
    } finally {
      if (!whole) this.close(id);
    }
  }

  async *#fillRows(
    pages: AsyncGenerator<RowPage, QueryEnd>,
    id: number,
    maxRows: number,
    keep: (spool: Spool) => Spool,
    signal: AbortSignal,
  ): AsyncGenerator<SpoolProgress, Filled> {
    let spool: Spool | undefined;
    try {
      for (;;) {
        const step = await pages.next();
        throwIfCancelled(signal);
        if (step.done) {
          spool ??= keep(new Spool(step.value.columns, { kind: 'rows' }));
          if (spool.rows === 0) yield progress(id, spool);
          return { ...step.value, truncated: false };
        }
        spool ??= keep(new Spool(step.value.columns, { kind: 'rows' }));
        const room = maxRows - spool.rows;
        spool.addRows(step.value, room);
        yield progress(id, spool);
        if (step.value.rows > room) return { columns: spool.columns, rows: spool.rows, affected: 0, truncated: true };
      }
    } finally {
      await pages.return({ columns: [], rows: 0, affected: 0 });
    }
  }

  async *#fillDelta(
    store: Store,
    id: number,
    source: Extract<SpoolSource, { kind: 'delta' }>,
    maxRows: number,
    keep: (spool: Spool) => Spool,
    signal: AbortSignal,
  ): AsyncGenerator<SpoolProgress, Filled> {
    let spool: Spool | undefined;
    let truncated = false;
    for await (const whole of store.readDelta(source.delta, signal)) {
      throwIfCancelled(signal);
      const page = shownOf(whole, source.delta.shown);
      spool ??= keep(spoolFor(page));
      const room = maxRows - spool.rows;
      spool.addChanges(page, room);
      yield progress(id, spool);
      truncated = page.rows > room;
      if (truncated) break;
    }
    if (!spool) {
      spool = keep(new Spool(await deltaColumns(store, source), { kind: 'delta', keyColumns: 0 }));
      yield progress(id, spool);
    }
    return { columns: spool.columns, rows: spool.rows, affected: 0, truncated };
  }

  distribution(store: Store, id: number, column: number, signal: AbortSignal): Promise<Distribution> {
    const { spool, source } = this.#entry(id);
    return distributionOf(store, spool, source, column, signal);
  }

  /** Writes a view: rows or changes, as the name of the file says; the rows written. */
  export(
    id: number,
    {
      file,
      guardCells = false,
      columns: wanted = null,
    }: { file: string; guardCells?: boolean | undefined; columns?: readonly number[] | null },
    view: SpoolView,
    onRows: (rows: number) => void,
    signal: AbortSignal,
  ): Promise<{ rows: number }> {
    const { spool, source } = this.#entry(id);
    const format = deltaFormat(file);
    return writeAtomically(file, async (to) => {
      const { kind } = spool;
      const keyColumns = kind.kind === 'delta' ? kind.keyColumns : 0;
      const kept = spool.columns.flatMap((_, c) =>
        wanted === null || c < keyColumns || wanted.includes(c) ? [c] : [],
      );
      const of = <T>(items: readonly T[]): T[] => kept.map((c) => at(items, c));
      const columns = of(spool.columns);
      const table = source.kind === 'delta' ? source.delta.table.table : path.basename(file, path.extname(file));
      const rowFormat =
        format === 'csv'
          ? { kind: format, delimiter: ',' as const }
          : format === 'sql'
            ? { kind: format, table }
            : { kind: format };
      const rows = rowWriter(
        to,
        rowFormat,
        columns.map((column) => ({ ...column, nullable: true })),
        guardCells,
      );
      const target = source.kind === 'delta' ? source.delta.table : table;
      const changes = deltaWriter(to, format, target, columns, keyColumns, guardCells);
      let written = 0;
      for (const { page, delta } of spool.pages(view, exportRows)) {
        throwIfCancelled(signal);
        if (page) await rows.write({ ...page, columns, cells: of(page.cells) });
        if (delta) await changes.write({ ...delta, columns, before: of(delta.before), after: of(delta.after) });
        written += page?.rows ?? delta?.rows ?? 0;
        onRows(written);
      }
      await (kind.kind === 'delta' ? changes : rows).end();
      return { rows: written };
    });
  }
}

function pagesOf(
  store: Store,
  source: Exclude<SpoolSource, { kind: 'delta' }>,
  signal: AbortSignal,
): AsyncGenerator<RowPage, QueryEnd> {
  if (source.kind === 'query') return store.query(source.query, signal);
  return source.kind === 'table' ? tableRows(store, source, signal) : atHand(source.page);
}

async function* tableRows(
  store: Store,
  { table, at: version }: Extract<SpoolSource, { kind: 'table' }>,
  signal: AbortSignal,
): AsyncGenerator<RowPage, QueryEnd> {
  const { columns, key } = await store.table(table, version);
  const ordered = [...key, ...columns.map(({ name }) => name).filter((name) => !key.includes(name))];
  let rows = 0;
  for await (const page of store.readRows({ table, at: version, columns: ordered, order: 'key' }, signal)) {
    rows += page.rows;
    yield page;
  }
  const described = ordered.map((name) => ({ name, type: columns.find((one) => one.name === name)?.type ?? '' }));
  return { columns: described, rows, affected: 0 };
}

async function* atHand(page: RowPage): AsyncGenerator<RowPage, QueryEnd> {
  yield page;
  return { columns: page.columns, rows: page.rows, affected: 0 };
}

const progress = (id: number, spool: Spool): SpoolProgress => ({ id, columns: spool.columns, rows: spool.rows });

const spoolFor = (page: DeltaPage): Spool => new Spool(page.columns, { kind: 'delta', keyColumns: page.keyColumns });

/** The key, and of the other columns those to show. */
function shownOf(page: DeltaPage, shown: readonly string[] | undefined): DeltaPage {
  if (!shown) return page;
  const kept = page.columns.flatMap(({ name }, i) => (i < page.keyColumns || shown.includes(name) ? [i] : []));
  const of = <T>(items: readonly T[]): T[] => kept.map((i) => at(items, i));
  return { ...page, columns: of(page.columns), before: of(page.before), after: of(page.after) };
}

/** The columns that the pages of an empty delta would have. */
async function deltaColumns(store: Store, { delta }: Extract<SpoolSource, { kind: 'delta' }>): Promise<PageColumn[]> {
  try {
    const table = await store.table(delta.table, delta.to);
    return table.columns
      .filter(({ name }) => !delta.columns || delta.columns.includes(name) || table.key.includes(name))
      .filter(({ name }) => !delta.shown || delta.shown.includes(name) || table.key.includes(name))
      .map(({ name, type }) => ({ name, type }));
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
