// A third backend, which is its folder and its registration: it passes the reading part of the contract, and programs use it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { Value } from '../../../src/data/value.ts';
import { columns, first, names, table } from '../contractItems.ts';
import { deltaContract } from '../deltaContract.ts';
import { MemoryStore } from '../memory/store.ts';
import { memoryChanger } from '../memoryBackend.ts';
import { failure, loadRows } from '../reading.ts';
import { rowsContract } from '../rowsContract.ts';
import { freeze } from './format.ts';
import { frozenBackend } from './frozenBackend.ts';
import { FrozenStore } from './frozenStore.ts';

rowsContract(frozenBackend);
deltaContract(frozenBackend);

let folder = '';
let file = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'frozen-'));
  file = join(folder, 'store.json');
  const master = new MemoryStore();
  await loadRows(master, table, columns, ['id'], first);
  await master.createSnapshot('v1', { level: 'table', table });
  const change = memoryChanger(master);
  await change.update(table, { price: '9.99' }, { id: 1 });
  await change.insert(table, names, [[5, 'kiwi', '4.00']]);
  await freeze(master, file);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('whatever would change it is refused by name, and its facts say so', async () => {
  const store = new FrozenStore(file);
  expect(await store.facts()).toMatchObject({ readOnly: true, snapshotLevels: [], dialect: 'none' });
  const writes = [
    () => store.createSnapshot(),
    () => store.dropSnapshot(),
    () => store.previewRestore(),
    () => store.editRows(),
    () => store.write(),
    () => store.load(),
    () => store.compact(),
  ];
  for (const write of writes) await expect(write()).rejects.toMatchObject(failure('store.readOnly', { store: file }));
});

test('the use cases plan and run statements on it, and refuse what it has no SQL for', async () => {
  const store = new FrozenStore(file);
  const run = async (sql: string): Promise<Value[][]> => {
    const rows: Value[][] = [];
    for await (const page of runStatement(store, { sql, database: 'shop' }, () => Promise.resolve(true)))
      for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
    return rows;
  };
  expect(await run("DATA BRANCH DIFF items AGAINST items{SNAPSHOT = 'v1'} OUTPUT SUMMARY")).toEqual([
    ['INSERTED', 1, 0],
    ['DELETED', 0, 0],
    ['UPDATED', 1, 0],
  ]);
  expect((await run('SHOW SNAPSHOTS')).map(([name]) => name)).toEqual(['v1']);
  await expect(run('SELECT 1')).rejects.toMatchObject({ code: 'sql.unsupported' });
  await expect(run('CREATE SNAPSHOT v2 FOR TABLE shop items')).rejects.toMatchObject({ code: 'store.readOnly' });
});

/** The command line from its sources, in which the third store is registered as in every process that it starts. */
function cli(...args: readonly string[]): {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const root = join(import.meta.dirname, '../../..');
  const registered = `--import=${pathToFileURL(join(import.meta.dirname, 'register.ts')).href}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'src/cli/main.ts'), '--connection', `frozen:${file}`, ...args],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: registered } },
  );
  return { code: status, stdout, stderr };
}

test('the command line reads it like any other store, and says what it cannot do', () => {
  const diff = cli('diff', 'shop.items', '--from', 'v1', '--json');
  expect(diff).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(diff.stdout)).toMatchObject({
    ...{ inserted: 1, updated: 1, deleted: 0, way: 'compare' },
    rows: [
      { flag: 'updated', key: { id: 1 }, before: { price: '1.50' }, after: { price: '9.99' } },
      { flag: 'inserted', key: { id: 5 } },
    ],
  });
  const exported = cli('export', 'shop.items', '--at', 'v1', '--out', 'v1.csv');
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(folder, 'v1.csv'), 'utf8').split('\n').slice(0, 2)).toEqual([
    'id,name,price',
    '1,apple,1.50',
  ]);
  const holds = cli('holds', 'shop.items', '--key', '1', '--json');
  expect(JSON.parse(holds.stdout)).toMatchObject({ live: true, snapshots: ['v1'], models: [] });
  for (const [sentence, ...args] of [
    ['read-only, so nothing was changed', 'snapshot', 'create', 'x', '--table', 'shop.items'],
    ['keeps no backup beside it', 'recover'],
  ] as const)
    expect(cli(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) as string });
});
