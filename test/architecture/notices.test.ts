// What is bundled of others is shown with its licence, and a package whose licence is unknown does not get in unseen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { noticesOf, packagesIn } from '../../tools/notices.mjs';

const root = mkdtempSync(join(tmpdir(), 'deltatrain-notices-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function plant(name: string, manifest: Record<string, unknown>, files: Record<string, string> = {}): string {
  const place = `node_modules/${name}`;
  mkdirSync(join(root, place), { recursive: true });
  writeFileSync(join(root, place, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, place, file), text);
  return place;
}

const holding = (inputs: Readonly<Record<string, number>>): Metafile => ({
  inputs: {},
  outputs: {
    'dist/a.js': {
      bytes: 1,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }])),
    },
  },
});

test('a package is in a bundle when the bundle holds some of its code', () => {
  const metafile = holding({
    'src/main.ts': 5,
    'node_modules/one/index.js': 3,
    'node_modules/one/more.js': 1,
    'node_modules/@scope/two/node_modules/inner/a.js': 2,
    'node_modules/shaken/index.js': 0,
    '(disabled):node_modules/absent/index.js': 9,
  });
  expect(packagesIn([metafile])).toEqual(['node_modules/@scope/two/node_modules/inner', 'node_modules/one']);
});

test('licence and notice files are shown as they are', () => {
  const place = plant(
    'filed',
    { license: 'Apache-2.0' },
    { LICENSE: 'You may.', 'NOTICE.txt': 'By us.', 'a.js': 'code' },
  );
  const { text, problems } = noticesOf(root, [place]);
  expect(problems).toEqual([]);
  expect(text).toContain('filed 1.0.0 (Apache-2.0)');
  expect(text).toContain('You may.');
  expect(text).toContain('By us.');
  expect(text).not.toContain('code');
});

test('a package without a licence file gets the text of its licence under the name of its author', () => {
  const { text, problems } = noticesOf(root, [plant('bare', { license: 'MIT', author: { name: 'Ada' } })]);
  expect(problems).toEqual([]);
  expect(text).toContain('Copyright (c) Ada');
  expect(text).toContain('Permission is hereby granted');
});

test.each([
  ['is under GPL-3.0', { license: 'GPL-3.0' }, { LICENSE: 'You must.' }],
  ['is under no licence', {}, { LICENSE: 'Hm.' }],
  ['is under MIT AND GPL-3.0', { license: 'MIT AND GPL-3.0' }, { LICENSE: 'You must.' }],
  ['ships no licence file', { license: 'ISC' }, {}],
])('a package that %s is a problem, by name', (problem, manifest, files) => {
  const place = plant(`bad-${problem.replaceAll(/\W/g, '')}`, manifest, files);
  expect(noticesOf(root, [place]).problems.join('\n')).toContain(problem);
});
