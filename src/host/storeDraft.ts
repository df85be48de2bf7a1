/**
 * A store file that is made beside its place and put there when it is whole, so that nobody ever finds half of one. What a program left
 * that was killed meanwhile is removed by the next one.
 */
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';
import { isGone } from './thisProcess.ts';

/** Where a store is made; `keep` once its engine has closed it, `drop` in every case at the end. */
export interface StoreDraft {
  readonly path: string;
  /** Puts it in its place; `run.refused` where somebody else has made one there meanwhile, which stays as it is. */
  keep(): void;
  drop(): void;
}

const marks = /^[.]setup-(\d+)-\d+(?:-wal|-shm|-journal|[.].*)?$/;

/** Files of this store whose names go on so. */
function besides(store: string, isWanted: (rest: string) => boolean): string[] {
  const [folder, name] = [path.dirname(store), path.basename(store)];
  return readdirSync(folder)
    .filter((one) => one.startsWith(name) && isWanted(one.slice(name.length)))
    .map((one) => path.join(folder, one));
}

/** Stores are not for version control: a folder of ours says so itself. */
function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined && path.basename(folder) === '.deltatrain')
    writeFileSync(path.join(folder, '.gitignore'), '*\n');
}

/** `store`: its place, where nothing is yet. */
export function draftStore(store: string): StoreDraft {
  makeFolder(path.dirname(store));
  for (const left of besides(store, (rest) => isGone(Number(marks.exec(rest)?.[1] ?? process.pid)))) rmSync(left);
  const draft = `${store}.setup-${process.pid}-${Date.now()}`;
  return {
    path: draft,
    keep() {
      if ((statSync(`${draft}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
        throw new Failure('store.lost', { store: draft });
      try {
        linkSync(draft, store);
      } catch (error) {
        if (existsSync(store))
          throw new Failure(
            'run.refused',
            { what: say('Building {0}', store), why: say('there is a store by now, which stays as it is.') },
            { cause: error },
          );
        // A file system without hard links.
        renameSync(draft, store);
      }
    },
    drop() {
      for (const file of besides(draft, () => true)) rmSync(file, { force: true });
    },
  };
}
