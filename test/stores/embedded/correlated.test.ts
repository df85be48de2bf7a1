// Sub-queries that are asked again for every row: quick, and with the answers of the plain way.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';
import { loadRows } from '../reading.ts';

const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'h', type: 'VARCHAR(20)', nullable: true },
  { name: 'n', type: 'INT', nullable: true },
];
const count = 20_000;
const groups = 5000;

describe('a correlated sub-query', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let store: EmbeddedStore;
  beforeEach(async () => {
    folder = scratchFolder();
    store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
    const rows = Array.from({ length: count }, (_, i) => [i, `h${i % groups}`, i % 7]);
    await loadRows(store, { database: 'd', table: 's' }, columns, ['id'], rows);
    await store.createSnapshot('v1', { level: 'table', table: { database: 'd', table: 's' } });
    await store.write([{ sql: 'UPDATE d.s SET n = n + 1 WHERE id = 0', values: [] }]);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const least = 'SELECT MIN(s2.id) FROM d.s s2 WHERE s2.h = s.h';
  test.each([
    ['in a condition', `SELECT COUNT(*), MAX(s.id) FROM d.s s WHERE s.id = (${least})`, [[groups, groups - 1]]],
    [
      'at a snapshot',
      `SELECT COUNT(*) FROM d.s {SNAPSHOT = 'v1'} s WHERE s.id = (${least.replace('d.s s2', `d.s {SNAPSHOT = 'v1'} s2`)})`,
      [[groups]],
    ],
    [
      'beside a WITH',
      `WITH t AS (SELECT 3 AS n) SELECT COUNT(*) FROM d.s s, t WHERE s.n = t.n AND s.id = (${least})`,
      [[714]],
    ],
    [
      'with EXISTS',
      'SELECT COUNT(*) FROM d.s s WHERE EXISTS (SELECT 1 FROM d.s s2 WHERE s2.h = s.h AND s2.id < s.id)',
      [[count - groups]],
    ],
    ['as a column', `SELECT SUM(x) FROM (SELECT s.id - (${least}) AS x FROM d.s s) y`, [[150_000_000]]],
  ])(
    '%s',
    async (_, sql, answer) => {
      // The plain way compares 20,000 × 20,000 rows, which takes longer than this test may.
      expect(await queryRows(store, sql)).toEqual(answer);
    },
    15_000,
  );

  test('in a change: rows that a query picks, rows that are deleted and changed by what stood there before', async () => {
    const run = (sql: string): Promise<number[]> => store.write([{ sql, values: [] }]);
    await run('CREATE TABLE d.first (id INT PRIMARY KEY, h TEXT)');
    expect(await run(`INSERT INTO d.first SELECT s.id, s.h FROM d.s s WHERE s.id = (${least})`)).toEqual([groups]);
    await run('CREATE TABLE d.copy AS SELECT * FROM d.s');
    const ofCopy = 'SELECT MIN(s2.id) FROM d.copy s2 WHERE s2.h = d.copy.h';
    expect(await run(`UPDATE d.copy SET n = -1 WHERE id = (${ofCopy})`)).toEqual([groups]);
    expect(await run(`DELETE FROM d.copy WHERE id > (${ofCopy})`)).toEqual([count - groups]);
    expect(await queryRows(store, 'SELECT COUNT(*), MIN(n), MAX(n), MAX(id) FROM d.copy')).toEqual([
      [groups, -1, -1, groups - 1],
    ]);
  }, 15_000);
});
