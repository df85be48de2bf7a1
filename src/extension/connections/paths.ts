/** Where a store may lie: inside its folder after every link is followed, or where the user chose it. */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/**
 * The real path of a file that need not exist yet: links of the part that does exist are followed. Undefined when the way to
 * it cannot be followed (a folder that may not be read, links in a circle, a link to nothing, which opening would make).
 */
function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(file);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === file) return undefined;
    if (code === 'ENOENT' && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
    const realParent = realPathOf(parent);
    return realParent && join(realParent, basename(file));
  }
}

/** The real path where it can be followed, and else the path: for telling whether two files are one. */
export const followed = (file: string): string => realPathOf(file) ?? file;

/** True when `file` is `folder` or lies in it, links followed; what cannot be followed does not count as inside. */
export function isInside(folder: string, file: string): boolean {
  const [realFolder, realFile] = [realPathOf(folder), realPathOf(file)];
  if (realFolder === undefined || realFile === undefined) return false;
  const way = relative(realFolder, realFile);
  return way === '' || (!isAbsolute(way) && way !== '..' && !/^\.\.[\\/]/.test(way));
}

/** A store's path as it is written in a folder's file: relative to that folder, or absolute. */
export const storePath = (folder: string, written: string): string => resolve(folder, written);
