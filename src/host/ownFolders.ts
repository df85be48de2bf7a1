/**
 * Folders of ours among the system's temporary ones, for rows on their way. Each is removed with the work that it is for; where a program
 * was killed, by the next one that makes such a folder. A name says whose it is: the process, and the machine that counts processes so.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isGone, thisProcess } from './thisProcess.ts';

/** What a folder is for: rows for a program of the user's, answers of a model, standard input, a bundle on its way. */
export type FolderUse = 'job' | 'predict' | 'stdin' | 'bundle';

const machine = createHash('sha256').update(thisProcess.machine).digest('hex').slice(0, 10);
const named = new RegExp(`^deltatrain-(?:job|predict|stdin|bundle)-([0-9a-z]+)[.]${machine}-`);

/** A folder of this user, and no link to one. */
function isMine(folder: string): boolean {
  try {
    const { uid } = lstatSync(folder);
    return lstatSync(folder).isDirectory() && (process.getuid === undefined || uid === process.getuid());
  } catch {
    return false;
  }
}

/** Those of programs of this machine that ended without removing them, as paths: there may be rows in them. */
export function leftFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => {
      const pid = named.exec(name)?.[1];
      return pid !== undefined && isGone(Number.parseInt(pid, 36));
    })
    .map((name) => path.join(tmpdir(), name))
    .filter(isMine);
}

const options = { recursive: true, force: true, maxRetries: 3 } as const;

/** A new folder that nobody else can read; those that were left are removed first. */
export function makeOwnFolder(use: FolderUse): string {
  for (const left of leftFolders())
    try {
      rmSync(left, options);
    } catch {
      // It stays for the next one; what is made now does not depend on it.
    }
  return mkdtempSync(path.join(tmpdir(), `deltatrain-${use}-${process.pid.toString(36)}.${machine}-`));
}

/** With everything in it. */
export const removeOwnFolder = (folder: string): void => rmSync(folder, options);
