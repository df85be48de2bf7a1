/** Imports a file into `d.t` in a process of its own: `node importChild.ts <store> <file>`; says on stderr what became of it, as JSON. */
import { writeSync } from 'node:fs';
import { Failure } from '../../../src/base/failure.ts';
import { importFile } from '../../../src/files/importFile.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { request, rowsOf } from './imports.ts';

const [path = '', file = ''] = process.argv.slice(2);
const store = EmbeddedStore.open({ path, readOnly: false, create: true });

async function imported(): Promise<object> {
  try {
    const { inserted } = await importFile(store, request(file));
    return { inserted };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Reading goes on.
    const rows = (await store.databases()).includes('d') ? (await rowsOf(store)).length : null;
    return { code: String(error.code), message: error.message, rows };
  }
}

const outcome = await imported();
await store.close();
writeSync(2, JSON.stringify(outcome));
