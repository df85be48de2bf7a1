/** Which way a delta takes, for every type and condition. */
import { describe, expect, test } from 'vitest';
import { type PreflightFacts, preflight } from '../../../../src/stores/matrixone/delta/preflight.ts';
import { column, infoOf, itemColumns } from '../plans.ts';

const items = infoOf(itemColumns);

const facts = (more: Partial<PreflightFacts> = {}): PreflightFacts => ({
  release: [4, 1, 4],
  from: items,
  to: items,
  key: ['id'],
  sorts: false,
  rows: null,
  changes: null,
  vain: null,
  ...more,
});

const withTable = (info: ReturnType<typeof infoOf>): PreflightFacts => facts({ from: info, to: info, key: info.key });

describe('DIFF is the way', () => {
  test.each([
    'TINYINT',
    'INT UNSIGNED',
    'BIGINT UNSIGNED',
    'BOOL',
    'FLOAT',
    'DOUBLE',
    'DECIMAL(38,10)',
    'DECIMAL(60,10)',
    'CHAR(5)',
    'VARCHAR(20)',
    'TEXT',
    'BINARY(3)',
    'VARBINARY(20)',
    'BLOB',
    'JSON',
    'UUID',
    'DATE',
    'TIME(3)',
    'DATETIME(6)',
    'TIMESTAMP(3)',
    'VECF32(3)',
    'VECF64(3)',
    'DATALINK',
  ])('with a column of type %s', (type) => {
    expect(preflight(withTable(infoOf([column('id', 'BIGINT'), column('c', type)])))).toEqual({
      way: 'diff',
      why: null,
    });
  });

  test.each([
    'BIGINT',
    'INT UNSIGNED',
    'VARCHAR(20)',
    'VARBINARY(20)',
    'DECIMAL(38,2)',
    'DATE',
    'DATETIME',
    'TIME',
    'BOOL',
  ])('with a key of type %s', (type) => {
    expect(preflight(withTable(infoOf([column('id', type), column('c', 'INT')])))).toEqual({ way: 'diff', why: null });
  });

  test.each([
    { changes: 29_999, rows: 1_000_000 },
    { changes: 5_000, rows: 5_000 },
    { changes: 90_000, rows: 10_000_000, sorts: true },
    { changes: 10 ** 6, rows: null },
  ])('with $changes of $rows rows changed', (more) => {
    expect(preflight(facts(more)).way).toBe('diff');
  });
});

describe('comparing is the way, and why', () => {
  test.each([
    ["ENUM('a','b')", "The table has an ENUM column (c), which this server's DIFF gets wrong."],
    ["SET('a','b')", "The table has a SET column (c), which this server's DIFF gets wrong."],
    ['YEAR', "The table has a YEAR column (c), which this server's DIFF gets wrong."],
    ['GEOMETRY', "The table has a GEOMETRY column (c), which this server's DIFF gets wrong."],
    ['BIT(10)', "The table has a BIT column (c), which this server's DIFF gets wrong."],
  ])('with a column of type %s', (type, why) => {
    expect(preflight(withTable(infoOf([column('id', 'BIGINT'), column('c', type)])))).toEqual({ way: 'compare', why });
  });

  test.each([
    ['UUID', "The key has a column of type UUID (id), which this server's DIFF cannot match."],
    ['FLOAT', "The key has a column of type FLOAT (id), which this server's DIFF cannot match."],
    ['DOUBLE', "The key has a column of type DOUBLE (id), which this server's DIFF cannot match."],
    ['DATETIME(6)', "The key has fractions of a second (id DATETIME(6)), with which this server's DIFF loses rows."],
    ['TIMESTAMP(1)', "The key has fractions of a second (id TIMESTAMP(1)), with which this server's DIFF loses rows."],
    ['TIME(3)', "The key has fractions of a second (id TIME(3)), with which this server's DIFF loses rows."],
    ['DECIMAL(39,2)', "The key has a DECIMAL of more than 38 digits (id), which this server's DIFF gets wrong."],
  ])('with a key of type %s', (type, why) => {
    expect(preflight(withTable(infoOf([column('id', type), column('c', 'INT')])))).toEqual({ way: 'compare', why });
  });

  const wider = infoOf([...itemColumns, column('stock', 'INT')]);
  const retyped = infoOf([itemColumns[0] as never, column('name', 'VARCHAR(40)'), itemColumns[2] as never]);
  test.each<[string, Partial<PreflightFacts>, RegExp]>([
    ['no key', { ...withTable(infoOf(itemColumns, [])) }, /no primary key/],
    ['another key', { key: ['name'] }, /matched by \(name\), not by the primary key/],
    ['a column that was added', { to: wider }, /columns of the table were changed/],
    ['a column that was dropped', { from: wider }, /columns of the table were changed/],
    ['a column of another type', { to: retyped }, /columns of the table were changed/],
    ['another table', { to: infoOf(itemColumns, ['id'], '43') }, /made anew between the two versions/],
    ['unknown identity now', { to: infoOf(itemColumns, ['id'], '') }, /role may not read/],
    ['unknown identity then', { from: infoOf(itemColumns, ['id'], '') }, /role may not read/],
    ['an old release', { release: [3, 0, 8] }, /MatrixOne 3\.0\.8 cannot count/],
    ['many changes', { changes: 30_001, rows: 1_000_000 }, /More than 3 % of the rows changed/],
    ['a DIFF that took too long', { vain: 'slow', changes: 10, rows: 1000 }, /gave no answer for as long/],
    ['a DIFF that gave up', { vain: 'refused' }, /could not tell/],
    ['many changes to put in order', { changes: 100_001, rows: 10_000_000, sorts: true }, /put them in order/],
  ])('with %s', (_, more, why) => {
    const found = preflight(facts(more));
    expect(found.way).toBe('compare');
    expect(found.why).toMatch(why);
  });
});
