#!/usr/bin/env node
// Takes the arguments of desktop VS Code that @vscode/test-electron passes, and runs them on the VS Code web server
// in a headless browser; ends with the exit code of the test suite.
//
// CODE_WEB_HOST=floor       the oldest VS Code that is supported
// CODE_WEB_TIMEOUT_S=900    ends with 124 after that time
// CODE_WEB_SHOT=file.png    takes a picture when the suite fails
// CODE_WEB_LOGS=folder      copies VS Code's logs there
// CODE_WEB_VERBOSE=1        shows everything that the server and the page say
import fs from 'node:fs';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import { startBrowser, startServer } from './vscode-web.mjs';

/** What every start of VS Code says on its console, and what no reader of a test's output needs. */
const NOISE =
  /^(Resolv|Creating a socket|\[reconnection|Updating additional|\[AgentHost|\[AccountPolicy|\[Service Worker|Timed out waiting for auth|Ignoring fetching)/;

const env = process.env;
const verbose = env['CODE_WEB_VERBOSE'] !== undefined;
const started = performance.now();
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});

/** @param {unknown} value @returns {string[]} */
const paths = (value) => [value].flat().flatMap((one) => (typeof one === 'string' ? [path.resolve(one)] : []));
const [extensionsFolder] = paths(values['extensions-dir']);

const server = await startServer({
  host: env['CODE_WEB_HOST'] === 'floor' ? 'floor' : 'current',
  ...(extensionsFolder === undefined ? {} : { extensionsFolder }),
  ...(verbose ? { log: (text) => void process.stderr.write(text) } : {}),
});
const { browser, page } = await startBrowser();

/** @type {PromiseWithResolvers<number>} */
const { promise: done, resolve: finish } = Promise.withResolvers();
const limit = setTimeout(
  () => {
    console.error('code-web: the suite did not end in time');
    finish(124);
  },
  Number(env['CODE_WEB_TIMEOUT_S'] ?? 900) * 1000,
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => finish(130));
page.on('crash', () => {
  console.error('code-web: the page crashed');
  finish(70);
});
browser.on('disconnected', () => finish(71));

await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
  const line = format(...args);
  if (verbose || !NOISE.test(line)) console.log(line);
});
await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => finish(code));

const workspace = positionals[0] === undefined ? undefined : path.resolve(positionals[0]);
await page.goto(
  server.url({
    workspace,
    payload: [
      ...paths(values.extensionDevelopmentPath).map(
        (file) => /** @type {[string, string]} */ (['extensionDevelopmentPath', server.remote(file)]),
      ),
      ...paths(values.extensionTestsPath).map(
        (file) => /** @type {[string, string]} */ (['extensionTestsPath', server.remote(file)]),
      ),
      ['skipWelcome', 'true'],
    ],
  }),
  // On a machine that is busy with other things the page takes its time; whether the suite ends is looked at by the limit above.
  { waitUntil: 'commit', timeout: 300_000 },
);
const code = await done;
clearTimeout(limit);
if (code !== 0 && env['CODE_WEB_SHOT'] !== undefined && code < 70)
  await page.screenshot({ path: env['CODE_WEB_SHOT'] });
await browser.close();
if (env['CODE_WEB_LOGS'] !== undefined) {
  fs.cpSync(path.join(server.folder, 'data/logs'), env['CODE_WEB_LOGS'], { recursive: true });
}
await server.stop();
console.log(`code-web: VS Code ended with ${code} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exit(code);
