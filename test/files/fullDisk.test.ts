// An export and an import onto a disk that fills up: a system that grants a file no more than so many bytes writes as a full disk does, the part
// that fits first.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/sha256.ts';
import type { Value } from '../../src/data/value.ts';
import { importFile } from '../../src/files/importFile.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { loadRows } from '../stores/reading.ts';
import { useFolder } from './support/folder.ts';
import { failureOf, request, rowsOf } from './support/imports.ts';

const folder = useFolder();
const exportScript = fileURLToPath(new URL('support/exportChild.ts', import.meta.url));
const importScript = fileURLToPath(new URL('support/importChild.ts', import.meta.url));
const table = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'TEXT', nullable: true },
];

/** `ulimit -f` counts in blocks of 512 bytes. */
const exportUnder = (blocks: number | 'unlimited', store: string, file: string): unknown => {
  const command = `ulimit -f ${blocks}; exec "$0" --no-warnings "$1" "$2" "$3"`;
  const { stderr } = spawnSync('sh', ['-c', command, process.execPath, exportScript, store, file], {
    encoding: 'utf8',
  });
  return JSON.parse(stderr);
};

describe.skipIf(process.platform === 'win32')('an export onto a full disk', () => {
  it.each(['x.csv', 'x.jsonl', 'x.parquet', 'x.sql'])('as %s says so, and leaves the file as it was', async (name) => {
    const store = folder.store();
    await loadRows(store, table, columns, ['id'], []);
    await store.createSnapshot('empty', { level: 'table', table });
    // Less than a page, so that there is one write of rows: a disk takes the part of it that fits, and says nothing yet. No packing
    // makes such texts fit.
    const rows = Array.from({ length: 500 }, (_, i): Value[] => [i, sha256(`${i}`) + sha256(`${i} again`)]);
    await loadRows(store, table, columns, ['id'], rows);
    const file = folder.write(name, 'old');
    const before = folder.files();
    expect(exportUnder(16, folder.at('store.db'), file)).toEqual({
      code: 'file.unwritable',
      message: `Cannot write ${file}: it would be larger than this disk allows`,
    });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(folder.files()).toEqual(before);
    expect(exportUnder('unlimited', folder.at('store.db'), file)).toEqual({ rows: 500 });
  });
});

/** Whether this user may mount a disk of a few megabytes where nobody else sees it. */
const [alone, ...asRoot] = ['unshare', '-rm', 'sh', '-c'] as const;
const mayMount = spawnSync(alone, [...asRoot, 'mount -t tmpfs -o size=1m tmpfs /mnt']).status === 0;

describe('an import whose disk fills in the middle', () => {
  const file = (rows: number): string =>
    folder.write('x.csv', `id,v\n${Array.from({ length: rows }, (_, i) => `${i},${sha256(`${i}`)}`).join('\n')}\n`);
  const open = (maxBytes?: number): EmbeddedStore =>
    EmbeddedStore.open({
      path: folder.at('store.db'),
      readOnly: false,
      create: true,
      ...(maxBytes !== undefined && { maxBytes }),
    });

  it.each([300_000, 1_000_000, 2_000_000])(
    'after %d bytes says so, leaves nothing behind, and goes on when there is room',
    async (maxBytes) => {
      const csv = file(40_000);
      const full = open(maxBytes);
      expect(await failureOf(importFile(full, request(csv)))).toMatchObject({ code: 'store.full' });
      expect(await full.databases()).toEqual([]);
      await full.close();
      const roomy = open();
      expect(await importFile(roomy, request(csv))).toMatchObject({ inserted: 40_000 });
      await roomy.close();
    },
  );

  it('leaves a table that is there as it was', async () => {
    const store = open(1_000_000);
    await importFile(store, request(folder.write('small.csv', 'id,v\n1,a\n')));
    expect(await failureOf(importFile(store, request(file(40_000))))).toMatchObject({ code: 'store.full' });
    expect(await rowsOf(store)).toEqual([[1, 'a']]);
    await store.close();
  });

  // Skipped where the system lets nobody mount.
  it.skipIf(!mayMount)('for good: the store is read and closed all the same', () => {
    const disk = folder.at('disk');
    mkdirSync(disk);
    const command = 'mount -t tmpfs -o size=4m tmpfs "$1" && exec "$0" --no-warnings "$2" "$1/store.db" "$3"';
    const { stderr } = spawnSync(alone, [...asRoot, command, process.execPath, disk, importScript, file(60_000)], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stderr)).toEqual({
      code: 'store.full',
      message: `${path.join(disk, 'store.db')} cannot grow: the disk is full. Nothing was changed.`,
      rows: null,
    });
  });
});
