import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';

import { decimalAggregates } from '../../../src/stores/embedded/dialect/decimals.ts';
import { sqlFunctions } from '../../../src/stores/embedded/dialect/functions.ts';
import { translate } from '../../../src/stores/embedded/dialect/translate.ts';
import { seededRandom } from '../../git4data/words.ts';
import { PlainStore } from './plainStore.ts';

let store = new PlainStore();
beforeEach(() => {
  store = new PlainStore();
  for (const sql of [
    'USE d',
    'CREATE TABLE t (id BIGINT PRIMARY KEY, n INT, x DOUBLE, amount DECIMAL(10,2), name VARCHAR(20), day DATE, at DATETIME, fine DATETIME(3))',
    "INSERT INTO t VALUES (1, 7, 1.5, 12.5, 'Ann', '2026-06-05', '2026-06-05 00:00:00', '2026-06-05 10:00:00.5'), (2, -7, 2, NULL, 'bob', NULL, NULL, NULL)",
  ])
    store.run(sql);
});

/** The first row of a query, cells as text, NULL as null. */
const first = (sql: string): readonly (string | null)[] | undefined => store.run(sql).rows[0];

describe('expressions give what MySQL gives', () => {
  const cases: readonly [string, string | null][] = [
    ['7 / 2', '3.5'],
    ['1 / 0', null],
    ['7 DIV 2', '3'],
    ['-7 DIV 2', '-3'],
    ['7.9 DIV 2', '3'],
    ['7 % 3', '1'],
    ['7.5 % 2', '1.5'],
    ['7 MOD 0', null],
    ['MOD(9, 4)', '1'],
    ['2 + 7 DIV 2 * 3', '11'],
    ['5--1', '6'],
    ['2 * -3', '-6'],
    ["'a' = 'A'", '0'],
    ['NULL <=> NULL', '1'],
    ['1 && 0', '0'],
    ["CONCAT('a', NULL)", null],
    ["CONCAT('a', 1, 2.0)", 'a12.0'],
    ["CONCAT_WS('-', 'a', NULL, 'b')", 'a-b'],
    ["IF(1 > 2, 'y', 'n')", 'n'],
    ['IFNULL(NULL, 3)', '3'],
    ['ISNULL(NULL)', '1'],
    ["LENGTH('é')", '2'],
    ["CHAR_LENGTH('é')", '1'],
    ["LEFT('hello', 2)", 'he'],
    ["RIGHT('hello', 2)", 'lo'],
    ["SUBSTRING('hello', 2, 3)", 'ell'],
    ["SUBSTRING('hello' FROM 2 FOR 3)", 'ell'],
    ["SUBSTR('hello', -3)", 'llo'],
    ["SUBSTR('hello', 0)", ''],
    ["LOCATE('l', 'hello')", '3'],
    ["LOCATE('l', 'hello', 4)", '4'],
    ["POSITION('z' IN 'hello')", '0'],
    ["TRIM('  a ')", 'a'],
    ["TRIM(LEADING 'x' FROM 'xxa')", 'a'],
    ["LPAD('5', 3, '0')", '005'],
    ["REPEAT('ab', 2)", 'abab'],
    ["REVERSE('abc')", 'cba'],
    ["SUBSTRING_INDEX('a.b.c', '.', 2)", 'a.b'],
    ["UPPER('é')", 'É'],
    ["MD5('a')", '0cc175b9c0f1b6a831c399e269772661'],
    ["CONV('ff', 16, 10)", '255'],
    ['HEX(255)', 'FF'],
    ["HEX('a')", '61'],
    ["ASCII('a')", '97'],
    ["FIND_IN_SET('b', 'a,b')", '2'],
    ["FIELD('b', 'a', 'b')", '2'],
    ['GREATEST(1, 5, 3)', '5'],
    ['LEAST(1, NULL)', null],
    ['ROUND(2.675, 2)', '2.68'],
    ['ROUND(2.5)', '3'],
    ['ROUND(1234, -2)', '1200'],
    ['TRUNCATE(2.679, 2)', '2.67'],
    ['FLOOR(-1.5)', '-2'],
    ['CEILING(1.2)', '2'],
    ['CAST(2.7 AS SIGNED)', '3'],
    ["CAST('12abc' AS SIGNED)", '12'],
    ['CAST(5 AS CHAR)', '5'],
    ['CAST(1.239 AS DECIMAL(10,2))', '1.24'],
    ["CAST('2026-06-05 10:00:00' AS DATE)", '2026-06-05'],
    ["CONVERT('3', SIGNED)", '3'],
    ['NOW()', '2026-06-01 12:00:00'],
    ['CURDATE()', '2026-06-01'],
    ['CURRENT_TIMESTAMP', '2026-06-01 12:00:00'],
    ["DATE_ADD('2026-01-31', INTERVAL 1 MONTH)", '2026-02-28'],
    ["DATE_ADD('2026-06-05', INTERVAL 90 MINUTE)", '2026-06-05 01:30:00'],
    ["DATE_ADD('0050-12-31', INTERVAL 1 DAY)", '0051-01-01'],
    ["DATE_ADD('0096-01-31', INTERVAL 1 MONTH)", '0096-02-29'],
    ["YEAR('0099-06-05')", '99'],
    ["DAYOFYEAR('0050-02-01')", '32'],
    ["LAST_DAY('0004-02-05')", '0004-02-29'],
    ["DATE_SUB('2026-03-01', INTERVAL 1 DAY)", '2026-02-28'],
    ["'2026-06-05' + INTERVAL 2 DAY", '2026-06-07'],
    ["DATE '2026-06-05' - INTERVAL 1 WEEK", '2026-05-29'],
    ["DATEDIFF('2026-06-05', '2026-06-01 23:00:00')", '4'],
    ["TIMESTAMPDIFF(MONTH, '2026-01-31', '2026-03-01')", '1'],
    ["YEAR('2026-06-05')", '2026'],
    ["EXTRACT(MONTH FROM '2026-06-05')", '6'],
    ["DAYOFWEEK('2026-06-05')", '6'],
    ["LAST_DAY('2026-02-05')", '2026-02-28'],
    ["DATE_FORMAT('2026-06-05 14:03:09', '%Y/%m/%d %H:%i %W %D')", '2026/06/05 14:03 Friday 5th'],
    ["DATE_FORMAT('2016-01-01', '%U %u %V %v %X %x')", '00 00 52 53 2015 2015'],
    ["DATE_FORMAT('2024-12-30', '%U %u %V %v %X %x')", '52 53 52 01 2024 2025'],
    ["DATE('2026-06-05 14:03:09')", '2026-06-05'],
    ['JSON_EXTRACT(\'{"a": "x"}\', \'$.a\')', '"x"'],
    ['\'{"a": "x"}\' ->> \'$.a\'', 'x'],
    ["'abc' LIKE 'A%'", '0'],
    ["'a_c' LIKE 'a\\_c'", '1'],
    ["'abc' LIKE 'a\\_c'", '0'],
    ["'a%c' LIKE 'a!%c' ESCAPE '!'", '1'],
    ["'abc' REGEXP '^a.c$'", '1'],
    ["'it''s \\n' = \"it's \\n\"", '1'],
    ["CASE 2 WHEN 1 THEN 'a' ELSE 'b' END", 'b'],
    ["_utf8mb4'x' COLLATE utf8mb4_bin", 'x'],
    ["'nul\\0' = 'nul'", '0'],
    ['DATABASE()', 'd'],
  ];
  test.each(cases)('%s', (sql, expected) => {
    expect(first(`SELECT ${sql}`)).toEqual([expected]);
  });
});

describe('queries', () => {
  const cases: readonly [string, (readonly (string | null)[])[]][] = [
    ["SELECT id FROM t WHERE at = '2026-06-05'", [['1']]],
    ["SELECT id FROM t WHERE '2026-06-05' <= t.at", [['1']]],
    ["SELECT id FROM t WHERE at BETWEEN '2026-6-5' AND '2026-06-05'", [['1']]],
    ["SELECT id FROM t WHERE at IN ('2026-06-04', '2026-06-05')", [['1']]],
    ["SELECT id FROM t WHERE fine > '2026-06-05 10:00:00.4'", [['1']]],
    ['SELECT `id` FROM `d`.`t` ORDER BY id LIMIT 1, 1', [['2']]],
    ['SELECT t.id FROM d.t WHERE d.t.n = 7', [['1']]],
    ['SELECT a.id, b.id FROM t a JOIN t AS b ON a.n = -b.n AND a.id = 1', [['1', '2']]],
    ['SELECT COUNT(*) FROM t, t u', [['4']]],
    ['(SELECT id FROM t WHERE id = 1) UNION ALL (SELECT id FROM t WHERE id = 2) ORDER BY 1', [['1'], ['2']]],
    ['WITH q AS (SELECT id FROM t) SELECT MAX(id) FROM q', [['2']]],
    ['SELECT result FROM generate_series(1, 10, 4) g', [['1'], ['5'], ['9']]],
    ['SELECT g.result FROM generate_series(3, 1) g', []],
    ["SELECT GROUP_CONCAT(name ORDER BY id DESC SEPARATOR '; ') FROM t", [['bob; Ann']]],
    ['SELECT 1 FROM DUAL', [['1']]],
    ['SELECT name FROM t WHERE id = 1 FOR UPDATE', [['Ann']]],
    ['SELECT id FROM t ORDER BY amount, id', [['2'], ['1']]],
    ['SELECT amount FROM t WHERE id = 1', [['12.50']]],
    ['SELECT ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) FROM t', [['1'], ['1']]],
    ['SELECT id FROM t MINUS SELECT 2', [['1']]],
    ['WITH q (a, b) AS (SELECT id, n FROM t), r(c) AS (SELECT 5) SELECT b, c FROM q, r WHERE a = 1', [['7', '5']]],
    ['SELECT SUM(n) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t', [['7'], ['0']]],
    ["SELECT id FROM t WHERE name LIKE ('A!%') ESCAPE ('!') OR (id) = (2)", [['2']]],
    [
      'SELECT REPLACE(name, "n", "m"), IF(n < 0, LEFT(name, 1), RIGHT(name, 1)) FROM t ORDER BY id',
      [
        ['Amm', 'n'],
        ['bob', 'b'],
      ],
    ],
    ['SELECT a.n FROM t a LEFT JOIN (SELECT id FROM t WHERE id = 1) b USING (id) WHERE b.id IS NULL', [['-7']]],
    ['SELECT EXISTS (SELECT 1 FROM t WHERE n > 100)', [['0']]],
  ];
  test.each(cases)('%s', (sql, expected) => {
    expect(store.run(sql).rows).toEqual(expected);
  });

  test('a hint reads the table as it was', () => {
    store.run('CREATE SNAPSHOT s FOR TABLE d t');
    store.run('DELETE FROM t WHERE id = 1');
    expect(first("SELECT (SELECT COUNT(*) FROM t), COUNT(*) FROM t{SNAPSHOT = 's'} o WHERE o.n IS NOT NULL")).toEqual([
      '1',
      '2',
    ]);
    expect(first('SELECT COUNT(*) FROM t {snapshot = S} WHERE t.id > 0')).toEqual(['2']);
  });

  test('titles are those of MySQL', () => {
    const titles = (sql: string): readonly string[] => store.run(sql).columns;
    expect(
      titles('SELECT COUNT(*), t.id AS a, t.id b, t.n, id + 1 /* x */, NAME FROM t GROUP BY t.id, t.n, NAME'),
    ).toEqual(['COUNT(*)', 'a', 'b', 'n', 'id + 1', 'NAME']);
    expect(titles("SELECT *, 1 'y', CASE WHEN 1 THEN 2 END FROM (SELECT id FROM t) q")).toEqual([
      'id',
      'y',
      'CASE WHEN 1 THEN 2 END',
    ]);
  });

  test('parameters keep their order', () => {
    const context = store.context;
    const sql = 'SELECT DATE_ADD(?, INTERVAL ? DAY), ? DIV 2 FROM t LIMIT ?, ?';
    expect(translate(sql, context)).toMatchObject({
      sql: expect.stringMatching(/\?1.*\?2.*\?3.* LIMIT \?5 OFFSET \?4/) as string,
    });
  });
});

describe('changes', () => {
  const cases: readonly [string, string, (readonly (string | null)[])[]][] = [
    [
      "INSERT INTO t (id, at, day, amount) VALUES (3, '2026-1-2', '2026-1-2 10:00:00', 1.005)",
      'SELECT at, day, amount FROM t WHERE id = 3',
      [['2026-01-02 00:00:00', '2026-01-02', '1.01']],
    ],
    ['INSERT INTO t SET id = 4, n = 5', 'SELECT n FROM t WHERE id = 4', [['5']]],
    [
      "INSERT IGNORE INTO t (id, name) VALUES (1, 'no'), (5, 'new')",
      'SELECT id, name FROM t WHERE id IN (1, 5)',
      [
        ['1', 'Ann'],
        ['5', 'new'],
      ],
    ],
    ["REPLACE INTO t (id, name) VALUES (1, 'new')", 'SELECT n, name FROM t WHERE id = 1', [[null, 'new']]],
    [
      'INSERT INTO t (id, n) VALUES (1, 10), (6, 6) ON DUPLICATE KEY UPDATE n = n + VALUES(n), amount = 1.239',
      'SELECT id, n, amount FROM t WHERE id IN (1, 6)',
      [
        ['1', '17', '1.24'],
        ['6', '6', null],
      ],
    ],
    [
      'INSERT INTO t (id, n) VALUES (1, 10) AS new ON DUPLICATE KEY UPDATE n = t.n + new.n',
      'SELECT n FROM t WHERE id = 1',
      [['17']],
    ],
    [
      'INSERT INTO t (id, n) SELECT id, n FROM t WHERE id = 1 ON DUPLICATE KEY UPDATE n = 0',
      'SELECT n FROM t WHERE id = 1',
      [['0']],
    ],
    ['INSERT INTO t (id) SELECT result FROM generate_series(10, 12) g', 'SELECT COUNT(*) FROM t', [['5']]],
    [
      'UPDATE t SET amount = amount * 1.1, at = DATE_ADD(day, INTERVAL 1 DAY) WHERE id = 1',
      'SELECT amount, at FROM t WHERE id = 1',
      [['13.75', '2026-06-06 00:00:00']],
    ],
    ['UPDATE t AS a SET a.n = (SELECT MAX(b.n) FROM t b) WHERE a.id = 2', 'SELECT n FROM t WHERE id = 2', [['7']]],
    [
      'UPDATE t a JOIN t b ON a.id = b.id + 1 SET a.n = b.n * 2 WHERE b.id = 1',
      'SELECT n FROM t WHERE id = 2',
      [['14']],
    ],
    ['DELETE FROM t WHERE id IN (SELECT id FROM t WHERE n < 0)', 'SELECT id FROM t', [['1']]],
    ['CREATE TABLE w AS SELECT a.id, COUNT(*) FROM t a GROUP BY a.id', 'SELECT `COUNT(*)` FROM w', [['1'], ['1']]],
    ['CREATE TABLE u AS SELECT id, n FROM t', 'SELECT id FROM u WHERE n = 7', [['1']]],
    ['CREATE TABLE u LIKE t', 'SELECT COUNT(*) FROM u', [['0']]],
    ['CREATE TABLE u CLONE t', 'SELECT COUNT(*) FROM u', [['2']]],
  ];
  test.each(cases)('%s', (sql, query, expected) => {
    store.run(sql);
    expect(store.run(query).rows).toEqual(expected);
  });

  test('a DELETE without a condition says so', () => {
    expect(translate('DELETE FROM t', store.context)).toMatchObject({ kind: 'change', everyRow: true });
    expect(translate('DELETE FROM t WHERE 1', store.context)).toMatchObject({ kind: 'change', everyRow: false });
  });
});

test.each([
  ["SELECT 'a' || 'b'", '"||" is not supported'],
  ['SELECT 1 XOR 0', 'XOR is not supported'],
  ['SELECT @a', 'The variable @a'],
  ['SELECT SLEEP(1)', 'The function SLEEP()'],
  ['SELECT RAND(3)', 'RAND(seed)'],
  ['SELECT name COLLATE utf8mb4_general_ci FROM t', 'COLLATE utf8mb4_general_ci'],
  ['SELECT * FROM t{MO_TS = 5}', 'A time in braces'],
  ["DELETE FROM t{SNAPSHOT='s'}", 'Writing to a table at a snapshot'],
  ["UPDATE t{SNAPSHOT='s'} SET n = 1", 'Writing to a table at a snapshot'],
  ['DELETE FROM t LIMIT 1', 'DELETE with LIMIT'],
  ['UPDATE t SET n = 1 ORDER BY id', 'UPDATE with ORDER'],
  ['INSERT INTO t (id) VALUES (DEFAULT)', 'DEFAULT as a value'],
  ['CREATE TABLE z (a INT REFERENCES t (id))', 'REFERENCES'],
  ['CREATE TABLE z (a INT, FOREIGN KEY (a) REFERENCES t (id))', 'FOREIGN KEY'],
  ['CREATE TABLE z (a INT, b INT AS (a + 1))', 'A generated column'],
  ['CREATE VIEW v AS SELECT 1', 'CREATE VIEW'],
  ['ALTER TABLE t MODIFY n BIGINT', 'ALTER TABLE … MODIFY'],
  ["DATA BRANCH MERGE a INTO b{SNAPSHOT = 's'}", 'A version of a table that is changed'],
  ['DATA BRANCH CREATE TABLE a FROM b TO ACCOUNT c', 'TO ACCOUNT'],
  ['DATA BRANCH MERGE a{MO_TS = 5} INTO b', 'A version by time'],
  ["DATA BRANCH DIFF a AGAINST b COLUMNS (x) OUTPUT FILE '/tmp'", 'COLUMNS with OUTPUT FILE'],
  ["CREATE PITR p FOR DATABASE d RANGE 1 'h'", 'CREATE PITR'],
  ['SELECT * FROM t INTO OUTFILE "x"', 'SELECT … INTO'],
  ['BEGIN', 'A transaction over several statements'],
  ['CALL p()', 'CALL'],
  ['SELECT /*! 1 */ 2', 'A comment that holds SQL'],
  ['WITH q AS (SELECT 1) DELETE FROM t', 'WITH before DELETE'],
  ["SELECT DATE_ADD(day, INTERVAL '1 2' DAY_HOUR) FROM t", 'INTERVAL … DAY_HOUR'],
  ["SELECT id FROM t WHERE name = BINARY 'a'", 'BINARY'],
  ['CREATE TABLE z (a INT, CHECK (a > (SELECT 1)))', 'A sub-query in a CHECK'],
  ['CREATE TABLE z (a INT DEFAULT (SELECT 1))', 'A sub-query in a CHECK or a DEFAULT'],
  ['CREATE TABLE z (a INT, CHECK (SUM(a) > 1))', 'SUM over rows in a CHECK'],
  ['CREATE TABLE z (a INT, CHECK (a > ?))', 'A parameter in a CHECK'],
  ['CREATE TABLE z (a DATE, CHECK (a < NOW()))', 'The clock within a CHECK'],
  ['CREATE TABLE z (a DATETIME DEFAULT (NOW()))', 'The clock within a CHECK or a DEFAULT'],
  ['CREATE TABLE z (a INT CHECK (a > 0) NOT ENFORCED)', 'NOT ENFORCED is not supported here. Leave the CHECK out'],
  ['CREATE TABLE z (a INT, CHECK (a > 0) NOT ENFORCED)', 'NOT ENFORCED'],
  [
    'ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)',
    'ALTER TABLE … ADD CHECK is not supported here. It is declared with the table',
  ],
  ['ALTER TABLE t ADD CONSTRAINT UNIQUE (n)', 'ADD UNIQUE is not supported here. Write CREATE UNIQUE INDEX'],
  ['ALTER TABLE t ADD PRIMARY KEY (n)', 'ADD PRIMARY KEY is not supported here. It is declared with the table'],
  ['ALTER TABLE t ADD INDEX i (n)', 'ADD INDEX is not supported here. Write CREATE INDEX'],
  [
    'ALTER TABLE t DROP CONSTRAINT c',
    'ALTER TABLE … DROP CONSTRAINT is not supported here. It is declared with the table',
  ],
  ['ALTER TABLE t DROP INDEX i', 'DROP INDEX is not supported here. Write DROP INDEX'],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT SUM(i) FROM r) SELECT * FROM r',
    'SUM in the recursive part of r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + ROW_NUMBER() OVER () FROM r) SELECT * FROM r',
    'ROW_NUMBER in the recursive part of r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i FROM r GROUP BY i) SELECT * FROM r',
    'GROUP BY in the recursive part of r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT DISTINCT i FROM r) SELECT * FROM r',
    'DISTINCT in the recursive part of r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 5) SELECT * FROM r',
    'LIMIT in the recursive query r is not supported here. Put it behind',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL (SELECT i + 1 FROM r LIMIT 5)) SELECT * FROM r',
    'A part in parentheses in the recursive query r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT i + 1 FROM r) SELECT * FROM r',
    'The recursive query r of 3 parts',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 INTERSECT SELECT i + 1 FROM r) SELECT * FROM r',
    'INTERSECT in the recursive query r',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT a.i FROM r a JOIN r b ON a.i = b.i) SELECT * FROM r',
    'r read more than once',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM (SELECT * FROM r) q) SELECT * FROM r',
    'r read more than once or in a sub-query',
  ],
  [
    'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t LEFT JOIN r ON r.i = t.id) SELECT * FROM r',
    'r on the side of an outer join',
  ],
  ['WITH RECURSIVE r (i) AS (SELECT i FROM r) SELECT * FROM r', 'The recursive query r of one part'],
  ['WITH RECURSIVE r (i) AS (SELECT i FROM r UNION SELECT 1) SELECT * FROM r', 'r in its own first part'],
])('%s is refused by name', (sql, expected) => {
  let failure: unknown;
  try {
    translate(sql, store.context);
  } catch (error) {
    failure = error;
  }
  expect(Failure.is(failure, 'sql.unsupported'), String(failure)).toBe(true);
  expect((failure as Failure).message).toContain(expected);
});

test('several first parts of a recursive query are one as the refusal says', () => {
  const sql = `WITH RECURSIVE r (i) AS (SELECT * FROM (SELECT 1 UNION ALL SELECT 10) AS q
    UNION ALL SELECT i + 1 FROM r WHERE i < 3 OR (i > 9 AND i < 11)) SELECT i FROM r ORDER BY i`;
  expect(store.run(sql).rows).toEqual([['1'], ['2'], ['3'], ['10'], ['11']]);
  // A query of that name within a sub-query is another one.
  const inner = `WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + (WITH r AS (SELECT 1 AS k) SELECT k FROM r)
    FROM r WHERE i < 3) SELECT MAX(i) FROM r`;
  expect(store.run(inner).rows).toEqual([['3']]);
});

test.each([
  ['', 'there is no statement'],
  ['SELECT 1; SELECT 2', 'one statement at a time'],
  ["SELECT 'a", 'never closed'],
  ['SELECT (1', 'a parenthesis is not closed'],
  ["SELECT * FROM t{SNAPSHOT='s'", 'Expected }'],
  ['UPDATE t SET n', 'column = value'],
  ['SELECT 1 +', ''],
  ['WITH r (a, b) AS (SELECT 1) SELECT * FROM r', 'give the query r as many names as it has columns (1, not 2)'],
  ['SELECT * FROM (SELECT 1) AS q (a, b)', 'give the query q as many names as it has columns (1, not 2)'],
  ['SELECT 1 UNION SELECT 1, 2', 'every part of UNION needs as many columns as the first (1, not 2)'],
])('%s is no statement', (sql, expected) => {
  expect(() => store.run(sql)).toThrow(expected);
});

test('every function that typed statements call is one that the store registers', () => {
  const registered = new Set([...sqlFunctions, ...decimalAggregates].map(({ name }) => name));
  const folders = ['typed', 'typed/functions', 'dialect'].map((folder) => `src/stores/embedded/${folder}`);
  const texts = folders.flatMap((folder) =>
    readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [readFileSync(`${folder}/${file}`, 'utf8')] : [])),
  );
  const called = new Set(
    texts.flatMap((text) => [...text.matchAll(/\b(dt_[a-z_0-9]+)\(/g)].map(([, name]) => name ?? '')),
  );
  expect(called.size).toBeGreaterThan(30);
  // A name of our own for what `generate_series` gives.
  expect([...called].filter((name) => !registered.has(name) && name !== 'dt_series')).toEqual([]);
});

test('whatever the text, it is translated or refused with a sentence', () => {
  const random = seededRandom(41);
  const words =
    'SELECT FROM WHERE t id , ( ) * / DIV - = IN AS CASE WHEN END INTERVAL DAY 1 ? NULL INSERT INTO VALUES UPDATE SET DELETE ON DUPLICATE KEY JOIN UNION GROUP BY ORDER LIMIT CREATE TABLE ALTER ADD DROP INT COUNT CONCAT CAST TRIM DATE_ADD GROUP_CONCAT EXTRACT SEPARATOR . DEFAULT WITH EXISTS BETWEEN AND LIKE COLLATE'.split(
      ' ',
    );
  words.push("'x'", "'2026-01-01'", '`a b`', "{SNAPSHOT='s'}");
  for (let round = 0; round < 6000; round++) {
    const verb =
      ['SELECT', 'INSERT INTO t', 'UPDATE t SET', 'DELETE FROM t', 'CREATE TABLE z (', 'ALTER TABLE t', 'SHOW', ''][
        random(8)
      ] ?? '';
    const text = `${verb} ${Array.from({ length: 1 + random(12) }, () => words[random(words.length)] ?? '').join(' ')}`;
    try {
      translate(text, { ...store.context, source: (table) => `"${table.table}"` });
    } catch (error) {
      expect(error, text).toBeInstanceOf(Failure);
    }
  }
});

test('long statements take time in proportion', () => {
  const values = Array.from({ length: 40_000 }, (_, i) => `'2026-01-01', '2026-01-01 10:00:00.${i % 1000}'`).join(', ');
  expect(translate(`SELECT id FROM t WHERE at IN (${values})`, store.context).kind).toBe('query');
  const rows = Array.from({ length: 20_000 }, (_, i) => `(${i}, 'n${i}', '2026-01-01')`).join(', ');
  expect(store.run(`REPLACE INTO t (id, name, day) VALUES ${rows}`).affected).toBe(20_000);
  expect(() => translate(`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, store.context)).toThrow('nested');
});
