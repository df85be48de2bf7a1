/** A live MatrixOne server as a backend of the contract suite: an account of our own, emptied for every store that is opened. */
import { quoteName } from '../../src/stores/matrixone/wire/quote.ts';
import { MatrixoneStore, type StoreOptions } from '../../src/stores/matrixone/store.ts';
import type { Backend, Opened } from './backend.ts';
import { sqlChanger } from './embeddedBackend.ts';
import type { ServerOptions } from '../../src/stores/matrixone/login/serverOptions.ts';
import { liveOptions } from './matrixone/liveServer.ts';

const password = '111';

async function asAdministrator(sql: string): Promise<void> {
  const store = await MatrixoneStore.open({ ...liveOptions(), readOnly: false });
  try {
    await store.write([{ sql, values: [] }]);
  } finally {
    await store.close();
  }
}

/** Databases and snapshots of others are in other accounts, so that a listing is of ours alone. */
export class LiveAccount {
  readonly name: string;
  #made: Promise<void> | null = null;

  constructor(purpose: string) {
    this.name = `dt_${purpose}_${process.pid}`;
  }

  async open(more: Partial<StoreOptions> = {}): Promise<MatrixoneStore> {
    this.#made ??= asAdministrator(
      `CREATE ACCOUNT ${quoteName(this.name)} ADMIN_NAME 'admin' IDENTIFIED BY '${password}'`,
    );
    await this.#made;
    return MatrixoneStore.open({ ...this.options(), readOnly: false, ...more });
  }

  /** Who logs in, once it was made. */
  options(): ServerOptions {
    return { ...liveOptions(), user: `${this.name}:admin`, password };
  }

  async drop(): Promise<void> {
    if (!this.#made) return;
    await this.#made;
    await asAdministrator(`DROP ACCOUNT ${quoteName(this.name)}`);
  }
}

async function empty(store: MatrixoneStore): Promise<void> {
  for (const { name } of await store.snapshots()) await store.dropSnapshot(name);
  for (const database of await store.databases())
    await store.write([{ sql: `DROP DATABASE ${quoteName(database)}`, values: [] }]);
}

export const matrixoneBackend = (account: LiveAccount): Backend => ({
  name: 'matrixone',
  async open(): Promise<Opened> {
    const store = await account.open();
    await empty(store);
    return { store, change: sqlChanger(store), close: () => store.close() };
  },
});
