/**
 * What DeltaTrain costs on a live MatrixOne server, through the engine process as in VS Code: pin, delta and restore beside the
 * server's own statements, the rate of a streamed read, and what a delta of a million rows does to memory and event loop.
 * `MATRIXONE_URL=mysql://user:password@host:6001 npm run bench matrixone` (after `npm run build`; rows:
 * `DELTATRAIN_BENCH_ROWS=100000,1000000`). Every figure is the median of rounds taken in turns. It makes a database of its own,
 * and drops it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import mysql from 'mysql2';
import { parseConnectionUri } from '../src/app/config/connectionUri.ts';
import { engineStore } from '../src/protocol/engineStore.ts';
import type { Store } from '../src/data/store.ts';
import type { TableName } from '../src/data/table.ts';
import { atSnapshot, live } from '../src/data/version.ts';
import { type EngineContract, engineArguments, type OpenMatrixone } from '../src/protocol/engine.ts';
import { childPort } from '../src/protocol/processPort.ts';
import { connect, type NoContract } from '../src/protocol/rpc.ts';
import { median } from './support/timing.ts';

const sizes = (process.env['DELTATRAIN_BENCH_ROWS'] ?? '100000,1000000').split(',').map(Number);
const rounds = Number(process.env['DELTATRAIN_BENCH_ROUNDS'] ?? 7);
const database = 'deltatrain_bench';
const columns = ['id', 'a', 'b', 'c', 'd', 'e', 'f', 'label'];

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The server without us: one connection, text in, nothing decoded. */
class Plain {
  readonly #connection: mysql.Connection;

  constructor({ host, port, user, password }: OpenMatrixone) {
    this.#connection = mysql.createConnection({
      host,
      port,
      user,
      ...(password !== null && { password }),
      typeCast: (field) => field.buffer(),
    });
  }

  run(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.query(sql, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Milliseconds until the first row and until the last. */
  async read(sql: string): Promise<{ first: number; all: number; rows: number }> {
    const start = performance.now();
    let first = 0;
    let rows = 0;
    for await (const row of this.#connection.query({ sql, rowsAsArray: true }).stream()) {
      if (rows === 0 && row) first = performance.now() - start;
      rows++;
    }
    return { first, all: performance.now() - start, rows };
  }

  close(): void {
    this.#connection.destroy();
  }
}

interface Engine {
  readonly child: ChildProcess;
  readonly store: Store;
}

async function startEngine(open: OpenMatrixone): Promise<Engine> {
  const child = fork(join(process.cwd(), 'dist/engine.mjs'), [], {
    serialization: 'advanced',
    execArgv: [...engineArguments],
  });
  const caller = connect<NoContract, EngineContract>(childPort(child), {}, {});
  await caller.call('store/open', open);
  return { child, store: engineStore(caller, `${open.host}:${open.port}`) };
}

async function readAll(pages: AsyncIterable<{ rows: number }>): Promise<{ first: number; all: number; rows: number }> {
  const start = performance.now();
  let first = 0;
  let rows = 0;
  for await (const page of pages) {
    if (rows === 0 && page.rows > 0) first = performance.now() - start;
    rows += page.rows;
  }
  return { first, all: performance.now() - start, rows };
}

type Figures = Map<string, number[]>;

const note = (figures: Figures, name: string, value: number): void => {
  figures.set(name, [...(figures.get(name) ?? []), value]);
};

async function fill(plain: Plain, table: TableName, rows: number): Promise<void> {
  const name = `${database}.${table.table}`;
  await plain.run(
    `CREATE TABLE ${name} (id BIGINT PRIMARY KEY, a INT, b INT, c DOUBLE, d DOUBLE, e DECIMAL(12,2), f VARCHAR(20), label TINYINT)`,
  );
  await plain.run(
    `INSERT INTO ${name} SELECT result, result % 1000, result % 7, result / 3, result / 7, result / 100, concat('row ', result), result % 2 FROM generate_series(1, ${rows}) g`,
  );
}

/** One round at one size: 3,000 new rows and 200 labels put right, then everything put back. */
async function measureRound(
  { store, plain }: { store: Store; plain: Plain },
  table: TableName,
  rows: number,
  round: number,
  figures: Figures,
): Promise<void> {
  const name = `${database}.${table.table}`;
  const target = { level: 'table', table } as const;
  const [mine, theirs] = [`bench_v${round}`, `bench_p${round}`];
  note(figures, 'pin', await timed(() => store.createSnapshot(mine, target)));
  note(
    figures,
    'pin|server',
    await timed(() => plain.run(`CREATE SNAPSHOT ${theirs} FOR TABLE ${database} ${table.table}`)),
  );
  await plain.run(
    `INSERT INTO ${name} SELECT result, 1, 1, 1, 1, 1, 'new', 0 FROM generate_series(${rows + 1}, ${rows + 3000}) g`,
  );
  await plain.run(`UPDATE ${name} SET label = 1 - label WHERE id BETWEEN ${rows / 2} AND ${rows / 2 + 199}`);
  const request = { table, from: atSnapshot(mine), to: live };
  const diff = `DATA BRANCH DIFF ${name} AGAINST ${name}{SNAPSHOT = '${theirs}'}`;
  // After a write the first DIFF is the slow one, whoever asks.
  await plain.run(diff);
  note(figures, 'delta: counts', await timed(() => store.countDelta(request)));
  note(figures, 'delta: counts|server', await timed(() => plain.run(`${diff} OUTPUT SUMMARY`)));
  const ours = await readAll(store.readDelta(request));
  if (ours.rows !== 3200) throw new Error(`a delta of ${ours.rows} rows instead of 3,200`);
  note(figures, 'delta: first rows', ours.first);
  note(figures, 'delta: all rows', ours.all);
  const raw = await plain.read(diff);
  note(figures, 'delta: first rows|server', raw.first);
  note(figures, 'delta: all rows|server', raw.all);
  const read = await readAll(store.readRows({ table, at: atSnapshot(mine), columns, order: 'key' }));
  note(figures, 'read at the snapshot, rows/s', (read.rows / read.all) * 1000);
  const sql = `SELECT * FROM ${name}{SNAPSHOT = '${theirs}'} ORDER BY id`;
  const rawRead = await plain.read(sql);
  note(figures, 'read at the snapshot, rows/s|server', (rawRead.rows / rawRead.all) * 1000);
  note(figures, 'restore: preview', await timed(() => store.previewRestore(target, mine)));
  const preview = await store.previewRestore(target, mine);
  note(figures, 'restore: safety, check, run, verify', await timed(() => store.restore(preview, `bench_s${round}`)));
  note(
    figures,
    'restore: safety, check, run, verify|server',
    await timed(() => plain.run(`RESTORE TABLE ${name} {SNAPSHOT = '${theirs}'}`)),
  );
  for (const one of [mine, `bench_s${round}`]) await store.dropSnapshot(one);
  await plain.run(`DROP SNAPSHOT ${theirs}`);
}

/** Resident memory of a process in MB; null where the system does not tell. */
function residentMb(pid: number): number | null {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Number(kb) / 1024;
  } catch {
    return null;
  }
}

/** A delta of a million rows in key order, taken page by page as fast as it comes. */
async function measureStream(open: OpenMatrixone, plain: Plain, table: TableName): Promise<void> {
  await plain.run(`CREATE SNAPSHOT bench_stream FOR TABLE ${database} ${table.table}`);
  const engine = await startEngine(open);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const memory: number[] = [];
  try {
    await plain.run(`UPDATE ${database}.${table.table} SET label = 1 - label`);
    const idle = residentMb(engine.child.pid ?? 0);
    loop.enable();
    const start = performance.now();
    let first = 0;
    let rows = 0;
    let pages = 0;
    for await (const page of engine.store.readDelta({ table, from: atSnapshot('bench_stream'), to: live })) {
      if (rows === 0) first = performance.now() - start;
      rows += page.rows;
      if (pages++ % 10 === 0) memory.push(residentMb(engine.child.pid ?? 0) ?? 0);
    }
    const all = performance.now() - start;
    loop.disable();
    const { way, why } = await engine.store.deltaWay({ table, from: atSnapshot('bench_stream'), to: live });
    console.log(
      `\n${rows.toLocaleString('en')} changed rows streamed (${way}${why === null ? '' : `: ${why}`}): first page after ${first.toFixed(0)} ms, all after ${all.toFixed(0)} ms`,
    );
    const half = memory.slice(memory.length >> 1);
    console.log(
      `engine process: ${idle?.toFixed(0) ?? '?'} MB before, at most ${Math.max(...memory).toFixed(0)} MB while it streams; median of the second half ${median(half).toFixed(0)} MB, of the first ${median(memory.slice(0, memory.length >> 1)).toFixed(0)} MB`,
    );
    console.log(
      `event loop of the process that takes the pages: p99 ${(loop.percentile(99) / 1e6).toFixed(1)} ms, at most ${(loop.max / 1e6).toFixed(1)} ms`,
    );
  } finally {
    engine.child.kill('SIGKILL');
    await plain.run('DROP SNAPSHOT bench_stream');
  }
}

function print(rows: number, figures: Figures): void {
  console.log(`\n${rows.toLocaleString('en')} rows (medians of ${rounds}, ms unless said)`);
  for (const [name, values] of figures) {
    if (name.endsWith('|server')) continue;
    const own = median(values);
    const server = figures.get(`${name}|server`);
    const beside =
      server === undefined
        ? ''
        : `   server alone ${median(server).toFixed(1)}   ${name.includes('rows/s') ? `${((own / median(server)) * 100).toFixed(0)} %` : `+${(own - median(server)).toFixed(1)}`}`;
    console.log(`  ${name.padEnd(36)} ${own.toFixed(1).padStart(10)}${beside}`);
  }
}

async function main(): Promise<void> {
  const url = process.env['MATRIXONE_URL'];
  if (url === undefined) {
    console.log('MATRIXONE_URL is not set: nothing to measure. Example: MATRIXONE_URL=mysql://root:111@127.0.0.1:6001');
    return;
  }
  const parsed = parseConnectionUri(url);
  const open: OpenMatrixone = {
    kind: 'matrixone',
    ...parsed,
    user: parsed.user ?? 'root',
    database: null,
    ca: null,
    readOnly: false,
    statementTimeoutSeconds: 120,
  };
  const plain = new Plain(open);
  const engine = await startEngine(open);
  try {
    await plain.run(`DROP DATABASE IF EXISTS ${database}`);
    await plain.run(`CREATE DATABASE ${database}`);
    const { engine: name } = await engine.store.facts();
    console.log(`${name}, ${new Date().toISOString().slice(0, 10)}`);
    const tables = sizes.map((rows) => ({
      rows,
      table: { database, table: `t${rows}` },
      figures: new Map() as Figures,
    }));
    for (const { rows, table } of tables) await fill(plain, table, rows);
    for (let round = 0; round < rounds; round++)
      for (const { rows, table, figures } of tables)
        await measureRound({ store: engine.store, plain }, table, rows, round, figures);
    for (const { rows, figures } of tables) print(rows, figures);
    const last = tables.at(-1);
    if (last) await measureStream(open, plain, last.table);
  } finally {
    engine.child.kill('SIGKILL');
    await plain.run(`DROP DATABASE IF EXISTS ${database}`).finally(() => plain.close());
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
