/** The backup in the place of a store: checked first, shown beside it, swapped in one step; the file that it replaces is kept. */
import { say } from '../../../base/say.ts';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../../base/failure.ts';
import type { StoreRecovery } from '../../../data/store.ts';
import { ownDatabase } from '../../../data/table.ts';
import { generationById } from '../types/catalog.ts';
import { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { backupPath, checkStill } from './soundness.ts';

/** Those of a person's tables. */
function countRows(db: FileConnection): number {
  return db
    .all('SELECT generation FROM _dt_tables WHERE generation IS NOT NULL AND database <> ?', ownDatabase)
    .map(([id]) => generationById(db, id as number).stored)
    .reduce((sum, stored) => sum + (db.value(`SELECT count(*) FROM ${quoteName(stored)}`) as number), 0);
}

/** Rows of the store as far as it can be read; null where it cannot. */
function rowsOfStore(path: string): number | null {
  try {
    const db = new FileConnection({ path, readOnly: true, busyTimeout: 1000, backup: () => null });
    try {
      return db.transaction('read', () => countRows(db));
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

const ageOf = (path: string): number | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? Math.max(0, Math.round((Date.now() - found.mtimeMs) / 1000)) : null;
};

/** Checks the backup of a store and tells both; with `swap` puts it in the store's place. What it throws says what is wrong with the backup. */
export function recoverStore(path: string, swap: boolean): StoreRecovery {
  const file = backupPath(path);
  if (!existsSync(file))
    throw new Failure('store.unreachable', { store: file, reason: say('there is no backup beside the store') });
  const age = { store: ageOf(path), backup: ageOf(file) ?? 0 };
  // A copy of its own is checked and swapped, so that what was checked is what is taken, and the backup stays.
  const draft = `${file}-new-${process.pid}-${randomUUID()}`;
  try {
    copyFileSync(file, draft);
    const backup = checkStill(draft, countRows);
    const rows = { store: existsSync(path) ? rowsOfStore(path) : null, backup };
    const kept = swap ? exchange(path, draft) : null;
    return { file, checked: true, rows, age, swapped: swap, kept };
  } catch (error) {
    if (Failure.is(error, 'store.damaged'))
      throw new Failure('store.damaged', { store: file, detail: error.data.detail, backup: null }, { cause: error });
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function unusedName(path: string): string {
  for (let i = 1; ; i++) if (!existsSync(`${path}.damaged-${i}`)) return `${path}.damaged-${i}`;
}

function persist(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } catch {
    // Not every system syncs a folder.
  } finally {
    closeSync(file);
  }
}

/** The path leads to one of the two at every moment; gives where the old one is kept, null when there was none. */
function exchange(path: string, draft: string): string | null {
  persist(draft);
  const kept = existsSync(path) ? unusedName(path) : null;
  if (kept !== null) {
    linkOrMove(path, kept);
    // Its log is part of it, and must not be taken for the backup's.
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${kept}-wal`);
  }
  for (const end of ['-wal', '-shm', '-owner']) rmSync(`${path}${end}`, { force: true });
  renameSync(draft, path);
  persist(dirname(path));
  return kept;
}

function linkOrMove(path: string, kept: string): void {
  try {
    linkSync(path, kept);
  } catch {
    // A file system without hard links.
    renameSync(path, kept);
  }
}
