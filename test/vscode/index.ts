// Runs the suites beside this file in Mocha, called by VS Code inside the extension host; leaves a report for the runner.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['MOCHA_GREP'];
  const mocha = new Mocha({ ui: 'bdd', color: false, reporter: 'spec', timeout: 120_000, ...(grep ? { grep } : {}) });
  for (const name of readdirSync(import.meta.dirname).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(join(import.meta.dirname, name));
  }
  await mocha.loadFilesAsync();
  const report = { passed: 0, failed: 0, skipped: 0, failures: new Array<string>() };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => {
        report.passed += 1;
      })
      .on('pending', () => {
        report.skipped += 1;
      })
      .on('fail', (test, error: Error) => {
        report.failed += 1;
        report.failures.push(`${test.fullTitle()}: ${error.stack ?? error.message}`);
      });
  });
  const file = process.env['TEST_REPORT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  if (report.failed > 0) throw new Error(`${report.failed} tests failed`);
}
