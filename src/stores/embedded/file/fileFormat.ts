/** The format of a store file, `user_version`: which one this program writes, and how an older file becomes one of it. */
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { exactStep } from './exactStep.ts';

/** Changes our own tables; whatever reads them must read a file that was not changed yet, too, since not everybody may write it. */
export type FileStep = (db: FileConnection) => void;

/** The step from format n + 1 to n + 2 at place n. A step that was released is never edited, only followed by another. */
const fileSteps: readonly FileStep[] = [exactStep];

/** Of the file that `catalogSql` makes, before any step. */
export const firstFormat = 1;

/** The format that this program writes. */
export const newestFormat = (steps = fileSteps): number => firstFormat + steps.length;

const formatOf = (db: FileConnection): number => db.value('PRAGMA user_version') as number;

/** Refuses a file that a newer version wrote: what it means is not known here. */
export function requireKnownFormat(db: FileConnection, steps = fileSteps): void {
  const version = formatOf(db);
  const known = newestFormat(steps);
  if (version > known) throw new Failure('store.newer', { store: db.path, version, known });
}

/** Whether the file is of the newest format. */
export const isNewest = (db: FileConnection, steps = fileSteps): boolean => formatOf(db) >= newestFormat(steps);

/**
 * Makes an older file one of the newest format, in one transaction that ends with the new number: whoever is killed leaves it as it was.
 * `mayMove` throws where others are at it. True where it was moved.
 */
export function moveFileForward(db: FileConnection, steps = fileSteps, mayMove = (): void => {}): boolean {
  const newest = newestFormat(steps);
  if (isNewest(db, steps)) return false;
  return db.transaction('write', () => {
    // Another program may have done it while this one waited for the lock.
    if (isNewest(db, steps)) return false;
    mayMove();
    for (const step of steps.slice(formatOf(db) - firstFormat)) step(db);
    db.exec(`PRAGMA user_version = ${newest}`);
    return true;
  });
}
