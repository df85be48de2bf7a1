import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { PlainStore } from './plainStore.ts';

let store = new PlainStore();
beforeEach(() => {
  store = new PlainStore();
  for (const sql of [
    'USE d',
    `CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20), n INT, b BIGINT, su SMALLINT UNSIGNED, d DECIMAL(12,3), e DECIMAL(6,2), x DOUBLE, f FLOAT,
      day DATE, tm DATETIME, tm6 DATETIME(6), o BOOL, j JSON, size ENUM('small','big','huge'), took TIME)`,
    `INSERT INTO t (id, s, n, b, su, d, e, x, f, day, tm, tm6, o, j, size, took) VALUES
      (1, '10', 9, 9223372036854775807, 3, 3058.12, 0.1, 2, 0.1, '2024-02-29', '2024-02-29 08:00:00', '2024-02-29 08:00:00.5', true, '{"b":1,"a":2}', 'huge', '100:00:00'),
      (2, '9', 10, -5, 7, 0.2, 23.5, 0.1, 0.5, '2024-01-02', '2024-01-02 00:00:00', '2024-01-02 00:00:00', false, '[1,2]', 'big', '20:00:00'),
      (3, '100', NULL, 1, 0, -1.5, 0.2, 1e10, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (4, '010', 10, 0, 1, 0, 99.99, 0, 1, '2023-12-31', '2023-12-31 10:00:00', NULL, true, '5', 'small', '-01:00:00')`,
  ])
    store.run(sql);
});

const rows = (sql: string): string => JSON.stringify(store.run(sql).rows).replaceAll(/["\\]/g, '');

describe('what is asked has the answer that MySQL gives', () => {
  test.each([
    // Text beside numbers is a number.
    ['SELECT id FROM t WHERE s > 9 ORDER BY id', '[[1],[3],[4]]'],
    ['SELECT id FROM t WHERE s BETWEEN 9 AND 10 ORDER BY id', '[[1],[2],[4]]'],
    ['SELECT id FROM t WHERE s IN (9, 10) ORDER BY id', '[[1],[2],[4]]'],
    ["SELECT id FROM t WHERE n = '9'", '[[1]]'],
    ["SELECT id FROM t WHERE b = '9223372036854775807'", '[[1]]'],
    ["SELECT CASE s WHEN 10 THEN 'ten' ELSE 'other' END FROM t WHERE id = 4", '[[ten]]'],
    ['SELECT a.id, b.id FROM t a JOIN t b ON a.n = b.s ORDER BY 1, 2', '[[1,2],[2,1],[2,4],[4,1],[4,4]]'],
    // DECIMAL is exact.
    ['SELECT SUM(e) FROM t WHERE id IN (1, 3)', '[[0.30]]'],
    ['SELECT 0.1 + 0.2 = 0.3', '[[1]]'],
    ['SELECT d FROM t WHERE id = 1', '[[3058.120]]'],
    ['SELECT d * e, d - 1, d % 3 FROM t WHERE id = 2', '[[4.70000,-0.800,0.200]]'],
    ['SELECT AVG(e) FROM t', '[[30.94750000]]'],
    ['SELECT e / 3 FROM t WHERE id = 2', '[[7.83333333]]'],
    ["SELECT CONCAT(e, ''), CAST(d AS CHAR) FROM t WHERE id = 2", '[[23.50,0.200]]'],
    ['SELECT ROUND(d, 1), FLOOR(d), CEIL(d), TRUNCATE(d, 0) FROM t WHERE id = 3', '[[-1.5,-2,-1,-1]]'],
    ['SELECT SUM(d * d) FROM t', '[[9352100.224400]]'],
    ['SELECT id FROM t WHERE e = 0.10', '[[1]]'],
    ['SELECT 12345678901234567890.5 + 1', '[[12345678901234567891.5]]'],
    // 64 bits.
    ['SELECT 18446744073709551615', '[[18446744073709551615]]'],
    ['SELECT SUM(b) FROM t', '[[9223372036854775803]]'],
    // A FLOAT is a single.
    ['SELECT id FROM t WHERE f = 0.1', '[]'],
    ['SELECT f * 1 FROM t WHERE id = 1', '[[0.10000000149011612]]'],
    ['SELECT CAST(0.1 AS FLOAT) = f FROM t WHERE id = 1', '[[1]]'],
    // Dates.
    ["SELECT id FROM t WHERE tm = '2024-01-02'", '[[2]]'],
    ["SELECT id FROM t WHERE day < '2024-01-02 10:00:00' ORDER BY id", '[[2],[4]]'],
    ['SELECT id FROM t WHERE tm = tm6', '[[2]]'],
    ['SELECT id FROM t WHERE day = tm', '[[2]]'],
    ["SELECT TIMESTAMPDIFF(MONTH, '2023-12-30 08:00:00', '2024-02-29 12:00:00')", '[[1]]'],
    ["SELECT TIMESTAMPDIFF(MONTH, '2024-02-29 12:00:00', '2023-12-30 08:00:00')", '[[-1]]'],
    ['SELECT tm + INTERVAL 1 DAY FROM t WHERE id = 1', '[[2024-03-01 08:00:00]]'],
    // Times and members order as what they are, not as texts.
    ['SELECT id FROM t WHERE took IS NOT NULL ORDER BY took', '[[4],[2],[1]]'],
    ['SELECT id FROM t WHERE size IS NOT NULL ORDER BY size', '[[4],[2],[1]]'],
    // Documents have one form.
    ['SELECT CAST(\'{"b": 1.50,"a":[ 1,{}]}\' AS JSON)', '[[{a: [1, {}], b: 1.5}]]'],
    ['SELECT JSON_ARRAY(n, e, s) FROM t WHERE id = 2', '[[[10, 23.50, 9]]]'],
    ["SELECT j -> '$.a' FROM t WHERE id = 1", '[[2]]'],
    // Sets of rows.
    ['SELECT s FROM t WHERE id = 1 UNION SELECT e FROM t WHERE id = 2 ORDER BY 1', '[[10],[23.50]]'],
    ['SELECT n % 3 AS g, COUNT(*) FROM t GROUP BY g ORDER BY g', '[[null,1],[0,1],[1,2]]'],
    ['SELECT n, SUM(e) AS v FROM t GROUP BY n HAVING v > 1 ORDER BY n', '[[10,123.49]]'],
    ['WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 4) SELECT SUM(i) FROM r', '[[10]]'],
    ['WITH RECURSIVE r AS (SELECT 1 i UNION SELECT (i + 1) % 4 FROM r) SELECT COUNT(*) FROM r', '[[4]]'],
    [
      'WITH RECURSIVE a AS (SELECT 1 i UNION ALL SELECT i + 1 FROM a WHERE i < 3), b AS (SELECT i, i j FROM a UNION ALL SELECT i, j + 1 FROM b WHERE j < 4) SELECT COUNT(*), SUM(j) FROM b',
      '[[9,26]]',
    ],
    ['SELECT COUNT(*) FROM t a LEFT JOIN t b USING (n) WHERE b.id IS NULL', '[[1]]'],
    ['SELECT id FROM t WHERE (n, s) IN ((9, 10), (10, 9)) ORDER BY id', '[[1],[2]]'],
    ['SELECT id, ROW_NUMBER() OVER w FROM t WINDOW w AS (ORDER BY e DESC) ORDER BY id LIMIT 1', '[[1,4]]'],
    ['SELECT CAST(x AS CHAR), CONCAT(x) FROM t WHERE id = 1', '[[2,2]]'],
    ['SELECT ROUND(2.5), ROUND(2.5e0), CAST(2.5e0 AS SIGNED)', '[[3,2,2]]'],
  ])('%s', (sql, expected) => {
    expect(rows(sql)).toBe(expected);
  });
});

test.each([
  'WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r) SELECT COUNT(*) FROM r',
  'WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i FROM r) SELECT i FROM r WHERE i < 0',
  'WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r) SELECT COUNT(*) FROM r a WHERE EXISTS (SELECT 1 FROM r b WHERE b.i = a.i + 5)',
])('a recursion without an end is stopped: %s', (sql) => {
  expect(() => rows(sql)).toThrow('r would make more than 1,000,000 rows. End it by a condition in its second part.');
  // Nothing of it is left for the next.
  expect(rows('WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r WHERE i < 9) SELECT SUM(i) FROM r')).toBe(
    '[[45]]',
  );
});

describe('what is changed is what MySQL changes', () => {
  test.each([
    ['DELETE FROM t WHERE s < 50', 'SELECT id FROM t', '[[3]]'],
    ['UPDATE t SET n = e WHERE id = 2', 'SELECT n FROM t WHERE id = 2', '[[24]]'],
    ['UPDATE t SET e = x WHERE id = 2', 'SELECT e FROM t WHERE id = 2', '[[0.10]]'],
    ['UPDATE t SET e = e / 3 WHERE id = 2', 'SELECT e FROM t WHERE id = 2', '[[7.83]]'],
    ['UPDATE t SET s = x WHERE id = 1', 'SELECT s FROM t WHERE id = 1', '[[2]]'],
    ['UPDATE t SET s = e WHERE id = 2', 'SELECT s FROM t WHERE id = 2', '[[23.50]]'],
    ['UPDATE t SET tm = tm6 WHERE id = 1', 'SELECT tm FROM t WHERE id = 1', '[[2024-02-29 08:00:01]]'],
    ["UPDATE t SET n = '12', e = '1.235' WHERE id = 1", 'SELECT n, e FROM t WHERE id = 1', '[[12,1.24]]'],
    ['UPDATE t SET j = \'{"b":1,"a":2}\' WHERE id = 1', 'SELECT j FROM t WHERE id = 1', '[[{a: 2, b: 1}]]'],
    [
      'INSERT INTO t (id, n, e) SELECT id + 10, s, d FROM t WHERE id = 2',
      'SELECT n, e FROM t WHERE id = 12',
      '[[9,0.20]]',
    ],
    [
      'INSERT INTO t (id, e) VALUES (1, 0.25) ON DUPLICATE KEY UPDATE e = e + VALUES(e)',
      'SELECT e FROM t WHERE id = 1',
      '[[0.35]]',
    ],
  ])('%s', (sql, query, expected) => {
    store.run(sql);
    expect(rows(query)).toBe(expected);
  });
});

describe('what has no rule is refused with both types and the place', () => {
  test.each([
    ['SELECT id FROM t WHERE day < 20240102', 'DATE beside BIGINT (day < 20240102)'],
    ['SELECT day + 0 FROM t', 'DATE in arithmetic (day + 0)'],
    ['DELETE FROM t WHERE tm > 5', 'DATETIME beside BIGINT (tm > 5)'],
    ['SELECT id FROM t WHERE day = s', 'DATE beside TEXT (day = s)'],
    ["SELECT id FROM t WHERE day = 'soon'", "DATE beside the text 'soon'"],
    ['SELECT GREATEST(s, n) FROM t', 'GREATEST over text and other types'],
    ['SELECT ~n FROM t', '~'],
    ['SELECT +s FROM t', 'TEXT behind a sign'],
    ["SELECT id FROM t WHERE j = '5'", 'JSON beside TEXT'],
    ["SELECT id FROM t WHERE size < 'big'", 'ENUM'],
    ['SELECT s, COUNT(*) FROM t', 't.s outside GROUP BY'],
    ['SELECT s FROM t GROUP BY n', 't.s outside GROUP BY'],
    ['SELECT id FROM t WHERE COUNT(*) > 1', 'An aggregate in WHERE'],
    ['SELECT a.id FROM t a JOIN t b ON a.id = b.id WHERE s = 1', 's, which is a column of two tables'],
    ['SELECT YEAR(day) AS day FROM t GROUP BY day', 'day, which is a column and a title'],
    ['UPDATE t SET n = 1, e = n', 'n behind the place where it is set'],
    ['UPDATE t SET o = n', 'BIGINT into BOOL'],
    ['UPDATE t SET day = 20240101', 'BIGINT into DATE'],
    ['SELECT j FROM t GROUP BY j', 'Rows put together by JSON'],
    ['SELECT STDDEV(n) FROM t', 'The function STDDEV()'],
  ])('%s', (sql, expected) => {
    let failure: unknown;
    try {
      store.run(sql);
    } catch (error) {
      failure = error;
    }
    expect(Failure.is(failure, 'sql.unsupported'), String(failure)).toBe(true);
    expect((failure as Failure).message).toContain(expected);
  });
});

test.each([
  ['SELECT b + 1 FROM t WHERE id = 1', 'out of range'],
  ['SELECT su - 5 FROM t WHERE id = 1', 'out of range'],
  ['SELECT -b - 2 FROM t WHERE id = 1', 'out of range'],
  ['SELECT su DIV b FROM t WHERE id = 2', 'out of range'],
  ['SELECT CAST(-1 AS UNSIGNED)', 'out of range'],
  ['SELECT POWER(-8, 0.5)', 'POWER is out of range'],
  ['SELECT POWER(x - 8, f) FROM t WHERE id = 2', 'POWER is out of range'],
  ['SELECT CAST(123.456 AS DECIMAL(4,2))', 'out of range'],
  ['SELECT (SELECT n FROM t)', 'more than one row'],
  ["UPDATE t SET n = 1 WHERE s < 5 OR CONCAT(s, 'x') > 1", 'is no number'],
  ["DELETE FROM t WHERE CONCAT('a', s) = 0", 'is no number'],
  ["SELECT j -> '$[0]' FROM t WHERE id = 4", 'no array'],
  ['SELECT nothing FROM t', 'nothing'],
  [`SELECT ${'9'.repeat(39)} + 1`, 'out of range'],
])('%s is an error, and no number of SQLite', (sql, expected) => {
  expect(() => store.run(sql)).toThrow(expected);
  expect(rows('SELECT COUNT(*) FROM t')).toBe('[[4]]');
});
