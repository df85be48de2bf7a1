// Finds a browser that can be driven (Chromium, Chrome or Edge), or installs Debian's Chromium where that is possible.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'msedge',
];

/** @returns {string[]} Where the installers of macOS and Windows put them. */
function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform !== 'win32') return [];
  return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const base = process.env[variable];
    const inside = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return base === undefined ? [] : inside.map((file) => path.join(base, file));
  });
}

/**
 * The full path of the first of these commands that is on the PATH.
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function onPath(names) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (fs.existsSync(file)) return file;
      }
    }
  }
  return undefined;
}

/** @returns {string | undefined} A browser's program; `DELTATRAIN_BROWSER` goes before what is found. */
function findBrowser() {
  const chosen = process.env['DELTATRAIN_BROWSER'];
  if (chosen !== undefined && chosen !== '') {
    if (!fs.existsSync(chosen)) throw new Error(`DELTATRAIN_BROWSER names ${chosen}, and there is no such file.`);
    return chosen;
  }
  return onPath(NAMES) ?? usualPlaces().find((file) => fs.existsSync(file));
}

/** @returns {string} As findBrowser; without one, installs Debian's as root, else fails with what to do. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && onPath(['apt-get']) !== undefined;
  if (mayInstall) {
    console.error('No Chromium, Chrome or Edge was found: installing the package "chromium" with apt-get.');
    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
    const installed = findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'These tests need a browser: install Chromium, Google Chrome or Microsoft Edge, or set DELTATRAIN_BROWSER to one.',
  );
}

/** @param {string[]} args */
function apt(args) {
  const done = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`apt-get ${args[0]} failed: install Chromium by hand and run this again.`);
}
