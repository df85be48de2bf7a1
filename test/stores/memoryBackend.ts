/** The reference store as a backend of the contract suite and of the model test. */
import { sameValue, type Value } from '../../src/data/value.ts';
import { MemoryStore } from './memory/store.ts';
import { addMissing, columnInfo, type MemoryTable, pick } from './memory/table.ts';
import type { Backend, Changer } from './backend.ts';

const matches = (table: MemoryTable, row: readonly Value[], where: Readonly<Record<string, Value>>): boolean =>
  Object.entries(where).every(([column, value]) => sameValue(pick(table, row, [column])[0] ?? null, value));

export function memoryChanger(store: MemoryStore): Changer {
  return {
    async createTable(name, columns, key) {
      store.createTable(name, { columns: addMissing([], columns, key), key });
    },
    async dropTable(name) {
      store.dropTable(name);
    },
    async truncate(name) {
      store.change(name, (table) => {
        table.rows = [];
      });
    },
    async addColumn(name, column) {
      store.change(name, (table) => {
        table.columns = addMissing(table.columns, [column], table.key);
        for (const row of table.rows) row.push(null);
      });
    },
    async dropColumn(name, column) {
      store.change(name, (table) => {
        const i = table.columns.findIndex((candidate) => candidate.name === column);
        table.columns = table.columns.filter((_, c) => c !== i);
        for (const row of table.rows) row.splice(i, 1);
      });
    },
    async renameColumn(name, column, to) {
      store.change(name, (table) => {
        table.columns = table.columns.map((c) => (c.name === column ? columnInfo(to, c.type, c.nullable) : c));
        table.key = table.key.map((part) => (part === column ? to : part));
      });
    },
    async insert(name, columns, rows) {
      store.change(name, (table) => {
        for (const values of rows)
          table.rows.push(table.columns.map((column) => values[columns.indexOf(column.name)] ?? null));
      });
    },
    async update(name, set, where) {
      store.change(name, (table) => {
        for (const row of table.rows)
          if (matches(table, row, where))
            for (const [i, column] of table.columns.entries()) {
              const value = set[column.name];
              if (value !== undefined) row[i] = value;
            }
      });
    },
    async remove(name, where) {
      store.change(name, (table) => {
        table.rows = table.rows.filter((row) => !matches(table, row, where));
      });
    },
  };
}

export const memoryBackend: Backend = {
  name: 'memory',
  async open() {
    const store = new MemoryStore();
    return { store, change: memoryChanger(store), close: () => store.close() };
  },
};
