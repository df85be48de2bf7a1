/** A folder of its own for one job, removed with it whatever becomes of it; where the program is killed, by the next one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeOwnFolder, removeOwnFolder } from '../../host/ownFolders.ts';

/** The folder of a job, and paths in it. */
export interface JobFolder {
  readonly path: string;
  at(name: string): string;
  /** Writes a document, and answers its path. */
  write(name: string, document: unknown): string;
}

/** Does the work with a folder that nobody else can read. */
export async function inJobFolder<T>(work: (folder: JobFolder) => Promise<T>): Promise<T> {
  const folder = makeOwnFolder('job');
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at('scratch'));
  try {
    return await work({
      path: folder,
      at,
      write(name, document) {
        writeFileSync(at(name), `${JSON.stringify(document, null, 2)}\n`);
        return at(name);
      },
    });
  } finally {
    removeOwnFolder(folder);
  }
}
