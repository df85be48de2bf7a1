/** Where a store may lie: inside its folder after every link is followed, or where the user chose it. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** The real path of a file that need not exist yet: links of the part that does exist are followed. */
function realPathOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch (error) {
    const parent = dirname(file);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === file) throw error;
    return join(realPathOf(parent), basename(file));
  }
}

/** True when `file` is `folder` or lies in it, links followed. */
export function isInside(folder: string, file: string): boolean {
  const way = relative(realPathOf(folder), realPathOf(file));
  return way === '' || (!isAbsolute(way) && way !== '..' && !/^\.\.[\\/]/.test(way));
}

/** A store's path as it is written in a folder's file: relative to that folder, or absolute. */
export const storePath = (folder: string, written: string): string => resolve(folder, written);
