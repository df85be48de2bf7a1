import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aggregates } from '../../../src/stores/embedded/typed/functions/aggregates.ts';
import { tables } from '../../../src/stores/embedded/typed/functions/calls.ts';

const page = new URL('../../../docs/dialect.md', import.meta.url);
const head =
  '## Functions\n\n<!-- Generated from src/stores/embedded/typed/functions: run the test of the dialect with UPDATE=1. -->\n\n';

/** What is written as a form of its own and not kept in a table. */
const forms = ['CAST', 'CONVERT', 'DATE_ADD', 'DATE_SUB', 'EXTRACT', 'VALUES'];

/** Names in lines that a page can have. */
function lines(names: readonly string[]): string {
  const found: string[] = [''];
  for (const name of names) {
    const last = found.at(-1) ?? '';
    if (last.length + name.length > 130) found.push(name);
    else found[found.length - 1] = last === '' ? name : `${last} ${name}`;
  }
  return found.join('\n');
}

const section = (): string => {
  const plain = [...Object.keys(tables), ...forms].sort();
  return `${head}${lines(plain)}\n\nOver rows: ${lines(Object.keys(aggregates).sort())}\n\n`;
};

test('the page names every function that is known, and no other', () => {
  const text = readFileSync(page, 'utf8');
  const start = text.indexOf(head);
  const end = text.indexOf('**Refused:**');
  expect(start).toBeGreaterThan(0);
  const wanted = `${text.slice(0, start)}${section()}${text.slice(end)}`;
  if (process.env['UPDATE']) writeFileSync(page, wanted);
  else expect(text).toBe(wanted);
});
