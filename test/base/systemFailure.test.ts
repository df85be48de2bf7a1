import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemFailure } from '../../src/base/failures/systemFailure.ts';

const thrown = (act: () => void): unknown => {
  try {
    act();
  } catch (error) {
    return systemFailure(error);
  }
  throw new Error('nothing was thrown');
};

test('what the system says of a file is a sentence, and a bug stays one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-system-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a');
  writeFileSync(file, '');
  expect(thrown(() => readdirSync(file))).toMatchObject({
    code: 'file.unreadable',
    message: `Cannot read ${file}: a part of its path is no folder`,
  });
  expect(thrown(() => mkdirSync(join(file, 'b')))).toMatchObject({ code: 'file.unwritable' });
  expect(thrown(() => writeFileSync(join(folder, 'n'.repeat(300)), ''))).toMatchObject({ code: 'file.unreadable' });
  // The forms that root never meets.
  const refused = (code: string, syscall: string) =>
    systemFailure(Object.assign(new Error(code), { code, syscall, path: '/from', dest: '/to' }));
  expect(refused('EACCES', 'copyfile')).toMatchObject({
    message: 'Cannot write /to: the right to do so is missing',
  });
  expect(refused('ENOSPC', 'open')).toMatchObject({ message: 'Cannot write /to: the disk is full' });
  const bug = new TypeError('x is undefined');
  expect(systemFailure(bug)).toBe(bug);
  const other = Object.assign(new Error('ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  expect(systemFailure(other)).toBe(other);
});
