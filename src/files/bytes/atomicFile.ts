/** Writes a file whole or not at all: into a temporary file beside it, which takes its name at the end. */
import { later, say } from '../../base/say.ts';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { Failure } from '../../base/failure.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: later('its folder does not exist'),
  ENOTDIR: later('its folder does not exist'),
  EISDIR: later('it is a folder'),
  EACCES: later('it may not be written'),
  EPERM: later('it may not be written'),
  EROFS: later('it may not be written'),
  ENOSPC: later('the disk is full'),
  EDQUOT: later('the disk quota is used up'),
  EFBIG: later('it would be larger than this disk allows'),
};

/** What is written to, from its start on. */
export interface WrittenFile {
  write(chunk: string | Uint8Array): Promise<void>;
}

function writeFailure(error: unknown, file: string): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('syscall' in error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  return new Failure(
    'file.unwritable',
    { file, reason: reason === undefined ? error.message : say(reason) },
    { cause: error },
  );
}

/** What `write` throws leaves neither the file nor the temporary one behind; `file.unwritable` for the file system's errors. */
export async function writeAtomically<T>(file: string, write: (to: WrittenFile) => Promise<T>): Promise<T> {
  const temporary = `${file}.${process.pid}-${Date.now().toString(36)}.part`;
  let handle: FileHandle | undefined;
  try {
    const opened = await open(temporary, 'wx');
    handle = opened;
    // Not `write` of the handle: a disk that fills up takes a part of the chunk, and that is no error there.
    const result = await write({ write: (chunk) => opened.appendFile(chunk) });
    await opened.sync();
    await opened.close();
    handle = undefined;
    await rename(temporary, file);
    return result;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(error, file);
  }
}
