// Sets up what the tests need, builds, and runs every runner; the last line is the sum of them all.
// `npm test -- unit`, `vscode`, `ui` or `check` runs only that part.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from '../tools/browser.mjs';
import { installHost } from '../tools/host.mjs';
import { readReport, reportFile, sum } from '../tools/report.mjs';

const root = path.dirname(import.meta.dirname);
const vsix = path.join(root, 'reports/deltatrain.vsix');
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');

/**
 * @typedef {object} Part
 * @property {string[]} run What Node is given.
 * @property {boolean} [inVsCode] Needs VS Code as a web server, and a browser.
 * @property {NodeJS.ProcessEnv} [env]
 */

/** @param {string} name @param {string} config */
const vitestRun = (name, config) => [
  ...[vitest, 'run', '--config', config, '--reporter=default', '--reporter=json'],
  `--outputFile.json=${reportFile(name)}`,
];

/** @type {Record<string, Part>} */
const parts = {
  check: { run: [path.join(root, 'scripts/check.mjs')] },
  unit: { run: vitestRun('unit', 'vitest.config.ts') },
  vscode: {
    run: [path.join(root, 'tools/vscode-tests.mjs')],
    inVsCode: true,
    env: { VSCODE_EXECUTABLE: path.join(root, 'tools/code-web.mjs') },
  },
  ui: { run: vitestRun('ui', 'vitest.ui.config.ts'), inVsCode: true, env: { DELTATRAIN_VSIX: vsix } },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join('", "')}": the parts are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
const wanted = asked.length === 0 ? Object.keys(parts) : asked;

/** @param {string} title */
const say = (title) => console.log(`\n── ${title}`);

/** @type {Map<string, string>} Why a part cannot run. */
const blocked = new Map();
if (wanted.some((name) => parts[name]?.inVsCode === true)) {
  say('set-up: VS Code as a web server, and a browser');
  const reason = setUp();
  if (reason !== undefined) {
    for (const name of wanted) if (parts[name]?.inVsCode === true) blocked.set(name, reason);
  }
}
/**
 * Runs a script of ours before the parts; when it fails, what needs it cannot run.
 * @param {string} title
 * @param {string[]} args
 * @param {string[]} neededBy
 */
function prepare(title, args, neededBy) {
  say(title);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 1, 2] });
  if (status !== 0) for (const name of neededBy) blocked.set(name, `the ${title} failed`);
}
// The walks install what a user would. Packaging builds, and so does the check; neither makes the suites for VS Code.
if (wanted.includes('ui')) prepare('package', [path.join(root, 'scripts/package.mjs'), vsix], ['ui']);
if (wanted.includes('vscode') || (wanted.includes('unit') && !wanted.includes('check')))
  prepare('build', [path.join(root, 'esbuild.mjs')], wanted);

const reports = wanted.map((name) => {
  fs.rmSync(reportFile(name), { force: true });
  const reason = blocked.get(name);
  if (reason !== undefined) return { passed: 0, failed: 1, skipped: 0, failures: [`${name}: ${reason}`] };
  say(name);
  const part = parts[name];
  const env = { ...process.env, ...part?.env };
  const ended = spawnSync(process.execPath, part?.run ?? [], { cwd: root, env, stdio: ['ignore', 1, 2] });
  return readReport(name, ended.status ?? 1);
});

const failures = reports.flatMap((report) => report.failures);
if (failures.length > 0) {
  say('failures');
  for (const failure of failures) console.log(failure.split('\n').slice(0, 12).join('\n  '));
}
const total = sum(reports);
say('sum');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @returns {string | undefined} What is in the way, in a sentence. */
function setUp() {
  if (process.platform !== 'linux') {
    return 'VS Code as a web server is set up on Linux only: run `npm run test:desktop` here.';
  }
  try {
    installHost('current');
    console.log(`browser: ${ensureBrowser()}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
