/**
 * Whether the path still leads to the file that was opened. Sync clients, checkouts and people put other files there, and SQLite goes
 * on writing to what it opened, or puts the log of one file to another. Looked at before every write, and whenever somebody asks.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isOurHeader } from './header.ts';
import { fileId, HeldFile, type ReadAt, readingFile } from './heldFile.ts';

/** What became of the file. */
export type Change = 'deleted' | 'replaced' | 'truncated' | 'overwritten';

/** Who the log beside a store belongs to; written by whoever has the store open for writing. */
const ownerPath = (path: string): string => `${path}-owner`;
const logPath = (path: string): string => `${path}-wal`;
const indexPath = (path: string): string => `${path}-shm`;

interface Facts {
  /** Device and number of the store, of its log and of the log's index; null where there is none. */
  readonly file: string;
  readonly log: string | null;
  readonly index: string | null;
  /** Changes whenever the file does. */
  readonly written: string;
  /** The file's header, in hex. */
  readonly head: string | null;
  /** What stands on some of its pages, by number: all of a small file. */
  readonly pages: ReadonlyMap<number, string>;
  /** Changes whenever SQLite moves the log into the file; null without a log, as then it writes to the file as it goes. */
  readonly moved: string | null;
}

const headBytes = 100;
/** Of the log, and of each of its frames. */
const logHeadBytes = 32;
const frameHeadBytes = 24;

/** Of the log's index (SQLite's file format, section 4.5): the salts of the log, and how much of it is in the file. */
function movedMark(read: ReadAt): string | null {
  const index = read(0, 100);
  return index && `${index.toString('hex', 32, 40)} ${index.readUInt32LE(96)}`;
}

/** Null where there is no file. */
function factsOf(path: string): Facts | null {
  // The mark first: what is moved between the two is then known to have been.
  const moved = readingFile(indexPath(path), movedMark);
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) return null;
  const written = `${found.mtimeNs} ${found.size}`;
  const file = `${found.dev}:${found.ino}`;
  const content = readingFile(path, (read) => {
    const head = read(0, headBytes)?.toString('hex') ?? null;
    return { head, pages: head === null ? new Map<number, string>() : samplePages(read, head, Number(found.size)) };
  });
  if (!content) return null;
  return { file, ...content, log: fileId(logPath(path)), index: fileId(indexPath(path)), written, moved };
}

const firstPages = 24;
const spreadPages = 40;

const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex').slice(0, 16);

function pageSizeOf(head: string): number {
  const size = Buffer.from(head, 'hex').readUInt16BE(16);
  return size === 1 ? 65_536 : size;
}

/** The first pages, where most changes leave a trace, and some that are spread over the file. */
function samplePages(read: ReadAt, head: string, bytes: number): Map<number, string> {
  const size = pageSizeOf(head);
  const last = size < 512 ? 0 : Math.floor(bytes / size);
  const numbers = new Set(Array.from({ length: Math.min(firstPages, last) }, (_, i) => i + 1));
  for (let i = 0; i < spreadPages && last > 0; i++) numbers.add(1 + Math.floor((i * (last - 1)) / (spreadPages - 1)));
  return pagesAt(read, size, numbers);
}

function pagesAt(read: ReadAt, size: number, numbers: Iterable<number>): Map<number, string> {
  const pages = new Map<number, string>();
  for (const number of numbers) {
    const page = read((number - 1) * size, size);
    if (page) pages.set(number, hashOf(page));
  }
  return pages;
}

/** Takes away the pages that stand like this in the log: it is being moved into the file, or whoever moved it was killed. */
function withoutLogged(path: string, pages: Map<number, string>): Map<number, string> {
  readingFile(logPath(path), (read) => {
    const size = read(0, logHeadBytes)?.readUInt32BE(8);
    for (let at = logHeadBytes; size && pages.size > 0; at += frameHeadBytes + size) {
      const number = read(at, frameHeadBytes)?.readUInt32BE(0);
      if (number === undefined) return null;
      const found = pages.get(number);
      const page = found === undefined ? null : read(at + frameHeadBytes, size);
      if (page && hashOf(page) === found) pages.delete(number);
    }
    return null;
  });
  return pages;
}

/** True when the file changed from one to the other though the log was not moved into it. */
function isOverwritten(path: string, before: Facts, now: Facts): boolean {
  // Without a log SQLite writes to the file as it goes, and looks itself whether somebody else did.
  if (now.moved === null || now.moved !== before.moved || now.written === before.written) return false;
  if (now.head === null || before.head === null || pageSizeOf(now.head) !== pageSizeOf(before.head)) return true;
  const size = pageSizeOf(now.head);
  const there = readingFile(path, (read) => pagesAt(read, size, before.pages.keys())) ?? before.pages;
  const changed = new Map([...there].filter(([number, hash]) => before.pages.get(number) !== hash));
  return withoutLogged(path, changed).size > 0;
}

function isTruncated(path: string, head: string): boolean {
  const bytes = Buffer.from(head, 'hex');
  // The number of pages stands for something when it was written together with the counter of changes.
  const pages = bytes.readUInt32BE(24) === bytes.readUInt32BE(92) ? bytes.readUInt32BE(28) : 0;
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) < pages * pageSizeOf(head);
}

/** Waits a little, as this process does nothing else meanwhile. */
const pause = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
const mostPauses = 10;

/** The file that a store was opened from. */
export class FileIdentity {
  readonly #path: string;
  readonly #writes: boolean;
  /** The store and the log's index, held so that looking at them takes no lock from SQLite. */
  readonly #held: readonly (HeldFile | null)[];
  #known: Facts | null;

  /** Made when the store's connections are open. */
  constructor(path: string, writes: boolean) {
    this.#path = path;
    this.#writes = writes;
    this.#held = [HeldFile.hold(path), HeldFile.hold(indexPath(path))];
    this.#known = factsOf(path);
    this.#own();
  }

  /** When the store's connections are closed. */
  release(): void {
    for (const file of this.#held) file?.release();
  }

  /** What became of the file; null when it is the one that was opened. */
  look(): Change | null {
    let change = this.#compare();
    // Another window that moves its log into the file does so page by page, and says so a moment later.
    for (let i = 0; i < mostPauses && (change === 'truncated' || change === 'overwritten'); i++) {
      pause();
      change = this.#compare();
    }
    return change;
  }

  #compare(): Change | null {
    const known = this.#known;
    const now = factsOf(this.#path);
    if (!now || !known) return 'deleted';
    if (now.file !== known.file) return 'replaced';
    // The log was taken away by somebody who knew of nobody that had it open.
    if (known.index !== null && now.index !== known.index) return 'replaced';
    if (now.written === known.written) return null;
    if (now.head === null) return 'truncated';
    if (!isOurHeader(Buffer.from(now.head, 'hex'))) return 'overwritten';
    if (isTruncated(this.#path, now.head)) return 'truncated';
    const owner = readOwner(this.#path);
    const isOther = isOverwritten(this.#path, known, now) || (owner !== null && isOverwritten(this.#path, owner, now));
    if (isOther) return 'overwritten';
    this.#know(now);
    return null;
  }

  /** The file that was opened is not at the path, but may be under another name. */
  get isElsewhere(): boolean {
    return fileId(this.#path) !== this.#known?.file;
  }

  /** After a write of this program: what changed was this. */
  note(): void {
    const now = factsOf(this.#path);
    const known = this.#known;
    if (!now || !known || now.file !== known.file) return;
    if (now.written !== known.written || now.index !== known.index || now.moved !== known.moved) this.#know(now);
  }

  #know(facts: Facts): void {
    this.#known = facts;
    this.#own();
  }

  #own(): void {
    if (!this.#writes || !this.#known?.index) return;
    try {
      writeFileSync(ownerPath(this.#path), JSON.stringify({ ...this.#known, pages: [...this.#known.pages] }));
    } catch {
      // A full disk: a window that is opened meanwhile knows less, and this one notices what it would have anyhow.
    }
  }

  /** The last one out. */
  disown(): void {
    rmSync(ownerPath(this.#path), { force: true });
  }

  /** The log of the file that was opened must not be taken for that of the file that is there now. */
  dropLog(): void {
    if (this.#known) dropLogOf(this.#path, this.#known.log, this.#known.index);
  }
}

function dropLogOf(path: string, log: string | null, index: string | null): void {
  if (log !== null && fileId(logPath(path)) === log) rmSync(logPath(path), { force: true });
  if (index !== null && fileId(indexPath(path)) === index) rmSync(indexPath(path), { force: true });
  rmSync(ownerPath(path), { force: true });
}

function readOwner(path: string): Facts | null {
  try {
    const found = JSON.parse(readFileSync(ownerPath(path), 'utf8')) as Readonly<Record<string, unknown>>;
    const text = (name: keyof Facts): string | null => (typeof found[name] === 'string' ? found[name] : null);
    const [file, written] = [text('file'), text('written')];
    if (file === null || written === null) return null;
    const pages = new Map(
      (Array.isArray(found['pages']) ? (found['pages'] as unknown[]) : []).filter(
        (one): one is [number, string] =>
          Array.isArray(one) && Number.isSafeInteger(one[0]) && typeof one[1] === 'string' && one.length === 2,
      ),
    );
    return { file, written, pages, head: text('head'), log: text('log'), index: text('index'), moved: text('moved') };
  } catch {
    return null;
  }
}

/**
 * Before a store is opened: a log that another window has open, or left, for a file that is no longer there is not this file's. What
 * was in it was never part of this file. (A copy of store and log together has numbers of its own, and is left as it is.)
 */
export function settleLog(path: string): void {
  const owner = readOwner(path);
  const now = factsOf(path);
  if (!owner?.log || !now || now.log !== owner.log) return;
  const isOther = now.file !== owner.file || (now.index === owner.index && isOverwritten(path, owner, now));
  if (isOther) dropLogOf(path, owner.log, owner.index);
}
