/** One catalog for the tests of the language: a shop with samples, three snapshots, two models. */
import type { Catalog, CatalogConnection } from '../../../src/git4data/catalog.ts';

export const now = Date.UTC(2026, 5, 10, 12);
const day = 86_400_000;

const embedded: CatalogConnection = { name: 'local', dialect: 'own', version: null, database: 'shop' };
export const matrixone = (version: string | null): CatalogConnection => ({
  name: 'risk',
  dialect: 'matrixone',
  version,
  database: 'shop',
});

const columns = [
  { name: 'id', type: 'BIGINT', isKey: true },
  { name: 'label', type: 'TINYINT', isKey: false },
];

export const shop: Catalog = {
  connection: embedded,
  databases: ['shop', 'lab'],
  tables: [
    { database: 'shop', table: 'samples', columns, referencedBy: [] },
    {
      database: 'shop',
      table: 'customers',
      columns: [
        { name: 'id', type: 'INT', isKey: true },
        { name: 'order', type: 'INT', isKey: false },
      ],
      referencedBy: ['shop.orders'],
    },
    { database: 'lab', table: 'runs', columns, referencedBy: [] },
  ],
  snapshots: [
    {
      name: 'samples_v2',
      level: 'table',
      database: 'shop',
      table: 'samples',
      createdAt: now - day,
      rows: 103_000,
      models: ['shop/m2', 'shop/m3'],
    },
    {
      name: 'samples_v1',
      level: 'table',
      database: 'shop',
      table: 'samples',
      createdAt: now - 3 * day,
      rows: 100_000,
      models: ['shop/m1'],
    },
    {
      name: 'lab_v1',
      level: 'database',
      database: 'lab',
      table: null,
      createdAt: now - 40 * day,
      rows: null,
      models: [],
    },
  ],
  deltas: [
    {
      database: 'shop',
      table: 'samples',
      from: 'samples_v1',
      to: 'samples_v2',
      inserted: 3000,
      updated: 200,
      deleted: 0,
    },
    { database: 'shop', table: 'samples', from: 'samples_v2', to: null, inserted: 1, updated: 0, deleted: 2 },
  ],
};

/** Cuts the cursor mark out of a text. */
export function cursor(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}
