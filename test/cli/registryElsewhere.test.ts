// Models kept in another store than the table: it is made with the first of them, and listing makes nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from './trainBundle.ts';

let cli: CommandLine;
let workspace: string;

beforeAll(async () => {
  cli = await bundleCommandLine();
  workspace = path.join(cli.folder, 'workspace');
  expect((await cli.call(['demo', '--dir', workspace], cli.folder)).code).toBe(0);
});
afterAll(() => cli.remove());

test('listing finds none and makes no file; training makes it', async () => {
  const file = path.join(workspace, 'deltatrain.json');
  const written = readFileSync(file, 'utf8');
  const models = '"models": { "kind": "embedded", "path": "kept/models.db" },';
  const changed = written
    .replace(/"connections"\s*:\s*\{/, (found) => `${found} ${models}`)
    .replace(/"weather"\s*:\s*\{/, (found) => `${found} "registry": { "connection": "models" },`);
  writeFileSync(file, changed);
  expect(changed.length).toBeGreaterThan(written.length + models.length + 30);
  const store = path.join(workspace, 'kept/models.db');
  const listed = await cli.call(['model', 'list', '--json'], workspace);
  expect(listed).toMatchObject({ code: 0, stdout: '[]\n' });
  expect(existsSync(store)).toBe(false);
  expect((await cli.call(['train', 'weather', '--full', '--json'], workspace)).stderr).toBe('');
  expect(existsSync(store)).toBe(true);
  const after = await cli.call(['model', 'list', '--json'], workspace);
  expect(JSON.parse(after.stdout)).toHaveLength(1);
});

test('what happens to the data is a row of the record there, too, and a snapshot that a model there needs is kept', async () => {
  const ok = async (...args: string[]): Promise<string> => {
    const ran = await cli.call(args, workspace);
    expect([ran.code, ran.stderr.includes('could not')], ran.stderr).toEqual([0, false]);
    return ran.stdout;
  };
  const events = async (): Promise<string[]> => {
    const log = JSON.parse(await ok('log', '--json', '-c', 'models')) as { what: string; subject: string }[];
    return log.map(({ what, subject }) => `${what} ${subject}`);
  };
  const before = await events();
  const snapshots = JSON.parse(await ok('snapshot', 'list', '--json', '-c', 'local')) as { name: string }[];
  const made =
    (JSON.parse(await ok('model', 'list', '--json')) as { snapshot: { name: string } }[])[0]?.snapshot.name ?? '';
  expect(snapshots.map(({ name }) => name)).toContain(made);
  const refused = await cli.call(['snapshot', 'delete', made, '-c', 'local'], workspace);
  expect([refused.code, refused.stderr]).toEqual([expect.any(Number), expect.stringContaining('weather/m')]);
  expect(refused.code).not.toBe(0);
  writeFileSync(path.join(workspace, 'more.csv'), 'id,x\n1,2\n');
  await ok('import', 'more.csv', '--table', 'shop.more', '--key', 'id', '-c', 'local');
  const after = await events();
  expect(after.slice(before.length)).toEqual(['data.imported shop.more']);
  await ok('snapshot', 'delete', made, '--force', '-c', 'local');
  expect((await events()).at(-1)).toBe(`snapshot.forced ${made}`);
});
