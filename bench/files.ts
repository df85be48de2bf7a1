/**
 * What files cost: a CSV file imported, imported again and synchronised, a table and a delta written, beside sqlite3 (and DuckDB where it is
 * installed), which take turns with us. `npm run bench files [rows] [rounds]`; each step is a process of its own, so that its memory is seen.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { atSnapshot, live } from '../src/data/version.ts';
import { exportDelta } from '../src/files/exportDelta.ts';
import { exportTable } from '../src/files/exportTable.ts';
import { importFile } from '../src/files/importFile.ts';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { columns, writeFile } from './support/numbersFile.ts';

const table = { database: 'bench', table: 't' };
const types = columns.map((name) =>
  name === 'id' || name === 'flag' ? 'INTEGER' : name.startsWith('x') ? 'REAL' : 'TEXT',
);

interface Cost {
  /** Seconds by the clock, and of the processor. */
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number | null;
}

const steps: Readonly<Record<string, (store: EmbeddedStore, folder: string) => Promise<unknown>>> = {
  import: (store, folder) => load(store, path.join(folder, 'a.csv'), 'upsert'),
  'import again': (store, folder) => load(store, path.join(folder, 'b.csv'), 'upsert'),
  sync: (store, folder) => load(store, path.join(folder, 'a.csv'), 'sync'),
  export: (store, folder) => exportTable(store, { table, at: live, file: path.join(folder, 'out.csv') }),
  'delta to a file': async (store, folder) => {
    const pages = store.readDelta({ table, from: atSnapshot('s'), to: live });
    const { columns: found } = await store.table(table);
    return exportDelta({ file: path.join(folder, 'delta.csv') }, table, found, 1, pages);
  },
};

const load = (store: EmbeddedStore, file: string, mode: 'upsert' | 'sync'): Promise<unknown> =>
  importFile(store, { file, table, key: ['id'], mode, safetySnapshot: null, maxDeletes: null });

async function runStep(name: string, folder: string): Promise<void> {
  const store = EmbeddedStore.open({ path: path.join(folder, 's.db'), readOnly: false, create: true });
  await steps[name]?.(store, folder);
  await store.close();
  process.stdout.write(String(process.resourceUsage().maxRSS));
}

/** A command by bash, which tells what it took. */
function costOf(command: string, args: readonly string[]): Cost & { out: string } {
  const timed = ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', command, ...args];
  const { status, stdout, stderr } = spawnSync('bash', timed, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, cpu: user + system, megabytes: null, out: stdout };
}

function ours(name: string, folder: string): Cost {
  const args = ['--disable-warning=ExperimentalWarning', '--min-semi-space-size=12', '--max-semi-space-size=12'];
  const { out, ...cost } = costOf(process.execPath, [...args, process.argv[1] ?? '', 'step', name, folder]);
  return { ...cost, megabytes: Math.round(Number(out) / 1000) };
}

const sqlite = (file: string, ...commands: string[]): Cost => costOf('sqlite3', [file, ...commands]);
const stage = `CREATE TEMP TABLE stage (${columns.map((_, i) => `c${i} ${types[i] ?? ''}${i === 0 ? ' PRIMARY KEY' : ''}`).join(', ')})`;
const others = columns.slice(1).map((name, i) => ({ name, cell: `c${i + 1}` }));
const merge = [
  `UPDATE "bench.t" AS x SET ${others.map(({ name, cell }) => `${name} = s.${cell}`).join(', ')} FROM temp.stage s WHERE x.id = s.c0 AND (${others.map(({ name, cell }) => `x.${name} IS NOT s.${cell}`).join(' OR ')})`,
  'INSERT INTO "bench.t" SELECT * FROM temp.stage s WHERE NOT EXISTS (SELECT 1 FROM "bench.t" x WHERE x.id = s.c0) ORDER BY s.c0',
];
const remove = 'DELETE FROM "bench.t" AS x WHERE NOT EXISTS (SELECT 1 FROM temp.stage s WHERE x.id = s.c0)';

/** The statements of our merge, into a copy of our own store with its triggers. */
function sameStatements(folder: string, file: string, isSync: boolean): Cost {
  copyFileSync(path.join(folder, 's.db'), path.join(folder, 'copy.db'));
  const read = ['.mode csv', `.import --schema temp --skip 1 ${path.join(folder, file)} stage`];
  return sqlite(path.join(folder, 'copy.db'), stage, ...read, 'BEGIN', ...(isSync ? [remove] : []), ...merge, 'COMMIT');
}

const plain = (folder: string, file: string): Cost => {
  const db = path.join(folder, 'plain.db');
  rmSync(db, { force: true });
  const made = `CREATE TABLE t (${columns.map((name, i) => `${name} ${types[i] ?? ''}${i === 0 ? ' PRIMARY KEY' : ''}`).join(', ')})`;
  return sqlite(db, made, '.mode csv', `.import --skip 1 ${path.join(folder, file)} t`);
};

const duck = (folder: string): Cost | null => {
  if (spawnSync('duckdb', ['--version']).status !== 0) return null;
  const db = path.join(folder, 'd.duckdb');
  rmSync(db, { force: true });
  return costOf('duckdb', [db, '-c', `CREATE TABLE t AS SELECT * FROM read_csv('${path.join(folder, 'a.csv')}')`]);
};

const least = (costs: readonly Cost[]): Cost => costs.reduce((a, b) => (b.wall < a.wall ? b : a));
const text = ({ wall, cpu, megabytes }: Cost): string =>
  `${wall.toFixed(2)} [${cpu.toFixed(2)}]${megabytes === null ? '' : ` ${megabytes} MB`}`;

async function main(rows: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-files-'));
  const figures = new Map<string, { ours: Cost[]; theirs: Cost[]; beside: string }>();
  const note = (name: string, our: Cost, their: Cost, beside: string): void => {
    const kept = figures.get(name) ?? { ours: [], theirs: [], beside };
    kept.ours.push(our);
    kept.theirs.push(their);
    figures.set(name, kept);
  };
  const duckdb: Cost[] = [];
  try {
    const started = performance.now();
    await writeFile(path.join(folder, 'a.csv'), rows, false);
    await writeFile(path.join(folder, 'b.csv'), rows, true);
    for (let round = 0; round < rounds; round++) {
      for (const end of ['', '-wal', '-shm', '-owner', '.backup'])
        rmSync(path.join(folder, `s.db${end}`), { force: true });
      note('import', ours('import', folder), plain(folder, 'a.csv'), 'sqlite3 .import');
      const found = duck(folder);
      if (found) duckdb.push(found);
      const store = EmbeddedStore.open({ path: path.join(folder, 's.db'), readOnly: false, create: false });
      await store.createSnapshot('s', { level: 'table', table });
      await store.close();
      const again = sameStatements(folder, 'b.csv', false);
      note('import again', ours('import again', folder), again, 'the same statements by sqlite3');
      const sync = sameStatements(folder, 'a.csv', true);
      const delta = ours('delta to a file', folder);
      note('sync', ours('sync', folder), sync, 'the same statements by sqlite3');
      const select = ['-csv', '-header', path.join(folder, 'plain.db'), `.output ${path.join(folder, 'theirs.csv')}`];
      const theirs = costOf('sqlite3', [...select, 'SELECT * FROM t']);
      note('export', ours('export', folder), theirs, 'sqlite3 -csv');
      note('delta to a file', delta, theirs, 'sqlite3 -csv of the whole table');
    }
    console.log(
      `${rows} rows of 12 columns, least of ${rounds}: seconds by the clock [of the processor], memory at most\n`,
    );
    console.log('| | DeltaTrain | beside | ratio |\n|---|---:|---:|---:|');
    for (const [name, { ours: mine, theirs, beside }] of figures) {
      const [a, b] = [least(mine), least(theirs)];
      const ratio = `${(a.wall / b.wall).toFixed(1)} [${(a.cpu / b.cpu).toFixed(1)}]`;
      console.log(`| ${name} | ${text(a)} | ${beside}: ${text(b)} | ${ratio} |`);
    }
    console.log(duckdb.length > 0 ? `\nDuckDB, import: ${text(least(duckdb))}` : '\nDuckDB is not installed here.');
    console.log(`(${Math.round((performance.now() - started) / 1000)} s in all)`);
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

const [first = '500000', second = '3', third = ''] = process.argv.slice(2);
void (first === 'step' ? runStep(second, third) : main(Number(first), Number(second)));
