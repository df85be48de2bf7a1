// The command line as a package of its own: packed, installed into an empty folder, and run there as the workflow of the docs runs it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildOne } from '../../esbuild.mjs';
import { packCommandLine } from '../../scripts/cliPackage.mjs';

const docs = path.join(import.meta.dirname, '../../docs/ci');
let folder = '';
let dist = '';

/** As a step of a build: in a shell, in the checked-out folder, on the Node that was set up. */
function step(run: string) {
  const node = path.dirname(process.execPath);
  const env: Record<string, string | undefined> = {
    ...process.env,
    PATH: [node, process.env['PATH'] ?? ''].join(path.delimiter),
    GITHUB_STEP_SUMMARY: path.join(folder, 'summary.md'),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  // What an outer npm hands down is not there in a build.
  for (const name of Object.keys(env)) if (/^npm_(?!config_(?:offline|audit|fund)$)/.test(name)) delete env[name];
  return spawnSync(run, { cwd: folder, env, encoding: 'utf8', shell: true });
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-clean-'));
  dist = mkdtempSync(path.join(tmpdir(), 'deltatrain-dist-'));
  for (const name of ['cli.js', 'engine.mjs', 'trainer.js', 'outside.js']) await buildOne(name, { into: dist });
  packCommandLine(folder, dist);
  for (const name of ['deltatrain.json', 'bad-import.sql'])
    copyFileSync(path.join(docs, name), path.join(folder, name));
}, 240_000);
afterAll(() => {
  for (const one of [folder, dist]) rmSync(one, { recursive: true, force: true });
});

test('the workflow fails on the sample’s bad import, with the verdict in Markdown', () => {
  const workflow = readFileSync(path.join(docs, 'checks.yml'), 'utf8');
  expect(workflow.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  const steps = [...workflow.matchAll(/^ {6}- run: (.*)$/gm)].map(([, run = '']) => run);
  expect(steps).toHaveLength(4);
  for (const run of steps.slice(0, -1)) expect({ ...step(run), output: [] }).toMatchObject({ status: 0 });
  // Nothing came along that it would have to fetch.
  expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'deltatrain',
  ]);
  const checked = step(steps.at(-1) ?? '');
  expect([checked.status, checked.stdout]).toEqual([3, expect.stringContaining('NO  weather · data: ')]);
  const summary = readFileSync(path.join(folder, 'summary.md'), 'utf8');
  expect(summary).toContain('## DeltaTrain checks: 1 of 5 checks do not hold');
  expect(summary).toContain('### ❌ weather · data');
  expect(summary).toContain('New York');
  expect(readFileSync(path.join(folder, 'checks.xml'), 'utf8')).toContain('tests="5" failures="1" errors="0"');
}, 300_000);
