/** A folder for the files of one test, and the files in it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';

export interface Folder {
  /** The full path of a file of this name. */
  at(name: string): string;
  write(name: string, contents: string | Uint8Array): string;
  files(): string[];
  /** A store on disk, closed after the test. */
  store(name?: string): EmbeddedStore;
}

export function useFolder(): Folder {
  let folder = '';
  let stores: EmbeddedStore[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-'));
    mkdirSync(folder, { recursive: true });
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    stores = [];
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (name: string): string => path.join(folder, name);
  return {
    at,
    write(name, contents) {
      writeFileSync(at(name), contents);
      return at(name);
    },
    files: () => readdirSync(folder).sort(),
    store(name = 'store.db') {
      const store = EmbeddedStore.open({ path: at(name), readOnly: false, create: true });
      stores.push(store);
      return store;
    },
  };
}
