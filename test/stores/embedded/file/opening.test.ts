/** Files that cannot be opened or written: each says in a sentence what is wrong, and is left as it was. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import type { TableName } from '../../../../src/data/table.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { loadRows, rowsOf } from '../../reading.ts';

const table: TableName = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'TEXT', nullable: true },
];
const manyRows = Array.from({ length: 2000 }, (_, i) => [i, `value ${i} ${'x'.repeat(200)}`]);

describe('opening a store', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let path: string;
  const open = (more: Partial<Parameters<typeof EmbeddedStore.open>[0]> = {}) =>
    EmbeddedStore.open({ path, readOnly: false, create: true, ...more });
  beforeEach(() => {
    folder = scratchFolder();
    path = join(folder.path, 'store.db');
  });
  afterEach(() => folder.remove());

  /** A closed store with a table and a snapshot. */
  async function filled(): Promise<void> {
    const store = open();
    await loadRows(store, table, columns, ['id'], manyRows);
    await store.createSnapshot('v1', { level: 'table', table });
    await store.close();
  }

  const failureOf = (run: () => unknown): { code: string; data: unknown } => {
    try {
      run();
    } catch (error) {
      if (error instanceof Failure) return { code: String(error.code), data: error.data as unknown };
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test('makes the file, and its folder, only when asked to', async () => {
    expect(failureOf(() => open({ create: false }))).toMatchObject({
      code: 'store.unreachable',
      data: { store: path, reason: 'there is no such file' },
    });
    expect(failureOf(() => open({ readOnly: true })).code).toBe('store.unreachable');
    expect(existsSync(path)).toBe(false);
    path = join(folder.path, 'a', 'b', 'store.db');
    const store = open();
    expect(await store.databases()).toEqual([]);
    await store.close();
    expect(readdirSync(join(folder.path, 'a', 'b'))).toEqual(['store.db']);
  });

  test.each([
    ['text', () => writeFileSync(path, 'id,name\n1,apple\n'.repeat(40))],
    ['nothing', () => writeFileSync(path, '')],
    [
      'another SQLite database',
      () => {
        const db = new DatabaseSync(path);
        db.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)');
        db.close();
      },
    ],
  ])('refuses a file of %s and leaves it untouched', (_, write) => {
    write();
    const before = readFileSync(path);
    expect(failureOf(open)).toMatchObject({ code: 'store.notAStore', data: { store: path } });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder.path)).toEqual(['store.db']);
  });

  test('refuses a folder', () => {
    mkdirSync(path);
    expect(failureOf(open).code).toBe('store.unreachable');
  });

  test('refuses a store from a newer version', async () => {
    await filled();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(failureOf(open)).toMatchObject({ code: 'store.newer', data: { version: 99, known: 2 } });
  });

  test('says that a damaged store is damaged, and names the backup', async () => {
    await filled();
    const store = open();
    const backup = await store.backup();
    await store.close();
    const size = statSync(path).size;
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 8192, size - 4096);
    writeFileSync(path, bytes);
    const read = async (): Promise<unknown> => {
      const damaged = open({ readOnly: true });
      try {
        return await rowsOf(damaged, table, live, ['id', 'v']);
      } finally {
        await damaged.close();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'store.damaged', data: { backup } });
    copyFileSync(backup, path);
    expect(await read()).toEqual(manyRows);
  });

  test('finds damage after an unclean end, before anything else happens', async () => {
    await filled();
    // As a process that was killed leaves it: no process has the number of a session any more.
    const db = new DatabaseSync(path);
    const ended = spawnSync(process.execPath, ['-e', 'process.stdout.write(`${process.pid} ${os.hostname()}`)'], {
      encoding: 'utf8',
    });
    const [pid = '', host = ''] = ended.stdout.split(' ');
    db.prepare('INSERT INTO _dt_sessions (pid, host) VALUES (?, ?)').run(Number(pid), host);
    db.close();
    truncateSync(path, statSync(path).size - 8192);
    expect(failureOf(open)).toMatchObject({ code: 'store.damaged', data: { store: path, backup: null } });
  });

  test('keeps one rolling backup, made when the last is a day old', async () => {
    await filled();
    const backup = `${path}.backup`;
    await open().close();
    const first = statSync(backup).mtimeMs;
    await open().close();
    expect(statSync(backup).mtimeMs).toBe(first);
    utimesSync(backup, new Date(0), new Date(0));
    await open().close();
    expect(statSync(backup).mtimeMs).toBeGreaterThan(0);
    expect(readdirSync(folder.path).sort()).toEqual(['store.db', 'store.db.backup']);
  });

  test('two windows may copy at the same time, and what a killed one left is removed', async () => {
    await filled();
    const ended = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], {
      encoding: 'utf8',
    });
    const left = `${path}.backup-new-${ended.stdout}-0a`;
    writeFileSync(left, 'half a copy');
    const stores = [open(), open()];
    const copies = await Promise.all(stores.map((store) => store.backup()));
    for (const store of stores) await store.close();
    expect(new Set(copies)).toEqual(new Set([`${path}.backup`]));
    copyFileSync(`${path}.backup`, path);
    const copy = open({ readOnly: true });
    expect(await rowsOf(copy, table, atSnapshot('v1'), ['id', 'v'])).toEqual(manyRows);
    await copy.close();
    expect(readdirSync(folder.path).filter((name) => name.includes('new'))).toEqual([]);
  });

  test('a full disk changes nothing, and the store goes on', async () => {
    await filled();
    const store = open({ maxBytes: statSync(path).size + 64 * 1024 });
    const more = Array.from({ length: 5000 }, (_, i) => [i + 1000, 'y'.repeat(300)]);
    await expect(loadRows(store, table, columns, ['id'], more, { safetySnapshot: 'safe' })).rejects.toMatchObject({
      code: 'store.full',
      data: { store: path },
    });
    const insert = { sql: `UPDATE d.t SET v = REPEAT('z', 3000)`, values: [] };
    await expect(store.write([insert])).rejects.toMatchObject({ code: 'store.full' });
    expect(await rowsOf(store, table, live, ['id', 'v'])).toEqual(manyRows);
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['v1']);
    expect(await store.write([{ sql: 'UPDATE d.t SET v = NULL WHERE id = 1', values: [], expect: 1 }])).toEqual([1]);
    await store.close();
  });

  test('a store opened for reading refuses to write', async () => {
    await filled();
    const store = open({ readOnly: true });
    expect(await store.facts()).toMatchObject({ kind: 'embedded', label: path, readOnly: true });
    expect(await rowsOf(store, table, atSnapshot('v1'), ['id', 'v'], { order: 'hash', salt: 's' })).toHaveLength(2000);
    await expect(store.createSnapshot('v2', { level: 'table', table })).rejects.toMatchObject({
      code: 'store.readOnly',
    });
    await expect(store.write([{ sql: 'DELETE FROM d.t', values: [] }])).rejects.toMatchObject({
      code: 'store.readOnly',
    });
    await expect(loadRows(store, table, columns, ['id'], manyRows)).rejects.toMatchObject({ code: 'store.readOnly' });
    await store.close();
  });

  test('a locked store says so', async () => {
    await filled();
    const store = open({ busyTimeout: 20 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.createSnapshot('v2', { level: 'table', table })).rejects.toMatchObject({
      code: 'store.locked',
      data: { store: path },
    });
    expect(await store.countRows(table)).toBe(2000);
    other.exec('ROLLBACK');
    other.close();
    await store.createSnapshot('v2', { level: 'table', table });
    await store.close();
  });

  test('in a folder that cannot be written: open for reading, also when asked for more', async () => {
    await filled();
    chmodSync(path, 0o444);
    chmodSync(folder.path, 0o555);
    const script = fileURLToPath(new URL('readOnlyChild.ts', import.meta.url));
    // Root may write everywhere, so the child becomes somebody else.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const child = spawnSync(process.execPath, ['--no-warnings', script, path], { encoding: 'utf8', ...nobody });
    chmodSync(folder.path, 0o755);
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toEqual({
      asWriter: { readOnly: true, rows: 2000, write: 'store.readOnly' },
      make: 'store.unreachable',
      rows: 2000,
      atSnapshot: 2000,
    });
  });

  test.skipIf(process.platform === 'win32')('says that a file system fails under a store that is open', async () => {
    await filled();
    const script = fileURLToPath(new URL('limitedChild.ts', import.meta.url));
    const limited = ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, '--no-warnings', script, path];
    const child = spawnSync('bash', limited, { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toEqual({
      said: `${path} could not be read or written (disk I/O error). What was not finished was not done. Look at the drive, then try again.`,
      rows: 2000,
    });
    const again = open();
    expect(await rowsOf(again, table, live, ['id', 'v'])).toEqual(
      await rowsOf(again, table, atSnapshot('v1'), ['id', 'v']),
    );
    await again.close();
  });

  test('after close, every call says that it was closed', async () => {
    const store = open();
    await store.close();
    await store.close();
    await expect(store.databases()).rejects.toMatchObject({ code: 'store.unreachable' });
    await expect(store.write([])).rejects.toMatchObject({ code: 'store.unreachable' });
  });
});
