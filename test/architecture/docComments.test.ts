// What another folder uses says what it is for, where it is declared; and the guard that counts it counts right.
import { expect, test } from 'vitest';
import { exportsOf } from '../../bench/house/exports.mjs';
import { parsed, sourcesIn } from '../../bench/house/sources.mjs';

const without = (sources: Parameters<typeof exportsOf>[0]): string[] =>
  exportsOf(sources)
    .filter(({ usedIn, isDocumented }) => usedIn.length > 0 && !isDocumented)
    .map(({ file, name }) => `${file}: ${name}`);

test('an export that another folder uses has a doc comment', () => {
  expect(without(sourcesIn(['src', 'webview']))).toEqual([]);
});

test.each([
  ['an import', "import { one } from '../far/home.ts';"],
  ['the import of a type', "import type { one } from '../far/home.ts';"],
  ['an import under another name', "import { one as two } from '../far/home.ts';"],
  ['a re-export', "export { one } from '../far/home.ts';"],
  ['an import of the whole file', "import * as home from '../far/home.ts';"],
  ['an import when it is needed', "const home = await import('../far/home.ts');"],
  ['a type by its file', "type One = import('../far/home.ts').one;"],
])('%s is a use', (_, line) => {
  const user = parsed(`${line}\n`, 'src/near/user.ts');
  const home = (comment: string) => parsed(`// A file.\n${comment}\nexport const one = 1;\n`, 'src/far/home.ts');
  expect(without([user, home('')])).toEqual(['src/far/home.ts: one']);
  expect(without([user, home('/** The first number. */')])).toEqual([]);
  expect(without([user, home('// The first number, which no editor shows.')])).toEqual(['src/far/home.ts: one']);
});

test('what a file of the same folder imports is no use elsewhere', () => {
  const home = parsed('export const one = 1;\n', 'src/far/home.ts');
  expect(without([parsed("import { one } from './home.ts';\n", 'src/far/user.ts'), home])).toEqual([]);
});

test('the sentence that opens a file is not the comment of what stands below it', () => {
  const user = parsed("import { one } from '../far/home.ts';\n", 'src/near/user.ts');
  const home = parsed('/** Numbers. */\n\nexport const one = 1;\n', 'src/far/home.ts');
  expect(without([user, home])).toEqual(['src/far/home.ts: one']);
});

test.each([
  ['export function one(): void {}', 'function or class'],
  ['export const one = (): void => {};', 'function or class'],
  ['export class one {}', 'function or class'],
  ['export const one = 1;', 'constant'],
  ['export interface one {}', 'type'],
  ['export type one = 1;', 'type'],
])('%s is a %s', (text, kind) => {
  expect(exportsOf([parsed(text, 'src/far/home.ts')])).toMatchObject([{ name: 'one', kind }]);
});
