/** A file as chunks of bytes: unpacked where gzip packed it, from its beginning each time, and as it was when it was first looked at. */
import { later, say } from '../../base/say.ts';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Failure } from '../../base/failure.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: later('there is no such file'),
  EISDIR: later('it is a folder'),
  EACCES: later('it may not be read'),
  EPERM: later('it may not be read'),
  ENXIO: later('it is no ordinary file'),
  Z_DATA_ERROR: later('it is packed by gzip, and damaged'),
  Z_BUF_ERROR: later('it is packed by gzip, and cut short'),
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

/** What a file was when it was opened: a later read of another file under its name is refused. */
export interface ByteSource {
  readonly file: string;
  readonly size: number;
  readonly isPacked: boolean;
  chunks(signal?: AbortSignal): AsyncGenerator<Buffer, void>;
  /** Bytes of the file that the last `chunks` has read. */
  done(): number;
}

const chunkBytes = 1 << 18;

/** `file.unreadable` for what is no file that can be read twice: a folder, a socket, a pipe. */
export async function byteSource(file: string): Promise<ByteSource> {
  try {
    const first = await stat(file);
    if (first.isDirectory()) throw new Failure('file.unreadable', { file, reason: say('it is a folder') });
    if (!first.isFile()) throw new Failure('file.unreadable', { file, reason: say('it is no ordinary file') });
    const handle = await open(file, 'r');
    const head = Buffer.alloc(2);
    try {
      await handle.read(head, 0, 2, 0);
    } finally {
      await handle.close();
    }
    const isPacked = head[0] === 0x1f && head[1] === 0x8b;
    let read = 0;
    const unchanged = async (): Promise<void> => {
      const now = await stat(file);
      if (now.size === first.size && now.mtimeMs === first.mtimeMs && now.ino === first.ino) return;
      throw new Failure('file.unreadable', {
        file,
        reason: say('it was changed while it was read. Import it again when it is whole'),
      });
    };
    return {
      file,
      size: first.size,
      isPacked,
      done: () => read,
      async *chunks(signal) {
        read = 0;
        const stream = createReadStream(file, { highWaterMark: chunkBytes });
        stream.on('data', (chunk) => {
          read += chunk.length;
        });
        const bytes = isPacked ? stream.pipe(createGunzip({ chunkSize: chunkBytes })) : stream;
        if (bytes !== stream) stream.on('error', (error) => bytes.destroy(error));
        try {
          for await (const chunk of bytes) {
            if (signal?.aborted) throw new Failure('cancelled');
            yield chunk as Buffer;
          }
          await unchanged();
        } catch (error) {
          throw readFailure(error, file);
        } finally {
          stream.destroy();
          bytes.destroy();
        }
      },
    };
  } catch (error) {
    throw readFailure(error, file);
  }
}
