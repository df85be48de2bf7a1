/** Tables without leaks: the samples of the product, and the public ones of the bench where DELTATRAIN_DATA has them. Nothing is named. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { leaksSaid } from '../../../../src/app/training/leaks/leaksSaid.ts';
import { churnVersions, customer } from '../../../../src/app/sample/churn.ts';
import { live } from '../../../../src/data/version.ts';
import { openStore, sql } from '../../support/bench.ts';

const forever = new AbortController().signal;

const columnType = (cells: readonly string[]): string => {
  if (cells.every((cell) => Number.isFinite(Number(cell)))) return 'DOUBLE';
  return cells.every((cell) => /^\d{4}-\d\d-\d\d$/.test(cell)) ? 'DATE' : 'VARCHAR(40)';
};

/** What is said of a table by a training over all its columns. */
async function said(header: readonly string[], rows: readonly (readonly string[])[], label: string): Promise<string[]> {
  const store = openStore();
  await sql(store, 'CREATE DATABASE t');
  const types = header.map((name, c) => `\`${name}\` ${columnType(rows.map((row) => row[c] ?? ''))}`);
  await sql(store, `CREATE TABLE t.t (id INT PRIMARY KEY, ${types.join(', ')})`);
  for (let from = 0; from < rows.length; from += 1_000) {
    const some = rows
      .slice(from, from + 1_000)
      .map((row, i) => `(${from + i}, ${row.map((cell) => `'${cell}'`).join(', ')})`);
    await sql(store, `INSERT INTO t.t VALUES ${some.join(', ')}`);
  }
  const config = JSON.stringify({ trainings: { t: { connection: 'local', table: 't.t', label } } });
  const training = await resolveTraining(readConfig(config, 'deltatrain.json'), 't', store);
  return leaksSaid({ store, training, parent: null, at: live, isFull: true }, forever);
}

function parsed(file: string): [header: string[], rows: string[][]] {
  const [first = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return [first.split(','), lines.map((line) => line.split(','))];
}

test('the sample of the weather', async () => {
  expect(await said(...parsed('media/sample/weather.csv'), 'weather')).toEqual([]);
});

test('the sample of customers', async () => {
  const rows = Array.from({ length: churnVersions.at(-1)?.rows ?? 0 }, (_, id) => customer(id).slice(1).map(String));
  const header = ['region', 'contract', 'tenure', 'support_calls', 'monthly_charge', 'age', 'churn'];
  expect(await said(header, rows, 'churn')).toEqual([]);
});

const folder = process.env['DELTATRAIN_DATA'] ?? '';

for (const [name, label] of [
  ['magic', 'class'],
  ['flights', 'arrival'],
] as const) {
  const file = path.join(folder, `${name}.csv`);
  test.skipIf(!existsSync(file))(`the public table ${name} (DELTATRAIN_DATA)`, async () => {
    expect(await said(...parsed(file), label)).toEqual([]);
  });
}
