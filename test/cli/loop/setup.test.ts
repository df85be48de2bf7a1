// A cloned folder: its stores are built from the files that its deltatrain.json names, whole or not at all, and once.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useCli } from '../support/cli.ts';

interface Document {
  readonly connections: readonly {
    readonly connection: string;
    readonly store: string;
    readonly made: boolean;
    readonly tables: readonly { readonly table: string; readonly made: boolean; readonly rows: number | null }[];
  }[];
}

const cli = useCli();

const folderWith = (name: string, config: object, files: Readonly<Record<string, string>> = {}): void => {
  cli.write(`${name}/deltatrain.json`, JSON.stringify(config));
  for (const [file, text] of Object.entries(files)) cli.write(`${name}/${file}`, text);
};
const connections = { local: { kind: 'embedded', path: '.deltatrain/store.db' } };
const customers = { files: 'data/*.csv', key: ['id'] };
const twoFiles = { 'data/a.csv': 'id,name,score\n1,Ann,-\n2,Bob,2.5\n', 'data/b.csv': 'score,id,name\n3,3,Cy\n' };

const rowsOf = async (cwd: string, sql: string): Promise<unknown> => {
  const ran = await cli.run(['sql', '-', '--json'], { input: sql, cwd });
  return (JSON.parse(ran.stdout) as { rows: unknown }).rows;
};
const failing = async (cwd: string, ...args: string[]): Promise<string> => {
  const ran = await cli.run(['setup', ...args], { cwd });
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toBe('');
  return ran.stderr;
};

test('builds the tables of a cloned folder, read as the file says, and changes nothing the second time', async () => {
  folderWith(
    'whole',
    {
      connections,
      imports: { local: { 'crm.customers': { types: { score: 'DOUBLE' } } } },
      sources: {
        'crm.customers': { ...customers, na: ['-'], rename: { name: 'who' } },
        'crm.orders': { files: ['orders.jsonl'], key: ['n'] },
      },
    },
    { ...twoFiles, 'orders.jsonl': '{"n": 1, "of": 2}\n{"n": 2, "of": 2}\n' },
  );
  const early = await cli.run(['snapshot', 'list'], { cwd: 'whole' });
  expect(early.stderr).toContain(
    'there is no such file. Build it from the files that deltatrain.json names: deltatrain setup.',
  );
  const made = await cli.json<Document>('setup', ['setup'], { cwd: 'whole' });
  expect(made.connections).toMatchObject([
    {
      connection: 'local',
      made: true,
      tables: [
        { table: 'crm.customers', made: true, rows: 3 },
        { table: 'crm.orders', made: true, rows: 2 },
      ],
    },
  ]);
  expect(await rowsOf('whole', 'SELECT id, who, score FROM crm.customers ORDER BY id;')).toEqual([
    [1, 'Ann', null],
    [2, 'Bob', 2.5],
    [3, 'Cy', 3],
  ]);
  expect(cli.read('whole/.deltatrain/.gitignore')).toBe('*\n');
  expect(readdirSync(cli.at('whole/.deltatrain')).filter((name) => name.includes('.setup-'))).toEqual([]);
  // Whatever is in the store, it is somebody's work by now.
  await cli.run(['sql', '-'], {
    input: 'DELETE FROM crm.customers WHERE id = 1; DROP TABLE crm.orders;',
    cwd: 'whole',
  });
  const before = readFileSync(cli.at('whole/.deltatrain/store.db'));
  const again = await cli.json<Document>('setup', ['setup'], { cwd: 'whole' });
  expect(again.connections).toMatchObject([
    {
      made: false,
      tables: [
        { made: false, rows: null, notes: [] },
        {
          made: false,
          rows: null,
          notes: ['crm.orders is not in it. To take its files in: deltatrain import … --table crm.orders --key n'],
        },
      ],
    },
  ]);
  expect(readFileSync(cli.at('whole/.deltatrain/store.db')).equals(before)).toBe(true);
  expect((await cli.run(['setup'], { cwd: 'whole' })).stdout).toContain('is there already, and stays as it is');
});

test('says which files of several connections it builds, and builds one of them alone where asked', async () => {
  const two = { one: { kind: 'embedded', path: 'one.db' }, two: { kind: 'embedded', path: 'two.db' } };
  const sources = {
    'crm.customers': { ...customers, connection: 'one' },
    'crm.others': { ...customers, connection: 'two' },
  };
  folderWith('several', { connections: two, sources }, twoFiles);
  const { connections: done } = await cli.json<Document>('setup', ['setup', '-c', 'two'], { cwd: 'several' });
  expect(done.map(({ connection }) => connection)).toEqual(['two']);
  expect(existsSync(cli.at('several/one.db'))).toBe(false);
  folderWith('several', { connections: two, sources: { 'crm.customers': customers } });
  expect(await failing('several')).toContain('names several connections: say which one with "connection".');
  folderWith('several', { connections: two, sources: { customers } });
  expect(await failing('several')).toContain('its name is written as database.table');
  folderWith('several', { connections: two });
  expect(await failing('several')).toContain('names no files to build tables from');
});

test('where a file is bad, there is no store, nor a part of one', async () => {
  const sources = {
    'crm.customers': customers,
    'crm.broken': { files: 'broken.csv', key: ['id'] },
  };
  folderWith('bad', { connections, sources }, { ...twoFiles, 'broken.csv': 'id,a\n1,2\n1,3\n' });
  expect(await failing('bad')).toMatch(/key|twice|id/);
  expect(readdirSync(cli.at('bad/.deltatrain'))).toEqual(['.gitignore']);
  // What another process left that was killed meanwhile goes with the next try; what a living one makes stays.
  const gone = spawnSync(process.execPath, ['-e', '0']).pid;
  const left = [`store.db.setup-${gone}-1`, `store.db.setup-${gone}-1-wal`, `store.db.setup-${process.pid}-1`];
  for (const name of left) cli.write(`bad/.deltatrain/${name}`, 'half');
  cli.write('bad/broken.csv', 'id,a\n1,2\n');
  expect((await cli.run(['setup'], { cwd: 'bad' })).code).toBe(0);
  expect(readdirSync(cli.at('bad/.deltatrain')).filter((name) => name.includes('setup'))).toEqual([
    `store.db.setup-${process.pid}-1`,
  ]);
});

test('a committed file reads nothing outside of its folder, whatever it names', async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'deltatrain-elsewhere-'));
  writeFileSync(path.join(elsewhere, 'secret.csv'), 'id\n1\n');
  mkdirSync(cli.at('out/data'), { recursive: true });
  symlinkSync(path.join(elsewhere, 'secret.csv'), cli.at('out/data/link.csv'));
  symlinkSync(elsewhere, cli.at('out/linked'));
  for (const files of ['data/link.csv', 'data/*.csv', 'linked/secret.csv', path.join(elsewhere, 'secret.csv')]) {
    folderWith('out', { connections, sources: { 'crm.customers': { files, key: ['id'] } } });
    expect(await failing('out'), files).toContain('it lies outside of the folder of deltatrain.json');
  }
  for (const files of ['none.csv', 'none/*.csv', 'data/*.tsv']) {
    folderWith('out', { connections, sources: { 'crm.customers': { files, key: ['id'] } } });
    expect(await failing('out'), files).toContain('there is no such file');
  }
  expect(existsSync(cli.at('out/.deltatrain'))).toBe(false);
});
