/** Writes a file whole or not at all: into a temporary file beside it, which takes its name at the end. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { Failure } from '../base/failure.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOSPC: 'the disk is full',
};

function writeFailure(error: unknown, file: string): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('syscall' in error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  return new Failure('file.unwritable', { file, reason: reasons[code] ?? error.message }, { cause: error });
}

/** What `write` throws leaves neither the file nor the temporary one behind; `file.unwritable` for the file system's errors. */
export async function writeAtomically<T>(file: string, write: (to: FileHandle) => Promise<T>): Promise<T> {
  const temporary = `${file}.${process.pid}-${Date.now().toString(36)}.part`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx');
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(temporary, file);
    return result;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(error, file);
  }
}
