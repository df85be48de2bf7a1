/** Whether a copy of a store can take its place: it is ours, every page of it is sound, and it holds what we write. */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../../base/failure.ts';
import { FileConnection } from '../sqlite/driver.ts';
import { requireKnownFormat } from './fileFormat.ts';
import { readHeader } from './header.ts';
import { requireTrusted } from './trust.ts';

/** The rolling copy of a store. */
export const backupPath = (path: string): string => `${path}.backup`;

/** SQLite's pages carry no checksums; this finds broken structure, out-of-order rows and missing index entries. */
export function checkPages(db: FileConnection): void {
  const found = db.all('PRAGMA quick_check(1)')[0]?.[0];
  if (found !== 'ok') throw db.damage(String(found));
}

/** A file that nobody writes, opened without anything being made beside it. */
const openStill = (path: string): FileConnection =>
  new FileConnection({
    path,
    location: new URL(`${pathToFileURL(path).href}?immutable=1`),
    readOnly: true,
    busyTimeout: 1000,
    backup: () => null,
  });

/** Throws what is wrong with a file that nobody writes. */
export function checkStill<T>(path: string, work: (db: FileConnection) => T): T {
  if (!readHeader(path)) throw new Failure('store.notAStore', { store: path });
  const db = openStill(path);
  try {
    checkPages(db);
    requireKnownFormat(db);
    return db.transaction('read', () => {
      requireTrusted(db);
      return work(db);
    });
  } finally {
    db.close();
  }
}

/** What was found of a backup, until it changes. */
const known = new Map<string, { readonly written: number; readonly isSound: boolean }>();

/** The backup beside a store, when it opens and passes its check; it is looked at when a failure is to name it. */
export function soundBackup(path: string): string | null {
  const backup = backupPath(path);
  if (!existsSync(backup)) return null;
  const written = statSync(backup).mtimeMs;
  let found = known.get(backup);
  if (found?.written !== written) {
    found = { written, isSound: passes(backup) };
    known.set(backup, found);
  }
  return found.isSound ? backup : null;
}

function passes(backup: string): boolean {
  try {
    return checkStill(backup, () => true);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
