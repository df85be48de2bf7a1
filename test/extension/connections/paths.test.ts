// A folder's file may only name stores inside the folder, links followed.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isInside, storePath } from '../../../src/extension/connections/paths.ts';

const root = mkdtempSync(join(tmpdir(), 'deltatrain-paths-'));
const folder = join(root, 'folder');
mkdirSync(join(folder, 'data'), { recursive: true });
mkdirSync(join(root, 'outside'));
symlinkSync(join(root, 'outside'), join(folder, 'link'), 'junction');
symlinkSync(join(folder, 'circle'), join(folder, 'circle'), 'junction');
writeFileSync(join(folder, 'file.txt'), '');
symlinkSync(join(root, 'not-yet.db'), join(folder, 'dangling.db'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  ['.deltatrain/store.db', true],
  ['data/../data/store.db', true],
  ['../outside/store.db', false],
  ['link/store.db', false],
  ['..store.db', true],
  ['file.txt/store.db', true],
  ['circle/store.db', false],
  // Opening it would make the file that the link names.
  ['dangling.db', false],
])('%s: %s', (written, expected) => {
  expect(isInside(folder, storePath(folder, written))).toBe(expected);
});

it('takes an absolute path as it is', () => {
  expect(isInside(folder, storePath(folder, join(root, 'outside/store.db')))).toBe(false);
});
