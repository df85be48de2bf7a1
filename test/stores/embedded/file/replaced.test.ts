// A store whose file changes under it: noticed before anything is written, said in one sentence, and the file that is there now is
// not touched. Two windows are two stores here; each opens, looks and closes as a process of its own does.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { loadRows, rowsOf } from '../../reading.ts';

const table = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'TEXT', nullable: true },
];

/** Done by another process: one that closes a file lets go of all its own locks on it, and this one has the store open. */
function byAnother(
  what: 'copyFileSync' | 'truncateSync' | 'writeFileSync',
  ...values: readonly (string | number)[]
): void {
  const script = `require('node:fs').${what}(...${JSON.stringify(values)})`;
  expect(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr).toBe('');
}

const rowsNamed = (v: string, count = 500) => Array.from({ length: count }, (_, i) => [i, `${v} ${i}`]);

describe('a store whose file', () => {
  let folder: ReturnType<typeof scratchFolder>;
  const opened: EmbeddedStore[] = [];
  const at = (name: string): string => join(folder.path, name);
  const open = (name = 'store.db'): EmbeddedStore => {
    const store = EmbeddedStore.open({ path: at(name), readOnly: false, create: true });
    opened.push(store);
    return store;
  };
  const fill = async (name: string, v: string): Promise<void> => {
    const store = open(name);
    await loadRows(store, table, columns, ['id'], rowsNamed(v));
    await store.createSnapshot('v1', { level: 'table', table });
    await store.close();
  };
  const isSound = (name: string): unknown => {
    const db = new DatabaseSync(at(name));
    try {
      return db.prepare('PRAGMA integrity_check').get();
    } finally {
      db.close();
    }
  };
  const firstOf = async (store: EmbeddedStore): Promise<unknown> => (await rowsOf(store, table, live, ['v']))[0]?.[0];
  const update = (store: EmbeddedStore, v: string): Promise<number[]> =>
    store.write([{ sql: `UPDATE d.t SET v = '${v}'`, values: [] }]);

  /** What another window finds, before it writes this. */
  const window = (value: string): string => {
    const script = fileURLToPath(new URL('windowChild.ts', import.meta.url));
    const child = spawnSync(process.execPath, ['--no-warnings', script, at('store.db'), value], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    return child.stdout;
  };

  beforeEach(async () => {
    folder = scratchFolder();
    await fill('store.db', 'old');
    await fill('other.db', 'new');
    rmSync(at('store.db.backup'), { force: true });
    rmSync(at('other.db.backup'), { force: true });
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    folder.remove();
  });

  /** Each way of putting another file there; the sentence that tells it; what the file at the path then holds, if it holds anything. */
  const ways: readonly (readonly [string, () => void, string, string | null])[] = [
    ['was deleted', () => rmSync(at('store.db')), 'was deleted', null],
    ['was moved away', () => renameSync(at('store.db'), at('away.db')), 'was deleted', null],
    [
      'was replaced by another',
      () => renameSync(at('other.db'), at('store.db')),
      'was replaced by another file',
      'new',
    ],
    [
      'was written over in its place',
      () => byAnother('copyFileSync', at('other.db'), at('store.db')),
      'was written over',
      'new',
    ],
    ['was cut short', () => byAnother('truncateSync', at('store.db'), 8192), 'was cut short', null],
    ['was emptied', () => byAnother('writeFileSync', at('store.db'), ''), 'was cut short', null],
    [
      'became a text',
      () => byAnother('writeFileSync', at('store.db'), 'id,name\n'.repeat(5000)),
      'was written over',
      null,
    ],
  ];

  describe.each([
    ['with nothing in its log', false],
    ['with commits in its log', true],
  ])('%s', (_, dirty) => {
    test.each(ways)('%s: nothing is written, and it says so', async (_name, change, words, holds) => {
      const store = open();
      if (dirty) await update(store, 'in the log');
      change();
      const there = holds === null ? null : readFileSync(at('store.db'));
      const sentence = `${at('store.db')} ${words} since it was opened. Nothing was read or written. Open it again.`;
      await expect(update(store, 'lost')).rejects.toThrow(sentence);
      await expect(store.createSnapshot('v2', { level: 'table', table })).rejects.toThrow(sentence);
      await expect(loadRows(store, table, columns, ['id'], rowsNamed('x'))).rejects.toThrow(sentence);
      await expect(store.snapshots()).rejects.toThrow(sentence);
      await expect(store.changeCount()).rejects.toThrow(sentence);
      await expect(store.compact()).rejects.toThrow(sentence);
      await store.close();
      if (there === null) return;
      expect(readFileSync(at('store.db')).equals(there)).toBe(true);
      const again = open();
      expect(await firstOf(again)).toBe(`${holds} 0`);
      await update(again, 'goes on');
      await again.close();
      expect(isSound('store.db')).toEqual({ integrity_check: 'ok' });
      expect(readdirSync(folder.path).filter((name) => /-(?:wal|shm|owner)$/.test(name))).toEqual([]);
    });

    test('was replaced, and a second window has the new one: neither harms it', async () => {
      const first = open();
      if (dirty) await update(first, 'in the log');
      renameSync(at('other.db'), at('store.db'));
      const second = open();
      expect(await firstOf(second)).toBe('new 0');
      await update(second, 'second');
      await expect(update(first, 'first')).rejects.toMatchObject({ code: 'store.replaced' });
      await second.createSnapshot('v2', { level: 'table', table });
      await first.close();
      await update(second, 'third');
      expect(await firstOf(second)).toBe('third');
      expect((await rowsOf(second, table, atSnapshot('v1'), ['v']))[0]).toEqual(['new 0']);
      await second.close();
      expect(isSound('store.db')).toEqual({ integrity_check: 'ok' });
    });

    test('was written over, and a second window opens it before the first one looks: neither harms it', async () => {
      const first = open();
      if (dirty) await update(first, 'in the log');
      byAnother('copyFileSync', at('other.db'), at('store.db'));
      // In this process SQLite would share the log's index between the two.
      expect(window('second')).toBe('new 0');
      await expect(update(first, 'first')).rejects.toMatchObject({ code: 'store.replaced' });
      await first.close();
      expect(window('third')).toBe('second');
      expect(isSound('store.db')).toEqual({ integrity_check: 'ok' });
      expect(await firstOf(open())).toBe('third');
    });

    test('was moved away keeps what was committed to it', async () => {
      const store = open();
      if (dirty) await update(store, 'in the log');
      renameSync(at('store.db'), at('away.db'));
      await expect(update(store, 'lost')).rejects.toMatchObject({ code: 'store.replaced' });
      await store.close();
      const away = open('away.db');
      expect(await firstOf(away)).toBe(dirty ? 'in the log' : 'old 0');
    });

    test('was moved away while somebody reads an older state keeps what was committed to it', async () => {
      const store = open();
      const pages = store.readRows({ table, at: live, columns: ['v'], order: 'key', pageRows: 10 });
      const reading = pages[Symbol.asyncIterator]();
      await reading.next();
      if (dirty) await update(store, 'in the log');
      renameSync(at('store.db'), at('away.db'));
      await expect(update(store, 'lost')).rejects.toMatchObject({ code: 'store.replaced' });
      await expect(reading.next()).rejects.toMatchObject({ code: 'store.replaced' });
      await store.close();
      const away = open('away.db');
      expect(await firstOf(away)).toBe(dirty ? 'in the log' : 'old 0');
    });
  });

  test('is changed by two windows and by another program at work: nobody is alarmed', async () => {
    const [first, second] = [open(), open()];
    const outside = new DatabaseSync(at('store.db'));
    outside.exec('PRAGMA wal_autocheckpoint = 1');
    for (let i = 0; i < 20; i++) {
      await update(i % 2 ? first : second, `${i} ${'x'.repeat(3000)}`);
      outside.exec(`UPDATE "d.t" SET v = 'o${i}' WHERE id = ${i}`);
      if (i % 5 === 0) outside.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      if (i === 7) await first.compact();
      await first.changeCount();
      expect(await firstOf(second)).toBe(i === 0 ? 'o0' : `${i} ${'x'.repeat(3000)}`);
    }
    outside.close();
  });

  test('was copied with its log while it was open: the copy has it all', async () => {
    const store = open();
    await update(store, 'in the log');
    for (const end of ['', '-wal', '-owner']) copyFileSync(at(`store.db${end}`), at(`copy.db${end}`));
    const copy = open('copy.db');
    expect(await firstOf(copy)).toBe('in the log');
  });
});
