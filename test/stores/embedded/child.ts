/** A process of its own that works on a store until it is done or killed: `node child.ts <path> <task> <number>`. Says every finished step on stdout. */
import { writeSync } from 'node:fs';
import type { LoadBatch } from '../../../src/data/store.ts';
import type { TableName } from '../../../src/data/table.ts';
import { Failure } from '../../../src/base/failure.ts';
import { rowAt } from '../../../src/data/page.ts';
import { atSnapshot, type Version } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';

const [path = '', task = '', number = '0'] = process.argv.slice(2);
const say = (text: string): void => {
  writeSync(1, `${text}\n`);
};
const t: TableName = { database: 'd', table: 't' };
const seq: TableName = { database: 'd', table: 'seq' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'n', type: 'INT', nullable: true },
  { name: 'x', type: 'DOUBLE', nullable: true },
];
const store = EmbeddedStore.open({ path, readOnly: false, create: false });

async function firstNumber(table: TableName, at: Version, column: string): Promise<number> {
  for await (const page of store.readRows({ table, at, columns: [column], order: 'key' }))
    return Number(rowAt(page, 0)[0]);
  return 0;
}

async function* batches(round: number, rows: number): AsyncGenerator<LoadBatch, void> {
  for (let from = 0; from < rows; from += 5000) {
    const size = Math.min(5000, rows - from);
    yield { rows: Array.from({ length: size }, (_, i) => [(from + i) * 2, round, round / 2]), lines: null };
    say(`batch ${round}`);
  }
  say(`merging ${round}`);
}

/** Every round is one transaction of two tables that must agree. */
async function commit(round: number): Promise<void> {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    sql: 'REPLACE INTO d.t (id, n, x) VALUES (?, ?, ?)',
    values: [(round * 7919 + i * 13) % 5000, round, round / 2],
  }));
  await store.write([...rows, { sql: 'UPDATE d.seq SET n = ? WHERE id = 1', values: [round] }]);
  say(`commit ${round}`);
}

async function pin(round: number): Promise<void> {
  await store.createSnapshot(`n${round}`, { level: 'database', database: 'd' });
  say(`snapshot ${round}`);
  if (round % 4 !== 0) return;
  try {
    await store.dropSnapshot(`n${round - 3}`);
  } catch (error) {
    // The process before this one was killed between that round's commit and its pin.
    if (!Failure.is(error, 'version.unknown')) throw error;
  }
  say(`drop ${round - 3}`);
}

async function restore(round: number): Promise<void> {
  const preview = await store.previewRestore({ level: 'table', table: t }, round % 2 ? 'a' : 'b');
  say(`restoring ${round}`);
  await store.restore(preview, `safe_${process.pid}_${round}`);
  await store.dropSnapshot(`safe_${process.pid}_${round}`);
  say(`restored ${round}`);
}

/** Pins and forgets a database of many tables: their logs and triggers are made and go in one step each. */
async function pinMany(round: number): Promise<void> {
  const name = `m${process.pid}_${round}`;
  await store.createSnapshot(name, { level: 'database', database: 'many' });
  say(`pinned ${round}`);
  await store.write([{ sql: `UPDATE many.t${round % 40} SET n = n + 1`, values: [] }]);
  say(`written ${round}`);
  for (const { name: old } of await store.snapshots()) if (old !== 'a' && old !== 'b') await store.dropSnapshot(old);
  say(`forgotten ${round}`);
}

/** A branch, every row of it changed, merged and taken away: each is one transaction. */
async function merge(round: number): Promise<void> {
  const run = (sql: string): Promise<unknown> => store.write([{ sql, values: [] }]);
  // The process before this one may have been killed before it took its branch away.
  for (const { table } of await store.branches()) await run(`DATA BRANCH DELETE TABLE d.${table.table}`);
  await run('DATA BRANCH CREATE TABLE d.mb FROM d.t');
  say(`branched ${round}`);
  await run('UPDATE d.mb SET n = n + 1, x = 0.5');
  say(`changed ${round}`);
  await run('DATA BRANCH MERGE d.mb INTO d.t');
  say(`merged ${round}`);
  await run('DATA BRANCH DELETE TABLE d.mb');
  say(`deleted ${round}`);
}

/** Counts up beside another process, and looks now and then whether its own snapshot is whole. */
async function count(who: number, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await store.write([
      { sql: 'UPDATE d.seq SET n = n + 1 WHERE id = 1', values: [] },
      { sql: 'INSERT INTO d.t (id, n) VALUES (?, ?)', values: [who * 100000 + i, i] },
    ]);
    if (i % 20 !== 10) continue;
    const { name, tables } = await store.createSnapshot(`p${who}_${i}`, { level: 'database', database: 'd' });
    const counted = await firstNumber(seq, atSnapshot(name), 'n');
    let read = 0;
    for await (const page of store.readRows({
      table: t,
      at: atSnapshot(name),
      columns: ['id'],
      order: 'key',
      pageRows: 7,
    }))
      read += page.rows;
    const rows = tables?.find(({ table }) => table === 't')?.rows;
    if (counted !== rows || read !== rows) say(`torn ${name}: ${counted}, ${read}, ${rows}`);
  }
  say(`done ${rounds}`);
}

async function work(): Promise<void> {
  if (task === 'count') return count(Number(number), 120);
  say('ready');
  for (let round = (await firstNumber(seq, { kind: 'live' }, 'n')) + 1; ; round++) {
    if (task === 'restore') await restore(round);
    else if (task === 'many') await pinMany(round);
    else if (task === 'merge') await merge(round);
    else if (task === 'load') {
      await store.load(
        { table: t, columns, key: ['id'], mode: 'sync', safetySnapshot: null, maxDeletes: null },
        batches(round, 20_000),
      );
      say(`load ${round}`);
    } else {
      await commit(round);
      if (task === 'snapshot') await pin(round);
    }
  }
}

await work();
await store.close();
