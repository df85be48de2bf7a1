// The bootstrap in a small tree of its own: it installs when the lock file asks for it, then runs the wanted script.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'deltatrain-bootstrap-'));
  mkdirSync(join(tree, 'scripts'));
  mkdirSync(join(tree, 'node_modules'));
  copyFileSync(join(import.meta.dirname, '../../scripts/bootstrap.mjs'), join(tree, 'scripts/bootstrap.mjs'));
  writeFileSync(
    join(tree, 'scripts/show.mjs'),
    `const npm = Object.keys(process.env).filter((key) => key.startsWith('npm_'));
     console.log(JSON.stringify({ args: process.argv.slice(2), npm }));
     process.exit(Number(process.argv[2]));`,
  );
  // Stands for npm: says that it was called, and leaves behind what npm leaves.
  writeFileSync(
    join(tree, 'npm-cli.js'),
    `const fs = require('node:fs');
     fs.writeFileSync('called', process.argv.slice(2).join(' '));
     if (fs.existsSync('refuse')) process.exit(1);
     fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`,
  );
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

const lock = (file: string, packages: Record<string, object>): void =>
  writeFileSync(join(tree, file), JSON.stringify({ packages: { '': {}, ...packages } }));

function bootstrap(...args: string[]): { status: number | null; stdout: string; stderr: string; installed: boolean } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(tree, 'scripts/bootstrap.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(tree, 'npm-cli.js'), npm_config_user_agent: 'npm/1 node/v1' },
  });
  return { status, stdout, stderr, installed: existsSync(join(tree, 'called')) };
}

const here = { os: [process.platform], cpu: [process.arch] };

test.each<[string, lock: Record<string, object>, installed: Record<string, object> | undefined, installs: boolean]>([
  ['nothing is installed', { 'node_modules/a': { version: '1.0.0' } }, undefined, true],
  ['all is installed', { 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } }, false],
  ['a version changed', { 'node_modules/a': { version: '2.0.0' } }, { 'node_modules/a': { version: '1.0.0' } }, true],
  ['a package was added', { 'node_modules/a': { version: '1.0.0' } }, {}, true],
  [
    'a package for another system',
    { 'node_modules/a': { version: '1.0.0', optional: true, os: ['plan9'] } },
    {},
    false,
  ],
  [
    'a package for this system is missing',
    { 'node_modules/a': { version: '1.0.0', optional: true, ...here } },
    {},
    true,
  ],
])('%s', (_name, wanted, installed, installs) => {
  lock('package-lock.json', wanted);
  if (installed) lock('node_modules/.package-lock.json', installed);
  expect(bootstrap('show', '0')).toMatchObject({ status: 0, installed: installs });
  // The second time there is nothing to do.
  rmSync(join(tree, 'called'), { force: true });
  expect(bootstrap('show', '0')).toMatchObject({ status: 0, installed: false });
});

test('the script gets its arguments and none of npm’s variables, and its exit code is ours', () => {
  lock('package-lock.json', {});
  lock('node_modules/.package-lock.json', {});
  const { status, stdout } = bootstrap('show', '3', '--flag', 'a b');
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toEqual({ args: ['3', '--flag', 'a b'], npm: [] });
});

test('when npm fails the script does not run, and a sentence says so', () => {
  lock('package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  writeFileSync(join(tree, 'refuse'), '');
  const { status, stdout, stderr } = bootstrap('show', '0');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('could not be installed');
});

test('a script that does not exist is named', () => {
  expect(bootstrap('nothing')).toMatchObject({ status: 1, stderr: 'bootstrap: there is no script "nothing"\n' });
});
