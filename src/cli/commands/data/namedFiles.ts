/** The files that a person names: one or several, by a pattern, or standard input, which is kept in a scratch file meanwhile. */
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { makeOwnFolder, removeOwnFolder } from '../../../host/ownFolders.ts';

/** Names that fit, in their order; `*` and `?` stand in the last part of a path, for what a shell has not filled in. */
function fitting(cwd: string, pattern: string): string[] {
  const whole = path.resolve(cwd, pattern);
  if (existsSync(whole) || !/[*?]/.test(path.basename(whole))) return [whole];
  const folder = path.dirname(whole);
  const form = path
    .basename(whole)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => new RegExp(`^${form}$`).test(name)) : [];
  if (names.length === 0) throw new Failure('file.unreadable', { file: whole, reason: say('there is no such file') });
  return names.sort().map((name) => path.join(folder, name));
}

/** Files to read, with what is done when they were. */
export interface NamedFiles {
  readonly files: readonly [string, ...string[]];
  readonly done: () => void;
}

/** `format`: what standard input (`-`) holds, as the end of a file's name. */
export async function namedFiles(
  cwd: string,
  names: readonly string[],
  format: string | undefined,
  signal: AbortSignal,
): Promise<NamedFiles> {
  if (names.includes('-')) {
    if (names.length > 1) throw new Failure('usage.wrong', { message: say('- is standard input, and stands alone.') });
    return standardInput(format ?? 'csv', signal);
  }
  const [first = '', ...more] = names.flatMap((name) => fitting(cwd, name));
  return { files: [first, ...more], done: () => undefined };
}

async function standardInput(format: string, signal: AbortSignal): Promise<NamedFiles> {
  const folder = makeOwnFolder('stdin');
  const done = (): void => removeOwnFolder(folder);
  const file = path.join(folder, `stdin.${format.replace(/^\./, '')}`);
  try {
    await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }), { signal });
  } catch (error) {
    done();
    if (signal.aborted) throw new Failure('cancelled');
    throw error;
  }
  return { files: [file], done };
}
