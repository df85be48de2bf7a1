/** The table of the contract suites, and its first rows. */
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';

export const table: TableName = { database: 'shop', table: 'items' };
export const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  { name: 'name', type: 'VARCHAR(40)', nullable: true },
  { name: 'price', type: 'DECIMAL(10,2)', nullable: true },
];
export const names = ['id', 'name', 'price'];
export const first: Value[][] = [
  [1, 'apple', '1.50'],
  [2, 'pear', '2.00'],
  [3, null, null],
  [4, '', '0.00'],
];
