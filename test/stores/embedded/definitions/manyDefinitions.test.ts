// Logs and triggers of many tables are written into the schema by hand: no text of a file comes with them, what stands there stays as it
// is to the letter, and nothing that ends the step on its way leaves a trace of it.
import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { addDefinitions, type Definition } from '../../../../src/stores/embedded/sqlite/manyDefinitions.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { manyDefinitions } from './manyOnes.ts';

const many = { level: 'database', database: 'many' } as const;

/** Names that would end what they stand in, were they not quoted. */
const odd = [
  'a"b',
  "a'b",
  'a`b',
  'a]b',
  'a;b',
  'a--b',
  'a/*b',
  'BEGIN',
  'END',
  'new',
  'e"; DROP TABLE x; --',
  'a(b',
  'a)b',
  '(',
];

describe('the logs and triggers of many tables', () => {
  let folder: ReturnType<typeof scratchFolder>;
  const at = (name: string): string => join(folder.path, name);
  const bare = <T>(path: string, work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(path, { defensive: false });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  const schemaOf = (path: string): unknown[] =>
    bare(path, (db) => db.prepare('SELECT * FROM sqlite_schema ORDER BY name, type').all());
  const isSound = (path: string): boolean =>
    bare(path, (db) => Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0] === 'ok');

  beforeEach(async () => {
    folder = scratchFolder();
    const store = EmbeddedStore.open({ path: at('store.db'), readOnly: false, create: true });
    const run = (sql: string): Promise<unknown> => store.write([{ sql, values: [] }]);
    await run('CREATE DATABASE many');
    for (const name of odd) {
      const quoted = `\`${name.replaceAll('`', '``')}\``;
      await run(`CREATE TABLE many.${quoted} (id INT PRIMARY KEY, ${quoted} VARCHAR(20), UNIQUE (${quoted}))`);
      await run(`INSERT INTO many.${quoted} VALUES (1, 'x'), (2, 'y')`);
    }
    await run('CREATE TABLE many.bag (a INT, b TEXT)');
    await store.close();
  });
  afterEach(() => folder.remove());

  test('are the same as those that are made one by one, under whatever names', async () => {
    for (const way of ['together', 'alone']) {
      copyFileSync(at('store.db'), at(`${way}.db`));
      const store = EmbeddedStore.open({ path: at(`${way}.db`), readOnly: false, create: false });
      if (way === 'together') await store.createSnapshot('v', many);
      else
        for (const [i, { name }] of (await store.tables('many')).entries())
          await store.createSnapshot(`v${i}`, { level: 'table', table: name });
      await store.close();
    }
    const ours = (path: string): unknown[] =>
      bare(path, (db) => db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name, type').all());
    expect(ours(at('together.db'))).toEqual(ours(at('alone.db')));
    expect(isSound(at('together.db'))).toBe(true);
  });

  test('come whole or not at all, whichever statement is the last before the process is gone', () => {
    const path = at('store.db');
    const before = schemaOf(path);
    const definitions = manyDefinitions(path);
    expect(definitions.length).toBeGreaterThan(64);
    let looked = 0;
    let pending = 0;
    /** The files as they lie on disk now are what a killed process leaves. */
    const look = (): void => {
      for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, at(`left.db${end}`));
      if (existsSync(at('left.db-wal')) && statSync(at('left.db-wal')).size > 0) pending++;
      expect(isSound(at('left.db'))).toBe(true);
      expect(schemaOf(at('left.db'))).toEqual(before);
      looked++;
    };
    bare(path, (db) => {
      // Every page that is changed goes to disk at once, so that much of what is not committed lies there.
      db.exec('PRAGMA cache_size = 1');
      const watched = new Proxy(db, {
        get(target, name) {
          const found: unknown = Reflect.get(target, name);
          if (typeof found !== 'function') return found;
          return (...args: unknown[]): unknown => {
            if (name === 'exec' || name === 'prepare') look();
            return (found as (...given: unknown[]) => unknown).apply(target, args);
          };
        },
      });
      db.exec('BEGIN IMMEDIATE');
      addDefinitions(watched, (work) => work(), definitions);
      watched.exec('COMMIT');
    });
    // Its savepoint, the schema put aside and written again, each table and index, the commit.
    expect(looked).toBeGreaterThan(30);
    expect(pending).toBeGreaterThan(20);
    expect(isSound(path)).toBe(true);
    expect(schemaOf(path).length).toBe(before.length + definitions.length);
  });

  const broken: readonly (readonly [what: string, change: (one: Definition) => Definition, says: RegExp])[] = [
    [
      'a text that is another kind',
      (one) => ({ ...one, sql: 'CREATE VIEW v AS SELECT 1' }),
      /is no definition of ours/,
    ],
    ['a statement in its place', (one) => ({ ...one, sql: `ATTACH 'x' AS pw; ${one.sql}` }), /one statement at a time/],
    ['a name that is not ours', (one) => ({ ...one, name: 'many.bag' }), /is no definition of ours/],
    ['the name of a table of ours', (one) => ({ ...one, name: '_dt_meta' }), /is no definition of ours/],
    ['another table', (one) => ({ ...one, table: '_dt_meta' }), /is no definition of ours/],
    [
      'a text that SQLite cannot read',
      (one) => ({ ...one, sql: one.sql.replace(one.type === 'trigger' ? ' BEGIN ' : / \((?!.* \()/, '$&, nonsense ') }),
      /malformed|near "/,
    ],
    [
      'a second statement behind it',
      (one) => ({ ...one, sql: `${one.sql}; DROP TABLE _dt_meta` }),
      /one statement at a time|is no definition of ours/,
    ],
  ];
  const kinds = ['table', 'index', 'trigger'] as const;

  test.each(kinds.flatMap((type) => broken.map(([what, change, says]) => [type, what, change, says] as const)))(
    'a %s with %s ends the step, and the file is as it was',
    (type, _, change, says) => {
      const path = at('store.db');
      const before = schemaOf(path);
      const all = manyDefinitions(path);
      const which = all.findIndex((one) => one.type === type);
      const definitions = all.map((one, i) => (i === which ? change(one) : one));
      bare(path, (db) => {
        db.exec('BEGIN IMMEDIATE');
        expect(() => addDefinitions(db, (work) => work(), definitions)).toThrow(says);
        // The connection goes on with the schema that stands in the file.
        db.exec('INSERT INTO "many.bag" VALUES (7, \'goes on\')');
        db.exec('COMMIT');
      });
      expect(schemaOf(path)).toEqual(before);
      expect(isSound(path)).toBe(true);
    },
  );

  test('leave what other programs made beside ours as it is, whatever kind of file it is', async () => {
    for (const mode of ['NONE', 'FULL', 'INCREMENTAL']) {
      const path = at(`${mode}.db`);
      copyFileSync(at('store.db'), path);
      bare(path, (db) => {
        db.exec(`PRAGMA journal_mode = DELETE`);
        db.exec(`PRAGMA auto_vacuum = ${mode}`);
        db.exec('VACUUM');
        db.exec('CREATE TABLE audit (n INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT UNIQUE) STRICT');
        db.exec('CREATE TABLE flat (a TEXT PRIMARY KEY, b BLOB) WITHOUT ROWID');
        db.exec('CREATE VIEW seen AS SELECT * FROM audit JOIN flat');
        db.exec('CREATE VIRTUAL TABLE found USING fts5(words)');
        db.exec('CREATE TRIGGER follow AFTER UPDATE ON "many.bag" BEGIN INSERT INTO audit (t) VALUES (new.b); END');
        db.exec('CREATE INDEX lower_b ON "many.bag" (lower(b)) WHERE a > 0');
        db.exec(`INSERT INTO found VALUES ('one two')`);
        db.exec('ANALYZE');
      });
      const before = schemaOf(path) as { name: string; rootpage: number }[];
      const store = EmbeddedStore.open({ path, readOnly: false, create: false });
      await store.createSnapshot('v', many);
      await store.write([{ sql: `INSERT INTO many.bag VALUES (1, 'b')`, values: [] }]);
      await store.write([{ sql: `UPDATE many.bag SET b = 'c'`, values: [] }]);
      await store.close();
      const after = schemaOf(path) as { name: string; rootpage: number }[];
      // Root pages too: a page that moves would be another table's rows.
      expect(after.filter(({ name }) => !/^_dt_[a-z]+_\d+$/.test(name))).toEqual(
        before.filter(({ name }) => !/^_dt_[a-z]+_\d+$/.test(name)),
      );
      expect(isSound(path)).toBe(true);
      bare(path, (db) => {
        expect(db.prepare('SELECT t FROM audit').all()).toEqual([{ t: 'c' }]);
        expect(db.prepare(`SELECT words FROM found WHERE found MATCH 'two'`).all()).toEqual([{ words: 'one two' }]);
      });
    }
  });
});
