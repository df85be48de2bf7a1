// Each kind of check of a table: where it holds, where it does not and which rows it names, and what makes it impossible to ask.
import { beforeAll, describe, expect, test } from 'vitest';
import { runChecks } from '../../../src/app/checks/runChecks.ts';
import type { TableRule } from '../../../src/app/config/checkRules.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import type { Store } from '../../../src/data/store.ts';
import { atSnapshot, live, type Version } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const table = { database: 'shop', table: 'orders' };
const clock = { now: () => 0 };
let store: Store;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-checks-'));
  const opened = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
  store = opened;
  await queryRows(store, 'CREATE DATABASE shop');
  await queryRows(
    store,
    'CREATE TABLE shop.orders (id INT PRIMARY KEY, who VARCHAR(10), amount DECIMAL(10,2), x DOUBLE, day DATE, note JSON)',
  );
  const rows = Array.from({ length: 100 }, (_, i) => {
    const who = i % 10 === 0 ? 'NULL' : `'u${i % 50}'`;
    return `(${i}, ${who}, ${i}.50, ${i / 10}, '2026-01-${String((i % 28) + 1).padStart(2, '0')}', NULL)`;
  });
  await queryRows(store, `INSERT INTO shop.orders VALUES ${rows.join(', ')}`);
  await store.createSnapshot('v1', { level: 'table', table });
  await queryRows(store, 'DELETE FROM shop.orders WHERE id >= 90');
  return async () => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

async function ask(rule: TableRule, at: Version = live) {
  const [outcome] = await runChecks(
    { store, table, at, training: null },
    [{ name: 'n', of: 'shop.orders', rule }],
    clock,
    new AbortController().signal,
  );
  if (!outcome) throw new Error('no outcome');
  return outcome;
}

describe('a check that holds, and one that does not, by kind', () => {
  test.each<[TableRule, TableRule, number, readonly string[]]>([
    [{ kind: 'rows', min: 90, max: 90 }, { kind: 'rows', max: 50 }, 90, []],
    [{ kind: 'rows', min: 9, max: 9, where: 'who IS NULL' }, { kind: 'rows', min: 10, where: 'who IS NULL' }, 9, []],
    [{ kind: 'key', columns: ['id'] }, { kind: 'key', columns: ['who'] }, 9, ['id', 'who']],
    [
      { kind: 'key', columns: ['id', 'who'], where: 'who IS NOT NULL' },
      { kind: 'key', columns: ['who'], where: 'who IS NOT NULL' },
      36,
      ['who', 'n'],
    ],
    [
      { kind: 'range', column: 'amount', min: 0.5, max: '89.50' },
      { kind: 'range', column: 'amount', max: '80.49' },
      10,
      ['id', 'amount'],
    ],
    [{ kind: 'range', column: 'x', min: 0 }, { kind: 'range', column: 'x', min: 1, max: 8 }, 19, ['id', 'x']],
    [
      { kind: 'range', column: 'day', min: '2026-01-01', max: '2026-01-31' },
      { kind: 'range', column: 'day', max: '2026-01-27' },
      3,
      ['id', 'day'],
    ],
    [
      { kind: 'values', column: 'id', values: Array.from({ length: 90 }, (_, i) => i) },
      { kind: 'values', column: 'who', values: ['u1', "u'2"] },
      79,
      ['id', 'who'],
    ],
    [{ kind: 'missing', column: 'who', maxShare: 0.1 }, { kind: 'missing', column: 'who' }, 9, ['id', 'who']],
    [
      { kind: 'sql', sql: 'SELECT id FROM {table} o WHERE o.id > 1000' },
      { kind: 'sql', sql: 'WITH late AS (SELECT id FROM {table} WHERE id > 79) SELECT id FROM late ORDER BY id' },
      10,
      ['id'],
    ],
    [{ kind: 'deletes', maxShare: 0.1 }, { kind: 'deletes', maxShare: 0.05, from: 'v1' }, 10, ['id']],
  ])('%j', async (holds, fails, count, columns) => {
    expect(await ask(holds)).toMatchObject({ ok: true, error: null });
    const outcome = await ask(fails);
    expect(outcome).toMatchObject({ ok: false, error: null, count, columns });
    expect(outcome.rows).toHaveLength(columns.length === 0 ? 0 : Math.min(count, 10));
    expect(outcome.sentence).toMatch(/\.$/);
  });
});

test('a snapshot is asked as it was', async () => {
  expect(await ask({ kind: 'rows', min: 100, max: 100 }, atSnapshot('v1'))).toMatchObject({ ok: true });
  expect(await ask({ kind: 'sql', sql: 'SELECT id FROM {table} WHERE id = 95' }, atSnapshot('v1'))).toMatchObject({
    ok: false,
    count: 1,
    rows: [[95]],
  });
  expect(await ask({ kind: 'rows', min: 1 }, atSnapshot('gone'))).toMatchObject({
    ok: false,
    error: { code: 'version.unknown' },
  });
});

test.each<[TableRule, string, RegExp]>([
  [{ kind: 'sql', sql: 'DELETE FROM {table}' }, 'check.unusable', /not known to read only/],
  [{ kind: 'sql', sql: 'SELECT 1; SELECT 2' }, 'check.unusable', /has 2 statements/],
  [{ kind: 'sql', sql: '-- nothing' }, 'check.unusable', /is empty/],
  [{ kind: 'sql', sql: 'EXPLAIN ANALYZE DELETE FROM {table}' }, 'check.unusable', /not known to read only/],
  [{ kind: 'sql', sql: 'CREATE SNAPSHOT s FOR TABLE shop orders' }, 'check.unusable', /not known to read only/],
  [{ kind: 'sql', sql: 'SELECT nothing FROM {table}' }, 'column.unknown', /nothing/],
  [{ kind: 'sql', sql: 'SELECT 1 FROM shop.gone' }, 'table.unknown', /gone/],
  [
    { kind: 'rows', min: 1, where: '1 = 1); DELETE FROM shop.orders WHERE (1 = 1' },
    'check.unusable',
    /has 2 statements/,
  ],
  [{ kind: 'range', column: 'who', min: 1 }, 'check.unusable', /no order that a range could mean/],
  [{ kind: 'range', column: 'amount', min: 'much' }, 'check.unusable', /is no number/],
  [{ kind: 'range', column: 'day', min: 2026 }, 'check.unusable', /write 2026 as text/],
  [{ kind: 'missing', column: 'whom' }, 'column.unknown', /Did you mean "who"/],
  [{ kind: 'deletes', maxShare: 0, from: 'gone' }, 'version.unknown', /gone/],
])('%j cannot be asked, says why, and changes nothing', async (rule, code, said) => {
  const outcome = await ask(rule);
  expect([outcome.ok, outcome.error?.code, outcome.sentence]).toEqual([false, code, expect.stringMatching(said)]);
  expect(await ask({ kind: 'rows', min: 90, max: 90 })).toMatchObject({ ok: true });
});

test('one that cannot be asked stops none of the others; a cancelled one stops all', async () => {
  const checks = [
    { name: 'a', of: 't', rule: { kind: 'sql', sql: 'DROP TABLE x' } },
    { name: 'b', of: 't', rule: { kind: 'rows', min: 1 } },
    { name: 'c', of: 't', rule: { kind: 'data' } },
  ] as const;
  const of = { store, table, at: live, training: null };
  const outcomes = await runChecks(of, checks, clock, new AbortController().signal);
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, false]);
  expect(outcomes[2]?.sentence).toContain('only a training can say');
  await expect(runChecks(of, checks, clock, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  const gone = { store, table: { database: 'shop', table: 'gone' }, at: live, training: null };
  const [outcome] = await runChecks(gone, checks.slice(1, 2), clock, new AbortController().signal);
  expect(outcome?.error?.code).toBe('table.unknown');
});

test('a version is compared with what was before it, and with nothing that came later', async () => {
  const own = { database: 'shop', table: 'growing' };
  const of = { store, table: own, training: null };
  const asked = async (at: Version, from?: string) => {
    const rule = { kind: 'deletes', maxShare: 0, ...(from !== undefined && { from }) } as const;
    const [one] = await runChecks({ ...of, at }, [{ name: 'n', of: 't', rule }], clock, new AbortController().signal);
    return one;
  };
  await queryRows(store, 'CREATE TABLE shop.growing (id INT PRIMARY KEY)');
  await queryRows(store, 'INSERT INTO shop.growing VALUES (1), (2), (3)');
  await store.createSnapshot('g1', { level: 'table', table: own });
  await queryRows(store, 'INSERT INTO shop.growing VALUES (4), (5)');
  await store.createSnapshot('g2', { level: 'table', table: own });
  await queryRows(store, 'DELETE FROM shop.growing WHERE id = 1');
  await store.createSnapshot('g3', { level: 'table', table: own });
  expect(await asked(atSnapshot('g1'))).toMatchObject({
    ok: true,
    sentence: expect.stringContaining('no earlier') as string,
  });
  expect(await asked(atSnapshot('g2'))).toMatchObject({ ok: true, sentence: '0 of 3 rows went since g1 (0 %).' });
  expect(await asked(atSnapshot('g3'))).toMatchObject({ ok: false, count: 1, rows: [[1]] });
  expect(await asked(live)).toMatchObject({ ok: true, sentence: '0 of 4 rows went since g3 (0 %).' });
  expect(await asked(atSnapshot('g1'), 'g2')).toMatchObject({ ok: false, error: { code: 'check.unusable' } });
});

test('a column of a key may have any name, also that of the count', async () => {
  const own = { database: 'shop', table: 'counted' };
  await queryRows(store, 'CREATE TABLE shop.counted (id INT PRIMARY KEY, N INT, n_ INT)');
  await queryRows(store, 'INSERT INTO shop.counted VALUES (1, 7, 1), (2, 7, 1), (3, 8, 1)');
  const rule = { kind: 'key', columns: ['N', 'n_'] } as const;
  const subject = { store, table: own, at: live, training: null };
  const [one] = await runChecks(subject, [{ name: 'k', of: 't', rule }], clock, new AbortController().signal);
  expect(one).toMatchObject({ ok: false, count: 1, columns: ['N', 'n_', 'n__'], rows: [[7, 1, 2]] });
});
