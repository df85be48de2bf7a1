// Sentences that stand in a store file: English there whoever made it, and in the reader's language when they are shown.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setTranslations } from '../../../src/base/say.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';

const table = { database: 'd', table: 't' };
let folder: ReturnType<typeof scratchFolder>;
let store: EmbeddedStore;

beforeEach(() => {
  setTranslations({
    '{0} needs at most {1} digits after the point; use ROUND(…, {1})':
      '{0}: höchstens {1} Nachkommastellen, ROUND(…, {1})',
    'another program replaced rows without a trace': 'ein anderes Programm hat Zeilen spurlos ersetzt',
    'it must be a finite number': 'eine endliche Zahl',
  });
  folder = scratchFolder();
  store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
});
afterEach(async () => {
  await store.close();
  folder.remove();
  setTranslations({});
});

const bare = <T>(work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(join(folder.path, 'store.db'));
  try {
    return work(db);
  } finally {
    db.close();
  }
};
const run = (sql: string): Promise<unknown> => store.write([{ sql, values: [] }]);

test('the reason of a constraint', async () => {
  await run('CREATE DATABASE d');
  await run('CREATE TABLE d.t (id INT PRIMARY KEY, x DOUBLE)');
  const sql = bare((db) => db.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'd.t'`).get()?.['sql']);
  expect(sql).toContain('"x: it must be a finite number"');
  await expect(run('INSERT INTO d.t VALUES (1, 9e999)')).rejects.toMatchObject({
    code: 'value.refused',
    data: { reason: 'eine endliche Zahl' },
  });
});

test('why a snapshot cannot be trusted', async () => {
  await run('CREATE DATABASE d');
  await run('CREATE TABLE d.t (id INT PRIMARY KEY, u INT UNIQUE)');
  await run('INSERT INTO d.t VALUES (1, 10), (2, 20)');
  await store.createSnapshot('v1', { level: 'table', table });
  bare((db) => db.exec(`INSERT OR REPLACE INTO "d.t" VALUES (3, 20)`));
  const shown = 'ein anderes Programm hat Zeilen spurlos ersetzt';
  expect((await store.snapshots())[0]?.unsure).toBe(shown);
  await expect(store.countRows(table, { kind: 'snapshot', name: 'v1' })).rejects.toMatchObject({
    data: { reason: shown },
  });
  expect(bare((db) => db.prepare('SELECT unsure FROM _dt_states').get()?.['unsure'])).toBe(
    'another program replaced rows without a trace',
  );
});
