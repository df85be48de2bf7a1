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
