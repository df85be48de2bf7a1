/** What the system says of a file or a folder, as a failure: a full disk, a missing right and the like are no faults of ours. */
import { Failure } from '../failure.ts';
import { later, say } from '../say.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: later('the right to do so is missing'),
  EPERM: later('the right to do so is missing'),
  EROFS: later('it lies where nothing may be written'),
  ENOSPC: later('the disk is full'),
  EDQUOT: later('the disk quota is used up'),
  EFBIG: later('it would be larger than this disk allows'),
  ENOTDIR: later('a part of its path is no folder'),
  EISDIR: later('it is a folder'),
  ENAMETOOLONG: later('its name is too long'),
  EMFILE: later('too many files are open'),
};

/** What is only ever said of writing. */
const ofDisk: ReadonlySet<string> = new Set(['EROFS', 'ENOSPC', 'EDQUOT', 'EFBIG']);

const reading: ReadonlySet<string> = new Set(['open', 'read', 'scandir', 'stat', 'lstat', 'readlink', 'realpath']);

/** Node's form of it. */
interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string';

/** `file.unreadable` or `file.unwritable` for what the system refuses of a path; any other error as it is. */
export function systemFailure(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const { code, syscall, path, dest } = error;
  const file = dest ?? path;
  const reason = reasons[code];
  if (file === undefined || reason === undefined) return error;
  const data = { file, reason: say(reason) };
  const isRead = reading.has(syscall) && !ofDisk.has(code);
  return isRead
    ? new Failure('file.unreadable', data, { cause: error })
    : new Failure('file.unwritable', data, { cause: error });
}
