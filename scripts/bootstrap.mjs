// Runs one of our scripts on the Node it needs, after installing the npm packages when they are missing or out of date:
// `node scripts/bootstrap.mjs test …` runs scripts/test.mjs. Uses built-ins only and runs on Node 18 and later.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node with `node:sqlite` without a flag; used where no Node of our own is installed, as on macOS. */
const OLDEST_NODE = [22, 13];

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [wanted, ...rest] = process.argv.slice(2);

// What an outer npm passes down (its user agent, its settings) makes an inner npm believe that it runs elsewhere.
const npmProgram = process.env['npm_execpath'];
for (const key of Object.keys(process.env)) {
  if (/^npm_/i.test(key)) delete process.env[key];
}

const script = path.join(root, wanted === 'build' ? 'esbuild.mjs' : `scripts/${wanted ?? ''}.mjs`);
if (wanted === undefined || !fs.existsSync(script)) stop(`bootstrap: there is no script "${wanted ?? ''}"`);
if (!packagesMatchLock()) installPackages();
run(chooseNode());

/** Whether what is installed is what the lock file says; optional packages may be missing (other systems' Node). */
function packagesMatchLock() {
  const installedFile = path.join(root, 'node_modules/.package-lock.json');
  if (!fs.existsSync(installedFile)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(([place, entry]) => {
    if (place === '') return true;
    const there = installed[place];
    return there === undefined ? entry.optional === true || entry.peer === true : there.version === entry.version;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string; optional?: boolean; peer?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? {};
}

function installPackages() {
  process.stderr.write('Installing the npm packages (npm ci) …\n');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const windows = process.platform === 'win32';
  const viaFile = npmProgram !== undefined && /npm-cli\.c?js$/.test(npmProgram);
  const done = viaFile
    ? spawnSync(process.execPath, [npmProgram, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: windows });
  if (done.status !== 0) stop('The npm packages could not be installed: see the message of npm above.');
}

/** @returns {string} The repository's own Node 24, else the running one when it is new enough. */
function chooseNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const own = path.join(root, `node_modules/node-${system}-${process.arch}/bin/node${system === 'win' ? '.exe' : ''}`);
  // It may be there and not start, as on a Linux without glibc.
  if (fs.existsSync(own) && spawnSync(own, ['--version'], { stdio: 'ignore' }).status === 0) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return process.execPath;
  return stop(`Node ${OLDEST_NODE.join('.')} or later is needed on this system, and this is ${process.versions.node}.`);
}

/** @param {string} node */
function run(node) {
  const folders = [path.dirname(node), path.join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''];
  const env = { ...process.env, PATH: folders.join(path.delimiter) };
  const child = spawn(node, [script, ...rest], { cwd: root, env, stdio: 'inherit' });
  // A Ctrl+C reaches both processes: the child decides what to do, and this one ends with it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => stop(String(error)));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
