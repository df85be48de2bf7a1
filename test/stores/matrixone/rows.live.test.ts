/** Rows of a live MatrixOne server: every type as on the embedded engine, and the row hash of every type that a key can have. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Value } from '../../../src/data/value.ts';
import { live } from '../../../src/data/version.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import type { MatrixoneStore } from '../../../src/stores/matrixone/store.ts';
import { LiveAccount } from '../matrixoneBackend.ts';
import { hashesOf, loadRows, rowsOf } from '../reading.ts';
import { describeLive } from './liveServer.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

/** A key type, values of it as they are read, and as they may be given. */
const keys: readonly (readonly [string, readonly Value[], (readonly Value[])?])[] = [
  ['TINYINT', [-128, 0, 127]],
  ['SMALLINT UNSIGNED', [0, 65535]],
  ['INT', [-2147483648, 7]],
  ['BIGINT', [-(2n ** 63n), -5, 2n ** 63n - 1n]],
  ['BIGINT UNSIGNED', [0, 9007199254740993n, 2n ** 64n - 1n]],
  ['BOOL', [0, 1]],
  ['YEAR', [1901, 2026]],
  ['BIT(10)', [0, 513]],
  ['BIT(64)', [2n ** 63n - 1n]],
  ['DECIMAL(10,2)', ['-1.50', '0.00', '99999999.99'], ['-1.5', '0', '99999999.99']],
  ['DECIMAL(38,10)', ['-0.0000000001', '1234567890123456789012345678.0123456789']],
  ['DOUBLE', [-0.5, 0.1, 123456789.125, 1e300]],
  ['FLOAT', [0.5, 16777216]],
  ['DATE', ['0001-01-01', '2020-02-29']],
  ['DATETIME', ['2020-01-02 00:00:00', '2020-01-02 03:04:05'], ['2020-01-02', '2020-01-02 03:04:05']],
  ['DATETIME(3)', ['2020-01-02 00:00:00.000', '2020-01-02 00:00:00.120']],
  ['DATETIME(6)', ['2020-01-02 00:00:00.000000', '2020-01-02 00:00:00.000001']],
  ['TIMESTAMP(3)', ['2020-01-02 03:04:05.500']],
  ['TIME(2)', ['-01:02:03.50', '10:00:00.00']],
  ['VARCHAR(40)', ['', ' x', 'a\\b\'c"', 'x ', 'é日🎉']],
  ['CHAR(5)', ['a', 'b ', '日']],
  ['UUID', ['6d1b1fdb-21bf-11ed-940f-000c29847904']],
  ['VARBINARY(6)', [bytes(), bytes(0, 255, 128), bytes(34, 92)]],
  ['BINARY(3)', [bytes(1, 0, 0), bytes(255, 254, 253)]],
];

describeLive('rows of a live server', () => {
  const account = new LiveAccount('rows');
  let store: MatrixoneStore;
  beforeAll(async () => {
    store = await account.open();
  });
  afterAll(async () => {
    await store.close();
    await account.drop();
  });

  test.each(keys.map(([type, values, given = values], i) => ({ type, values, given, i })))(
    'the hash of a $type key is that of every engine',
    async ({ type, values, given, i }) => {
      const table = { database: 'keys', table: `k${i}` };
      const columns = [{ name: 'k', type, nullable: false }];
      await loadRows(
        store,
        table,
        columns,
        ['k'],
        given.map((value) => [value]),
      );
      expect((await rowsOf(store, table, live, ['k'])).flat()).toEqual(values);
      const request = { table, at: live, columns: ['k'], order: 'hash', salt: 'salt' } as const;
      const hashed = values.map((value) => ({ value, hash: rowHash('salt', [value]) }));
      hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
      expect(await hashesOf(store, request)).toEqual(hashed.map(({ hash }) => hash));
      expect((await rowsOf(store, table, live, ['k'], request)).flat()).toEqual(hashed.map(({ value }) => value));
    },
  );

  test('the hash of a composite key is that of every engine', async () => {
    const table = { database: 'keys', table: 'composite' };
    const columns = ['VARCHAR(20)', 'DECIMAL(10,2)', 'VARBINARY(4)', "ENUM('a','bé')", 'BIT(9)', 'DATETIME(3)'].map(
      (type, i) => ({ name: `c${i}`, type, nullable: false }),
    );
    const names = columns.map(({ name }) => name);
    const rows: Value[][] = [
      ['é🎉', '1.50', bytes(0, 255), 'bé', 300, '2020-01-02 00:00:00.000'],
      ['1:', '0.00', bytes(), 'a', 0, '2020-01-02 00:00:00.120'],
    ];
    await loadRows(store, table, columns, [], rows);
    for (const key of [names, [...names].reverse()]) {
      const request = { table, at: live, columns: names, order: 'hash', salt: 's', key } as const;
      const expected = rows.map((row) => rowHash('s', key === names ? row : [...row].reverse())).sort();
      expect(await hashesOf(store, request)).toEqual(expected);
    }
  });

  test('the columns of a key come in its own order', async () => {
    const table = { database: 'keys', table: 'ordered' };
    const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'INT', nullable: false }));
    await loadRows(store, table, columns, ['c', 'a'], [[1, 2, 3]]);
    expect((await store.table(table)).key).toEqual(['c', 'a']);
    expect((await store.table(table)).columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('every type comes back as it was loaded, also over rows that are there', async () => {
    const table = { database: 'types', table: 'all' };
    const shape: readonly (readonly [string, Value, Value?])[] = [
      ['BIGINT', 1],
      ['TINYINT UNSIGNED', 255],
      ['BOOL', 1],
      ['FLOAT', 1.5],
      ['DOUBLE', 1e-300],
      ['DECIMAL(38,10)', '-1.5', '-1.5000000000'],
      ['VARCHAR(20)', 'é🎉"\\\n,'],
      ['CHAR(5)', 'ab '],
      ['TEXT', '\\N'],
      ['JSON', '{"a":[1,2]}', '{"a": [1, 2]}'],
      ['BLOB', bytes(0, 255, 34, 92, 10, 13)],
      ['VARBINARY(6)', bytes()],
      ['BINARY(4)', bytes(1), bytes(1, 0, 0, 0)],
      ['DATE', '2020-02-29'],
      ['DATETIME(3)', '2020-02-29 01:02:03.5', '2020-02-29 01:02:03.500'],
      ['TIMESTAMP(6)', '2020-01-01', '2020-01-01 00:00:00.000000'],
      ['TIME(2)', '-01:02:03.25'],
      ['YEAR', 2026],
      ['UUID', '6D1B1FDB-21BF-11ED-940F-000C29847904', '6d1b1fdb-21bf-11ed-940f-000c29847904'],
      ['VECF32(3)', '[1,2,3]', '[1, 2, 3]'],
      ["ENUM('a','b c')", 'b c'],
      ["SET('x','y')", 'x,y'],
      ['BIT(10)', 513],
      ['GEOMETRY', 'POINT(1 2)'],
    ];
    const columns = shape.map(([type], i) => ({ name: `c${i}`, type, nullable: i > 0 }));
    const names = columns.map(({ name }) => name);
    const given = shape.map(([, value]) => value);
    const read = shape.map(([, value, back = value]) => back);
    const none: Value[] = shape.map((_, i) => (i === 0 ? 2 : null));
    expect(await loadRows(store, table, columns, ['c0'], [given, none])).toMatchObject({ inserted: 2, created: true });
    expect((await store.table(table)).columns.map(({ type }) => type)).toEqual(shape.map(([type]) => type));
    expect(await rowsOf(store, table, live, names)).toEqual([read, none]);
    // The same rows again are the same, type by type; the second then becomes the first.
    expect(await loadRows(store, table, columns, ['c0'], [given, none])).toMatchObject({ unchanged: 2 });
    expect(await loadRows(store, table, columns, ['c0'], [[2, ...given.slice(1)]])).toMatchObject({ updated: 1 });
    expect(await rowsOf(store, table, live, names)).toEqual([read, [2, ...read.slice(1)]]);
  });

  test('names in upper case are those of columns; of a table they are refused, with the name to use', async () => {
    const columns = [{ name: 'Sepal.Length', type: 'INT', nullable: false }];
    const load = (table: string) => loadRows(store, { database: 'types', table }, columns, ['Sepal.Length'], [[1]]);
    await expect(load('Iris')).rejects.toMatchObject({ code: 'store.unsupported', data: { hint: 'Use types.iris.' } });
    await load('iris');
    expect(await rowsOf(store, { database: 'types', table: 'iris' }, live, ['Sepal.Length'])).toEqual([[1]]);
    await expect(store.table({ database: 'types', table: 'Iris' })).rejects.toMatchObject({
      code: 'table.unknown',
      data: { near: 'types.iris' },
    });
  });

  test.each([
    ['VARCHAR(3)', 'four', 'VARCHAR(3) holds 3 characters'],
    ['TINYINT', 128, 'TINYINT holds -128 to 127'],
    ['BINARY(2)', bytes(1, 2, 3), 'BINARY(2) holds 2 bytes'],
    ["ENUM('a')", 'b', "it must be one of ENUM('a')"],
    ['DECIMAL(4,2)', '1.234', 'it is not a DECIMAL(4,2)'],
    ['VECF32(2)', '[1]', 'VECF32(2) holds 2 numbers'],
  ])('a %s refuses what LOAD DATA would store: %s', async (type, value, reason) => {
    const table = { database: 'types', table: 'refused' };
    const columns = [
      { name: 'id', type: 'INT', nullable: false },
      { name: 'v', type, nullable: true },
    ];
    await expect(
      loadRows(
        store,
        table,
        columns,
        ['id'],
        [
          [1, null],
          [2, value],
        ],
      ),
    ).rejects.toMatchObject({ code: 'value.refused', data: { column: 'v', reason, line: 3 } });
    await expect(store.table(table)).rejects.toMatchObject({ code: 'table.unknown' });
  });
});
