import { describe, expect, test } from 'vitest';
import { tokenize } from '../../src/git4data/lexer.ts';
import { readExpression, readRowStatement } from '../../src/git4data/query/read.ts';
import type { Expression } from '../../src/git4data/query/tree.ts';
import { seededRandom } from './words.ts';

/** An expression with every operator in parentheses, which shows what binds how. */
function bound(tree: Expression): string {
  switch (tree.kind) {
    case 'binary':
      return `(${bound(tree.left)} ${tree.operator} ${bound(tree.right)})`;
    case 'logic':
      return `(${tree.operands.map(bound).join(` ${tree.operator} `)})`;
    case 'not':
      return `(NOT ${bound(tree.operand)})`;
    case 'sign':
      return `(${tree.sign}${bound(tree.operand)})`;
    case 'is':
      return `(${bound(tree.operand)} IS ${tree.negated ? 'NOT ' : ''}${tree.what})`;
    case 'in':
      return `(${bound(tree.operand)} IN [${tree.list.map(bound).join(', ')}])`;
    case 'between':
      return `(${bound(tree.operand)} BETWEEN ${bound(tree.low)} AND ${bound(tree.high)})`;
    case 'interval':
      return `(${bound(tree.date)} ${tree.minus ? '-' : '+'} INTERVAL ${bound(tree.amount)} ${tree.unit})`;
    case 'call':
      return `${tree.name}(${tree.args.map(bound).join(', ')})`;
    case 'column':
      return [tree.database, tree.table, tree.name].filter((part) => part !== null).join('.');
    case 'number':
      return tree.text;
    case 'text':
      return `'${tree.text}'`;
    default:
      return tree.kind;
  }
}

function expressionOf(text: string): string {
  const read = readExpression(tokenize(text), 0);
  return 'tree' in read ? bound(read.tree) : `${read.fault.kind}: ${read.fault.message}`;
}

describe('expressions are read with the precedence of MySQL', () => {
  test.each([
    ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
    ['a OR b AND NOT c = d', '(a OR (b AND (NOT (c = d))))'],
    ['a = b IN (1, 2)', '(a = (b IN [1, 2]))'],
    ['a BETWEEN 1 AND 2 AND b', '((a BETWEEN 1 AND 2) AND b)'],
    ['a LIKE b = c', '(like = c)'],
    ['-a * -2', '((-a) * (-2))'],
    ['a - -b', '(a - (-b))'],
    ['5--1', '(5 - (-1))'],
    ['a IS NOT NULL = 1', '((a IS NOT NULL) = 1)'],
    ['d + INTERVAL 1 + 1 DAY > e', '((d + INTERVAL (1 + 1) DAY) > e)'],
    ['7 MOD 2 DIV 1', '((7 % 2) DIV 1)'],
    ['a && b', '(a AND b)'],
    ["j ->> '$.a' = 'x'", "(JSON_UNQUOTE(JSON_EXTRACT(j, '$.a')) = 'x')"],
    ["'a' 'b'", "'ab'"],
    ['EXTRACT(YEAR FROM d)', 'YEAR(d)'],
    ["TRIM(LEADING 'x' FROM a)", "TRIM(a, 'x')"],
    ["POSITION('a' IN b)", "LOCATE('a', b)"],
    ["_utf8mb4'x' COLLATE utf8mb4_bin", "'x'"],
    ['db.t.end', 'db.t.end'],
  ])('%s', (text, expected) => {
    expect(expressionOf(text)).toBe(expected);
  });
});

test.each([
  ["a || 'b'", 'unsupported: "||"'],
  ['a XOR b', 'unsupported: XOR'],
  ['a > ALL (SELECT 1)', 'unsupported: > ALL'],
  ['a COLLATE utf8mb4_general_ci', 'unsupported: COLLATE utf8mb4_general_ci'],
  ['(1', 'syntax: a parenthesis is not closed'],
  ['1 +', 'syntax: something is missing at the end'],
  ['CASE WHEN 1 THEN 2', 'syntax: CASE has no END'],
])('%s has no tree', (text, expected) => {
  expect(expressionOf(text)).toContain(expected);
});

test.each([
  'SELECT a, t.*, b AS c, d e FROM t JOIN u USING (id) LEFT JOIN v ON v.id = t.id, w WHERE 1 GROUP BY 1 HAVING c > 0 ORDER BY 2 DESC LIMIT 3, 4',
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n{SNAPSHOT = 's'} q",
  '(SELECT 1) UNION (SELECT 2 ORDER BY 1 LIMIT 1) ORDER BY 1',
  'SELECT SUM(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), RANK() OVER w FROM t WINDOW w AS (ORDER BY a)',
  'SELECT * FROM (t CROSS JOIN u), (SELECT 1 AS a) q (x)',
  "INSERT INTO d.t (a, b) VALUES (1, 'x'), (?, NOW()) AS fresh ON DUPLICATE KEY UPDATE a = fresh.a + VALUES(b)",
  'INSERT INTO t SET a = 1, b = DEFAULT + 1'.replace('DEFAULT', '2'),
  'REPLACE INTO t SELECT * FROM u FOR UPDATE',
  'UPDATE t AS a JOIN u ON a.id = u.id SET a.n = u.n WHERE u.n IN (SELECT 1)',
  'DELETE FROM t q WHERE q.id = 1',
  'SELECT id FROM t USE INDEX (i) WHERE a',
])('%s is read to its end', (text) => {
  expect(readRowStatement(tokenize(text))).toHaveProperty('tree');
});

test('whatever the text, there is a tree or a fault', () => {
  const random = seededRandom(7);
  const words =
    'SELECT FROM WHERE t id , ( ) * / DIV - = IN AS CASE WHEN END INTERVAL DAY 1 ? NULL INSERT INTO VALUES UPDATE SET DELETE ON JOIN UNION GROUP BY ORDER LIMIT COUNT CAST TRIM DATE_ADD OVER PARTITION SEPARATOR . WITH EXISTS BETWEEN AND LIKE NOT IS'.split(
      ' ',
    );
  words.push("'x'", '`a b`', '{', '}', '->');
  for (let round = 0; round < 5000; round++) {
    const text = `SELECT ${Array.from({ length: random(14) }, () => words[random(words.length)] ?? '').join(' ')}`;
    const read = readRowStatement(tokenize(text));
    expect('tree' in read || read.fault.message !== '', text).toBe(true);
  }
});
