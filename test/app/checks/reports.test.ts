// What checks found, in Markdown and as JUnit XML: whatever is in names and rows is text there, and nothing else.
import { expect, test } from 'vitest';
import { checksJunit } from '../../../src/app/checks/junit.ts';
import type { CheckOutcome } from '../../../src/app/checks/outcome.ts';
import { checksDocument, checksMarkdown, checksSentence } from '../../../src/app/checks/reports.ts';
import { Failure } from '../../../src/base/failure.ts';

const hostile = '</failure>&"\'<b>[x](https://e.example)|`\u001b[31m\ufffe\n';

const outcome = (more: Partial<CheckOutcome>): CheckOutcome => ({
  ...{ name: hostile, of: 'd.t', rule: { kind: 'rows', min: 1 }, ok: false, sentence: `It is ${hostile}` },
  ...{ count: 12, columns: ['id', 'a|b'], rows: [[1, hostile]], error: null, ms: 1_234.5 },
  ...more,
});

const outcomes = [
  outcome({}),
  outcome({ name: 'fine', ok: true, sentence: 'Fine.', rows: [], columns: [], count: 0 }),
  outcome({
    name: 'broken',
    of: 'training',
    error: new Failure('table.unknown', { table: 'd.u' }),
    rows: [],
    columns: [],
  }),
];

test('XML holds what was found between its own marks, and no character that XML has not', () => {
  const xml = checksJunit(outcomes);
  expect(xml).toContain('<testsuites name="deltatrain" tests="3" failures="1" errors="1" time="3.704">');
  expect(xml).toContain('<testsuite name="training" tests="1" failures="0" errors="1"');
  expect(xml).toContain('<error type="table.unknown"');
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml.match(/<\/failure>/g)).toHaveLength(1);
  expect(xml).toContain('&lt;/failure&gt;&amp;&quot;&apos;&lt;b&gt;');
  expect(xml).not.toContain('\u001b');
  expect(xml).not.toContain('\ufffe');
});

test('Markdown has no link, mark or cell of theirs, and says how many rows there are besides', () => {
  const markdown = checksMarkdown(outcomes, 'live');
  expect(markdown).toContain('## DeltaTrain checks: 2 of 3 checks do not hold\\.');
  expect(markdown).not.toMatch(/(?<!\\)\]\(https/);
  expect(markdown).not.toMatch(/(?<!\\)<b>/);
  expect(markdown).toContain('… and 11 more.');
  expect(markdown).toContain('| id | a\\|b |');
  expect(markdown).toContain('| ✅ | d\\.t | fine | Fine\\. |');
});

test('the document counts what does not hold, and has the rows by column', () => {
  const document = checksDocument(outcomes, 'live');
  expect(document.failed).toBe(2);
  expect(document.checks[0]?.rows).toEqual([{ id: 1, 'a|b': hostile }]);
  expect(document.checks[2]?.error?.code).toBe('table.unknown');
  expect(checksSentence(outcomes.slice(1, 2))).toBe('The check holds.');
});
