/** Files that a deltatrain.json or a person names by a pattern. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';

/**
 * Paths that fit, in the order of their names; `*` and `?` stand in the last part of a path, for what a shell has not filled in. A path
 * without them is answered as it is; `file.unreadable` where nothing fits.
 */
export function fittingFiles(folder: string, pattern: string): string[] {
  const whole = path.resolve(folder, pattern);
  if (existsSync(whole) || !/[*?]/.test(path.basename(whole))) return [whole];
  const holder = path.dirname(whole);
  const form = path
    .basename(whole)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const names = existsSync(holder) ? readdirSync(holder).filter((name) => new RegExp(`^${form}$`).test(name)) : [];
  if (names.length === 0) throw new Failure('file.unreadable', { file: whole, reason: say('there is no such file') });
  return names.sort().map((name) => path.join(holder, name));
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(realpathSync(folder), realpathSync(file));
  return way !== '' && !path.isAbsolute(way) && way !== '..' && !way.startsWith(`..${path.sep}`);
}

/**
 * The files of a source: a committed file names them, so each lies in its folder once links are followed (`run.refused`), and is there
 * (`file.unreadable`).
 */
export function sourceFiles(folder: string, patterns: readonly string[]): [string, ...string[]] {
  const [first = '', ...more] = patterns.flatMap((pattern) => fittingFiles(folder, pattern));
  for (const file of [first, ...more]) {
    if (!existsSync(file)) throw new Failure('file.unreadable', { file, reason: say('there is no such file') });
    if (!isBelow(folder, file))
      throw new Failure('run.refused', {
        what: say('Reading {0}', file),
        why: say('it lies outside of the folder of deltatrain.json.'),
      });
  }
  return [first, ...more];
}
