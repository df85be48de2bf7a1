// Runs the suites of test/vscode on the oldest VS Code that engines.vscode admits, on the Node it was made for.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installHost } from '../tools/host.mjs';
import { reportFile } from '../tools/report.mjs';

const root = path.dirname(import.meta.dirname);
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
