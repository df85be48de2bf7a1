/** What every store must do, over whatever backend it is given: tables, snapshots, rows, delta. */
import type { Backend } from './backend.ts';
import { deltaContract } from './deltaContract.ts';
import { sidesContract } from './sides/sidesContract.ts';
import { rowsContract } from './rowsContract.ts';
import { tablesContract } from './tablesContract.ts';

export function storeContract(backend: Backend): void {
  tablesContract(backend);
  rowsContract(backend);
  deltaContract(backend);
  sidesContract(backend);
}
