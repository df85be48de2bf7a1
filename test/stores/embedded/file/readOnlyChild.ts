/** Tries a store as a user who may not write where it lies: `node readOnlyChild.ts <path>`; prints what happened as JSON. */
import { Failure } from '../../../../src/base/failure.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { rowsOf } from '../../reading.ts';

const path = process.argv[2] ?? '';
const table = { database: 'd', table: 't' };

function codeOf(options: { path: string; readOnly: boolean; create: boolean }): string {
  try {
    EmbeddedStore.open(options);
    return 'opened';
  } catch (error) {
    if (error instanceof Failure) return String(error.code);
    throw error;
  }
}

/** Opened for writing where that cannot be, it reads all the same, says so, and refuses to write. */
async function triedToWrite(): Promise<{ readOnly: boolean; rows: number; write: string }> {
  const store = EmbeddedStore.open({ path, readOnly: false, create: true });
  try {
    const { readOnly } = await store.facts();
    const found = (await rowsOf(store, table, live, ['id'])).length;
    const write = await store.write([{ sql: 'DELETE FROM d.t', values: [] }]).then(
      () => 'written',
      (error: unknown) => (error instanceof Failure ? String(error.code) : String(error)),
    );
    return { readOnly, rows: found, write };
  } finally {
    await store.close();
  }
}

const store = EmbeddedStore.open({ path, readOnly: true, create: false });
const rows = (await rowsOf(store, table, live, ['id'])).length;
const pinned = (await rowsOf(store, table, atSnapshot('v1'), ['id'])).length;
await store.close();
process.stdout.write(
  JSON.stringify({
    asWriter: await triedToWrite(),
    make: codeOf({ path: `${path}.other`, readOnly: false, create: true }),
    rows,
    atSnapshot: pinned,
  }),
);
