/** The files that a person names: one or several, by a pattern, or standard input, which is kept in a scratch file meanwhile. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { makeOwnFolder, removeOwnFolder } from '../../../host/ownFolders.ts';
import { fittingFiles } from '../../../host/sourceFiles.ts';

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
  const [first = '', ...more] = names.flatMap((name) => fittingFiles(cwd, name));
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
