// The backup in the place of a damaged store, from the command line.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ownDatabase } from '../../../src/data/table.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { loadRows } from '../../stores/reading.ts';
import { useCli } from '../support/cli.ts';

const cli = useCli();
const columns = [{ name: 'id', type: 'INT', nullable: false }];
const rows = (count: number) => Array.from({ length: count }, (_, i) => [i]);

async function storeWithBackup(name: string): Promise<string> {
  const file = cli.at(`${name}.db`);
  const store = EmbeddedStore.open({ path: file, readOnly: false, create: true });
  await loadRows(store, { database: 'd', table: 't' }, columns, ['id'], rows(3));
  // What is kept of models is nobody's rows.
  await loadRows(store, { database: ownDatabase, table: 'kept' }, columns, ['id'], rows(7));
  await store.backup();
  await loadRows(store, { database: 'd', table: 't' }, columns, ['id'], rows(5));
  await store.close();
  return file;
}

it('shows both, swaps with --yes, and keeps the damaged file', async () => {
  const file = await storeWithBackup('swap');
  const connection = ['--connection', `embedded:${file}`];
  const looked = await cli.json('recover', ['recover', ...connection], { code: 2 });
  expect(looked).toMatchObject({
    file: `${file}.backup`,
    checked: true,
    rows: { store: 5, backup: 3 },
    swapped: false,
    kept: null,
  });
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096, 40_000);
  writeFileSync(file, bytes);
  const damaged = await cli.run(['diff', 'd.t', '--from', 'x', ...connection]);
  expect(damaged.stderr).toContain(`Its last backup is ${file}.backup.`);
  const done = await cli.json('recover', ['recover', '--yes', ...connection]);
  expect(done).toMatchObject({ rows: { store: null, backup: 3 }, swapped: true, kept: `${file}.damaged-1` });
  expect(readFileSync(`${file}.damaged-1`).equals(bytes)).toBe(true);
  const store = EmbeddedStore.open({ path: file, readOnly: false, create: false });
  expect(await store.countRows({ database: 'd', table: 't' })).toBe(3);
  await store.close();
  expect(existsSync(`${file}.backup`)).toBe(true);
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('-new-'))).toEqual([]);
});

it('refuses a backup that is none, and names none that does not pass its check', async () => {
  const file = await storeWithBackup('none');
  const connection = ['--connection', `embedded:${file}`];
  const sound = readFileSync(file);
  const broken = Buffer.from(sound);
  broken.fill(0x5a, 4096, 40_000);
  for (const backup of [Buffer.alloc(5000, 7), broken]) {
    writeFileSync(`${file}.backup`, backup);
    copyFileSync(`${file}.backup`, file);
    const refused = await cli.run(['recover', '--yes', ...connection]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is damaged|is not a DeltaTrain store/);
    expect(readFileSync(file).equals(backup)).toBe(true);
  }
  const opened = await cli.run(['diff', 'd.t', '--from', 'x', ...connection]);
  expect(opened.stderr).toContain('There is no backup beside it.');
});
