/** Text files: their bytes as checked UTF-8, and their lines. */
import { later, say } from '../../base/say.ts';
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Failure } from '../../base/failure.ts';

const newline = 0x0a;
const reasons: Readonly<Record<string, string>> = {
  ENOENT: later('there is no such file'),
  EISDIR: later('it is a folder'),
  EACCES: later('it may not be read'),
  EPERM: later('it may not be read'),
};

/** `file.unreadable` for what the file system says; anything else as it is. */
export function readFailure(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure || !('code' in error)) return error;
  const code = String(error.code);
  const reason = reasons[code];
  return new Failure(
    'file.unreadable',
    { file, reason: reason === undefined ? error.message : say(reason) },
    { cause: error },
  );
}

async function* readChunks(file: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer, void> {
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream) {
      if (signal?.aborted) throw new Failure('cancelled');
      yield chunk as Buffer;
    }
  } catch (error) {
    throw readFailure(error, file);
  } finally {
    stream.destroy();
  }
}

/**
 * The text of a file in pieces of whole lines (each piece ends with a newline, but for the last), without a byte-order
 * mark. `file.badLine` where it is not UTF-8, `limit.reached` for a line of more than `longest` bytes.
 */
export async function* readText(
  file: string,
  signal?: AbortSignal,
  longest = Number.POSITIVE_INFINITY,
): AsyncGenerator<string, void> {
  let kept: Buffer[] = [];
  /** Bytes of `kept`. */
  let held = 0;
  let line = 1;
  let first = true;
  const text = (bytes: Buffer): string => {
    if (!isUtf8(bytes)) throw notUtf8(file, bytes, line);
    for (let i = bytes.indexOf(newline); i >= 0; i = bytes.indexOf(newline, i + 1)) line += 1;
    const start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    first = false;
    return bytes.toString('utf8', start);
  };
  for await (const chunk of readChunks(file, signal)) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (held + (end === 0 ? chunk.length : chunk.indexOf(newline)) > longest)
      throw new Failure('limit.reached', { limit: 'record', where: say('{0}, line {1},', file, line) });
    if (end === 0) {
      kept.push(chunk);
      held += chunk.length;
      continue;
    }
    yield text(Buffer.concat([...kept, chunk.subarray(0, end)]));
    kept = end < chunk.length ? [chunk.subarray(end)] : [];
    held = chunk.length - end;
  }
  if (kept.length > 0) yield text(Buffer.concat(kept));
}

function notUtf8(file: string, bytes: Buffer, firstLine: number): Failure {
  let line = firstLine;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) break;
    line += 1;
    start = end + 1;
  }
  return new Failure('file.badLine', { file, line, reason: say('it is not UTF-8 text; save the file as UTF-8') });
}
