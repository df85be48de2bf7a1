// The sum of the runners: a runner that says nothing, or fails without saying where, is never counted as a success.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readReport, reportFile, saveReport, sum } from '../../tools/report.mjs';

const name = `test-of-reports-${process.pid}`;
afterEach(() => rmSync(reportFile(name), { force: true }));

const write = (text: string): void => {
  mkdirSync(dirname(reportFile(name)), { recursive: true });
  writeFileSync(reportFile(name), text);
};

test('a missing report is one failure', () => {
  expect(readReport(name, 0)).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${name}: no report was written`],
  });
});

test.each(['{', '{}', '{"passed":1}'])('a report that is none is one failure: %s', (text) => {
  write(text);
  expect(readReport(name, 0).failed).toBe(1);
});

test('a report of ours comes back as it was saved', () => {
  const report = { passed: 3, failed: 1, skipped: 2, failures: ['it broke'] };
  saveReport(name, report);
  expect(readReport(name, 1)).toEqual(report);
});

test('a runner that fails and names no failure counts as one', () => {
  saveReport(name, { passed: 3, failed: 0, skipped: 0, failures: [] });
  expect(readReport(name, 70)).toMatchObject({ passed: 3, failed: 1 });
});

test('the JSON form of vitest is counted, a file that did not load included', () => {
  const assertion = (status: string): object => ({ status, fullName: status, failureMessages: ['why'] });
  write(
    JSON.stringify({
      numTotalTests: 4,
      testResults: [
        { name: 'a', status: 'failed', assertionResults: ['passed', 'failed', 'pending', 'todo'].map(assertion) },
        { name: 'b', status: 'failed', message: 'did not load', assertionResults: [] },
      ],
    }),
  );
  expect(readReport(name, 1)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 2,
    failures: ['failed: why', 'b: did not load'],
  });
});

test('the sum adds each column', () => {
  const one = { passed: 1, failed: 2, skipped: 3, failures: [] };
  expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
});
