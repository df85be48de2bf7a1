// Runs the suites of test/vscode in desktop VS Code, which @vscode/test-electron downloads.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
for (const file of ['esbuild.mjs', 'tools/vscode-tests.mjs']) {
  const { status } = spawnSync(process.execPath, [path.join(root, file)], { cwd: root, stdio: ['ignore', 1, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
