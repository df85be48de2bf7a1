/** Another window, as a process of its own: opens a store, tells the first value of a column, changes it, and closes: `node windowChild.ts <path> <value>`. */
import { rowAt } from '../../../../src/data/page.ts';
import { live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';

const [path = '', value = ''] = process.argv.slice(2);
const store = EmbeddedStore.open({ path, readOnly: false, create: false });
const table = { database: 'd', table: 't' };
for await (const page of store.readRows({ table, at: live, columns: ['v'], order: 'key' })) {
  process.stdout.write(String(rowAt(page, 0)[0]));
  break;
}
await store.write([{ sql: 'UPDATE d.t SET v = ?', values: [value] }]);
await store.close();
