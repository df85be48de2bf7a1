// Runs one of our scripts on the Node it needs, after installing the npm packages when they are missing or out of date:
// `node scripts/bootstrap.mjs test …` runs scripts/test.mjs. Uses built-ins only and runs on Node 18 and later.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node with `node:sqlite` without a flag; used where no Node of our own is installed, as on macOS. */
const OLDEST_NODE = [22, 16];

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [wanted, ...rest] = process.argv.slice(2);

// What an outer npm passes down (its user agent, its settings) makes an inner npm believe that it runs elsewhere. What a
// person sets is written in capitals, and stays.
const npmProgram = process.env['npm_execpath'];
for (const key of Object.keys(process.env)) {
  if (key.startsWith('npm_')) delete process.env[key];
}

/** @type {Record<string, string>} */
const elsewhere = { build: 'esbuild.mjs', bench: 'bench/run.mjs' };
const script = path.join(root, elsewhere[wanted ?? ''] ?? `scripts/${wanted ?? ''}.mjs`);
if (wanted === undefined || !fs.existsSync(script)) stop(`bootstrap: there is no script "${wanted ?? ''}"`);
if (!packagesMatchLock()) installPackages();
run(chooseNode());

/** Whether what is installed is what the lock file says; optional packages for other systems may be missing. */
function packagesMatchLock() {
  const installedFile = path.join(root, 'node_modules/.package-lock.json');
  if (!fs.existsSync(installedFile)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(([place, entry]) => {
    if (place === '') return true;
    const there = installed[place];
    return there === undefined
      ? entry.optional === true && !isMadeForThisSystem(entry)
      : there.version === entry.version;
  });
}

/**
 * @typedef {{ version?: string; optional?: boolean; os?: string[]; cpu?: string[]; libc?: string[] }} Entry
 * @param {string} file
 * @returns {Record<string, Entry>}
 */
function packagesOf(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * Whether an optional package is the one of several that this system needs; those that name no system are what such
 * packages depend on.
 * @param {Entry} entry
 */
function isMadeForThisSystem({ os: systems, cpu, libc }) {
  if (systems === undefined && cpu === undefined) return false;
  return (
    (systems?.includes(process.platform) ?? true) &&
    (cpu?.includes(process.arch) ?? true) &&
    (libc === undefined || libc.includes(hasGlibc() ? 'glibc' : 'musl'))
  );
}

function hasGlibc() {
  return /** @type {any} */ (process.report?.getReport())?.header?.glibcVersionRuntime !== undefined;
}

function installPackages() {
  process.stderr.write('Installing the npm packages (npm ci) …\n');
  // npm leaves an optional package out when it says that it does not run on the Node that npm runs on, and compiled
  // parts of our tools are such packages. They will run on the repository's Node, so npm has to as well.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const borrowed = fits ? undefined : borrowNode();
  const ok = npmCi(root, borrowed === undefined ? process.execPath : borrowed.node);
  borrowed?.giveBack();
  if (!ok) stop('The npm packages could not be installed: see the message of npm above.');
}

/** Installs only the repository's Node, as the lock file pins it, in a folder of its own. */
function borrowNode() {
  const name = path.basename(path.dirname(path.dirname(ownNode())));
  const entry = packagesOf(path.join(root, 'package-lock.json'))[`node_modules/${name}`];
  if (entry === undefined)
    return stop(
      `Node ${OLDEST_NODE.join('.')} or later is needed on this system, and this is ${process.versions.node}.`,
    );
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-node-'));
  const manifest = { name: 'borrowed', version: '0.0.0', dependencies: { [name]: entry.version } };
  const lock = { ...manifest, lockfileVersion: 3, packages: { '': manifest, [`node_modules/${name}`]: entry } };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  if (!npmCi(folder, process.execPath)) stop('Node 24 could not be installed: see the message of npm above.');
  return {
    node: path.join(folder, path.relative(root, ownNode())),
    giveBack: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param {string} folder
 * @param {string} node What npm runs on.
 */
function npmCi(folder, node) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const windows = process.platform === 'win32';
  const viaFile = npmProgram !== undefined && /npm-cli\.c?js$/.test(npmProgram);
  const env = { ...process.env, PATH: [path.dirname(node), process.env['PATH'] ?? ''].join(path.delimiter) };
  const done = viaFile
    ? spawnSync(node, [npmProgram, ...args], { cwd: folder, env, stdio: ['ignore', 2, 2] })
    : spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, env, stdio: ['ignore', 2, 2], shell: windows });
  return done.status === 0;
}

/** @returns {string} Where the repository's own Node is once it is installed; there is none for macOS. */
function ownNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return path.join(root, `node_modules/node-${system}-${process.arch}/bin/node${system === 'win' ? '.exe' : ''}`);
}

/** @returns {string} The repository's own Node 24, else the running one when it is new enough. */
function chooseNode() {
  const own = ownNode();
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
