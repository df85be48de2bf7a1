/** The statements of a restore, exactly as they are sent, and what is refused before. */
import { describe, expect, test } from 'vitest';
import type { RestoreTarget } from '../../../../src/data/store.ts';
import type { SnapshotRecord } from '../../../../src/stores/matrixone/tables/catalog.ts';
import { type GrantRecord, grantStatements } from '../../../../src/stores/matrixone/restore/grants.ts';
import { checkLevel, restoreSql } from '../../../../src/stores/matrixone/restore/restore.ts';
import { failure } from '../../reading.ts';

const table: RestoreTarget = { level: 'table', table: { database: 'shop', table: 'it`ems' } };
const database: RestoreTarget = { level: 'database', database: 'shop' };

describe('RESTORE', () => {
  test.each([
    [table, [4, 0, 0], "RESTORE TABLE `shop`.`it``ems` {SNAPSHOT='v1'}"],
    [database, [4, 1, 4], "RESTORE DATABASE `shop` {SNAPSHOT='v1'}"],
    [table, [3, 0, 18], 'RESTORE ACCOUNT `acc` DATABASE `shop` TABLE `it``ems` FROM SNAPSHOT `v1`'],
    [database, [3, 0, 18], 'RESTORE ACCOUNT `acc` DATABASE `shop` FROM SNAPSHOT `v1`'],
  ] as const)('of %o on %j', (target, release, sql) => {
    expect(restoreSql(target, 'v1', release, 'acc')).toBe(sql);
  });
});

describe('the level of the snapshot', () => {
  const record = (level: SnapshotRecord['level'], of: readonly [string, string]): SnapshotRecord => ({
    name: 'v1',
    time: '1',
    level,
    account: 'sys',
    database: of[0],
    table: of[1],
    objectId: '',
  });
  const items: RestoreTarget = { level: 'table', table: { database: 'shop', table: 'items' } };
  const none = ['', ''] as const;

  test.each([
    [items, record('table', ['shop', 'items'])],
    [items, record('database', ['shop', ''])],
    [items, record('account', none)],
    [database, record('database', ['shop', ''])],
    [database, record('account', none)],
  ])('%o from %o', (target, from) => {
    expect(() => checkLevel(target, from)).not.toThrow();
  });

  test.each([
    [
      items,
      record('table', ['shop', 'orders']),
      failure('version.otherTable', { of: 'shop.orders', wanted: 'shop.items' }),
    ],
    [
      items,
      record('table', ['store', 'items']),
      failure('version.otherTable', { of: 'store.items', wanted: 'shop.items' }),
    ],
    [items, record('database', ['store', '']), failure('version.otherTable', { of: 'store', wanted: 'shop.items' })],
    [items, record('cluster', none), failure('version.level', { snapshot: 'v1' })],
    [database, record('table', ['shop', 'items']), failure('version.unknown', { table: 'the whole database shop' })],
    [database, record('database', ['store', '']), failure('version.otherTable', { of: 'store', wanted: 'shop' })],
    [database, record('cluster', none), failure('version.level', { snapshot: 'v1' })],
  ])('refuses %o from %o', (target, from, refusal) => {
    let thrown: unknown;
    try {
      checkLevel(target, from);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject(refusal);
  });
});

describe('lost grants', () => {
  const grant = (more: Partial<GrantRecord>): GrantRecord => ({
    role: 'reader',
    privilege: 'select',
    level: 'table',
    scope: 'd.t',
    table: 'items',
    mayGrant: false,
    ...more,
  });

  test('come back by GRANT, one for each role and object', () => {
    expect(
      grantStatements('shop', [
        grant({ level: 'database', scope: 'd', table: '', privilege: 'show tables' }),
        grant({ scope: 'd.*', table: '', mayGrant: true }),
        grant({}),
        grant({ privilege: 'insert' }),
        grant({ role: 'wri`ter', privilege: 'table all' }),
        grant({ role: 'owner', privilege: 'table ownership' }),
        grant({ role: 'owner', level: 'database', scope: 'd', table: '', privilege: 'database ownership' }),
      ]),
    ).toEqual([
      'GRANT SHOW TABLES ON DATABASE `shop` TO `reader`',
      'GRANT SELECT ON TABLE `shop`.* TO `reader` WITH GRANT OPTION',
      'GRANT SELECT, INSERT ON TABLE `shop`.`items` TO `reader`',
      'GRANT ALL ON TABLE `shop`.`items` TO `wri``ter`',
      'GRANT OWNERSHIP ON TABLE `shop`.`items` TO `owner`',
      'GRANT OWNERSHIP ON DATABASE `shop` TO `owner`',
    ]);
  });

  test('are none where nobody has one', () => {
    expect(grantStatements('shop', [])).toEqual([]);
  });
});
