// `npm start`: builds, runs the whole loop on the sample without a window and prints its account, then opens VS Code on
// the workspace that the loop left. That workspace is kept from then on: the next account is of a copy of its own.
// `-- --no-open` ends after the account; `-- --dir FOLDER` names the workspace.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
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
const status = holdsSample(workspace) ? await tellOfCopy() : await tellOf(workspace);
if (status !== 0 || values['no-open'] === true) process.exitCode = status;
else if (!openDesktop()) await openInBrowser();

/**
 * Whether an earlier start, or a person, made a workspace there. What else is there the demo refuses, and leaves.
 * @param {string} folder
 */
function holdsSample(folder) {
  return ['deltatrain.json', '.deltatrain/store.db'].every((name) => fs.existsSync(path.join(folder, name)));
}

/** @returns {Promise<number>} The exit code of the loop in a folder that is gone afterwards. */
async function tellOfCopy() {
  console.log(
    `${workspace} is kept as you left it. The account is of a new copy of the sample, which is removed after it.`,
  );
  console.log('To start anew, delete that folder.\n');
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-account-'));
  try {
    // The account ends with where to look: in what is kept.
    return await tellOf(copy, (line) =>
      line.replace(`The workspace is in ${copy}`, () => `Your workspace, as you left it, is in ${workspace}`),
    );
  } finally {
    fs.rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/**
 * Runs the loop in a folder and prints its account.
 * @param {string} folder
 * @param {(line: string) => string} [edited] Each line as it is to be printed; without it they are printed as they are.
 * @returns {Promise<number>} The exit code.
 */
async function tellOf(folder, edited) {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'demo', '--dir', folder], {
    stdio: ['ignore', edited ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, DELTATRAIN_CALL: callFrom(workspace) },
  });
  const ended = once(child, 'close');
  // Ctrl+C reaches the loop as well, which takes back what it made; this waits for it.
  const wait = () => {};
  const end = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', end);
  if (child.stdout && edited)
    for await (const line of createInterface({ input: child.stdout })) console.log(edited(line));
  const [code] = await ended;
  process.off('SIGINT', wait).off('SIGTERM', end);
  return code ?? 1;
}

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
