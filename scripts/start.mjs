// `npm start`: builds, runs the whole loop on the sample without a window and prints its account, then opens VS Code on
// the workspace that the loop left. `-- --no-open` ends after the account; `-- --dir FOLDER` names the workspace.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onPath } from '../tools/browser.mjs';
import { buildIfChanged } from '../tools/built.mjs';
import { linkTree } from '../tools/extension.mjs';
import { installHost } from '../tools/host.mjs';
import { startServer } from '../tools/vscode-web.mjs';

const root = path.dirname(import.meta.dirname);
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const { values } = parseArgs({ options: { 'no-open': { type: 'boolean' }, dir: { type: 'string' } } });

await buildIfChanged();
const workspace = path.resolve(process.env['INIT_CWD'] ?? '.', values.dir ?? path.join(root, 'demo'));
// The demo's own folder is made anew each time; a folder that was named is never emptied.
if (values.dir === undefined) fs.rmSync(workspace, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [path.join(root, 'dist/cli.js'), 'demo', '--dir', workspace], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, DELTATRAIN_CALL: callFrom(workspace) },
});
if (status !== 0 || values['no-open'] === true) process.exit(status ?? 1);
if (!openDesktop()) await openInBrowser();

/**
 * What is typed in a folder to run the command line of this repository.
 * @param {string} folder
 */
function callFrom(folder) {
  const way = path.relative(root, folder);
  const inside = !path.isAbsolute(way) && way !== '..' && !way.startsWith(`..${path.sep}`);
  return inside ? 'npm run -s cli --' : `npm --prefix "${root}" run -s cli --`;
}

/** @returns {boolean} Whether desktop VS Code is there, is new enough, and was opened. */
function openDesktop() {
  const code = onPath(['code']);
  if (code === undefined) return false;
  const shell = process.platform === 'win32';
  const version = spawnSync(code, ['--version'], { encoding: 'utf8', shell }).stdout?.split('\n')[0] ?? '';
  const floor = String(manifest.engines.vscode).replace('^', '');
  if (!/^\d+\.\d+/.test(version) || version.localeCompare(floor, 'en', { numeric: true }) < 0) {
    console.log(`\nThe VS Code on the PATH is ${version || 'of an unknown version'}, and ${floor} or later is needed.`);
    return false;
  }
  console.log(`\nOpening VS Code ${version} on ${workspace}`);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, workspace];
  return spawnSync(code, args, { stdio: 'inherit', shell }).status === 0;
}

/** Serves VS Code on this machine alone until Ctrl+C; the token in the address keeps other users of it out. */
async function openInBrowser() {
  if (process.platform !== 'linux') {
    console.log(`\nInstall VS Code with its \`code\` command, then open ${workspace}: it was not found on the PATH.`);
    return;
  }
  console.log('\nNo desktop VS Code is on the PATH: setting up VS Code for the browser …');
  installHost('current');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-start-'));
  const extensions = path.join(folder, 'extensions');
  linkTree(extensions);
  const server = await startServer({
    development: false,
    token: randomBytes(24).toString('hex'),
    dataFolder: path.join(folder, 'data'),
    extensionsFolder: extensions,
  });
  const address = server.url({ workspace });
  console.log(`\nVS Code is at\n\n  ${address}\n\nand stays there until Ctrl+C.`);
  const desktop = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  const opener = desktop === undefined ? undefined : onPath(['xdg-open']);
  if (opener !== undefined) spawn(opener, [address], { stdio: 'ignore', detached: true }).unref();

  let stopping = false;
  /** @type {PromiseWithResolvers<void>} */
  const { promise: asked, resolve: stop } = Promise.withResolvers();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      stopping = true;
      stop();
    });
  }
  await Promise.race([asked, server.ended()]);
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  // Ctrl+C in a terminal reaches the server as well, which may be gone first.
  if (!stopping) throw new Error('the VS Code server ended by itself');
  process.exit(0);
}
