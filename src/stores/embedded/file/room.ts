/** Room on a full disk: what a transaction that failed left in the log is given back, and a store is made smaller within what is left. */
import { statSync, truncateSync } from 'node:fs';
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { readingFile } from './heldFile.ts';

/** Of the log, and of each of its frames. */
const headBytes = 32;
const frameHeadBytes = 24;
/** Pages that are moved before the file is cut; a step needs room for them in the log. */
const pagesAStep = 32;

/** Where the committed part of the log ends, by its index (SQLite's file format, section 4.5); null without one. */
function committedEnd(path: string): number | null {
  const index = readingFile(`${path}-shm`, (read) => read(0, 48));
  if (!index || index[12] !== 1) return null;
  const size = index.readUInt16LE(14);
  return headBytes + index.readUInt32LE(16) * (frameHeadBytes + (size === 1 ? 65_536 : size));
}

/**
 * Moves the log into the file and empties it; where there is no room for that, or somebody reads, what no transaction committed is
 * cut off. Frames behind the last commit are never read, and the write lock keeps others from adding any.
 */
export function freeLog(db: FileConnection): void {
  const log = `${db.path}-wal`;
  try {
    if (db.get('PRAGMA wal_checkpoint(TRUNCATE)')?.[0] === 0) return;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  try {
    db.transaction('write', () => {
      const end = committedEnd(db.path);
      const bytes = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
      if (end !== null && bytes > end) truncateSync(log, end);
    });
  } catch (error) {
    // Somebody is writing: then it is theirs to cut.
    if (!(error instanceof Failure)) throw error;
  }
}

/** Does `work`; a full disk is told when the room that it took is given back. */
export function withRoom<T>(db: FileConnection, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (Failure.is(error, 'store.full')) freeLog(db);
    throw error;
  }
}

/** Gives the free pages of the file back, some at a time, as far as there is room; needs no second copy of the store. */
function shrink(db: FileConnection): void {
  try {
    for (let free = freePages(db); free > 0; ) {
      db.exec(`PRAGMA incremental_vacuum(${pagesAStep})`);
      db.get('PRAGMA wal_checkpoint(TRUNCATE)');
      const left = freePages(db);
      if (left >= free) return;
      free = left;
    }
  } catch (error) {
    if (!Failure.is(error, 'store.full')) throw error;
    freeLog(db);
  }
}

const freePages = (db: FileConnection): number => db.value('PRAGMA freelist_count') as number;

/** Rewrites the file without its gaps; on a full disk its free pages are given back in place. Gives its size before and after. */
export function compactFile(
  db: FileConnection,
  vacuumConnection: () => FileConnection,
): { before: number; after: () => number } {
  const size = (): number => (db.value('PRAGMA page_count') as number) * (db.value('PRAGMA page_size') as number);
  const before = size();
  const vacuum = vacuumConnection();
  try {
    vacuum.exec('VACUUM');
  } catch (error) {
    if (!Failure.is(error, 'store.full')) throw error;
    freeLog(db);
    shrink(db);
  } finally {
    vacuum.close();
  }
  return { before, after: size };
}
