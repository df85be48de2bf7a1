/**
 * What an import costs on a live MatrixOne server beside its own LOAD DATA of the same file, into a table of the same types, which
 * takes turns with us: over the connection, as we do (LOCAL), and from the server's own disk.
 * `MATRIXONE_URL=mysql://root:111@127.0.0.1:6001 npm run bench load [rows] [rounds]`. An import is a process of its own, so that its
 * memory is seen. It makes a database of its own, and drops it.
 */
import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createConnection } from 'mysql2/promise';
import { parseConnectionUri } from '../src/app/config/connectionUri.ts';
import { importFile } from '../src/files/importFile.ts';
import { MatrixoneStore } from '../src/stores/matrixone/store.ts';
import { columns, writeFile } from './support/numbersFile.ts';
import { median } from './support/timing.ts';

const database = 'deltatrain_load';
const table = { database, table: 't' };

async function open(url: string): Promise<MatrixoneStore> {
  const parsed = parseConnectionUri(url);
  const user = parsed.user ?? 'root';
  const options = { database: null, ca: null, readOnly: false, statementTimeoutSeconds: 600 };
  return MatrixoneStore.open({ ...parsed, ...options, user });
}

/** An import, in this process: it tells its seconds and the megabytes it had at most. */
async function runStep(url: string, mode: string, file: string): Promise<void> {
  const store = await open(url);
  const start = performance.now();
  await importFile(store, {
    ...{ file, table, key: ['id'], safetySnapshot: null, maxDeletes: null },
    mode: mode === 'sync' ? 'sync' : 'upsert',
  });
  const seconds = (performance.now() - start) / 1000;
  await store.close();
  const megabytes = process.resourceUsage().maxRSS / 1000;
  process.stdout.write(JSON.stringify({ seconds, megabytes }));
}

interface Cost {
  readonly seconds: number;
  readonly megabytes: number | null;
}

async function ours(url: string, mode: 'upsert' | 'sync', file: string): Promise<Cost> {
  const memory = ['--min-semi-space-size=12', '--max-semi-space-size=12'];
  const args = ['--disable-warning=ExperimentalWarning', ...memory, process.argv[1] ?? '', 'step', url, mode, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (piece) => (said += String(piece)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error('an import failed');
  return JSON.parse(said) as Cost;
}

type Plain = Awaited<ReturnType<typeof createConnection>>;

const format = `FIELDS TERMINATED BY ',' ENCLOSED BY '"' LINES TERMINATED BY '\\n' IGNORE 1 LINES`;

async function theirs(plain: Plain, types: readonly string[], file: string, isLocal: boolean): Promise<Cost> {
  await plain.query(`DROP TABLE IF EXISTS ${database}.plain`);
  await plain.query(
    `CREATE TABLE ${database}.plain (${columns.map((name, i) => `${name} ${types[i] ?? ''}`).join(', ')}, PRIMARY KEY (id))`,
  );
  const start = performance.now();
  await plain.query({
    sql: `LOAD DATA ${isLocal ? 'LOCAL ' : ''}INFILE '${file}' INTO TABLE ${database}.plain ${format}`,
    ...(isLocal && { infileStreamFactory: () => createReadStream(file, { highWaterMark: 1 << 16 }) }),
  });
  return { seconds: (performance.now() - start) / 1000, megabytes: null };
}

async function count(plain: Plain, name: string): Promise<number> {
  const [found] = await plain.query({ sql: `SELECT COUNT(*) FROM ${database}.${name}`, rowsAsArray: true });
  return Number((found as unknown[][])[0]?.[0]);
}

async function main(url: string, rows: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-load-'));
  const plain = await createConnection({ uri: url });
  const figures = new Map<string, Cost[]>();
  const note = (name: string, cost: Cost): void => void figures.set(name, [...(figures.get(name) ?? []), cost]);
  try {
    const [first, later] = [path.join(folder, 'a.csv'), path.join(folder, 'b.csv')];
    await writeFile(first, rows, false);
    await writeFile(later, rows, true);
    await plain.query(`DROP DATABASE IF EXISTS ${database}`);
    await plain.query(`CREATE DATABASE ${database}`);
    for (let round = 0; round < rounds; round++) {
      await plain.query(`DROP TABLE IF EXISTS ${database}.t`);
      note('import', await ours(url, 'upsert', first));
      const [described] = await plain.query({ sql: `SHOW COLUMNS FROM ${database}.t`, rowsAsArray: true });
      // It says TEXT(0) of what it takes as TEXT alone.
      const types = (described as string[][]).map(([, type = '']) => type.replace('(0)', ''));
      if (round === 0) console.log(types.join(', '));
      note('LOAD DATA LOCAL', await theirs(plain, types, first, true));
      note('LOAD DATA, from its disk', await theirs(plain, types, first, false));
      for (const name of ['t', 'plain'])
        if ((await count(plain, name)) !== rows) throw new Error(`${name} does not have ${rows} rows`);
      note('import again, every tenth row changed', await ours(url, 'upsert', later));
      note('sync back', await ours(url, 'sync', first));
    }
    console.log(`${rows} rows of 12 columns, medians of ${rounds}\n\n| | seconds | memory |\n|---|---:|---:|`);
    for (const [name, costs] of figures) {
      const megabytes = Math.max(...costs.map((cost) => cost.megabytes ?? 0));
      const seconds = costs.map((cost) => cost.seconds);
      const range = `${Math.min(...seconds).toFixed(1)} … ${Math.max(...seconds).toFixed(1)}`;
      console.log(
        `| ${name} | ${median(seconds).toFixed(2)} (${range}) | ${megabytes === 0 ? '' : `${Math.round(megabytes)} MB`} |`,
      );
    }
    const ratios = (figures.get('import') ?? []).map(
      ({ seconds }, i) => seconds / (figures.get('LOAD DATA LOCAL')?.[i]?.seconds ?? 1),
    );
    console.log(`\nimport : LOAD DATA LOCAL, in each round: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`);
  } finally {
    await plain.query(`DROP DATABASE IF EXISTS ${database}`).finally(() => plain.destroy());
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first = '500000', second = '5', third = '', fourth = ''] = process.argv.slice(2);
const url = process.env['MATRIXONE_URL'];
if (first === 'step') void runStep(second, third, fourth);
else if (url === undefined) console.log('MATRIXONE_URL is not set: nothing to measure.');
else void main(url, Number(first), Number(second));
