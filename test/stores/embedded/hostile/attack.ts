/** One attack: a store with a payload in one place, and everything that is done with a store. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Failure } from '../../../../src/base/failure.ts';
import { sha256 } from '../../../../src/base/sha256.ts';
import type { LocalStore } from '../../../../src/data/store.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { rowsOf } from '../../reading.ts';
import type { Kind, Targets } from './kinds.ts';
import { type Place, plant } from './places.ts';

const table = { database: 'd', table: 't' };
const dropped = { database: 'd', table: 'gone' };

/** `outside/` is what no attack may reach; `inside/` holds the store. */
export class Ground {
  readonly targets: Targets;
  readonly #root: string;
  readonly #base: string;

  constructor(root: string) {
    this.#root = root;
    this.#base = join(root, 'base.db');
    this.targets = { made: join(root, 'outside', 'made.db'), kept: join(root, 'outside', 'kept.db') };
  }

  /** A table with a key and an index, one without, one that was dropped, a snapshot of each, and of all; many that have none. */
  async prepare(): Promise<void> {
    const store = EmbeddedStore.open({ path: this.#base, readOnly: false, create: true });
    const run = (sql: string): Promise<unknown> => store.write([{ sql, values: [] }]);
    await run('CREATE DATABASE d');
    await run('CREATE TABLE d.t (id INT PRIMARY KEY, v TEXT, n INT)');
    await run('CREATE INDEX ix ON d.t (v)');
    await run(`INSERT INTO d.t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)`);
    await run('CREATE TABLE d.bag (v TEXT, n INT)');
    await run(`INSERT INTO d.bag VALUES ('x', 1), ('x', 1)`);
    await run('CREATE TABLE d.gone (id INT PRIMARY KEY, v TEXT)');
    await run('CREATE INDEX gx ON d.gone (v)');
    await run(`INSERT INTO d.gone VALUES (1, 'a')`);
    await store.createSnapshot('v1', { level: 'table', table });
    await store.createSnapshot('all1', { level: 'database', database: 'd' });
    await run(`UPDATE d.t SET v = 'z' WHERE id = 1`);
    await run('DROP TABLE d.gone');
    await run('DATA BRANCH CREATE TABLE d.leaf FROM d.t');
    await run(`UPDATE d.leaf SET v = 'leaf' WHERE id = 2`);
    // So many that their logs and triggers are written into the schema in one step.
    await run('CREATE DATABASE m');
    for (let i = 0; i < 9; i++) await run(`CREATE TABLE m.t${i} (id INT PRIMARY KEY, v TEXT)`);
    await store.close();
    rmSync(`${this.#base}.backup`, { force: true });
  }

  /** A store that was made elsewhere. */
  take(file: Uint8Array): void {
    writeFileSync(this.#base, file);
  }

  /** A clean ground with a copy of the store. */
  reset(): string {
    for (const folder of ['inside', 'outside']) {
      rmSync(join(this.#root, folder), { recursive: true, force: true });
      mkdirSync(join(this.#root, folder));
    }
    writeFileSync(this.targets.kept, '');
    const path = join(this.#root, 'inside', 'store.db');
    copyFileSync(this.#base, path);
    return path;
  }

  /** What lies outside, by name and content, and where this program runs. */
  outside(): string {
    const folder = join(this.#root, 'outside');
    const files = readdirSync(folder).sort();
    return JSON.stringify([
      files.map((name) => [name, sha256(readFileSync(join(folder, name)))]),
      readdirSync('.').sort(),
    ]);
  }

  strangers(): string[] {
    return readdirSync(join(this.#root, 'inside')).filter(
      (name) => !/^store\.db(?:-wal|-shm|-journal|\.backup)?$/.test(name),
    );
  }
}

/** As a program that guards nothing opens a file. */
export const openBare = (path: string): DatabaseSync =>
  new DatabaseSync(path, { defensive: false, enableDoubleQuotedStringLiterals: true });

/** Puts the payload there with SQLite alone, as a person would; then what would give it away is put back as it was. */
export function tamper(path: string, place: Place, formIndex: number, payload: SQLInputValue): boolean {
  const form = place.forms[formIndex % place.forms.length];
  if (!form) throw new Error('no form');
  const strict = place.table.startsWith('_dt_') && typeof payload !== 'string' ? place.table : null;
  const rewrite = (change: (db: DatabaseSync) => void): void => {
    const db = openBare(path);
    try {
      change(db);
    } finally {
      db.close();
    }
  };
  const setText = (from: string, to: string): void =>
    rewrite((db) => {
      db.exec('PRAGMA writable_schema = ON');
      db.prepare('UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?').run(from, to, strict);
    });
  let done = true;
  if (strict !== null) setText(') STRICT', `) /* */`);
  rewrite((db) => {
    try {
      plant(db, place, form, payload);
    } catch {
      // What SQLite itself does not take anywhere cannot come in a file either.
      done = false;
    }
  });
  if (strict !== null) setText(') /* */', ') STRICT');
  return done;
}

/** What came of it: an answer, or the code of a failure and what it says. Anything else that is thrown is a bug, and is thrown. */
async function outcome(work: () => Promise<unknown>): Promise<{ code: string; message: string } | null> {
  try {
    const rows = await work();
    // The cells of the row that is put back are the log's, where a payload may stand as any other text.
    const isRight = typeof rows !== 'string' || /^\[\[1,.*\],\[2,"b"\],\[3,"c"\]\]$/s.test(rows);
    return isRight ? null : { code: 'wrong rows', message: rows };
  } catch (error) {
    if (error instanceof Failure) return { code: String(error.code), message: error.message };
    throw error;
  }
}

export interface Result {
  readonly operation: string;
  readonly code: string;
  readonly message: string;
}

type Operations = Readonly<Record<string, (store: LocalStore) => Promise<unknown>>>;

const operations: Operations = {
  async list(store) {
    for (const database of await store.databases()) await store.tables(database);
    return store.snapshots();
  },
  async delta(store) {
    const request = { table, from: atSnapshot('v1'), to: live };
    await store.countDelta(request);
    for await (const page of store.readDelta(request)) void page;
  },
  async rows(store) {
    for await (const page of store.readRows({ table, at: live, columns: ['id', 'v'], order: 'key' })) void page;
    for await (const page of store.query({ sql: 'SELECT * FROM d.t WHERE v > 0' })) void page;
  },
  async branch(store) {
    await store.branches();
    for (const sql of [
      'DATA BRANCH DIFF d.leaf AGAINST d.t',
      'DATA BRANCH DIFF d.t AGAINST d.leaf OUTPUT SUMMARY',
      'DATA BRANCH PICK d.leaf INTO d.t KEYS (2) WHEN CONFLICT ACCEPT',
      'DATA BRANCH MERGE d.leaf INTO d.t WHEN CONFLICT SKIP',
      'DATA BRANCH CREATE TABLE d.twig FROM d.leaf',
      'DATA BRANCH DELETE TABLE d.leaf',
    ])
      for await (const page of store.query({ sql })) void page;
  },
  async restore(store) {
    await store.restore(await store.previewRestore({ level: 'table', table: dropped }, 'all1'), 'safe1');
    await store.restore(await store.previewRestore({ level: 'table', table }, 'v1'), 'safe2');
    return JSON.stringify(await rowsOf(store, table, live, ['id', 'v']));
  },
  async shape(store) {
    const run = (sql: string): Promise<unknown> => store.write([{ sql, values: [] }]);
    await run('ALTER TABLE d.t RENAME COLUMN n TO m');
    await run('TRUNCATE TABLE d.t');
    await run('CREATE TABLE d.copy LIKE d.t');
    await run('ALTER TABLE d.bag RENAME TO d.bag2');
  },
  pin: (store) => store.createSnapshot('many1', { level: 'database', database: 'm' }),
  compact: (store) => store.compact(),
};

/** Of a store whose tables are not the ones of `prepare`. */
export const anyOperations: Operations = {
  async list(store) {
    for (const database of await store.databases()) await store.tables(database);
    return store.snapshots();
  },
  async rows(store) {
    for (const { name: snapshot, tables } of await store.snapshots())
      for (const { table: named } of tables ?? []) {
        const of = { database: 'shop', table: named };
        const { columns } = await store.table(of, atSnapshot(snapshot));
        const names = columns.map(({ name }) => name);
        for await (const page of store.readRows({ table: of, at: atSnapshot(snapshot), columns: names, order: 'key' }))
          void page;
      }
  },
  async restore(store) {
    await store.restore(await store.previewRestore({ level: 'database', database: 'shop' }, 'v1'), 'safe1');
  },
  compact: (store) => store.compact(),
};

/** Everything that is done with a store; the failures, by operation. */
export async function workOn(path: string, work: Operations = operations): Promise<Result[]> {
  const results: Result[] = [];
  let store: EmbeddedStore | undefined;
  const note = async (operation: string, work: () => Promise<unknown>): Promise<void> => {
    const failure = await outcome(work);
    if (failure) results.push({ operation, ...failure });
  };
  await note('open', async () => {
    store = EmbeddedStore.open({ path, readOnly: false, create: false });
  });
  const opened = store;
  if (!opened) return results;
  try {
    for (const [operation, does] of Object.entries(work)) await note(operation, () => does(opened));
  } finally {
    await opened.close();
  }
  return results;
}

/** What the payload does where nobody guards a store: run as a statement, the way 0.1 ran what a file held. */
export function actsBare(ground: Ground, kind: Kind): boolean {
  const path = ground.reset();
  const state = (): string => {
    const db = openBare(path);
    try {
      const all = (sql: string): unknown => db.prepare(sql).all();
      return JSON.stringify([
        all('SELECT type, name, sql FROM sqlite_schema'),
        all('SELECT * FROM _dt_databases'),
        all('SELECT count(*) AS n FROM _dt_states'),
        all('SELECT database, name FROM _dt_tables'),
        all('PRAGMA user_version'),
        all('PRAGMA application_id'),
      ]);
    } catch (error) {
      return String(error);
    } finally {
      db.close();
    }
  };
  const before = [ground.outside(), state()];
  const db = openBare(path);
  try {
    db.exec(String(kind.text(ground.targets)));
  } finally {
    db.close();
  }
  return JSON.stringify([ground.outside(), state()]) !== JSON.stringify(before);
}
