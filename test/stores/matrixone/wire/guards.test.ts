/** Which statements are never sent to a MatrixOne server, and which look like them and are. */
import { describe, expect, test } from 'vitest';
import type { TableInfo } from '../../../../src/data/table.ts';
import { declaredType } from '../../../../src/stores/matrixone/tables/catalog.ts';
import { onlyStatement } from '../../../../src/stores/matrixone/statements/guards.ts';
import { loadCell, loadColumn } from '../../../../src/stores/matrixone/load/loadCell.ts';
import { loadFile } from '../../../../src/stores/matrixone/load/loadFile.ts';
import { whyNoBranch } from '../../../../src/stores/matrixone/statements/query.ts';

describe('a statement', () => {
  test.each([
    ["SELECT * FROM t{SNAPSHOT='a'} x JOIN t{SNAPSHOT='b'} y ON x.id = y.id", 'two different times'],
    ["SELECT * FROM t{SNAPSHOT='a'} x JOIN u{MO_TS=5} y ON x.id = y.id", 'two different times'],
    ["SELECT (SELECT COUNT(*) FROM t{SNAPSHOT='a'}), (SELECT COUNT(*) FROM t{SNAPSHOT='b'})", 'two different times'],
    ["UPDATE t{SNAPSHOT='a'} SET x = 1", 'A time behind t'],
    ["DELETE FROM t{SNAPSHOT='a'} WHERE id = 1", 'A time behind t'],
    ["INSERT INTO t{SNAPSHOT='a'} VALUES (1)", 'A time behind t'],
    ['SELECT id FROM a EXCEPT SELECT id FROM b', 'EXCEPT'],
    ['(SELECT id FROM a) INTERSECT (SELECT id FROM b)', 'INTERSECT'],
    ["SELECT * FROM a{SNAPSHOT='s'} MINUS SELECT * FROM a", 'MINUS'],
    ['SELECT 1 /*! UNION SELECT 2 */', 'A comment that the server runs'],
    ["SELECT $$ ' $$; DROP TABLE t; -- '", 'Text between $$'],
    ["SELECT 1$a$ ' $a$; DROP TABLE t; -- '", 'Text between $$'],
    ["SELECT 1 --\u00a0'\n, '; DROP TABLE t; -- '", 'an odd blank'],
    ["SELECT 1 --\f'\n", 'an odd blank'],
  ])('%s is refused', (sql, what) => {
    expect(() => onlyStatement(sql)).toThrow(expect.objectContaining({ code: 'sql.unsupported' }));
    expect(() => onlyStatement(sql)).toThrow(what);
  });

  test('beside another one is refused, since the server would run both', () => {
    for (const sql of ['SELECT 1; DROP TABLE t', "SELECT 1 // '\n; DROP TABLE t; -- '"])
      expect(() => onlyStatement(sql)).toThrow(expect.objectContaining({ code: 'usage.wrong' }));
  });

  test.each([
    "SELECT * FROM t n LEFT JOIN t{SNAPSHOT='a'} o ON n.id = o.id",
    "SELECT * FROM t{SNAPSHOT = A} x JOIN u{SNAPSHOT='a'} y ON x.id = y.id",
    "INSERT INTO t SELECT * FROM t{SNAPSHOT='a'}",
    "DATA BRANCH DIFF t{SNAPSHOT='b'} AGAINST t{SNAPSHOT='a'}",
    'SELECT minus, `except` FROM t',
    "SELECT a$b, `$$`, '$$' -- $$ it's\nFROM t",
    "SELECT 'EXCEPT SELECT', 1 /* INTERSECT */",
    'SELECT 1;',
  ])('%s is sent', (sql) => {
    expect(onlyStatement(sql)).toMatchObject({ start: 0 });
  });

  test.each(['', ' ; ', '-- only a comment'])('%j is none', (sql) => {
    expect(onlyStatement(sql)).toBeNull();
  });
});

const tableOf = (key: readonly string[], ...types: string[]): TableInfo => ({
  name: { database: 'shop', table: 't' },
  id: '1',
  columns: types.map((type, i) => ({ name: `c${i}`, type, family: 'text', nullable: true })),
  key,
});

test.each([
  [tableOf(['c0'], 'INT', "ENUM('a')"), 'ENUM'],
  [tableOf(['c0'], 'INT', "SET('a')"), 'SET'],
  [tableOf(['c0'], 'INT', 'YEAR'), 'YEAR'],
  [tableOf(['c0'], 'INT', 'BIT(3)'), 'BIT'],
  [tableOf(['c0'], 'INT', 'GEOMETRY'), 'GEOMETRY'],
  [tableOf(['c0'], 'UUID', 'INT'), 'UUID'],
  [tableOf(['c0', 'c1'], 'INT', 'DATETIME(3)'), 'DATETIME(3)'],
  [tableOf(['c0'], 'DOUBLE', 'INT'), 'DOUBLE'],
  [tableOf(['c0'], 'DECIMAL(60,2)', 'INT'), 'DECIMAL(60,2)'],
  [tableOf(['c0'], 'INT', 'DOUBLE', 'UUID', 'DATETIME(6)', 'DECIMAL(38,2)', 'VECF32(3)', 'JSON'), null],
  [tableOf(['c0'], 'DATETIME', 'BLOB'), null],
])('DATA BRANCH and its types: %#', (info, type) => {
  const why = whyNoBranch(info);
  if (type === null) expect(why).toBeNull();
  else expect(why).toContain(type);
});

test.each([
  ['INT(32)', 'INT'],
  ['BIGINT UNSIGNED(64)', 'BIGINT UNSIGNED'],
  ['TIME(0)', 'TIME'],
  ['DATETIME(6)', 'DATETIME(6)'],
  ['DECIMAL(10,2)', 'DECIMAL(10,2)'],
  ['TEXT(0)', 'TEXT'],
  ['DOUBLE(12)', 'DOUBLE'],
  ['VARCHAR(20)', 'VARCHAR(20)'],
  ['VECF32(4)', 'VECF32(4)'],
  ["ENUM('a','(b)')", "ENUM('a','(b)')"],
  ['YEAR(4)', 'YEAR'],
  ['BOOL(0)', 'BOOL'],
  ['GEOMETRY', 'GEOMETRY'],
])('the catalog says %s, a person %s', (found, declared) => {
  expect(declaredType(found)).toBe(declared);
});

test.each([
  ['DOUBLE', '12.50', '12.50'],
  ['DOUBLE', '-0', '0'],
  ['DOUBLE', '-0.00', '0'],
  ['DOUBLE', '1e3', '1000'],
  ['FLOAT', '0.1', '0.1'],
  ['BIGINT', '123456789012345', '123456789012345'],
  ['BIGINT', '-0', '0'],
  ['BIGINT', '007', '7'],
  ['DECIMAL(10,2)', '1.5', '1.50'],
])('a number as its file spells it: %s %s goes in as %s', (type, spelled, sent) => {
  expect(loadCell(loadColumn('x', type, false), spelled, 1)).toBe(sent);
});

test.each([
  ['TINYINT', '128'],
  ['TINYINT UNSIGNED', '-1'],
  ['DOUBLE', '1.2.3'],
  ['FLOAT', '1e39'],
])('a number as its file spells it is looked at all the same: %s %s', (type, spelled) => {
  expect(() => loadCell(loadColumn('x', type, false), spelled, 7)).toThrow(
    expect.objectContaining({ code: 'value.refused' }),
  );
});

test('rows become the lines that LOAD DATA reads without loss', async () => {
  const columns = [loadColumn('id', 'INT', true), loadColumn('v', 'TEXT', false), loadColumn('b', 'BLOB', false)];
  async function* batches() {
    yield { rows: [[1, 'a "quoted" \\N', new Uint8Array([0, 34, 92, 255])]], lines: [2] };
    yield { rows: [[2, null, null]], lines: null };
  }
  const file = loadFile(columns, batches(), undefined);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.pieces) pieces.push(piece);
  const expected = [
    Buffer.from('1,2,1,"a ""quoted"" \\\\N","'),
    Buffer.from([0, 34, 34, 92, 92, 255]),
    Buffer.from('"\n2,\\N,2,\\N,\\N\n'),
  ];
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat(expected));
  expect(file.rows()).toBe(2);
});
