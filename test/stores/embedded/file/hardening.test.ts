// What a connection is kept from, on this Node and (npm run floor) on the oldest: the engine's own guards where there are some, and
// on every one of them that a call runs one statement and no more.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { FileConnection } from '../../../../src/stores/embedded/sqlite/driver.ts';
import { scratchFolder } from '../../embeddedBackend.ts';

/** What the engine of this Node offers besides. */
const offers = {
  authorizer: 'setAuthorizer' in DatabaseSync.prototype,
  defensive: 'enableDefensive' in DatabaseSync.prototype,
};

describe(`a connection, on Node ${process.version}`, () => {
  let folder: ReturnType<typeof scratchFolder>;
  let db: FileConnection;
  const open = (vacuum = false): FileConnection =>
    new FileConnection({
      path: join(folder.path, 'a.db'),
      readOnly: false,
      busyTimeout: 100,
      backup: () => null,
      vacuum,
    });
  const made = (): string => join(folder.path, 'made.db');
  beforeEach(() => {
    folder = scratchFolder();
    db = open();
    db.exec('CREATE TABLE t (a INTEGER, b TEXT) STRICT');
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  test.each([
    ['two statements', `DELETE FROM t; DELETE FROM t`],
    ['a second one behind a comment', `DELETE FROM t; /* */ DELETE FROM t`],
    ['a second one behind a quoted semicolon', `DELETE FROM t WHERE b = ';'; DELETE FROM t`],
    ['a second one behind a trigger', `CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END; DELETE FROM t`],
    [
      'a trigger that ends before its text',
      `CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END DELETE FROM t; END`,
    ],
    ['a text behind NUL', `DELETE FROM t\0; DELETE FROM t`],
  ])('runs no part of %s', (_, sql) => {
    db.run(`INSERT INTO t VALUES (1, 'x')`);
    for (const call of [
      () => db.exec(sql),
      () => db.run(sql),
      () => db.all(sql),
      () => db.get(sql),
      () => db.open(sql),
    ])
      expect(call).toThrow(Failure);
    expect(db.value('SELECT count(*) FROM t')).toBe(1);
  });

  test('takes one statement with semicolons in quotes, names and comments, and one at its end', () => {
    db.exec(`INSERT INTO t VALUES (1, 'a;b') /* ; */ -- ;\n;  `);
    db.exec('CREATE TABLE "x;y" ([a;b] TEXT)');
    db.exec(
      'CREATE TRIGGER g AFTER INSERT ON "x;y" BEGIN INSERT INTO t VALUES (2, \';\'); DELETE FROM t WHERE a = 1; END',
    );
    db.run(`INSERT INTO "x;y" VALUES ('z;')`);
    expect(db.all('SELECT a, b FROM t;')).toEqual([[2, ';']]);
  });

  test('gives each numbered parameter its value', () => {
    expect(db.get(`SELECT ?2, ?1, '?1', ?2`, 'a', 'b')).toEqual(['b', 'a', '?1', 'b']);
    expect(db.get(`SELECT ?, '?1', ?`, 'a', 'b')).toEqual(['a', '?1', 'b']);
  });

  test('calls nothing of ours from a schema, loads no program, and lets nobody write the schema by hand', () => {
    db.addFunction('ours', () => 1, { deterministic: true });
    const bare = new DatabaseSync(join(folder.path, 'a.db'));
    bare.function('ours', { varargs: true }, () => 1);
    bare.exec('CREATE TABLE u (a INTEGER CHECK (ours(a) = 1))');
    bare.close();
    expect(() => db.run('INSERT INTO u VALUES (1)')).toThrow('unsafe use of ours()');
    expect(() => db.value(`SELECT load_extension('x')`)).toThrow();
    expect(db.value('PRAGMA trusted_schema')).toBe(0);
    expect(db.value('PRAGMA mmap_size')).toBe(0);
    expect(db.value('PRAGMA cell_size_check')).toBe(1);
  });

  test.runIf(offers.defensive)('has the defensive mode of this Node', () => {
    expect(() => db.run(`UPDATE sqlite_schema SET sql = 'x'`)).toThrow();
    db.exec('CREATE TABLE v (a INTEGER)');
    const bare = new DatabaseSync(join(folder.path, 'a.db'), { defensive: false });
    bare.exec('PRAGMA writable_schema = ON');
    expect(() => bare.prepare('UPDATE sqlite_schema SET sql = sql').run()).not.toThrow();
    bare.close();
  });

  test('lets nobody write the schema by hand after many definitions were made at once, also when that failed', () => {
    db.exec('CREATE TABLE g (a INTEGER)');
    db.exec(`INSERT INTO g VALUES (1)`);
    const many = (mark: string, body: string) =>
      ['table', 'trigger'].flatMap((type) =>
        Array.from({ length: 80 }, (_, i) => {
          const name = `_dt_${type}${mark}_${i}`;
          return type === 'table'
            ? { type, name, table: name, sql: `CREATE TABLE ${name} (a INTEGER UNIQUE)` }
            : { type, name, table: 'g', sql: `CREATE TRIGGER ${name} AFTER INSERT ON "g" BEGIN ${body}; END` };
        }),
      ) as Parameters<typeof db.addDefinitions>[0];
    const shape = () => db.all('SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema ORDER BY name');
    db.transaction('write', () => db.addDefinitions(many('a', 'DELETE FROM g WHERE a = 7')));
    db.run('INSERT INTO g VALUES (7)');
    expect(db.all('SELECT a FROM g')).toEqual([[1]]);
    const before = shape();
    expect(before.length).toBeGreaterThan(80 * 3);
    db.transaction('write', () => {
      expect(() => db.addDefinitions(many('b', 'SELEC 1'))).toThrow();
      expect(() => db.addDefinitions(many('a', 'DELETE FROM g'))).toThrow();
      // What was done before in the same transaction stays.
      db.run('INSERT INTO g VALUES (2)');
    });
    expect(shape()).toEqual(before);
    expect(db.all('SELECT a FROM g')).toEqual([[1], [2]]);
    expect(() => db.run(`UPDATE sqlite_schema SET sql = 'x'`)).toThrow();
    if (offers.authorizer) expect(() => db.exec('PRAGMA writable_schema = ON')).toThrow();
    expect(db.value('PRAGMA integrity_check')).toBe('ok');
    // Another connection reads the same.
    const other = open();
    expect(other.all('SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema ORDER BY name')).toEqual(
      before,
    );
    other.close();
  });

  test.runIf(offers.authorizer)('attaches nothing, makes no view and no virtual table, asked in whichever way', () => {
    for (const sql of [
      `ATTACH '${made()}' AS x`,
      `ATTACH 'file:${made()}?mode=rwc' AS x`,
      `VACUUM INTO '${made()}'`,
      'CREATE VIEW w AS SELECT 1',
      'CREATE TEMP VIEW w AS SELECT 1',
      'CREATE VIRTUAL TABLE f USING fts5(a)',
      'PRAGMA writable_schema = ON',
    ])
      expect(() => db.exec(sql), sql).toThrow();
    const vacuum = open(true);
    expect(() => vacuum.exec(`ATTACH '${made()}' AS x`)).toThrow(Failure);
    expect(() => vacuum.exec(`VACUUM INTO '${made()}'`)).toThrow(Failure);
    vacuum.exec('VACUUM');
    vacuum.close();
    expect(existsSync(made())).toBe(false);
    expect(readdirSync(folder.path)).toEqual(['a.db']);
  });
});
