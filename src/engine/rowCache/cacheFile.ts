/**
 * A file of blocks of rows: the blocks one behind the other, then a footer as JSON with the digest of each, a code that only this user
 * can make, its length and a magic number. Whatever is wrong with such a file it is `Unusable`, and its rows are read from the store:
 * so is one that came with a folder from somebody else.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { at } from '../../base/assert.ts';
import { blockOf, bytesOf, hexAt, type RowBlock } from './rowBlock.ts';

/** Another number for every change of what a file holds. */
const magic = 0x31_43_52_44;
const codeBytes = 32;
const tailBytes = codeBytes + 8;

const digestOf = (bytes: Uint8Array): string => hash('sha256', bytes);
/** A key of this user's, with which footers are signed. */
export type Secret = Uint8Array;
const codeOf = (secret: Secret, footer: Uint8Array): Buffer => createHmac('sha256', secret).update(footer).digest();

/** Why a file cannot be used, as a word for whoever looks into it: nobody else is told. */
export class Unusable extends Error {}

/** Whose rows these are: another version, table, key, salt or column is another file's. */
export interface Identity {
  readonly form: 'raw';
  readonly table: string;
  /** Another one after the table was dropped and made again. */
  readonly tableId: string;
  readonly snapshot: string;
  readonly createdAt: string;
  readonly key: readonly string[];
  readonly salt: string;
  /** Names and types, the key's first. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

interface BlockPlace {
  readonly at: number;
  readonly bytes: number;
  readonly rows: number;
  /** Of its first row. */
  readonly first: string;
  readonly digest: string;
}

/** What stands behind the blocks. */
export interface Footer {
  readonly identity: Identity;
  /** Rows of the version; of a base they are in the file, an overlay has the entries that differ. */
  readonly rows: number;
  readonly blocks: readonly BlockPlace[];
  /** Of all blocks: what an overlay names its base by. */
  readonly digest: string;
  /** Of an overlay: the digest of its base, and 1 for each entry that is a row which is gone. */
  readonly base?: string;
  readonly gone?: string;
}

/** Writes beside the place, for its owner alone, and renames: a reader sees the old file or the whole new one. */
export class CacheWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #most: number;
  readonly #secret: Secret;
  readonly #blocks: BlockPlace[] = [];
  #fd: number | null;
  #at = 0;

  /** `most`: bytes that the file may have; `Unusable` beyond. */
  constructor(path: string, most: number, secret: Secret) {
    this.#path = path;
    this.#secret = secret;
    this.#most = most;
    this.#temporary = `${path}.${process.pid}-${Date.now().toString(36)}.part`;
    this.#fd = openSync(this.#temporary, 'wx', 0o600);
  }

  #write(bytes: Uint8Array): void {
    if (this.#fd === null) throw new Error('Broken invariant: the file is closed');
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.#at += bytes.length;
    if (this.#at > this.#most) throw new Unusable('tooLarge');
  }

  add(block: RowBlock): void {
    if (block.rows === 0) return;
    const bytes = bytesOf(block);
    const digest = digestOf(bytes);
    const place = this.#at;
    this.#write(bytes);
    this.#blocks.push({ at: place, bytes: bytes.length, rows: block.rows, first: hexAt(block.hashes, 0), digest });
  }

  finish(rest: Pick<Footer, 'identity' | 'rows' | 'base' | 'gone'>): void {
    const digest = digestOf(Buffer.from(JSON.stringify([rest.identity, this.#blocks])));
    const footer = Buffer.from(JSON.stringify({ ...rest, blocks: this.#blocks, digest }));
    const tail = Buffer.alloc(tailBytes);
    codeOf(this.#secret, footer).copy(tail);
    tail.writeUInt32LE(footer.length, codeBytes);
    tail.writeUInt32LE(magic, codeBytes + 4);
    this.#write(footer);
    this.#write(tail);
    if (this.#fd === null) return;
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = null;
    renameSync(this.#temporary, this.#path);
  }

  /** Leaves nothing behind; of a finished file it does nothing. */
  abandon(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
    rmSync(this.#temporary, { force: true });
  }
}

/** A file that is open; its blocks are checked as they are read. */
export class CacheFile {
  readonly footer: Footer;
  readonly #fd: number;

  private constructor(fd: number, footer: Footer) {
    this.#fd = fd;
    this.footer = footer;
  }

  /** `Unusable` where it is not there, or not whole. */
  static open(path: string, secret: Secret): CacheFile {
    let fd: number | null = null;
    try {
      fd = openSync(path, 'r');
      return new CacheFile(fd, readFooter(fd, secret));
    } catch (error) {
      if (fd !== null) closeSync(fd);
      throw error instanceof Unusable ? error : new Unusable('unreadable', { cause: error });
    }
  }

  block(i: number): RowBlock {
    const { at: place, bytes, rows, digest } = at(this.footer.blocks, i);
    const buffer = Buffer.allocUnsafe(bytes);
    try {
      readWhole(this.#fd, buffer, place);
      if (digestOf(buffer) !== digest) throw new Unusable('changedBlock');
      const block = blockOf(buffer);
      if (block.rows !== rows) throw new Unusable('otherBlock');
      return block;
    } catch (error) {
      throw error instanceof Unusable ? error : new Unusable('unreadableBlock', { cause: error });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function readWhole(fd: number, buffer: Buffer, place: number): void {
  for (let done = 0; done < buffer.length; ) {
    const read = readSync(fd, buffer, done, buffer.length - done, place + done);
    if (read === 0) throw new Unusable('short');
    done += read;
  }
}

function readFooter(fd: number, secret: Secret): Footer {
  const { size } = fstatSync(fd);
  if (size < tailBytes) throw new Unusable('short');
  const tail = Buffer.alloc(tailBytes);
  readWhole(fd, tail, size - tailBytes);
  const length = tail.readUInt32LE(codeBytes);
  if (tail.readUInt32LE(codeBytes + 4) !== magic || length > size - tailBytes) throw new Unusable('notWhole');
  const text = Buffer.alloc(length);
  readWhole(fd, text, size - tailBytes - length);
  if (!timingSafeEqual(codeOf(secret, text), tail.subarray(0, codeBytes))) throw new Unusable('unsigned');
  return JSON.parse(text.toString()) as Footer;
}
