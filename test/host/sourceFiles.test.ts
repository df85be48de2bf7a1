import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fittingFiles, sourceFiles } from '../../src/host/sourceFiles.ts';

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) writeFileSync(path.join(folder, name), '');
  return folder;
}

test.each([
  ['*.csv', ['a.csv', 'b.csv', 'c.d.csv']],
  ['?.csv', ['a.csv', 'b.csv']],
  ['*.*.csv', ['c.d.csv']],
  ['**a*', ['a.csv', 'a+b.txt']],
  ['a+?.txt', ['a+b.txt']],
  ['*b*t', ['a+b.txt']],
])('%s fits %j', (pattern, names) => {
  const folder = folderWith('a.csv', 'b.csv', 'c.d.csv', 'a+b.txt');
  expect(
    fittingFiles(folder, pattern)
      .map((file) => path.basename(file))
      .sort(),
  ).toEqual([...names].sort());
});

test('a pattern of many stars beside a long name that nearly fits takes no time', () => {
  const folder = folderWith('a'.repeat(200));
  expect(() => fittingFiles(folder, `${'*a'.repeat(60)}b`)).toThrow('there is no such file');
});

test('a committed pattern names nothing outside of its folder, by no way', () => {
  const outside = folderWith('secret.csv');
  const folder = folderWith('a.csv');
  mkdirSync(path.join(folder, 'data'));
  symlinkSync(outside, path.join(folder, 'data', 'link'));
  for (const pattern of [
    `${outside}/*.csv`,
    `../${path.basename(outside)}/*`,
    'data/link/*.csv',
    'data/link/none*',
    `${outside}/none*`,
  ])
    expect(() => sourceFiles(folder, [pattern]), pattern).toThrow('it lies outside of the folder of deltatrain.json');
  expect(sourceFiles(folder, ['*.csv'])).toEqual([path.join(folder, 'a.csv')]);
});
