/**
 * What the embedded engine costs: pin, delta, restore and reads at two sizes, and what a snapshot adds to later writes.
 * `npm run bench engine` (rows: `DELTATRAIN_BENCH_ROWS=100000,1000000`). Every figure is the median of rounds taken in turns.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { LoadBatch, LocalStore } from '../src/data/store.ts';
import type { TableName } from '../src/data/table.ts';
import { atSnapshot, live } from '../src/data/version.ts';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { median } from './support/timing.ts';

const sizes = (process.env['DELTATRAIN_BENCH_ROWS'] ?? '100000,1000000').split(',').map(Number);
const rounds = Number(process.env['DELTATRAIN_BENCH_ROUNDS'] ?? 7);
const table: TableName = { database: 'bench', table: 't' };
const features = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  ...features.map((name) => ({ name, type: 'DOUBLE', nullable: true })),
  { name: 'label', type: 'TINYINT', nullable: true },
];

/** Rows `from` … `to - 1`; `shift` moves every feature, so that a row differs from its earlier self. */
async function* rowsOf(from: number, to: number, shift: number): AsyncGenerator<LoadBatch, void> {
  for (let start = from; start < to; start += 10_000) {
    const size = Math.min(10_000, to - start);
    const rows = Array.from({ length: size }, (_, i) => {
      const id = start + i;
      return [id, ...features.map((_, f) => ((id * (f + 3)) % 1000) / 7 + shift), id % 2];
    });
    yield { rows, lines: null };
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const load = (store: LocalStore, from: number, to: number, shift: number): Promise<unknown> =>
  store.load(
    { table, columns, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null },
    rowsOf(from, to, shift),
  );

async function readAll(pages: AsyncIterable<{ rows: number }>): Promise<void> {
  let rows = 0;
  for await (const page of pages) rows += page.rows;
  if (rows === 0) throw new Error('nothing was read');
}

type Figures = Map<string, number[]>;

const note = (figures: Figures, name: string, value: number): void => {
  figures.set(name, [...(figures.get(name) ?? []), value]);
};

/** 3,200 changed rows: 3,000 new ones and 200 labels put right, somewhere in the table. */
async function change(store: LocalStore, rows: number, round: number): Promise<void> {
  await load(store, rows + round * 3000, rows + (round + 1) * 3000, 0);
  const first = Math.floor(rows / 2) + round * 200;
  await store.write([
    { sql: `UPDATE bench.t SET label = 1 - label WHERE id >= ${first} AND id < ${first + 200}`, values: [] },
  ]);
}

/** One round at one size; what it changed is put back by the restore. */
async function measureRound(store: LocalStore, rows: number, round: number, figures: Figures): Promise<void> {
  const name = `v${round}`;
  const target = { level: 'table', table } as const;
  note(figures, 'pin', await timed(() => store.createSnapshot(name, target)));
  await change(store, rows, round);
  const request = { table, from: atSnapshot(name), to: live };
  note(figures, 'delta: counts', await timed(() => store.countDelta(request)));
  note(figures, 'delta: all rows', await timed(() => readAll(store.readDelta(request))));
  note(figures, 'delta: first page of 100', await timed(() => store.readDelta({ ...request, limit: 100 }).next()));
  const pages = (at: typeof live, order: 'key' | 'hash') =>
    store.readRows({ table, at, columns: columns.map((column) => column.name), order, salt: 's' });
  note(figures, 'scan live, by key', await timed(() => readAll(pages(live, 'key'))));
  note(figures, 'scan at the snapshot, by key', await timed(() => readAll(pages(atSnapshot(name), 'key'))));
  if (round === 0)
    note(figures, 'scan at the snapshot, by hash', await timed(() => readAll(pages(atSnapshot(name), 'hash'))));
  note(figures, 'restore: preview', await timed(() => store.previewRestore(target, name)));
  const preview = await store.previewRestore(target, name);
  note(figures, 'restore: run and verify', await timed(() => store.restore(preview, `safe${round}`)));
  await store.dropSnapshot(`safe${round}`);
  if (round > 0) return;
  // The table is made anew: its versions are compared, as no log connects them.
  const pinned = 'before_drop';
  await store.createSnapshot(pinned, { level: 'table', table });
  for await (const page of store.query({ sql: 'DROP TABLE bench.t' })) void page;
  const dropped = await store.previewRestore(target, pinned);
  note(figures, 'restore of the dropped table', await timed(() => store.restore(dropped, 'dropped')));
  const anew = { table, from: atSnapshot(name), to: live };
  note(figures, 'delta across a table made anew: counts', await timed(() => store.countDelta(anew)));
}

/** The same writes on a table without a snapshot and on one with: what versioning adds. */
async function measureWrites(path: string, pinned: boolean, figures: Figures): Promise<void> {
  const store = EmbeddedStore.open({ path, readOnly: false, create: true });
  try {
    await load(store, 0, 100_000, 0);
    if (pinned) await store.createSnapshot('v1', { level: 'table', table });
    const run = (name: string, sql: string) =>
      timed(() => store.write([{ sql, values: [] }])).then((ms) =>
        note(figures, `${name}|${pinned ? 'pinned' : 'plain'}`, ms),
      );
    await run('update 100,000 rows, first time', 'UPDATE bench.t SET label = 1 - label');
    await run('update 100,000 rows, again', 'UPDATE bench.t SET label = 1 - label');
    await timed(() => load(store, 100_000, 200_000, 0)).then((ms) =>
      note(figures, `load 100,000 new rows|${pinned ? 'pinned' : 'plain'}`, ms),
    );
    await timed(() => load(store, 0, 100_000, 1)).then((ms) =>
      note(figures, `load 100,000 changed rows|${pinned ? 'pinned' : 'plain'}`, ms),
    );
    await run('delete 50,000 rows', 'DELETE FROM bench.t WHERE id % 4 = 0');
    await run('delete all rows', 'DELETE FROM bench.t');
  } finally {
    await store.close();
  }
}

const shown = (ms: number): string => (ms < 100 ? ms.toFixed(1) : String(Math.round(ms)));

function print(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  console.log(`\n${title}\n\n${line(header)}\n${line(header.map((_, i) => (i === 0 ? '---' : '---:')))}`);
  for (const row of rows) console.log(line(row));
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-bench-'));
  try {
    console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}; ${rounds} rounds`);
    const bySize: Figures[] = [];
    const stores: EmbeddedStore[] = [];
    for (const rows of sizes) {
      const path = join(folder, `${rows}.db`);
      const store = EmbeddedStore.open({ path, readOnly: false, create: true });
      const figures: Figures = new Map();
      note(figures, 'load', await timed(() => load(store, 0, rows, 0)));
      note(
        figures,
        'pin, first of a table',
        await timed(() => store.createSnapshot('first', { level: 'table', table })),
      );
      stores.push(store);
      bySize.push(figures);
    }
    // The sizes take turns, so that what else the machine does falls on all of them.
    for (let round = 0; round < rounds; round++)
      for (const [i, store] of stores.entries()) await measureRound(store, sizes[i] ?? 0, round, bySize[i] as Figures);
    const names = [...(bySize[0]?.keys() ?? [])];
    const cell = (figures: Figures, name: string): number => median(figures.get(name) ?? []);
    const ratio = (name: string): string => {
      const [small, large] = [bySize[0], bySize.at(-1)].map((figures) => (figures ? cell(figures, name) : 0));
      return small && large ? `×${(large / small).toFixed(1)}` : '';
    };
    print(
      '3,200 changed rows (3,000 new, 200 labels), ms, medians',
      ['', ...sizes.map((rows) => `${rows.toLocaleString('en')} rows`), 'ratio'],
      names.map((name) => [name, ...bySize.map((figures) => shown(cell(figures, name))), ratio(name)]),
    );
    for (const [i, store] of stores.entries()) {
      await store.close();
      console.log(
        `file of ${sizes[i]?.toLocaleString('en')} rows: ${Math.round(statSync(join(folder, `${sizes[i]}.db`)).size / 1e6)} MB`,
      );
    }
    const writes: Figures = new Map();
    for (let round = 0; round < Math.min(rounds, 3); round++)
      for (const pinned of [false, true])
        await measureWrites(join(folder, `writes-${round}-${pinned}.db`), pinned, writes);
    const kinds = [...new Set([...writes.keys()].map((name) => name.split('|')[0] ?? ''))];
    print(
      'Writes before and after a table’s first snapshot, ms, medians',
      ['', 'no snapshot', 'after a snapshot', 'ratio'],
      kinds.map((kind) => {
        const [plain, pinned] = ['plain', 'pinned'].map((side) => cell(writes, `${kind}|${side}`)) as [number, number];
        return [kind, shown(plain), shown(pinned), `×${(pinned / plain).toFixed(1)}`];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
