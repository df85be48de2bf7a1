/**
 * What the type pass costs on a table of a million rows: filters and sums as a person writes them, through the store, beside SQLite's own
 * answer to the same question over the same numbers, kept as it keeps them itself: `npm run bench typed` (rows: `DELTATRAIN_BENCH_ROWS`).
 * Where SQLite's own answer is another one, that is said: it is what the type pass is for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rowAt } from '../src/data/page.ts';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { median, processorMs } from './support/timing.ts';

const rows = Number(process.env['DELTATRAIN_BENCH_ROWS'] ?? 1_000_000);
const rounds = Number(process.env['DELTATRAIN_BENCH_ROUNDS'] ?? 7);

/** The values of row `i`: the same in both. */
const columns = [
  ['id', 'BIGINT', 'result'],
  ['n', 'INT', '(result * 7919) % 1000'],
  ['price', 'DECIMAL(12,2)', '((result * 104729) % 1000000) / 100.0'],
  ['exact', 'DECIMAL(30,10)', '((result * 104729) % 1000000) / 100.0'],
  ['u', 'BIGINT UNSIGNED', '(result * 6700417) % 9000000'],
  ['s', 'VARCHAR(20)', "CONCAT('', (result * 31) % 1000)"],
  ['day', 'DATE', "DATE_ADD('2024-01-01', INTERVAL (result % 700) DAY)"],
  ['f', 'FLOAT', '(result % 1000) / 8'],
] as const;

const questions: readonly (readonly [what: string, sql: string, plain?: string])[] = [
  ['an INT and a number', 'SELECT COUNT(*) FROM t WHERE n > 500'],
  ['a DECIMAL(12,2) and a number', 'SELECT COUNT(*) FROM t WHERE price < 5000.5'],
  ['a DECIMAL(30,10) and a number', 'SELECT COUNT(*) FROM t WHERE exact < 5000.5'],
  ['UNSIGNED and a number', 'SELECT COUNT(*) FROM t WHERE u >= 4500000'],
  ['a text and a number', 'SELECT COUNT(*) FROM t WHERE s < 50'],
  ['a text and a text', "SELECT COUNT(*) FROM t WHERE s = '50'"],
  ['a DATE and a text', "SELECT COUNT(*) FROM t WHERE day >= '2025-01-01'"],
  ['LIKE', "SELECT COUNT(*) FROM t WHERE s LIKE '1%'"],
  ['two conditions', "SELECT COUNT(*) FROM t WHERE n > 500 AND day < '2025-01-01'"],
  ['SUM of INT', 'SELECT SUM(n) FROM t'],
  ['SUM of DECIMAL(12,2)', 'SELECT SUM(price) FROM t'],
  ['SUM of DECIMAL(30,10)', 'SELECT SUM(exact) FROM t'],
  ['SUM of UNSIGNED', 'SELECT SUM(u) FROM t'],
  ['AVG of DECIMAL(12,2)', 'SELECT AVG(price) FROM t'],
  ['SUM of a product', 'SELECT SUM(price * n) FROM t'],
  ['groups with a SUM', 'SELECT n, SUM(price) FROM t GROUP BY n ORDER BY n LIMIT 3'],
];

async function answer(store: EmbeddedStore, sql: string): Promise<string> {
  const found: string[] = [];
  for await (const page of store.query({ sql, database: 'd' }))
    for (let i = 0; i < page.rows; i++) found.push(rowAt(page, i).join(' '));
  return found.join(', ');
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-typed-'));
  const store = EmbeddedStore.open({ path: join(folder, 'typed.db'), readOnly: false, create: true });
  const plain = new DatabaseSync(join(folder, 'plain.db'));
  try {
    const list = columns.map(([name, type]) => `${name} ${type}`).join(', ');
    await store.write([
      { sql: 'CREATE DATABASE d', values: [] },
      { sql: `CREATE TABLE d.t (${list}, PRIMARY KEY (id))`, values: [] },
    ]);
    const values = columns.map(([, , value]) => value).join(', ');
    await store.write([{ sql: `INSERT INTO d.t SELECT ${values} FROM generate_series(1, ${rows}) g`, values: [] }]);
    // SQLite's own: the same values as they leave the store, in columns of its own types.
    plain.exec(
      'PRAGMA journal_mode = OFF; CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, price NUMERIC, exact NUMERIC, u INT, s TEXT, day TEXT, f REAL); BEGIN',
    );
    const insert = plain.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    const names = columns.map(([name]) => name);
    for await (const page of store.readRows({
      table: { database: 'd', table: 't' },
      at: { kind: 'live' },
      columns: names,
      order: 'key',
    }))
      for (let i = 0; i < page.rows; i++) insert.run(...(rowAt(page, i) as (string | number | bigint)[]));
    plain.exec('COMMIT');
    const own = (sql: string): string => {
      const statement = plain.prepare(sql);
      statement.setReturnArrays(true);
      return (statement.all() as unknown as unknown[][]).map((row) => row.join(' ')).join(', ');
    };
    console.log(`| ${rows.toLocaleString('en')} rows, processor ms | typed | SQLite alone | ratio | |`);
    console.log('| --- | ---: | ---: | ---: | --- |');
    for (const [what, sql] of questions) {
      const [typed, alone] = [await answer(store, sql), own(sql)];
      const times = { typed: new Array<number>(), alone: new Array<number>() };
      for (let i = 0; i < rounds; i++) {
        times.typed.push(await processorMs(() => answer(store, sql)));
        times.alone.push(await processorMs(() => own(sql)));
      }
      const [a, b] = [median(times.typed), median(times.alone)];
      const note = typed === alone ? '' : `${typed} instead of ${alone}`;
      console.log(`| ${what} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(a / b).toFixed(2)} | ${note} |`);
    }
  } finally {
    plain.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void measure();
