import { describe, expect, test } from 'vitest';
import type { SnapshotScope, Statement, TableRef } from '../../src/git4data/ast.ts';
import { needsConfirmation, tablesOf } from '../../src/git4data/ast.ts';
import { parseStatement, parseText } from '../../src/git4data/parser.ts';
import { seededRandom } from './words.ts';

const tableShown = (t: TableRef): string => {
  const name = t.database ? `${t.database.text}.${t.table.text}` : t.table.text;
  const hint = t.hint ? `{${t.hint.kind} ${t.hint.value.text}}` : '';
  return `${t.use} ${name}${hint}${t.alias ? ` as ${t.alias.text}` : ''}`;
};

function scopeShown(scope: SnapshotScope): string {
  if (scope.level === 'table') return `table ${scope.database.text}/${scope.table.text}`;
  if (scope.level === 'database') return `database ${scope.database.text}`;
  return scope.level === 'account' ? `account ${scope.account?.text ?? 'own'}` : 'cluster';
}

/** One line for a statement, so that cases read as data. */
function shown(statement: Statement): string {
  switch (statement.kind) {
    case 'createSnapshot':
      return `createSnapshot ${statement.name.text} ${scopeShown(statement.scope)}${statement.ifNotExists ? ' if-not-exists' : ''}`;
    case 'dropSnapshot':
      return `dropSnapshot ${statement.name.text}${statement.ifExists ? ' if-exists' : ''}`;
    case 'showSnapshots':
      return `showSnapshots${statement.where ? ' where' : ''}`;
    case 'diff': {
      const { output } = statement;
      const form =
        output.form === 'limit'
          ? `limit ${output.limit}`
          : output.form === 'file'
            ? `file ${output.path}`
            : output.form;
      return `diff ${tableShown(statement.target)} | ${tableShown(statement.base)} | ${form}${statement.columns ? ` (${statement.columns.map((c) => c.text).join()})` : ''}`;
    }
    case 'restore': {
      const parts = [statement.account, statement.database, statement.table].map((n) => n?.text ?? '-').join('/');
      return `restore ${statement.level} ${parts} to ${statement.snapshot.text} ${statement.form}`;
    }
    case 'broken':
      return `broken ${statement.intended}`;
    case 'select':
      return `select ${statement.effect} [${statement.tables.map(tableShown).join('; ')}]`;
    default:
      return `${statement.kind} ${statement.verb} ${statement.effect} [${statement.tables.map(tableShown).join('; ')}]`;
  }
}

const check = (text: string, expected: string, codes: readonly string[] = []): void => {
  const { statement, problems } = parseStatement(text);
  expect(shown(statement)).toBe(expected);
  expect(problems.map((problem) => problem.code)).toEqual(codes);
};

describe('git-for-data statements', () => {
  const cases: readonly [string, string, string[]?][] = [
    ['CREATE SNAPSHOT v1 FOR TABLE shop samples', 'createSnapshot v1 table shop/samples'],
    ['create snapshot if not exists `v 1` for table `my db` `t`', 'createSnapshot v 1 table my db/t if-not-exists'],
    ['CREATE SNAPSHOT v1 FOR TABLE shop.samples', 'createSnapshot v1 table shop/samples', ['snapshot.dottedTable']],
    ['CREATE SNAPSHOT v1 FOR DATABASE shop', 'createSnapshot v1 database shop'],
    ['CREATE SNAPSHOT v1 FOR ACCOUNT', 'createSnapshot v1 account own'],
    ['CREATE SNAPSHOT v1 FOR ACCOUNT acc', 'createSnapshot v1 account acc'],
    ['CREATE SNAPSHOT v1 FOR ACCOUNT FROM acc PUBLICATION p', 'createSnapshot v1 account own'],
    ['CREATE SNAPSHOT v1 FOR CLUSTER', 'createSnapshot v1 cluster'],
    ['CREATE SNAPSHOT v1', 'broken createSnapshot', ['syntax.expected']],
    ['CREATE SNAPSHOT v1 FOR TABLE samples', 'broken createSnapshot', ['syntax.expected']],
    ['CREATE SNAPSHOT v1 FOR TABLE a b c', 'broken createSnapshot', ['syntax.expected']],
    ['CREATE SNAPSHOT 1abc FOR DATABASE d', 'createSnapshot 1abc database d'],
    ['DROP SNAPSHOT IF EXISTS v1', 'dropSnapshot v1 if-exists'],
    ['DROP SNAPSHOT', 'broken dropSnapshot', ['syntax.expected']],
    ['SHOW SNAPSHOTS', 'showSnapshots'],
    ["SHOW SNAPSHOTS WHERE DATABASE_NAME = 'a'", 'showSnapshots where'],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='a'}", 'diff read t | read t{snapshot a} | rows'],
    [
      'data branch diff d.t {snapshot = b} against d.t{ SNAPSHOT = "a" } columns (`x`, y) output summary',
      'diff read d.t{snapshot b} | read d.t{snapshot a} | summary (x,y)',
    ],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='a'} OUTPUT COUNT", 'diff read t | read t{snapshot a} | count'],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='a'} OUTPUT LIMIT 10", 'diff read t | read t{snapshot a} | limit 10'],
    ["DATA BRANCH DIFF t AGAINST u OUTPUT FILE '/x'", 'diff read t | read u | file /x'],
    ['DATA BRANCH DIFF t AGAINST u OUTPUT AS d.x', 'diff read t | read u | as'],
    ['DATA BRANCH DIFF t AGAINST u{MO_TS=123}', 'diff read t | read u{moTs 123} | rows'],
    ["DATA BRANCH DIFF t AGAINST u{AS OF TIMESTAMP '2026-01-01'}", 'diff read t | read u{asOf 2026-01-01} | rows'],
    ['DATA BRANCH DIFF t AGAINST t OUTPUT LIMIT many', 'broken diff', ['syntax.expected']],
    ['DATA BRANCH DIFF t', 'broken diff', ['syntax.expected']],
    ['DATA BRANCH DIFF t AGAINST t{SNAPSHOT=', 'broken diff', ['hint.malformed']],
    ["RESTORE TABLE d.t {SNAPSHOT = 's'}", 'restore table -/d/t to s braces'],
    ['RESTORE TABLE acc.d.t{SNAPSHOT=s}', 'restore table acc/d/t to s braces'],
    ['RESTORE DATABASE d {snapshot=s} TO ACCOUNT b', 'restore database -/d/- to s braces'],
    ['RESTORE ACCOUNT sys DATABASE d TABLE t FROM SNAPSHOT s', 'restore table sys/d/t to s from'],
    ['RESTORE CLUSTER FROM SNAPSHOT s', 'restore cluster -/-/- to s from'],
    ['RESTORE TABLE t {SNAPSHOT=s}', 'restore table -/-/t to s braces', ['restore.noDatabase']],
    ["RESTORE TABLE d.t {TIMESTAMP='2026-01-01'}", 'broken restore', ['restore.byTime']],
    ['RESTORE TABLE d.t', 'broken restore', ['syntax.expected']],
    ["CREATE PITR p FOR DATABASE d RANGE 1 'h'", 'pitr CREATE PITR shape []'],
    ['CREATE SNAPSHOT s FOR TABLE d pitr', 'createSnapshot s table d/pitr'],
    ['RESTORE TABLE d.pitr {SNAPSHOT = s}', 'restore table -/d/pitr to s braces'],
    ['CREATE TABLE t (id INT PRIMARY KEY, pitr INT)', 'other CREATE TABLE shape [define t]'],
    ["RESTORE DATABASE d FROM PITR p '2026-01-01 00:00:00'", 'pitr RESTORE PITR data []'],
    ['DATA BRANCH MERGE a INTO b WHEN CONFLICT SKIP', 'branch DATA BRANCH MERGE data [read a; write b]'],
    ["CREATE TABLE a CLONE b{SNAPSHOT='s'}", 'clone CREATE CLONE shape [define a; read b{snapshot s}]'],
    ["DROP SNAPSHOT 'v1", 'broken dropSnapshot', ['syntax.unclosed']],
  ];
  test.each(cases)('%s', (text, expected, codes) => check(text, expected, codes));
});

describe('ordinary statements: tables and effect', () => {
  const cases: readonly [string, string][] = [
    ['SELECT 1', 'select read []'],
    [
      "SELECT * FROM a, b.c AS x, (SELECT * FROM d{SNAPSHOT='s'} y) z",
      'select read [read a; read b.c as x; read d{snapshot s} as y]',
    ],
    [
      'SELECT * FROM a LEFT JOIN b ON a.x=b.x, c WHERE x IN (SELECT y FROM e)',
      'select read [read a; read b; read c; read e]',
    ],
    ['SELECT TRIM(BOTH x FROM y), EXTRACT(YEAR FROM z) FROM t', 'select read [read t]'],
    ['WITH q AS (SELECT * FROM a), r(x) AS (SELECT 1) SELECT * FROM q JOIN r JOIN b', 'select read [read a; read b]'],
    ['SELECT * FROM generate_series(1, 10) g', 'select read []'],
    ['SELECT * FROM (a JOIN b ON 1=1)', 'select read [read a; read b]'],
    ["SELECT * FROM t INTO OUTFILE 'x'", 'select unknown [read t]'],
    ['SELECT * FROM a UNION SELECT * FROM b ORDER BY 1, 2', 'select read [read a; read b]'],
    ['(SELECT * FROM a) UNION (SELECT * FROM b)', 'select read [read a; read b]'],
    ["SELECT * FROM t{SNAPSHOT='s'} WHERE x=1", 'select read [read t{snapshot s}]'],
    ['INSERT INTO t (a, b) VALUES (1, 2), (3, 4)', 'other INSERT data [write t]'],
    ['INSERT IGNORE t SELECT * FROM u', 'other INSERT data [write t; read u]'],
    ['REPLACE INTO t SELECT * FROM u', 'other REPLACE data [write t; read u]'],
    ['UPDATE t AS x SET a = (SELECT max(b) FROM u)', 'other UPDATE data [write t as x; read u]'],
    ['UPDATE o JOIN s ON o.i=s.i SET o.a=s.a', 'other UPDATE data [write o; write s]'],
    ['DELETE FROM t WHERE a IN (SELECT b FROM u)', 'other DELETE data [write t; read u]'],
    ['WITH q AS (SELECT 1) DELETE FROM t', 'other DELETE data [write t]'],
    ['CREATE TABLE IF NOT EXISTS d.t (a INT, PRIMARY KEY (a))', 'other CREATE TABLE shape [define d.t]'],
    ['CREATE TABLE x AS SELECT * FROM a JOIN b', 'other CREATE TABLE shape [define x; read a; read b]'],
    ['DROP TABLE IF EXISTS a, b.c', 'other DROP TABLE shape [define a; define b.c]'],
    ['ALTER TABLE t ADD COLUMN c INT', 'other ALTER TABLE shape [define t]'],
    ['TRUNCATE t', 'other TRUNCATE data [define t]'],
    ['SHOW CREATE TABLE t', 'other SHOW CREATE read [read t]'],
    ['SHOW TABLES FROM d', 'other SHOW TABLES read []'],
    ['DESC t', 'other DESC read [read t]'],
    ['EXPLAIN DELETE FROM t', 'other EXPLAIN read [write t]'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'other EXPLAIN data [write t]'],
    ['SET @a = 1', 'other SET session []'],
    ['SET GLOBAL x = 1', 'other SET unknown []'],
    ['CALL f()', 'other CALL unknown []'],
    ['SELECT * FROM t /*! INTO @x */', 'other SELECT unknown [read t]'],
    ['/*!50000 DELETE FROM t */', 'other /*!50000 DELETE FROM t */ unknown []'],
    ['SHOW TABLES /*!; DROP TABLE t */', 'other SHOW unknown []'],
    ['CREATE SNAPSHOT s FOR DATABASE d /*! */', 'other CREATE unknown []'],
    ["DATA BRANCH DIFF a AGAINST a{SNAPSHOT='s'} /*!OUTPUT AS b*/", 'other DATA unknown []'],
    ['GRANT SELECT ON t TO u', 'other GRANT unknown []'],
  ];
  test.each(cases)('%s', (text, expected) => check(text, expected));

  test('a hint that is not finished is a problem in any statement', () => {
    check("SELECT * FROM t{SNAPSHOT='s'", 'select read [read t]', ['hint.malformed']);
    check('SELECT * FROM t{NAPSHOT=s}', 'select read [read t]', ['hint.malformed']);
  });
});

test('what production asks a confirmation for', () => {
  const asks = (text: string): boolean => needsConfirmation(parseStatement(text).statement);
  for (const text of [
    'SELECT 1',
    'SHOW TABLES',
    'CREATE SNAPSHOT a FOR DATABASE d',
    'USE d',
    'DATA BRANCH DIFF a AGAINST b',
    '',
  ])
    expect(asks(text), text).toBe(false);
  for (const text of [
    'DROP SNAPSHOT a',
    'INSERT INTO t VALUES (1)',
    'RESTORE TABLE a.b {SNAPSHOT=s}',
    'CALL x()',
    'SELECT 1 /*! ; DROP TABLE t */',
    'CREATE SNAPSHOT s FOR DATABASE d /*! */',
    'RESTORE TABLE',
    'DATA BRANCH MERGE a INTO b',
    'BLA',
  ])
    expect(asks(text), text).toBe(true);
});

test('offsets are those of the whole text', () => {
  const text = "SELECT 1;\nDATA BRANCH DIFF d.samples AGAINST d.samples{SNAPSHOT='v1'};";
  const diff = parseText(text)[1]?.statement;
  const tables = diff ? tablesOf(diff) : [];
  expect(tables.map((t) => text.slice(t.start, t.end))).toEqual(['d.samples', "d.samples{SNAPSHOT='v1'}"]);
  expect(tables.map((t) => t.hint && text.slice(t.hint.value.start, t.hint.value.end))).toEqual([null, "'v1'"]);
});

test('a problem carries its fix', () => {
  const text = 'CREATE SNAPSHOT v1 FOR TABLE shop.samples';
  const [edit] = parseStatement(text).problems[0]?.fixes[0]?.edits ?? [];
  expect(edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end)).toBe(
    'CREATE SNAPSHOT v1 FOR TABLE shop samples',
  );
});

test('any text is read without an exception', () => {
  const random = seededRandom(5);
  const words = [
    'CREATE',
    'SNAPSHOT',
    'FOR',
    'TABLE',
    'DATA',
    'BRANCH',
    'DIFF',
    'AGAINST',
    '{',
    '}',
    '=',
    "'s'",
    '(',
    ')',
    ',',
    '.',
    ';',
    'RESTORE',
    'FROM',
    'SELECT',
    'WITH',
    'AS',
    'JOIN',
    't',
    'OUTPUT',
    'LIMIT',
    '1',
    'SHOW',
    'INSERT',
    'INTO',
    'UPDATE',
    'SET',
    'EXPLAIN',
    'LATERAL',
    '`q`',
    "'",
    '/*',
    'DROP',
    'TO',
    'ACCOUNT',
    'PITR',
  ];
  for (let round = 0; round < 4000; round++) {
    const text = Array.from({ length: 1 + random(14) }, () => words[random(words.length)] ?? '').join(' ');
    for (const { statement, problems } of parseText(text)) {
      expect(statement.end).toBeGreaterThanOrEqual(statement.start);
      for (const problem of problems) expect(problem.end).toBeGreaterThanOrEqual(problem.start);
      if (statement.kind === 'broken') expect(problems.length, text).toBeGreaterThan(0);
    }
  }
});

test('deep nesting and long texts are read too', () => {
  const deep = `SELECT * FROM ${'('.repeat(50_000)}`;
  expect(parseStatement(deep).statement.kind).toBe('select');
  const many = `SELECT 1${' + (2)'.repeat(100_000)} FROM a, b`;
  expect(tablesOf(parseStatement(many).statement)).toHaveLength(2);
  expect(parseText('CREATE SNAPSHOT a FOR DATABASE d;'.repeat(20_000))).toHaveLength(20_000);
});
