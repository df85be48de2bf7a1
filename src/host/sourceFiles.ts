/** Files that a deltatrain.json or a person names by a pattern. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';

/** Whether a name fits a pattern, in steps of at most one length times the other: after a star the shortest stretch that fits is taken. */
function fits(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  // Where the last star stands, and up to where it reaches.
  let [star, reached] = [-1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      reached = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++reached;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/**
 * Paths that fit, in the order of their names; `*` and `?` stand in the last part of a path, for what a shell has not filled in. A path
 * without them is answered as it is; `file.unreadable` where nothing fits.
 */
export function fittingFiles(folder: string, pattern: string): string[] {
  const whole = path.resolve(folder, pattern);
  if (existsSync(whole) || !/[*?]/.test(path.basename(whole))) return [whole];
  const holder = path.dirname(whole);
  const names = existsSync(holder) ? readdirSync(holder).filter((name) => fits(path.basename(whole), name)) : [];
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
  const requireBelow = (file: string): void => {
    if (isBelow(folder, file)) return;
    throw new Failure('run.refused', {
      what: say('Reading {0}', file),
      why: say('it lies outside of the folder of deltatrain.json.'),
    });
  };
  const [first = '', ...more] = patterns.flatMap((pattern) => {
    const holder = path.dirname(path.resolve(folder, pattern));
    // Nor is it looked at what lies there.
    if (existsSync(holder) && realpathSync(holder) !== realpathSync(folder)) requireBelow(holder);
    return fittingFiles(folder, pattern);
  });
  for (const file of [first, ...more]) {
    if (!existsSync(file)) throw new Failure('file.unreadable', { file, reason: say('there is no such file') });
    requireBelow(file);
  }
  return [first, ...more];
}
