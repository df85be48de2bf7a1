// The measures of the house measure, and every mutant can still be planted: a table that is out of date tells nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { circlesOf, measured } from '../../bench/house/measures.mjs';
import { mutants } from '../../bench/house/mutants.mjs';
import { wrongWith } from '../../bench/house/plant.mjs';

const root = join(import.meta.dirname, '../..');
const planted = mkdtempSync(join(tmpdir(), 'deltatrain-house-'));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

const plant = (file: string, text: string): void => {
  mkdirSync(dirname(join(planted, file)), { recursive: true });
  writeFileSync(join(planted, file), text);
};

test('every mutant has its line and its tests', () => {
  expect(mutants.flatMap((mutant) => wrongWith(root, mutant) ?? [])).toEqual([]);
  expect(new Set(mutants.map(({ says }) => says)).size).toBe(mutants.length);
});

test.each([
  ['a line that is gone', { find: 'export const gone = 1;' }, 'stands 0 times'],
  ['a line that stands twice', { find: 'one' }, 'stands 2 times'],
  ['a mutant that changes nothing', { put: 'export const one = 1;' }, 'changes nothing'],
  ['a mutant that does not parse', { put: 'export const one = ;' }, 'does not parse'],
  ['a file that is gone', { file: 'src/base/gone.ts' }, 'there is no file src/base/gone.ts'],
  ['tests that are gone', { tests: ['test/gone'] }, 'there is no test/gone'],
  ['no tests', { tests: [] }, 'it has no tests'],
])('%s is an error of the table', (_, more, sentence) => {
  plant('src/base/home.ts', 'export const one = 1;\nexport const two = one;\n');
  plant('test/base/home.test.ts', '');
  const mutant = { says: 'x', file: 'src/base/home.ts', find: 'export const one = 1;', put: '', tests: ['test/base'] };
  expect(wrongWith(planted, mutant)).toBeNull();
  expect(wrongWith(planted, { ...mutant, ...more })).toContain(sentence);
});

test('files that import each other are a circle, however long, and a file that both import is none', () => {
  const edges = new Map([
    ['a', ['b', 'base']],
    ['b', ['c', 'base']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', ['d', 'a']],
    ['base', []],
  ]);
  const circles = circlesOf(edges).map((circle) => circle.toSorted().join(' '));
  expect(circles.toSorted()).toEqual(['a b c', 'd e']);
});

test('a tree is measured by its syntax', () => {
  plant(
    'src/base/home.ts',
    '/** Numbers. */\nexport type One = 1;\n\n/** Two. */\nexport const two = (1 as unknown as One) as 1;\n',
  );
  plant(
    'src/app/user.ts',
    "import type { One } from '../base/home.ts';\nimport './other.ts';\n// TODO: more\nexport const a: any = 1;\n",
  );
  plant(
    'src/app/other.ts',
    "// Another.\nimport './user.ts';\nimport * as vscode from 'vscode';\n// oxlint-disable-next-line\nexport const b = [1] as const;\n",
  );
  plant('webview/page.ts', '// A page.\n');
  expect(measured(planted)).toMatchObject({
    files: 4,
    lines: 15,
    most: 5,
    folder: { folder: 'src/app', files: 2 },
    inCircles: 2,
    largestCircle: 2,
    editor: 1,
    editorAsValue: 1,
    any: 1000 / 15,
    casts: 3000 / 15,
    double: 1,
    switchOffs: 1,
    toDos: 1,
    docs: { all: { of: 4, are: 2 }, elsewhere: { of: 1, are: 1 }, acrossTops: { of: 1, are: 1 } },
    opened: 3,
  });
});
