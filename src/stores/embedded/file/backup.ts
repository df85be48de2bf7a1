/** A rolling copy of the store beside it, for the day the file is damaged. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileConnection } from '../sqlite/driver.ts';
import { isRunning } from './open.ts';
import { readHeader } from './header.ts';
import { backupPath, checkStill } from './soundness.ts';

const day = 24 * 60 * 60 * 1000;

/** Removes what processes left that were ended while they copied. */
export function removeLeftDrafts(path: string): void {
  const target = backupPath(path);
  for (const name of readdirSync(dirname(target))) {
    const isDraft = name.startsWith(`${basename(target)}-new-`);
    const pid = isDraft ? /-new-(\d+)-[0-9a-f-]+?(?:-(?:wal|shm|journal))?$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(target), name), { force: true });
  }
}

/** Copies while others go on working; takes the old copy's place only when every page of the new one is sound. */
export async function backUp(db: FileConnection): Promise<string> {
  const target = backupPath(db.path);
  removeLeftDrafts(db.path);
  // Of this copy alone: another window on the same store may be making its own.
  const draft = `${target}-new-${process.pid}-${randomUUID()}`;
  try {
    await db.backupTo(draft);
    checkStill(draft, () => undefined);
    renameSync(draft, target);
    return target;
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${end}`, { force: true });
  }
}

/** Due when there is something to lose, it changed since the last copy, and that copy is a day old. */
export function isBackupDue(db: FileConnection): boolean {
  if (db.value('SELECT 1 FROM _dt_generations LIMIT 1') === undefined) return false;
  const target = backupPath(db.path);
  if (!existsSync(target) || !isReadable(target)) return true;
  const copied = statSync(target).mtimeMs;
  return statSync(db.path).mtimeMs > copied && Date.now() - copied > day;
}

/** What is none of ours is no backup, however young. */
function isReadable(target: string): boolean {
  try {
    return readHeader(target) !== null;
  } catch {
    return false;
  }
}
