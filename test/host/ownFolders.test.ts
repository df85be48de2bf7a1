// Folders for rows on their way: gone with the work, and with the next work where the program was killed; those of others stay.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leftFolders, makeOwnFolder, removeOwnFolder } from '../../src/host/ownFolders.ts';

let temporary = '';
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'deltatrain-host-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

/** Makes one in a program of its own, which ends without removing it. */
function makeAndDie(): string {
  const module = new URL('../../src/host/ownFolders.ts', import.meta.url).href;
  const script = `const { makeOwnFolder } = await import(${JSON.stringify(module)}); process.stdout.write(makeOwnFolder('job')); process.kill(process.pid, 'SIGKILL')`;
  const child = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(child.signal, child.stderr).toBe('SIGKILL');
  return child.stdout;
}

test('what a program that was killed left is known, and removed before the next is made', () => {
  const left = makeAndDie();
  writeFileSync(path.join(left, 'rows.parquet'), 'rows');
  expect(leftFolders()).toEqual([left]);
  const mine = makeOwnFolder('predict');
  expect([existsSync(left), existsSync(mine), leftFolders()]).toEqual([false, true, []]);
  removeOwnFolder(mine);
  expect(readdirSync(temporary)).toEqual([]);
});

test('the folder of a program that runs, one of another machine, another name and a link are left alone', () => {
  const dead = path.basename(makeAndDie());
  rmSync(path.join(temporary, dead), { recursive: true });
  const target = path.join(temporary, 'target');
  mkdirSync(target);
  symlinkSync(target, path.join(temporary, dead));
  const others = ['deltatrain-cli-abc', dead.replace(/[.][0-9a-f]{10}-/, '.0123456789-')];
  for (const name of others) mkdirSync(path.join(temporary, name));
  const mine = makeOwnFolder('stdin');
  expect(leftFolders()).toEqual([]);
  makeOwnFolder('job');
  for (const name of ['target', dead, ...others, path.basename(mine)]) expect(readdirSync(temporary)).toContain(name);
});
