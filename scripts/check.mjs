// All guards, behind one command: types in each environment, who may import whom, lint, format, unused code, the sizes
// of the bundles and of the package.
// Every one runs, also after a failure; the last line is the sum. `npm run check -- types lint` runs only those.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { saveReport } from '../tools/report.mjs';

const root = path.dirname(import.meta.dirname);
const projects = fs
  .readdirSync(root)
  .filter((name) => /^tsconfig\.(?!base)[a-z]+\.json$/.test(name))
  .sort();

/** A guard is a program of node_modules or a script of ours, with its arguments. @type {[name: string, file: string, args: string[]][]} */
const guards = [
  ...projects.map(
    (project) =>
      /** @type {[string, string, string[]]} */ ([`types ${project}`, 'typescript/bin/tsc', ['-p', project]]),
  ),
  [
    'dependencies',
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    ['--config', '.dependency-cruiser.mjs', 'src', 'webview'],
  ],
  ['lint', 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']],
  ['format', '@biomejs/biome/bin/biome', ['format', '.']],
  ['unused code', 'knip/bin/knip.js', ['--no-progress']],
  ['bundles, package and their sizes', path.join(root, 'scripts/package.mjs'), ['--check']],
];

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<{ ok: boolean; text: string }>}
 */
function run(file, args) {
  return new Promise((resolve) => {
    const program = path.isAbsolute(file) ? file : path.join(root, 'node_modules', file);
    const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ data) => {
        text += String(data);
      });
    }
    child.on('error', (error) => resolve({ ok: false, text: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, text }));
  });
}

const asked = process.argv.slice(2);
const queue = guards.filter(([name]) => asked.length === 0 || asked.some((one) => name.startsWith(one)));
const report = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };

async function work() {
  for (let guard = queue.shift(); guard !== undefined; guard = queue.shift()) {
    const [name, file, args] = guard;
    const started = performance.now();
    const { ok, text } = await run(file, args);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
    if (ok) {
      report.passed += 1;
    } else {
      report.failed += 1;
      report.failures.push(`${name}\n${text}`);
      console.log(text.trimEnd().replaceAll(/^/gm, '     '));
    }
  }
}

await Promise.all([work(), work()]);
saveReport('check', report);
console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
process.exitCode = report.failed === 0 ? 0 : 1;
