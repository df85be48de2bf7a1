import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ground } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = new Ground();
  await ground.run(
    'CREATE DATABASE d',
    'CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(10,2))',
    "INSERT INTO t VALUES (1, 'a', 1.50), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)",
    'DATA BRANCH CREATE TABLE b FROM t',
  );
});
afterEach(() => ground.remove());

const t = 'SELECT id, v FROM t ORDER BY id';

describe('a branch', () => {
  test('is a table of its own, and told as one', async () => {
    await ground.run("UPDATE b SET v = 'x' WHERE id = 1", 'DELETE FROM t WHERE id = 2');
    expect(await ground.rows('SELECT id, v, n FROM b ORDER BY id')).toEqual([
      '1 x 1.50',
      '2 b 2.00',
      '3 c 3.00',
      '4 d 4.00',
    ]);
    const [found] = await ground.store.branches();
    expect(found).toMatchObject({ table: { database: 'd', table: 'b' }, of: { database: 'd', table: 't' } });
    await ground.reopen();
    expect(await ground.store.branches()).toHaveLength(1);
  });

  test('keeps its constraints, its indexes and its defaults', async () => {
    await ground.run(
      "CREATE TABLE c (id INT PRIMARY KEY AUTO_INCREMENT, u INT UNIQUE, d VARCHAR(5) DEFAULT 'no', CHECK (u > 0))",
      'CREATE INDEX by_d ON c (d)',
      'INSERT INTO c (u) VALUES (1)',
      'DATA BRANCH CREATE TABLE c2 FROM c',
      'INSERT INTO c2 (u) VALUES (2)',
    );
    expect(await ground.rows('SELECT * FROM c2 ORDER BY id')).toEqual(['1 1 no', '2 2 no']);
    expect((await ground.failure('INSERT INTO c2 (u) VALUES (2)')).code).toBe('row.conflict');
    expect((await ground.failure('INSERT INTO c2 (u) VALUES (0)')).message).toContain('CHECK');
    expect((await ground.failure('DROP INDEX nothing ON c2')).message).toContain('no index');
    await ground.run('DROP INDEX by_d ON c2');
  });

  test('of a snapshot begins there', async () => {
    await ground.run('CREATE SNAPSHOT s FOR TABLE d t', "UPDATE t SET v = 'z' WHERE id = 1");
    await ground.run("DATA BRANCH CREATE TABLE old FROM t{SNAPSHOT = 's'}");
    expect(await ground.rows('SELECT v FROM old WHERE id = 1')).toEqual(['a']);
    expect(await ground.rows('DATA BRANCH DIFF old AGAINST t')).toEqual(['t UPDATE 1 z 1.50']);
    // What it pins stays when the snapshot goes.
    await ground.run('DROP SNAPSHOT s');
    expect(await ground.rows('DATA BRANCH DIFF old AGAINST t')).toEqual(['t UPDATE 1 z 1.50']);
  });

  test('pins in secret: no list has what it pins, and nobody can read or drop it', async () => {
    expect(await ground.store.snapshots()).toEqual([]);
    const names = ['__dt_branch_2', '__dt_branch_2_made'];
    for (const name of names) {
      expect((await ground.failure(`DROP SNAPSHOT ${name}`)).code).toBe('version.unknown');
      expect((await ground.failure(`SELECT * FROM t{SNAPSHOT = '${name}'}`)).code).toBe('version.unknown');
      expect((await ground.failure(`CREATE SNAPSHOT ${name} FOR TABLE d t`)).message).toContain('Take another one');
    }
    const kept = await ground.store.keptDisk(null);
    expect(kept?.snapshots).toEqual([]);
  });

  test('goes with what it pinned, by DELETE and by DROP', async () => {
    await ground.run('DATA BRANCH CREATE TABLE b2 FROM t', 'DATA BRANCH DELETE TABLE b', 'DROP TABLE b2');
    expect(await ground.store.branches()).toEqual([]);
    expect(await ground.store.keptDisk(null)).toMatchObject({ bytes: 0 });
    expect((await ground.failure('DATA BRANCH DELETE TABLE t')).code).toBe('branch.unknown');
    expect((await ground.failure('DATA BRANCH DELETE TABLE nothing')).code).toBe('table.unknown');
  });

  test('under a taken name, of no table, of a time, or in no database is refused, and nothing is left of it', async () => {
    expect((await ground.failure('DATA BRANCH CREATE TABLE b FROM t')).code).toBe('table.exists');
    expect((await ground.failure('DATA BRANCH CREATE TABLE c FROM nothing')).code).toBe('table.unknown');
    expect((await ground.failure("DATA BRANCH CREATE TABLE c FROM t{SNAPSHOT = 'no'}")).code).toBe('version.unknown');
    expect((await ground.failure('DATA BRANCH CREATE TABLE c FROM t{MO_TS = 5}')).code).toBe('sql.unsupported');
    expect((await ground.failure('DATA BRANCH CREATE TABLE nowhere.c FROM t')).code).toBe('database.unknown');
    expect((await ground.failure('DATA BRANCH CREATE TABLE c FROM t AND MORE')).code).toBe('sql.syntax');
    expect(await ground.store.branches()).toHaveLength(1);
    expect((await ground.store.tables('d')).map(({ name }) => name.table)).toEqual(['b', 't']);
  });

  test('of a database has a branch of each table, and goes as a whole', async () => {
    await ground.run('CREATE SNAPSHOT whole FOR DATABASE d', 'DELETE FROM t WHERE id = 1');
    await ground.run(
      "DATA BRANCH CREATE DATABASE e FROM d{SNAPSHOT = 'whole'}",
      'DATA BRANCH CREATE DATABASE f FROM d',
    );
    expect(await ground.rows('SELECT COUNT(*) FROM e.t')).toEqual(['4']);
    expect(await ground.rows('SELECT COUNT(*) FROM f.t')).toEqual(['3']);
    expect(await ground.rows('DATA BRANCH DIFF e.t AGAINST d.t OUTPUT SUMMARY')).toEqual([
      'INSERTED 0 0',
      'DELETED 0 1',
      'UPDATED 0 0',
    ]);
    expect((await ground.failure('DATA BRANCH DELETE DATABASE d')).code).toBe('branch.unknown');
    await ground.run('DATA BRANCH DELETE DATABASE e', 'DATA BRANCH DELETE DATABASE f');
    expect(await ground.store.databases()).toEqual(['d']);
  });
});

describe('DIFF of two tables', () => {
  test('shows what each changed since they were one: one row a key, net by value, alike left out', async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id = 1",
      "UPDATE b SET v = 'b2' WHERE id = 2",
      "UPDATE b SET v = 'b' WHERE id = 2",
      'DELETE FROM b WHERE id = 3',
      'DELETE FROM t WHERE id = 3',
      "INSERT INTO b VALUES (9, 'n', 9), (8, 'alike', 8)",
      "INSERT INTO t VALUES (8, 'alike', 8), (7, 'm', 7)",
      "UPDATE t SET v = 'y' WHERE id = 1",
      'DELETE FROM t WHERE id = 4',
    );
    const diff = await ground.run('DATA BRANCH DIFF b AGAINST t');
    expect(diff.titles).toEqual(['diff b against t', 'flag', 'id', 'v', 'n']);
    const rows = [
      'b UPDATE 1 x 1.50',
      't UPDATE 1 y 1.50',
      't DELETE 4 d 4.00',
      't INSERT 7 m 7.00',
      'b INSERT 9 n 9.00',
    ];
    expect(diff.rows).toEqual(rows);
    expect((await ground.rows('DATA BRANCH DIFF t AGAINST b')).toSorted()).toEqual(rows.toSorted());
    expect(await ground.rows('DATA BRANCH DIFF d.b AGAINST t OUTPUT LIMIT 2')).toEqual(rows.slice(0, 2));
    expect(await ground.rows('DATA BRANCH DIFF b AGAINST t OUTPUT LIMIT 0')).toEqual([]);
    expect(await ground.run('DATA BRANCH DIFF d.b AGAINST t OUTPUT SUMMARY')).toMatchObject({
      titles: ['metric', 'd.b', 't'],
      rows: ['INSERTED 1 1', 'DELETED 0 1', 'UPDATED 1 1'],
    });
    expect(await ground.rows('DATA BRANCH DIFF b AGAINST t OUTPUT COUNT')).toEqual(['5']);
    expect(await ground.run('DATA BRANCH DIFF b AGAINST t COLUMNS (v, ID, v) OUTPUT LIMIT 1')).toMatchObject({
      titles: ['diff b against t', 'flag', 'v', 'id'],
      rows: ['b UPDATE x 1'],
    });
    expect((await ground.failure('DATA BRANCH DIFF b AGAINST t COLUMNS (w)')).code).toBe('column.unknown');
  });

  test('finds where siblings, a branch of a branch, and branches of a table that is gone were one', async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id = 1",
      'DATA BRANCH CREATE TABLE leaf FROM b',
      "UPDATE leaf SET v = 'leaf' WHERE id = 2",
      'DATA BRANCH CREATE TABLE sibling FROM t',
      'DELETE FROM sibling WHERE id = 3',
    );
    expect(await ground.rows('DATA BRANCH DIFF leaf AGAINST t')).toEqual([
      'leaf UPDATE 1 x 1.50',
      'leaf UPDATE 2 leaf 2.00',
    ]);
    const siblings = ['leaf UPDATE 1 x 1.50', 'leaf UPDATE 2 leaf 2.00', 'sibling DELETE 3 c 3.00'];
    expect(await ground.rows('DATA BRANCH DIFF leaf AGAINST sibling')).toEqual(siblings);
    await ground.run('DROP TABLE b', 'DROP TABLE t');
    await ground.reopen();
    expect(await ground.rows('DATA BRANCH DIFF leaf AGAINST sibling')).toEqual(siblings);
    await ground.run('DATA BRANCH MERGE leaf INTO sibling');
    expect(await ground.rows('SELECT id, v FROM sibling ORDER BY id')).toEqual(['1 x', '2 leaf', '4 d']);
    await ground.run('DATA BRANCH DELETE TABLE leaf', 'DATA BRANCH DELETE TABLE sibling');
    expect(await ground.store.keptDisk(null)).toMatchObject({ bytes: 0 });
  });

  test('of a version of each, and of a table from before its branch was made', async () => {
    await ground.run(
      'CREATE SNAPSHOT before_it FOR TABLE d t',
      "UPDATE t SET v = 'y' WHERE id = 1",
      'DATA BRANCH CREATE TABLE c FROM t',
      "UPDATE c SET v = 'c1' WHERE id = 2",
      'CREATE SNAPSHOT of_c FOR TABLE d c',
      "UPDATE c SET v = 'c2' WHERE id = 3",
    );
    expect(await ground.run("DATA BRANCH DIFF c{SNAPSHOT = 'of_c'} AGAINST t")).toMatchObject({
      rows: ['c UPDATE 2 c1 2.00'],
    });
    expect(await ground.rows("DATA BRANCH DIFF c AGAINST t{SNAPSHOT = 'before_it'}")).toEqual([
      'c UPDATE 1 y 1.50',
      'c UPDATE 2 c1 2.00',
      'c UPDATE 3 c2 3.00',
    ]);
  });

  test('stays right after a RESTORE and a TRUNCATE of either side', async () => {
    await ground.run(
      'CREATE SNAPSHOT s FOR TABLE d t',
      "UPDATE t SET v = 'z' WHERE id < 3",
      'DELETE FROM b WHERE id = 1',
    );
    await ground.run("RESTORE TABLE d.t {SNAPSHOT = 's'}");
    expect(await ground.rows('DATA BRANCH DIFF b AGAINST t')).toEqual(['b DELETE 1 a 1.50']);
    await ground.run('DATA BRANCH MERGE b INTO t WHEN CONFLICT ACCEPT');
    // The server's MERGE answers OK and leaves the row (its lineage is lost with RESTORE).
    expect(await ground.rows(t)).toEqual(['2 b', '3 c', '4 d']);
    await ground.run('TRUNCATE TABLE b', "INSERT INTO b VALUES (2, 'b', 2)");
    expect(await ground.rows('DATA BRANCH DIFF b AGAINST t')).toEqual(['b DELETE 3 c 3.00', 'b DELETE 4 d 4.00']);
  });

  test('of tables that never were one has their whole rows, and a merge never deletes', async () => {
    await ground.run(
      'CREATE TABLE u (id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(10,2))',
      "INSERT INTO u VALUES (1, 'a', 1.50), (2, 'other', 2), (9, 'nine', 9)",
    );
    expect(await ground.rows('DATA BRANCH DIFF u AGAINST t')).toEqual([
      'u INSERT 2 other 2.00',
      't INSERT 2 b 2.00',
      't INSERT 3 c 3.00',
      't INSERT 4 d 4.00',
      'u INSERT 9 nine 9.00',
    ]);
    expect((await ground.failure('DATA BRANCH MERGE u INTO t')).code).toBe('branch.conflict');
    await ground.run('DATA BRANCH MERGE u INTO t WHEN CONFLICT ACCEPT');
    expect(await ground.rows(t)).toEqual(['1 a', '2 other', '3 c', '4 d', '9 nine']);
  });

  test('of other columns is refused with what differs', async () => {
    await ground.run('ALTER TABLE b ADD COLUMN more INT');
    for (const sql of ['DATA BRANCH DIFF b AGAINST t', 'DATA BRANCH MERGE b INTO t', 'DATA BRANCH MERGE t INTO b']) {
      const failure = await ground.failure(sql);
      expect(failure.code).toBe('delta.schemaChanged');
      expect(failure.message).toMatch(
        /^d\.([bt]) and d\.(?!\1)[bt] do not have the same columns \(more INT\)\. Add and drop columns \(ALTER TABLE\)/,
      );
    }
    await ground.run('ALTER TABLE t ADD COLUMN more INT', 'CREATE SNAPSHOT later FOR TABLE d b');
    for (const [sql, side] of [
      ['DATA BRANCH DIFF b AGAINST t', 'd.b as it is now'],
      ["DATA BRANCH DIFF b{SNAPSHOT = 'later'} AGAINST t", 'd.b at the snapshot later'],
    ] as const)
      expect((await ground.failure(sql)).message).toContain(
        `${side} and d.b where the two parted do not have the same columns (more INT)`,
      );
  });

  test('with keys of several columns, numbers beyond 2^53 and without a sign, in their order', async () => {
    await ground.run(
      'CREATE TABLE w (a BIGINT UNSIGNED, k VARCHAR(5), x DOUBLE, j JSON, y VARBINARY(5), z BIGINT, PRIMARY KEY (a, k))',
      `INSERT INTO w VALUES (18446744073709551615, 'p', 0.1, '{"a": 1}', x'00ff', 9007199254740993), (1, 'q', NULL, NULL, NULL, NULL)`,
      'DATA BRANCH CREATE TABLE w2 FROM w',
      'UPDATE w2 SET z = z + 1',
      "DELETE FROM w2 WHERE k = 'q'",
    );
    expect(await ground.rows('DATA BRANCH DIFF w2 AGAINST w COLUMNS (a, k, z, j)')).toEqual([
      'w2 DELETE 1 q null null',
      'w2 UPDATE 18446744073709551615 p 9007199254740994 {"a": 1}',
    ]);
    await ground.run("DATA BRANCH PICK w2 INTO w KEYS ((18446744073709551615, 'p'))");
    expect(await ground.rows('SELECT k, z FROM w ORDER BY k')).toEqual(['p 9007199254740994', 'q null']);
    expect((await ground.failure('DATA BRANCH PICK w2 INTO w KEYS (1)')).code).toBe('sql.syntax');
  });

  test('OUTPUT AS makes a table of the rows', async () => {
    await ground.run("UPDATE b SET v = 'x' WHERE id = 1", 'DELETE FROM t WHERE id = 2');
    expect(await ground.run('DATA BRANCH DIFF b AGAINST t OUTPUT AS d.changes')).toMatchObject({
      titles: ['TABLE CREATED'],
      rows: ['`d`.`changes`'],
    });
    expect(await ground.rows('SELECT * FROM changes ORDER BY id')).toEqual(['b UPDATE 1 x 1.50', 't DELETE 2 b 2.00']);
    expect((await ground.failure('DATA BRANCH DIFF b AGAINST t OUTPUT AS d.changes')).code).toBe('table.exists');
  });
});
