/** What the first words of a statement say about the connection that ran it. */
import { expect, test } from 'vitest';
import {
  closesTransaction,
  leadOf,
  leavesTraces,
  opensTransaction,
} from '../../../../src/stores/matrixone/wire/lead.ts';

test.each([
  ['SELECT 1', 'SELECT 1'],
  [' -- x\n# y\n// z\n/* a * b */ create /* c */ temporary table t (a INT)', 'CREATE TEMPORARY'],
  [`/* ${'long '.repeat(2000)} */ BEGIN`, 'BEGIN'],
  [`-- ${'long '.repeat(2000)}\nSET @a = 1`, 'SET @a'],
  ['/* never closed', ''],
  ['', ''],
])('%#', (sql, lead) => {
  expect(leadOf(sql)).toBe(lead);
});

test('what stays behind', () => {
  expect(['SET @a', 'CREATE TEMPORARY', 'BEGIN', 'COMMIT'].map(leavesTraces)).toEqual([true, true, false, false]);
  expect(['BEGIN', 'START TRANSACTION', 'COMMIT'].map(opensTransaction)).toEqual([true, true, false]);
  expect(['COMMIT', 'ROLLBACK', 'BEGIN'].map(closesTransaction)).toEqual([true, true, false]);
});
