// Runs the suites of test/vscode inside VS Code: desktop VS Code that @vscode/test-electron downloads, or the program
// that VSCODE_EXECUTABLE names (tools/code-web.mjs stands in for it). The last line is the sum.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';

const root = path.dirname(import.meta.dirname);
const executable = process.env['VSCODE_EXECUTABLE'];
const reportFile = path.resolve(process.env['TEST_REPORT'] ?? path.join(root, 'reports/vscode.json'));
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-workspace-'));
fs.mkdirSync(path.dirname(reportFile), { recursive: true });
fs.rmSync(reportFile, { force: true });

const template = path.join(root, 'test/vscode/workspace');
if (fs.existsSync(template)) fs.cpSync(template, workspace, { recursive: true });

let code = 0;
try {
  code = await runTests({
    ...(executable === undefined
      ? { version: process.env['VSCODE_VERSION'] ?? 'stable' }
      : { vscodeExecutablePath: path.resolve(executable) }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist-test/vscode/index.js'),
    extensionTestsEnv: { TEST_REPORT: reportFile, ELECTRON_RUN_AS_NODE: undefined },
    launchArgs: [workspace, '--disable-extensions'],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  code = 1;
} finally {
  fs.rmSync(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

const report = fs.existsSync(reportFile)
  ? JSON.parse(fs.readFileSync(reportFile, 'utf8'))
  : { passed: 0, failed: 1, skipped: 0 };
console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
process.exit(code === 0 && report.failed > 0 ? 1 : code);
