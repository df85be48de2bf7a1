// Versions of a table that was made anew in between are compared by key: no row of one is held against all of the other.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeltaRequest } from '../../../src/data/store.ts';
import type { TableName } from '../../../src/data/table.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { planDelta } from '../../../src/stores/embedded/versions/delta.ts';
import { openFile } from '../../../src/stores/embedded/file/open.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder, sqlChanger } from '../embeddedBackend.ts';
import { loadRows } from '../reading.ts';

const table: TableName = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  { name: 'name', type: 'VARCHAR(20)', nullable: false },
  { name: 'v', type: 'INT', nullable: true },
];
const rows = [1, 2, 3, 4].map((id) => [id, `n${id}`, id]);

let folder: ReturnType<typeof scratchFolder>;
let store: EmbeddedStore;
const path = () => join(folder.path, 'store.db');
const pin = (name: string) => store.createSnapshot(name, { level: 'table', table });
beforeEach(() => {
  folder = scratchFolder();
  store = EmbeddedStore.open({ path: path(), readOnly: false, create: true });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

/** A table with key `key` that is pinned, changed, made anew, pinned and changed again. */
async function makeAnew(key: readonly string[]): Promise<void> {
  const change = sqlChanger(store);
  await loadRows(store, table, columns, key, rows);
  await pin('old');
  await change.remove(table, { id: 1 });
  for await (const page of store.query({ sql: 'DROP TABLE d.t' })) expect(page.rows).toBe(0);
  await loadRows(store, table, columns, key, rows.slice(1));
  await pin('new');
  await change.update(table, { v: 9 }, { id: 2 });
  await change.insert(table, ['id', 'name', 'v'], [[5, 'n5', 5]]);
}

/** The loops of the plan over a whole side, inside a loop over the other. */
function scansInside(request: DeltaRequest): string[] {
  const db = openFile({ path: path(), readOnly: true, create: false }).connect('read');
  try {
    db.exec('BEGIN');
    const steps = db.all(`EXPLAIN QUERY PLAN ${planDelta(db, request).sql}`).map((row) => String(row.at(-1)));
    expect(steps.some((step) => step.endsWith('LEFT-JOIN'))).toBe(true);
    return steps.filter((step) => /^SCAN .*JOIN$/.test(step));
  } finally {
    db.close();
  }
}

test.each([{ key: ['id'] }, { key: ['name'] }, { key: ['name', 'id'] }])('of the key $key', async ({ key }) => {
  await makeAnew(key);
  for (const from of ['old', 'new']) {
    for (const to of [live, atSnapshot('new'), atSnapshot('old')]) {
      if (from === 'new' && (to.kind === 'live' || to.name === 'new')) continue;
      if (to.kind === 'snapshot' && to.name === from) continue;
      expect(scansInside({ table, from: atSnapshot(from), to })).toEqual([]);
    }
  }
  expect(scansInside({ table, from: live, to: atSnapshot('old') })).toEqual([]);
  expect(await store.countDelta({ table, from: atSnapshot('old'), to: live })).toEqual({
    inserted: 1,
    updated: 1,
    deleted: 1,
  });
});

test('and so they are by another key than the table’s', async () => {
  await makeAnew(['id']);
  expect(scansInside({ table, from: atSnapshot('old'), to: live, key: ['name'] })).toEqual([]);
  await pin('newest');
  expect(scansInside({ table, from: atSnapshot('new'), to: atSnapshot('newest'), key: ['name'] })).toEqual([]);
});
