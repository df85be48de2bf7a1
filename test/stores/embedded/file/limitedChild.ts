/** Changes the rows of a store whose files may not grow: `node limitedChild.ts <path>`; prints what is said, and the rows that are left. */
import { Failure } from '../../../../src/base/failure.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';

const store = EmbeddedStore.open({ path: process.argv[2] ?? '', readOnly: false, create: false });
const said = await store.write([{ sql: "UPDATE d.t SET v = 'another'", values: [] }]).then(
  () => 'written',
  (error: unknown) => (error instanceof Failure ? error.message : String(error)),
);
process.stdout.write(JSON.stringify({ said, rows: await store.countRows({ database: 'd', table: 't' }) }));
await store.close();
