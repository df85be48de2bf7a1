// A disk that is really full (a small one in memory, which only root can make): what was there is read, listed, exported and made
// smaller all the same, and the log gives back what a transaction that failed took.
import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { exportTable } from '../../../../src/files/exportTable.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { loadRows, rowsOf } from '../../reading.ts';

const table = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'TEXT', nullable: true },
];
const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => [first + i, `${(first + i) * 7919} `.repeat(20)]);

function mountSmall(path: string): boolean {
  mkdirSync(path);
  return (
    process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', path]).status === 0
  );
}
const probe = scratchFolder();
const canMount = mountSmall(join(probe.path, 'disk'));
if (canMount) spawnSync('umount', [join(probe.path, 'disk')]);
probe.remove();

describe.skipIf(!canMount)('a store on a full disk (needs root, to mount a small one)', () => {
  let folder: ReturnType<typeof scratchFolder>;
  const disk = (name = ''): string => join(folder.path, 'disk', name);
  const open = () => EmbeddedStore.open({ path: disk('store.db'), readOnly: false, create: true });
  const free = (): number => Number(statfsSync(disk()).bavail) * Number(statfsSync(disk()).bsize);
  /** Nothing is left, but so many bytes. */
  const fill = (left: number): void => {
    const bytes = free() - left;
    if (bytes > 0) writeFileSync(disk('filler'), Buffer.alloc(bytes));
  };

  beforeEach(async () => {
    folder = scratchFolder();
    mountSmall(disk());
    const store = open();
    await loadRows(store, table, columns, ['id'], rowsFrom(0, 10_000));
    await store.createSnapshot('v1', { level: 'table', table });
    await store.close();
    rmSync(disk('store.db.backup'), { force: true });
  });
  afterEach(() => {
    spawnSync('umount', ['-l', disk()]);
    folder.remove();
  });

  async function everythingReads(store: EmbeddedStore, rows: number): Promise<void> {
    expect(await store.databases()).toEqual(['d']);
    expect((await store.tables('d')).map(({ name }) => name.table)).toEqual(['t']);
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['v1']);
    expect(await rowsOf(store, table, live, ['id', 'v'])).toHaveLength(rows);
    expect(await rowsOf(store, table, atSnapshot('v1'), ['id'], { order: 'hash', salt: 's' })).toHaveLength(10_000);
    const file = join(folder.path, 'out.csv');
    await exportTable(store, { table, at: live, file });
    expect(statSync(file).size).toBeGreaterThan(rows * 100);
  }

  test('of an older format is read as it stands, and moved forward once there is room', async () => {
    const old = gunzipSync(readFileSync(new URL('../../../fixtures/format1/store.db.gz', import.meta.url)));
    writeFileSync(disk('old.db'), old);
    fill(100_000);
    const openOld = () => EmbeddedStore.open({ path: disk('old.db'), readOnly: false, create: false });
    const full = openOld();
    expect((await full.facts()).readOnly).toBe(true);
    const write = full.write([{ sql: 'DELETE FROM shop.prices', values: [] }]);
    await expect(write).rejects.toMatchObject({ code: 'store.full' });
    const prices = { database: 'shop', table: 'prices' };
    expect(await rowsOf(full, prices, atSnapshot('v1'), ['price'])).toHaveLength(5);
    await full.close();
    rmSync(disk('filler'));
    const moved = openOld();
    expect((await moved.facts()).notes).toHaveLength(1);
    expect(await rowsOf(moved, prices, atSnapshot('v1'), ['price'])).toHaveLength(5);
    await moved.close();
  });

  test('an import that does not fit changes nothing, leaves nothing in the log, and everything else works', async () => {
    const store = open();
    const more = loadRows(store, table, columns, ['id'], rowsFrom(10_000, 60_000));
    await expect(more).rejects.toMatchObject({ code: 'store.full' });
    await everythingReads(store, 10_000);
    const log = disk('store.db-wal');
    expect(existsSync(log) ? statSync(log).size : 0).toBeLessThan(200_000);
    await store.compact();
    expect(await store.write([{ sql: 'DELETE FROM d.t WHERE id >= 9000', values: [] }])).toEqual([1000]);
    await everythingReads(store, 9000);
    await store.close();
  });

  test.each([0, 4096, 50_000])('with %i bytes left: opened, read, listed, exported, made smaller', async (left) => {
    const before = open();
    await before.write([{ sql: 'DELETE FROM d.t WHERE id >= 5000', values: [] }]);
    await before.close();
    rmSync(disk('store.db.backup'), { force: true });
    fill(left);
    const store = open();
    await everythingReads(store, 5000);
    const compacted = await store.compact().catch((error: unknown) => error);
    // Without room for the index of a log a store can only be read, and says why: it is the disk, and not the file.
    if (compacted instanceof Failure) expect([left < 32_768, compacted.code]).toEqual([true, 'store.full']);
    else expect(compacted).toMatchObject({ before: expect.any(Number) as number, after: expect.any(Number) as number });
    await everythingReads(store, 5000);
    await store.close();
    expect(readdirSync(disk()).filter((name) => name.includes('new'))).toEqual([]);
    rmSync(disk('filler'));
    const after = open();
    await everythingReads(after, 5000);
    expect(await after.write([{ sql: `UPDATE d.t SET v = 'x' WHERE id = 1`, values: [] }])).toEqual([1]);
    await after.close();
  });
});
