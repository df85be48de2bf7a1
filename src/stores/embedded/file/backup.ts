/** A rolling copy of the store beside it, for the day the file is damaged. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Connection } from '../sqlite/driver.ts';
import { backupPath, checkPages, isRunning } from './open.ts';

const day = 24 * 60 * 60 * 1000;

/** Removes what processes left that were ended while they copied. */
function removeLeftDrafts(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    const pid = name.startsWith(`${basename(target)}-`) ? /-new-(\d+)-[0-9a-f-]+$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(target), name), { force: true });
  }
}

/** Copies while others go on working; takes the old copy's place only when every page of the new one is sound. */
export async function backUp(db: Connection): Promise<string> {
  const target = backupPath(db.path);
  removeLeftDrafts(target);
  // Of this copy alone: another window on the same store may be making its own.
  const draft = `${target}-new-${process.pid}-${randomUUID()}`;
  try {
    await db.backupTo(draft);
    const copy = new Connection({ path: draft, readOnly: true, busyTimeout: 5000, backup: null });
    try {
      checkPages(copy);
    } finally {
      copy.close();
    }
    renameSync(draft, target);
    return target;
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${end}`, { force: true });
  }
}

/** Due when there is something to lose, it changed since the last copy, and that copy is a day old. */
export function isBackupDue(db: Connection): boolean {
  if (db.value('SELECT 1 FROM _dt_generations LIMIT 1') === undefined) return false;
  const target = backupPath(db.path);
  if (!existsSync(target)) return true;
  const copied = statSync(target).mtimeMs;
  return statSync(db.path).mtimeMs > copied && Date.now() - copied > day;
}
