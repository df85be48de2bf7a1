/** Which encoding a file of text has, and its text in pieces. */
import { say } from '../../base/say.ts';
import { isAscii, isUtf8 } from 'node:buffer';
import { Failure } from '../../base/failure.ts';
import type { Encoding } from '../../data/loading/reading.ts';
import type { ByteSource } from './byteSource.ts';

const newline = 0x0a;

/** Bytes at the end that begin a character of UTF-8 which goes on in the next chunk. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

function byMark(head: Buffer): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return null;
}

/** Text of UTF-16 without a mark: every second byte of its first ones is 0. */
function byZeros(head: Buffer): Encoding | null {
  const length = Math.min(head.length & ~1, 200);
  if (length < 4) return null;
  let [even, odd] = [0, 0];
  for (let i = 0; i < length; i += 2) {
    if (head[i] === 0) even += 1;
    if (head[i + 1] === 0) odd += 1;
  }
  if (even > length * 0.4 && odd === 0) return 'utf-16be';
  return odd > length * 0.4 && even === 0 ? 'utf-16le' : null;
}

/** Lines before a byte, counted again, as only a failure asks for them. */
async function lineAt(source: ByteSource, offset: number, signal: AbortSignal | undefined): Promise<number> {
  let line = 1;
  let before = 0;
  for await (const chunk of source.chunks(signal)) {
    const end = Math.min(chunk.length, offset - before);
    for (let i = 0; i < end; i++) if (chunk[i] === newline) line += 1;
    before += chunk.length;
    if (before >= offset) break;
  }
  return line;
}

/** The first byte that is not UTF-8. */
function badByte(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  // `good` bytes are UTF-8, `bad` are not, but for a character that is cut.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const head = bytes.subarray(0, middle);
    if (isUtf8(head.subarray(0, middle - openBytes(head)))) good = middle;
    else bad = middle;
  }
  return good;
}

/** What was seen of a file, a chunk after the other. */
class Seen {
  #held: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  /** Bytes of whole characters before `#held`. */
  #offset = 0;
  /** There are letters of UTF-8 beyond ASCII. */
  hasWide = false;
  /** The place of the first byte that is not UTF-8; −1 where there is none. */
  firstBad = -1;

  add(chunk: Buffer): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const whole = bytes.subarray(0, bytes.length - openBytes(bytes));
    const isFirst = this.#offset === 0;
    if (this.firstBad < 0 && !isUtf8(whole)) this.firstBad = this.#offset + badByte(whole);
    if (this.firstBad >= 0) this.hasWide ||= hasPair(whole);
    // The mark of UTF-8 is no letter.
    else this.hasWide ||= !isAscii(isFirst && hasMark(whole) ? whole.subarray(3) : whole);
    this.#offset += whole.length;
    this.#held = Buffer.from(bytes.subarray(whole.length));
  }

  end(): void {
    if (this.firstBad < 0 && this.#held.length > 0) this.firstBad = this.#offset;
  }
}

/**
 * What the bytes are: UTF-16 by its mark or its zeros, else UTF-8, else Latin-1 (as Windows has it) where nothing in the file is UTF-8
 * beyond ASCII. `file.badLine` for a mixture.
 */
export async function findEncoding(source: ByteSource, signal?: AbortSignal): Promise<Encoding> {
  const seen = new Seen();
  let isFirst = true;
  for await (const chunk of source.chunks(signal)) {
    const found = isFirst ? (byMark(chunk) ?? byZeros(chunk)) : null;
    if (found) return found;
    isFirst = false;
    seen.add(chunk);
    if (seen.firstBad >= 0 && seen.hasWide) break;
  }
  seen.end();
  if (seen.firstBad < 0) return 'utf-8';
  if (!seen.hasWide) return 'latin-1';
  throw new Failure('file.badLine', {
    file: source.file,
    line: await lineAt(source, seen.firstBad, signal),
    reason: say('it is not UTF-8 text, which other lines are; save the file as UTF-8, or name its encoding'),
  });
}

const hasMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
/** What a letter of UTF-8 looks like in Latin-1, where hardly anybody writes it. */
const hasPair = (bytes: Buffer): boolean => /[\xc3-\xd4][\x80-\xbf]|\xe2[\x80-\xbf]{2}/.test(bytes.toString('latin1'));

/** The text of a file in pieces, without a byte-order mark; `file.badLine` where it is not what it was said to be. */
export async function* textPieces(
  source: ByteSource,
  encoding: Encoding,
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  const piece = encoding === 'utf-8' ? utf8Pieces() : otherPieces(encoding);
  let offset = 0;
  for await (const chunk of source.chunks(signal)) {
    const text = piece(chunk, false);
    if (text === null) throw await notText(source, encoding, offset + badByte(chunk), signal);
    offset += chunk.length;
    if (text !== '') yield text;
  }
  const rest = piece(Buffer.alloc(0), true);
  if (rest === null) throw await notText(source, encoding, offset, signal);
  if (rest !== '') yield rest;
}

const notText = async (
  source: ByteSource,
  encoding: Encoding,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<Failure> =>
  new Failure('file.badLine', {
    file: source.file,
    line: await lineAt(source, offset, signal),
    reason: say('it is not {0} text', encoding.toUpperCase()),
  });

type Piece = (chunk: Buffer, isLast: boolean) => string | null;

function utf8Pieces(): Piece {
  let held: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let isFirst = true;
  return (chunk, isLast) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const open = isLast ? 0 : openBytes(bytes);
    const whole = open === 0 ? bytes : bytes.subarray(0, bytes.length - open);
    held = open === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(bytes.length - open));
    if (!isUtf8(whole)) return null;
    const start = isFirst && hasMark(whole) ? 3 : 0;
    if (whole.length > 0) isFirst = false;
    return whole.toString('utf8', start);
  };
}

function otherPieces(encoding: Exclude<Encoding, 'utf-8'>): Piece {
  const decoder = new TextDecoder(encoding === 'latin-1' ? 'windows-1252' : encoding, { fatal: true });
  return (chunk, isLast) => {
    try {
      return decoder.decode(chunk, { stream: !isLast });
    } catch {
      return null;
    }
  };
}
