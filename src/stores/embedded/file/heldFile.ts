/**
 * Bytes of a file that SQLite has open. On POSIX systems a process that closes a file lets go of every lock that it has on it, those
 * of SQLite too: so the file is opened once, beside SQLite, and closed when nobody in this process has it open any more.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Reads `length` bytes at a place; null where the file ends before. */
export type ReadAt = (at: number, length: number) => Buffer | null;

/** Device and number of a file; null where there is none. */
export function fileId(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}

interface Open {
  readonly descriptor: number;
  users: number;
}

const open = new Map<string, Open>();

const readFrom =
  (descriptor: number): ReadAt =>
  (at, length) => {
    const bytes = Buffer.alloc(length);
    return readSync(descriptor, bytes, 0, length, at) === length ? bytes : null;
  };

/** A file under its number, for as long as somebody holds it. */
export class HeldFile {
  readonly id: string;
  readonly read: ReadAt;
  #isHeld = true;

  private constructor(id: string, { descriptor }: Open) {
    this.id = id;
    this.read = readFrom(descriptor);
  }

  /** Null where there is no such file. */
  static hold(path: string): HeldFile | null {
    const id = fileId(path);
    if (id === null) return null;
    const known = open.get(id) ?? { descriptor: openSync(path, 'r'), users: 0 };
    open.set(id, known);
    known.users++;
    return new HeldFile(id, known);
  }

  release(): void {
    const known = this.#isHeld ? open.get(this.id) : undefined;
    this.#isHeld = false;
    if (!known || --known.users > 0) return;
    open.delete(this.id);
    closeSync(known.descriptor);
  }
}

/** Reads a file that SQLite puts no locks on, or that nobody in this process has open. */
export function readingFile<T>(path: string, work: (read: ReadAt) => T): T | null {
  const held = HeldFile.hold(path);
  if (!held) return null;
  try {
    return work(held.read);
  } finally {
    held.release();
  }
}
