// A file or folder that a document for contributors names is there: moves leave such names behind.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const documents = [
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/threats.md',
  ...readdirSync(path.join(root, 'docs/decisions')).map((name) => `docs/decisions/${name}`),
];

/** Stands for any scenario. */
const placeholders = new Set(['test/fixtures/matrixone/own/name.jsonl']);
/** Folders of the repository, and those of `src`, which decisions name without it. */
const tops = [
  'src',
  'webview',
  'test',
  'docs',
  'tools',
  'scripts',
  'bench',
  'media',
  ...readdirSync(path.join(root, 'src')),
];

/** What stands between two marks and begins with a folder of ours. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([A-Za-z0-9_-]+\/[A-Za-z0-9_./-]+)`/g)]
    .map(([, named = '']) => named)
    .filter((named) => tops.includes(named.slice(0, named.indexOf('/'))));

const isThere = (named: string): boolean => [named, `src/${named}`].some((one) => existsSync(path.join(root, one)));

test('every path that they name is there', () => {
  const named = documents.flatMap((document) =>
    pathsIn(readFileSync(path.join(root, document), 'utf8')).map((one) => `${document}: ${one}`),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(
    named.filter((one) => {
      const own = one.slice(one.indexOf(': ') + 2);
      return !placeholders.has(own) && !isThere(own);
    }),
  ).toEqual([]);
});

test('one that is not there is found', () => {
  expect(pathsIn('see `src/nowhere/file.ts` and `other/thing.ts`').filter((one) => !isThere(one))).toEqual([
    'src/nowhere/file.ts',
  ]);
});
