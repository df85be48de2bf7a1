// `npm start` in a small tree of its own, with the command line as it is shipped: what it does with a folder demo/ that is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../cli/trainBundle.ts';

let cli: CommandLine;
const at = (...names: string[]): string => join(cli.folder, ...names);

beforeAll(async () => {
  cli = await bundleCommandLine();
  for (const name of ['scripts', 'tools', 'tmp']) mkdirSync(at(name));
  copyFileSync(join(import.meta.dirname, '../../scripts/start.mjs'), at('scripts/start.mjs'));
  writeFileSync(at('package.json'), JSON.stringify({ engines: { vscode: '^1.106.0' } }));
  // Stand for what builds, and for a browser's VS Code: that one is opened where no desktop is found, says on what, and ends.
  const tools = {
    built: 'export async function buildIfChanged() {}',
    browser: 'export function onPath() {}',
    extension: 'export function linkTree() {}',
    host: 'export function installHost() {}',
    'vscode-web': `export const startServer = async () => ({
      url({ workspace }) {
        console.log('opened ' + workspace);
        process.exit(0);
      },
    });`,
  };
  for (const [name, text] of Object.entries(tools)) writeFileSync(at('tools', `${name}.mjs`), text);
});
afterAll(() => cli.remove());
beforeEach(() => {
  for (const name of ['demo', 'other']) rmSync(at(name), { recursive: true, force: true });
});

function start(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const temporary = { TMPDIR: at('tmp'), TMP: at('tmp'), TEMP: at('tmp') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('scripts/start.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...temporary, INIT_CWD: cli.folder },
  });
  return { status, stdout, stderr };
}

/** Every file below the folder with a hash of what is in it. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );

test('the second start keeps what is in demo/, and tells of a fresh copy that is gone afterwards', async () => {
  const first = start('--no-open');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toContain(`The workspace is in ${at('demo')}: `);
  writeFileSync(at('demo/mine.sql'), '-- a day of work');
  await cli.call(['snapshot', 'create', 'mine', '--table', 'noaa.weather'], at('demo'));
  const before = contents(at('demo'));

  const second = start('--no-open');
  expect(second).toMatchObject({ status: 0, stderr: '' });
  expect(contents(at('demo'))).toEqual(before);
  // The account is the whole one; as a workspace it names the one that is kept, and what is typed there.
  expect(second.stdout).toContain('RESTORE TABLE noaa.weather');
  expect(second.stdout).toContain(`${at('demo')} is kept as you left it`);
  expect(second.stdout).toMatch(/To start anew, delete that folder/);
  expect(second.stdout.match(/workspace[^.:]* is in [^:\n]+/g)).toEqual([
    `workspace, as you left it, is in ${at('demo')}`,
  ]);
  expect(second.stdout).toContain('\n  npm run -s cli -- model list\n');
  expect(readdirSync(at('tmp'))).toEqual([]);
});

test('a window opens on what was kept, also in a folder that was named', () => {
  expect(start('--no-open', '--dir', 'other').status).toBe(0);
  const before = contents(at('other'));
  const { status, stdout } = start('--dir', 'other');
  expect(stdout).toContain(process.platform === 'linux' ? `opened ${at('other')}\n` : `then open ${at('other')}`);
  expect(status).toBe(0);
  expect(contents(at('other'))).toEqual(before);
});

test('a folder demo/ that holds something else is refused, and nothing in it is deleted', () => {
  mkdirSync(at('demo'));
  writeFileSync(at('demo/mine.csv'), 'a,b\n1,2\n');
  const { status, stderr } = start('--no-open');
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('is not empty') as string });
  expect(contents(at('demo'))).toEqual({ [at('demo/mine.csv')]: expect.any(String) as string });
});
