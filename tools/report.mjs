// What each test runner leaves behind in reports/, and how the sum of all of them is made.
import fs from 'node:fs';
import path from 'node:path';

const folder = path.join(path.dirname(import.meta.dirname), 'reports');

/** @typedef {{ passed: number; failed: number; skipped: number; failures: string[] }} Report */

/** @param {string} name */
export const reportFile = (name) => path.join(folder, `${name}.json`);

/**
 * @param {string} name
 * @param {Report} report
 */
export function saveReport(name, report) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(reportFile(name), JSON.stringify(report, undefined, 2));
}

/**
 * The report of a runner, whose exit code must agree with it: a runner that left no report, or that failed without
 * naming a failure, counts as one failure more.
 * @param {string} name
 * @param {number} exitCode
 * @returns {Report}
 */
export function readReport(name, exitCode) {
  const file = reportFile(name);
  if (!fs.existsSync(file)) return oneFailure(`${name}: no report was written`);
  let report;
  try {
    report = asReport(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return oneFailure(`${name}: the report cannot be read`);
  }
  if (exitCode !== 0 && report.failed === 0) {
    report.failed += 1;
    report.failures.push(`${name}: ended with ${exitCode}, and its report names no failure`);
  }
  return report;
}

/** @param {string} failure @returns {Report} */
const oneFailure = (failure) => ({ passed: 0, failed: 1, skipped: 0, failures: [failure] });

/**
 * Takes a report of ours, or one in the JSON form of vitest.
 * @param {any} json
 * @returns {Report}
 */
function asReport(json) {
  if (typeof json.numTotalTests !== 'number') {
    const { passed, failed, skipped, failures } = json;
    if (![passed, failed, skipped].every(Number.isInteger)) throw new Error('not a report');
    return { passed, failed, skipped, failures: failures ?? [] };
  }
  /** @type {Report} */
  const report = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const suite of json.testResults) {
    const before = report.failed;
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') {
        report.passed += 1;
      } else if (test.status === 'failed') {
        report.failed += 1;
        report.failures.push(`${test.fullName}: ${test.failureMessages.join('\n')}`);
      } else {
        report.skipped += 1;
      }
    }
    // A file that could not be loaded has no tests to fail.
    if (suite.status === 'failed' && report.failed === before) {
      report.failed += 1;
      report.failures.push(`${suite.name}: ${suite.message}`);
    }
  }
  return report;
}

/** @param {Report[]} reports */
export function sum(reports) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    total.passed += report.passed;
    total.failed += report.failed;
    total.skipped += report.skipped;
  }
  return total;
}
