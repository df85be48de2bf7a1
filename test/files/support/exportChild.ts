/** Exports `d.t` in a process of its own: `node exportChild.ts <store> <file>`; says on stderr what became of it, as JSON. */
import { writeSync } from 'node:fs';
import { Failure } from '../../../src/base/failure.ts';
import { live } from '../../../src/data/version.ts';
import { exportDelta } from '../../../src/files/exportDelta.ts';
import { exportTable } from '../../../src/files/exportTable.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';

const [path = '', file = ''] = process.argv.slice(2);
const table = { database: 'd', table: 't' };
const store = EmbeddedStore.open({ path, readOnly: true, create: false });

async function exported(): Promise<object> {
  try {
    if (!file.endsWith('.sql')) return await exportTable(store, { table, at: live, file });
    const { columns } = await store.table(table);
    const pages = store.readDelta({ table, from: { kind: 'snapshot', name: 'empty' }, to: live });
    return await exportDelta({ file }, 't', columns, 1, pages);
  } catch (error) {
    if (error instanceof Failure) return { code: String(error.code), message: error.message };
    throw error;
  }
}

const outcome = await exported();
await store.close();
writeSync(2, JSON.stringify(outcome));
