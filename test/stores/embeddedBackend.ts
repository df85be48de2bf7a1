/** The embedded store, on disk in a folder of its own, as a backend of the contract suite and of the model test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStore } from '../../src/data/store.ts';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import type { Backend, Changer, ColumnShape } from './backend.ts';

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const tableSql = (name: TableName): string => `${quoted(name.database)}.${quoted(name.table)}`;
const columnSql = ({ name, type, nullable }: ColumnShape): string =>
  `${quoted(name)} ${type}${nullable ? '' : ' NOT NULL'}`;

const condition = (where: Readonly<Record<string, Value>>): string =>
  Object.keys(where)
    .map((column) => `${quoted(column)} <=> ?`)
    .join(' AND ');

/** Changes as a user's SQL makes them. */
export function sqlChanger(store: LocalStore): Changer {
  const run = async (sql: string, values: readonly Value[] = []): Promise<void> => {
    await store.write([{ sql, values }]);
  };
  return {
    async createTable(name, columns, key) {
      await run(`CREATE DATABASE IF NOT EXISTS ${quoted(name.database)}`);
      const primary = key.length > 0 ? `, PRIMARY KEY (${key.map(quoted).join(', ')})` : '';
      await run(`CREATE TABLE ${tableSql(name)} (${columns.map(columnSql).join(', ')}${primary})`);
    },
    dropTable: (name) => run(`DROP TABLE ${tableSql(name)}`),
    truncate: (name) => run(`TRUNCATE TABLE ${tableSql(name)}`),
    addColumn: (name, column) => run(`ALTER TABLE ${tableSql(name)} ADD COLUMN ${columnSql(column)}`),
    dropColumn: (name, column) => run(`ALTER TABLE ${tableSql(name)} DROP COLUMN ${quoted(column)}`),
    renameColumn: (name, column, to) =>
      run(`ALTER TABLE ${tableSql(name)} RENAME COLUMN ${quoted(column)} TO ${quoted(to)}`),
    async insert(name, columns, rows) {
      const sql = `INSERT INTO ${tableSql(name)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
      await store.write(rows.map((values) => ({ sql, values })));
    },
    update: (name, set, where) =>
      run(
        `UPDATE ${tableSql(name)} SET ${Object.keys(set)
          .map((column) => `${quoted(column)} = ?`)
          .join(', ')} WHERE ${condition(where)}`,
        [...Object.values(set), ...Object.values(where)],
      ),
    remove: (name, where) => run(`DELETE FROM ${tableSql(name)} WHERE ${condition(where)}`, Object.values(where)),
  };
}

/** A new folder under the system's temporary one, or another, and what removes it. */
export function scratchFolder(under = tmpdir()): { path: string; remove(): void } {
  const path = mkdtempSync(join(under, 'deltatrain-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const embeddedBackend: Backend = {
  name: 'embedded',
  async open() {
    const folder = scratchFolder();
    const store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
    return {
      store,
      change: sqlChanger(store),
      async close() {
        await store.close();
        folder.remove();
      },
    };
  },
};
