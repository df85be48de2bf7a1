/** docs/threats.md: every line names its test, and every test that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const lines = readFileSync(new URL('docs/threats.md', root), 'utf8').split('\n');
const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| it can |'));
const testsIn = (line: string): string[] => [...line.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);

test('fits a screen or so, and is about everything that comes from others', () => {
  expect(lines.length).toBeLessThan(70);
  for (const from of ['workspace', 'store file', 'server', 'model', 'data file'])
    expect(lines.filter((line) => line.startsWith('## ')).join(' ')).toContain(from);
});

test.each(rows)('%s', (row) => {
  const cells = row.split('|').map((cell) => cell.trim());
  expect(cells).toHaveLength(5);
  const [, , cannot = '', named = ''] = cells;
  expect(cannot).not.toBe('');
  expect(testsIn(named).length).toBeGreaterThan(0);
  for (const file of testsIn(named)) expect(existsSync(new URL(file, root)), file).toBe(true);
});
