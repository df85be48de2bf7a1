// Starts the VS Code web server of tools/host.mjs, and a headless browser for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { hostPaths } from './host.mjs';

/** A quiet workbench: nothing of VS Code's own opens, asks, or reaches for the network. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'window.autoDetectColorScheme': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {import('./host.mjs').HostName} [host]
 * @property {boolean} [development] Lets the address name a development extension and a test suite, which a built
 *   VS Code ignores otherwise; it also hides notifications that pop up.
 * @property {boolean} [trust] Keeps workspace trust on; without it every folder is trusted.
 * @property {string} [token] The connection token; without it anyone on this machine may connect.
 * @property {string} [extensionsFolder]
 * @property {string} [dataFolder] Kept at the end; without it a folder of the server's own is used and removed.
 * @property {Record<string, unknown>} [settings]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(text: string) => void} [log]
 */

/**
 * Resolves when the server listens on a free port of 127.0.0.1.
 * @param {ServerOptions} [options]
 */
export async function startServer(options = {}) {
  const { host = 'current', development = true, trust = false, token, settings = {}, env = {}, log } = options;
  const folder = options.dataFolder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-vscode-'));
  for (const scope of ['Machine', 'User']) {
    const file = path.join(folder, 'data', scope, 'settings.json');
    if (fs.existsSync(file)) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
  }
  const { node, server } = hostPaths(host);
  const child = spawn(
    node,
    [
      server,
      ...['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms', '--telemetry-level', 'off'],
      ...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]),
      ...(development ? ['--enable-smoke-test-driver'] : []),
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...['--server-data-dir', folder, '--extensions-dir', options.extensionsFolder ?? path.join(folder, 'extensions')],
    ],
    // An empty gallery keeps the server from asking a registry of extensions.
    { env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const port = await listening(child, log);
  const authority = `127.0.0.1:${port}`;
  return {
    pid: child.pid,
    folder,
    /**
     * The address of the workbench, on a folder or a .code-workspace file.
     * @param {{ workspace?: string | undefined; payload?: [string, string][] }} [page]
     */
    url({ workspace, payload = [] } = {}) {
      const query = new URLSearchParams();
      if (token !== undefined) query.set('tkn', token);
      if (workspace !== undefined) query.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://${authority}/?${query.toString().replaceAll('+', '%20')}`;
    },
    /** @param {string} file */
    remote: (file) => `vscode-remote://${authority}${file}`,
    async stop() {
      const running = child.exitCode === null && child.signalCode === null;
      const ended = running ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(force);
      if (options.dataFolder === undefined) {
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
      }
    },
    ended: () => once(child, 'exit'),
  };
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {((text: string) => void) | undefined} log
 * @returns {Promise<number>}
 */
function listening(child, log) {
  return new Promise((resolve, reject) => {
    let text = '';
    /** @param {Buffer} data */
    const read = (data) => {
      log?.(String(data));
      if (text.length > 100_000) return;
      text += String(data);
      const port = /Extension host agent listening on (\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the VS Code server ended with ${code}\n${text}`)));
  });
}

/**
 * A headless browser with one page that may use the clipboard.
 * @param {{ viewport?: { width: number; height: number }; args?: string[] }} [options]
 */
export async function startBrowser({ viewport = { width: 1280, height: 800 }, args = [] } = {}) {
  const browser = await chromium.launch({
    executablePath: ensureBrowser(),
    headless: true,
    args: [
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      ...args,
    ],
  });
  const context = await browser.newContext({ viewport });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return { browser, context, page: await context.newPage() };
}
