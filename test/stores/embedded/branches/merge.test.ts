import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ground } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = new Ground();
  await ground.run(
    'CREATE DATABASE d',
    'CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))',
    "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')",
    'DATA BRANCH CREATE TABLE b FROM t',
  );
});
afterEach(() => ground.remove());

const t = 'SELECT id, v FROM t ORDER BY id';

test('a table is not merged into itself, nor picked from', async () => {
  for (const sql of ['DATA BRANCH MERGE t INTO t', 'DATA BRANCH PICK d.t INTO t KEYS (1)']) {
    const failure = await ground.failure(sql);
    expect(failure).toMatchObject({ code: 'usage.wrong' });
    expect(failure.message).toContain('of d.t into itself: name the branch first');
  }
});

describe('MERGE', () => {
  test('brings what changed, leaves what the table changed itself, and says how many rows', async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id = 1",
      'DELETE FROM b WHERE id = 2',
      "INSERT INTO b VALUES (9, 'n')",
      "UPDATE t SET v = 'own' WHERE id = 3",
    );
    expect((await ground.run('DATA BRANCH MERGE b INTO t')).affected).toBe(3);
    expect(await ground.rows(t)).toEqual(['1 x', '3 own', '4 d', '9 n']);
    expect((await ground.run('DATA BRANCH MERGE b INTO t')).affected).toBe(0);
  });

  test('again brings what it brought also over what was set back in between; over anything else it is a conflict', async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id < 3",
      'DATA BRANCH MERGE b INTO t',
      "UPDATE t SET v = 'a' WHERE id = 1",
      'DATA BRANCH MERGE b INTO t',
    );
    expect(await ground.rows(t)).toEqual(['1 x', '2 x', '3 c', '4 d']);
    await ground.run("UPDATE t SET v = 'other' WHERE id = 2");
    expect((await ground.failure('DATA BRANCH MERGE b INTO t')).code).toBe('branch.conflict');
  });

  const conflicting = [
    "UPDATE b SET v = 'ours' WHERE id = 1",
    "UPDATE t SET v = 'theirs' WHERE id = 1",
    'DELETE FROM b WHERE id = 2',
    "UPDATE t SET v = 'kept' WHERE id = 2",
    "UPDATE b SET v = 'back' WHERE id = 3",
    'DELETE FROM t WHERE id = 3',
    "INSERT INTO b VALUES (9, 'p'), (10, 'free')",
    "INSERT INTO t VALUES (9, 'q')",
  ];

  test('of rows that both changed: FAIL changes nothing and names them', async () => {
    await ground.run(...conflicting);
    const before = await ground.rows(t);
    const failure = await ground.failure('DATA BRANCH MERGE b INTO t');
    expect(failure).toMatchObject({ code: 'branch.conflict', data: { rows: 4, keys: ['1', '2', '3', '9'] } });
    expect(failure.message).toContain('both changed 4 rows (1; 2; 3; 9)');
    expect(await ground.rows(t)).toEqual(before);
    await ground.run('DATA BRANCH MERGE b INTO t WHEN CONFLICT SKIP');
    expect(await ground.rows(t)).toEqual(['1 theirs', '2 kept', '4 d', '9 q', '10 free']);
    await ground.run('DATA BRANCH MERGE b INTO t WHEN CONFLICT ACCEPT');
    expect(await ground.rows(t)).toEqual(['1 ours', '3 back', '4 d', '9 p', '10 free']);
  });

  test('changed alike on both sides is no conflict, and a merge can be made again', async () => {
    await ground.run('DELETE FROM b WHERE id = 1', 'DATA BRANCH MERGE b INTO t');
    // 4.1.4 calls a row that both deleted a conflict, for ever.
    expect((await ground.run('DATA BRANCH MERGE b INTO t')).affected).toBe(0);
    await ground.run("UPDATE b SET v = 'same' WHERE id = 2", "UPDATE t SET v = 'same' WHERE id = 2");
    expect((await ground.run('DATA BRANCH MERGE b INTO t')).affected).toBe(0);
    expect(await ground.rows(t)).toEqual(['2 same', '3 c', '4 d']);
  });

  test('does not move the place where the two parted', async () => {
    await ground.run("INSERT INTO b VALUES (9, 'n')", 'DATA BRANCH MERGE b INTO t', 'DELETE FROM b WHERE id = 9');
    expect(await ground.rows('DATA BRANCH DIFF b AGAINST t')).toEqual(['t INSERT 9 n']);
    expect((await ground.run('DATA BRANCH MERGE b INTO t')).affected).toBe(0);
    expect(await ground.rows(t)).toContain('9 n');
  });

  test('passes a value that must be unique from one row to another', async () => {
    await ground.run(
      'CREATE TABLE u (id INT PRIMARY KEY, name VARCHAR(5) UNIQUE)',
      "INSERT INTO u VALUES (1, 'a'), (2, 'b')",
      'DATA BRANCH CREATE TABLE u2 FROM u',
      "UPDATE u2 SET name = 'x' WHERE id = 1",
      "UPDATE u2 SET name = 'a' WHERE id = 2",
      'DATA BRANCH MERGE u2 INTO u',
    );
    expect(await ground.rows('SELECT * FROM u ORDER BY id')).toEqual(['1 x', '2 a']);
    await ground.run("INSERT INTO u VALUES (3, 'z')", "INSERT INTO u2 VALUES (4, 'z'), (5, 'free')");
    expect((await ground.failure('DATA BRANCH MERGE u2 INTO u')).code).toBe('row.conflict');
    expect(await ground.rows('SELECT * FROM u ORDER BY id')).toEqual(['1 x', '2 a', '3 z']);
  });

  test('is undone by a restore, and pinned versions stay what they were', async () => {
    await ground.run('CREATE SNAPSHOT s FOR TABLE d t', "UPDATE b SET v = 'x'", 'DATA BRANCH MERGE b INTO t');
    expect(await ground.rows("SELECT v FROM t{SNAPSHOT = 's'} ORDER BY id")).toEqual(['a', 'b', 'c', 'd']);
    expect(await ground.rows("DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT COUNT")).toEqual(['4']);
    await ground.run("RESTORE TABLE d.t {SNAPSHOT = 's'}");
    expect(await ground.rows(t)).toEqual(['1 a', '2 b', '3 c', '4 d']);
  });

  test('from a snapshot of the branch, and never into one', async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id = 1",
      'CREATE SNAPSHOT s FOR TABLE d b',
      "UPDATE b SET v = 'y' WHERE id = 2",
    );
    await ground.run("DATA BRANCH MERGE b{SNAPSHOT = 's'} INTO t");
    expect(await ground.rows(t)).toEqual(['1 x', '2 b', '3 c', '4 d']);
    expect((await ground.failure("DATA BRANCH MERGE b INTO t{SNAPSHOT = 's'}")).code).toBe('sql.unsupported');
    expect((await ground.failure('DATA BRANCH MERGE b INTO t WHEN CONFLICT MAYBE')).code).toBe('sql.syntax');
  });

  test('of tables without a key: rows come and go by their values, as many as there are', async () => {
    await ground.run(
      'CREATE TABLE m (a INT, s VARCHAR(5))',
      "INSERT INTO m VALUES (1, 'x'), (1, 'x'), (2, 'y'), (3, NULL)",
      'DATA BRANCH CREATE TABLE m2 FROM m',
      'DELETE FROM m2 WHERE a = 2',
      "INSERT INTO m2 VALUES (1, 'x'), (4, NULL), (4, NULL)",
      'DELETE FROM m2 WHERE a = 3',
      'INSERT INTO m VALUES (4, NULL)',
    );
    expect(await ground.rows('DATA BRANCH DIFF m2 AGAINST m')).toEqual([
      'm2 INSERT 1 x',
      'm2 DELETE 2 y',
      'm2 DELETE 3 null',
      'm2 INSERT 4 null',
    ]);
    expect(await ground.rows('DATA BRANCH DIFF m2 AGAINST m OUTPUT SUMMARY')).toEqual([
      'INSERTED 2 0',
      'DELETED 2 0',
      'UPDATED 0 0',
    ]);
    expect((await ground.run('DATA BRANCH MERGE m2 INTO m')).affected).toBe(4);
    expect(await ground.rows('SELECT * FROM m ORDER BY a')).toEqual(['1 x', '1 x', '1 x', '4 null', '4 null']);
    const failure = await ground.failure('DATA BRANCH PICK m2 INTO m KEYS (1)');
    expect(failure).toMatchObject({ code: 'sql.unsupported' });
    expect(failure.message).toContain('without a key');
  });
});

describe('PICK', () => {
  beforeEach(async () => {
    await ground.run(
      "UPDATE b SET v = 'x' WHERE id < 3",
      'DELETE FROM b WHERE id = 4',
      "INSERT INTO b VALUES (9, 'n'), (10, 'm')",
    );
  });

  test('takes the changes of the keys alone; a key of no change is nothing', async () => {
    expect((await ground.run('DATA BRANCH PICK b INTO t KEYS (2, 4, 77, 3)')).affected).toBe(2);
    expect(await ground.rows(t)).toEqual(['1 a', '2 x', '3 c']);
    await ground.run("DATA BRANCH PICK b INTO t KEYS (SELECT id FROM b WHERE id > 8 AND v = 'n')");
    expect(await ground.rows(t)).toEqual(['1 a', '2 x', '3 c', '9 n']);
    await ground.run("DATA BRANCH PICK b INTO t KEYS ('1', 5 + 5)");
    expect(await ground.rows(t)).toEqual(['1 x', '2 x', '3 c', '9 n', '10 m']);
  });

  test('conflicts as a merge does, and of the picked keys alone', async () => {
    await ground.run("UPDATE t SET v = 'own' WHERE id IN (1, 2)");
    expect(await ground.failure('DATA BRANCH PICK b INTO t KEYS (1, 9)')).toMatchObject({
      code: 'branch.conflict',
      data: { key: '1' },
    });
    await ground.run('DATA BRANCH PICK b INTO t KEYS (9)', 'DATA BRANCH PICK b INTO t KEYS (1, 4) WHEN CONFLICT SKIP');
    expect(await ground.rows(t)).toEqual(['1 own', '2 own', '3 c', '9 n']);
    await ground.run('DATA BRANCH PICK b INTO t KEYS (1) WHEN CONFLICT ACCEPT');
    expect(await ground.rows(t)).toEqual(['1 x', '2 own', '3 c', '9 n']);
  });

  test('between two snapshots takes what changed between them', async () => {
    await ground.run(
      'CREATE SNAPSHOT p FOR TABLE d b',
      "UPDATE b SET v = 'later' WHERE id = 3",
      'DELETE FROM b WHERE id = 1',
      'CREATE SNAPSHOT q FOR TABLE d b',
      "UPDATE b SET v = 'last' WHERE id = 3",
      "UPDATE t SET v = 'x' WHERE id = 1",
      "UPDATE t SET v = 'own' WHERE id = 2",
    );
    await ground.run('DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p AND q');
    expect(await ground.rows(t)).toEqual(['2 own', '3 later', '4 d']);
    // Once it is there it is no conflict; a row that is neither as before nor as after is one.
    expect((await ground.run("DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT 'p' AND 'q'")).affected).toBe(0);
    await ground.run("UPDATE t SET v = 'other' WHERE id = 3");
    expect((await ground.failure('DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p AND q')).code).toBe('branch.conflict');
    expect((await ground.run('DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p AND q KEYS (1, 2)')).affected).toBe(0);
    await ground.run('DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p AND q KEYS (3) WHEN CONFLICT ACCEPT');
    expect(await ground.rows(t)).toEqual(['2 own', '3 later', '4 d']);
    expect((await ground.failure('DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p AND nothing')).code).toBe(
      'version.unknown',
    );
  });

  test.each([
    'DATA BRANCH PICK b INTO t',
    'DATA BRANCH PICK b INTO t KEYS ()',
    'DATA BRANCH PICK b INTO t KEYS (1,)',
    'DATA BRANCH PICK b INTO t KEYS (1',
    'DATA BRANCH PICK b INTO t KEYS (1 2)',
    'DATA BRANCH PICK b INTO t KEYS ((1, 2))',
    'DATA BRANCH PICK b INTO t BETWEEN SNAPSHOT p',
  ])('%s cannot be read', async (sql) => {
    expect((await ground.failure(sql)).code).toBe('sql.syntax');
  });

  test('of keys that no key can be is refused, and nothing is picked', async () => {
    expect(await ground.failure("DATA BRANCH PICK b INTO t KEYS ('x', 9)")).toMatchObject({
      code: 'value.refused',
      data: { column: 'id' },
    });
    const rounded = await ground.failure('DATA BRANCH PICK b INTO t KEYS (1.5)');
    expect(rounded.message).toBe(
      'A key of DECIMAL(2,1) for the column id (INT) is not supported here. Give a whole number.',
    );
    await ground.failure('DATA BRANCH PICK b INTO t KEYS (SELECT v FROM b)');
    expect((await ground.run('DATA BRANCH PICK b INTO t KEYS (NULL, 77)')).affected).toBe(0);
    expect(await ground.rows(t)).toEqual(['1 a', '2 b', '3 c', '4 d']);
  });
});
