/** The format of a store file, `user_version`: which one this program writes, and how an older file becomes one of it. */
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';

/** Changes our own tables; whatever reads them must read a file that was not changed yet, too, since not everybody may write it. */
export type FileStep = (db: FileConnection) => void;

/** The step from format n + 1 to n + 2 at place n. A step that was released is never edited, only followed by another. */
const fileSteps: readonly FileStep[] = [];

/** Of the file that `catalogSql` makes, before any step. */
export const firstFormat = 1;

const newestFormat = (steps: readonly FileStep[]): number => firstFormat + steps.length;

const formatOf = (db: FileConnection): number => db.value('PRAGMA user_version') as number;

/** Refuses a file that a newer version wrote: what it means is not known here. */
export function requireKnownFormat(db: FileConnection, steps = fileSteps): void {
  const version = formatOf(db);
  const known = newestFormat(steps);
  if (version > known) throw new Failure('store.newer', { store: db.path, version, known });
}

/** Makes an older file one of the newest format, in one transaction that ends with the new number: whoever is killed leaves it as it was. */
export function moveFileForward(db: FileConnection, steps = fileSteps): void {
  const newest = newestFormat(steps);
  if (formatOf(db) >= newest) return;
  db.transaction('write', () => {
    // Another program may have done it while this one waited for the lock.
    for (const step of steps.slice(formatOf(db) - firstFormat)) step(db);
    db.exec(`PRAGMA user_version = ${newest}`);
  });
}
