// An export onto a disk that fills up: a system that grants a file no more than so many bytes writes as a full disk does, the part
// that fits first.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/sha256.ts';
import type { Value } from '../../src/data/value.ts';
import { loadRows } from '../stores/reading.ts';
import { useFolder } from './support/folder.ts';

const folder = useFolder();
const script = fileURLToPath(new URL('support/exportChild.ts', import.meta.url));
const table = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'TEXT', nullable: true },
];

/** `ulimit -f` counts in blocks of 512 bytes. */
const exportUnder = (blocks: number | 'unlimited', store: string, file: string): unknown => {
  const command = `ulimit -f ${blocks}; exec "$0" --no-warnings "$1" "$2" "$3"`;
  const { stderr } = spawnSync('sh', ['-c', command, process.execPath, script, store, file], { encoding: 'utf8' });
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
