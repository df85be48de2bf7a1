// Runs what may differ on an old host: the suites of test/vscode on the oldest VS Code that engines.vscode admits, on the Node it was
// made for; and before them the embedded store's, on the oldest Node that has what it needs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installHost, installNode } from '../tools/host.mjs';
import { reportFile } from '../tools/report.mjs';

const root = path.dirname(import.meta.dirname);

/** What the engine of an old Node has fewer guards for. (Node 22.16 reads a text only up to a NUL, which other suites find.) */
const suites = ['hostile', 'hardening', 'outside', 'restoring', 'sql'].map((name) => `test/stores/embedded/${name}`);
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const onOldNode = spawnSync(installNode(), [vitest, 'run', ...suites], { cwd: root, stdio: ['ignore', 2, 2] });
if (onOldNode.status !== 0) process.exit(onOldNode.status ?? 1);

installHost('floor');
for (const file of ['esbuild.mjs', 'tools/vscode-tests.mjs']) {
  const { status } = spawnSync(process.execPath, [path.join(root, file)], {
    cwd: root,
    stdio: ['ignore', 1, 2],
    env: {
      ...process.env,
      CODE_WEB_HOST: 'floor',
      VSCODE_EXECUTABLE: path.join(root, 'tools/code-web.mjs'),
      TEST_REPORT: reportFile('vscode-floor'),
    },
  });
  if (status !== 0) process.exit(status ?? 1);
}
