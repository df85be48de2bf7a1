/**
 * A model's history as one file: `DTBUNDL1`, the length of the header (uint32, little-endian), the header (JSON, UTF-8), a store packed by
 * gzip, and the sha256 of all that (32 bytes). Whoever opens one trusts none of it: it is measured, hashed and bounded before it is used.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { jsonNesting } from '../../base/limits.ts';
import { say } from '../../base/say.ts';
import { type WrittenFile, writeAtomically } from '../bytes/atomicFile.ts';
import { readFailure } from '../bytes/byteSource.ts';

const magic = Buffer.from('DTBUNDL1');
const digestBytes = 32;
const startBytes = magic.length + 4;
const mostHeader = 16 << 20;
/** What a store may unfold to, for each byte of the file; a store of rows comes to a tenth of it. */
const mostUnfolded = 100;
const alwaysUnfolded = 64 << 20;

/** The header that this program writes and reads. */
const bundleFormat = 1;

/** What every format has; the rest is of whoever wrote it. */
export interface BundleHeader {
  readonly format: number;
  /** The store, unpacked. */
  readonly store: { readonly bytes: number; readonly sha256: string };
}

/** The failure of a file that is no bundle, or not a whole one; `reason` without a full stop. */
export const refused = (file: string, reason: string, cause?: unknown): Failure =>
  new Failure('bundle.refused', { file, reason }, { cause });

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function digestOf(chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<{ hex: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of hashed(chunks, hash)) {
    throwIfCancelled(signal);
    bytes += chunk.length;
  }
  return { hex: hash.digest('hex'), bytes };
}

const unfoldsTooMuch = (bytes: number, packed: number): boolean => bytes > alwaysUnfolded + mostUnfolded * packed;

/** How a store is packed: rows that are nearly alike are not packed to less than whoever opens the bundle believes. */
async function strategyFor(store: string, bytes: number, signal: AbortSignal): Promise<number> {
  if (bytes <= alwaysUnfolded) return constants.Z_DEFAULT_STRATEGY;
  let packed = 0;
  for await (const chunk of createReadStream(store).pipe(createGzip())) {
    throwIfCancelled(signal);
    packed += (chunk as Buffer).length;
    if (!unfoldsTooMuch(bytes, packed)) return constants.Z_DEFAULT_STRATEGY;
  }
  return constants.Z_HUFFMAN_ONLY;
}

/** Writes a closed store into a bundle: whole or not at all. `file.unwritable`. */
export async function writeBundle(file: string, more: object, store: string, signal: AbortSignal): Promise<void> {
  const { hex, bytes } = await digestOf(createReadStream(store), signal);
  const header = { ...more, format: bundleFormat, store: { bytes, sha256: hex } } satisfies BundleHeader;
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const strategy = await strategyFor(store, bytes, signal);
  await writeAtomically(file, async (to: WrittenFile) => {
    const hash = createHash('sha256');
    const put = async (chunk: Uint8Array): Promise<void> => {
      throwIfCancelled(signal);
      hash.update(chunk);
      await to.write(chunk);
    };
    for (const part of [magic, length, text]) await put(part);
    const from = createReadStream(store);
    const packed = createGzip({ strategy });
    from.on('error', (error) => packed.destroy(error));
    for await (const chunk of from.pipe(packed)) await put(chunk as Buffer);
    await to.write(hash.digest());
  });
}

/** A bundle that is as it was written, by its own word. */
export interface ReadBundle {
  /** Of this format; what else is in it nobody has looked at. */
  readonly header: BundleHeader & Readonly<Record<string, unknown>>;
  /** Unpacks the store into a file that is not there yet. `bundle.refused` where it is not what the header says. */
  unpack(to: string, signal: AbortSignal): Promise<void>;
}

/** The bytes of a file from one place to another. */
const part = (file: string, start: number, end: number): AsyncIterable<Buffer> =>
  end <= start ? (async function* () {})() : createReadStream(file, { start, end: end - 1 });

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function headerOf(file: string, text: string): ReadBundle['header'] {
  if (jsonNesting(text).beyond !== null) throw refused(file, say('its header nests too deep'));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw refused(file, say('its header is not JSON'), error);
  }
  const { format, store } = (header ?? {}) as { format?: unknown; store?: { bytes?: unknown; sha256?: unknown } };
  if (typeof format !== 'number') throw refused(file, say('its header names no format'));
  if (format !== bundleFormat)
    throw refused(
      file,
      say('its format is {0}, and this DeltaTrain knows {1}. Update DeltaTrain', format, bundleFormat),
    );
  if (!Number.isSafeInteger(store?.bytes) || typeof store?.sha256 !== 'string')
    throw refused(file, say('its header does not describe its store'));
  return header as ReadBundle['header'];
}

/** Reads the whole file once: `bundle.refused` where it is no bundle, was cut or changed, or is of a newer format; `file.unreadable`. */
export async function readBundle(file: string, signal: AbortSignal): Promise<ReadBundle> {
  try {
    const { size } = await stat(file);
    const start = await bytesOf(part(file, 0, Math.min(size, startBytes)));
    if (start.length < startBytes || !start.subarray(0, magic.length).equals(magic))
      throw refused(file, say('it is no bundle'));
    const body = size - digestBytes;
    const length = start.readUInt32LE(magic.length);
    if (length > mostHeader || startBytes + length > body) throw refused(file, say('it was cut short, or changed'));
    const { hex } = await digestOf(part(file, 0, body), signal);
    const expected = (await bytesOf(part(file, body, size))).toString('hex');
    if (hex !== expected) throw refused(file, say('it was cut short, or changed'));
    const header = headerOf(file, (await bytesOf(part(file, startBytes, startBytes + length))).toString('utf8'));
    const packed = body - startBytes - length;
    if (unfoldsTooMuch(header.store.bytes, packed))
      throw refused(file, say('it would unfold to {0} bytes, which no store of its size does', header.store.bytes));
    return { header, unpack: (to, abort) => unpack(file, [startBytes + length, body], header.store, to, abort) };
  } catch (error) {
    throw readFailure(error, file);
  }
}

async function unpack(
  file: string,
  [from, end]: readonly [number, number],
  { bytes, sha256 }: BundleHeader['store'],
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  const packed = part(file, from, end);
  const plain = createGunzip();
  const handle = await open(to, 'wx', 0o600);
  try {
    let written = 0;
    const feeding = feed(packed, plain);
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      written += chunk.length;
      if (written > bytes) throw refused(file, say('its store is longer than its header says'));
      hash.update(chunk);
      await handle.appendFile(chunk);
    }
    await feeding;
    if (written !== bytes || hash.digest('hex') !== sha256)
      throw refused(file, say('its store is not the one that its header describes'));
    await handle.sync();
  } catch (error) {
    await rm(to, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_') ? refused(file, say('its store cannot be unpacked'), error) : error;
  } finally {
    plain.destroy();
    await handle.close();
  }
}

/** Slows down with who reads; what goes wrong with reading is heard by them. */
async function feed(chunks: AsyncIterable<Buffer>, into: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (into.destroyed) return;
      if (!into.write(chunk))
        await new Promise<void>((resolve) => {
          const go = (): void => {
            into.off('drain', go).off('close', go);
            resolve();
          };
          into.on('drain', go).on('close', go);
        });
    }
    into.end();
  } catch (error) {
    into.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
