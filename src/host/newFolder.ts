/** A folder for what is written on a person's word. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';

/**
 * Makes a folder that is not there yet, alone: with those above, Node goes round in circles in one that takes none, as /proc. `what`: what
 * is to be done in it, for the sentence of `run.refused`.
 */
export function makeFolder(folder: string, what: string): void {
  requirePlace(folder, what);
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new Failure('run.refused', {
      what,
      why: say('the folder cannot be made ({0}). Name another one.', code ?? ''),
    });
  }
}

/** Looks whether there is, or could be, a folder; `run.refused` where a file has its name, or the one above is not there. */
export function requirePlace(folder: string, what: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  const above = path.dirname(folder);
  if (found && !found.isDirectory())
    throw new Failure('run.refused', { what, why: say('a file of that name is there. Name a folder.') });
  if (!found && !existsSync(above)) throw new Failure('run.refused', { what, why: say('{0} does not exist.', above) });
}
