/** Every export comes back: into its own table as no change, into a new one with the same values and types, over tables made by code; and real files of a folder that DELTATRAIN_CORPUS names. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../../src/data/store.ts';
import type { Value } from '../../src/data/value.ts';
import { live } from '../../src/data/version.ts';
import { exportTable } from '../../src/files/exportTable.ts';
import { importFile } from '../../src/files/importFile.ts';
import { useFolder } from './support/folder.ts';
import { request, rowsOf, typesIn } from './support/imports.ts';
import { isOfRows, type Outcome, tryFile } from './support/realFile.ts';

const folder = useFolder();
const table = { database: 'd', table: 't' };
const copy = { database: 'd', table: 'copy' };

interface Made {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly Value[])[];
}

const looksLike = [
  '1',
  '007',
  '1.5',
  '1E5',
  '+5',
  '2012-01-31',
  'true',
  'NA',
  'null',
  '-',
  '?',
  '',
  ' ',
  "'a'",
  '0x00',
  '1,5',
  '1;5',
  'a|b',
];
const textColumn = (name: string, cells: readonly string[]): Made => ({
  columns: [
    ['id', 'BIGINT'],
    [name, 'TEXT'],
  ],
  rows: cells.map((cell, i) => [i, cell]),
});

const corpus: Record<string, Made> = {
  'texts that look like something else': textColumn('x', looksLike),
  ...Object.fromEntries(
    looksLike.slice(0, 12).map((cell) => [`a text column of ${cell}`, textColumn('x', [cell, cell])]),
  ),
  'texts and missing ones': {
    columns: [
      ['id', 'BIGINT'],
      ['x', 'TEXT'],
    ],
    rows: [
      [1, 'a'],
      [2, null],
      [3, ''],
    ],
  },
  'nothing but texts of digits': {
    columns: [
      ['id', 'VARCHAR(255)'],
      ['x', 'TEXT'],
    ],
    rows: [
      ['1', '2'],
      ['2', '3'],
    ],
  },
  'names that look like data': {
    columns: [
      ['id', 'BIGINT'],
      ['2019', 'DOUBLE'],
      ['1', 'BIGINT'],
      ['a,b', 'TEXT'],
      ['"', 'BIGINT'],
      ['2012-01-31', 'DATE'],
    ],
    rows: [
      [1, 1.5, 2, 'x', 3, '2020-02-29'],
      [2, -1e300, -5, 'y', 4, null],
    ],
  },
  'numbers at the ends of what there is': {
    columns: [
      ['id', 'BIGINT'],
      ['n', 'BIGINT'],
      ['x', 'DOUBLE'],
    ],
    rows: [
      [1, 2n ** 63n - 1n, 5e-324],
      [2, -(2n ** 63n), 1.7976931348623157e308],
      [3, 9007199254740993n, 0.1],
      [4, null, 1e21],
    ],
  },
  'times and truth': {
    columns: [
      ['id', 'BIGINT'],
      ['d', 'DATE'],
      ['t', 'DATETIME(3)'],
      ['b', 'BOOLEAN'],
    ],
    rows: [
      [1, '0001-01-01', '2012-01-31 10:00:00.125', 1],
      [2, '9999-12-31', '2012-01-31 00:00:00.000', 0],
      [3, null, null, null],
    ],
  },
  'many columns': {
    columns: Array.from({ length: 500 }, (_, i) => [i === 0 ? 'id' : `c${i}`, 'BIGINT'] as const),
    rows: [Array.from({ length: 500 }, (_, i) => i)],
  },
  'long texts': textColumn('x', ['x'.repeat(1_000_000), 'line\n'.repeat(1000), '"'.repeat(1000)]),
};

async function make(store: LocalStore, { columns, rows }: Made): Promise<void> {
  async function* batches() {
    yield { rows, lines: null };
  }
  const made = columns.map(([name, type]) => ({ name, type, nullable: name !== 'id' }));
  await store.load(
    { table, columns: made, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null },
    batches(),
  );
}

describe.each(['csv', 'tsv', 'jsonl', 'parquet'])('a .%s file of', (extension) => {
  it.each(Object.keys(corpus))('%s', async (name) => {
    const store = folder.store();
    await make(store, corpus[name] as Made);
    const before = await rowsOf(store, table);
    const file = folder.at(`x.${extension}`);
    await exportTable(store, { table, at: live, file });
    const again = await importFile(store, request(file, { key: null, mode: 'sync' }));
    expect(again).toMatchObject({ inserted: 0, updated: 0, deleted: 0, unchanged: before.length });
    await importFile(store, request(file, { table: copy }));
    // In JSON a day is a text of this form, and a program puts names of digits first.
    expect(await rowsOf(store, copy, table)).toEqual(before);
    const isDay = extension === 'jsonl' && name === 'a text column of 2012-01-31';
    expect(await typesIn(store, copy)).toEqual({ ...(await typesIn(store, table)), ...(isDay && { x: 'DATE' }) });
  });
});

const real = process.env['DELTATRAIN_CORPUS'];
const files =
  real === undefined || !existsSync(real)
    ? []
    : readdirSync(real, { recursive: true })
        .map((name) => path.join(real, String(name)))
        .filter(isOfRows);

describe('real files', () => {
  it.runIf(files.length === 0)('are skipped: DELTATRAIN_CORPUS names no folder of them', (context) => context.skip());

  it.runIf(files.length > 0)(
    `${files.length} of DELTATRAIN_CORPUS are right, or refused with a reason`,
    async () => {
      const outcomes: (Outcome & { file: string })[] = [];
      for (const [i, file] of files.entries())
        outcomes.push({ file, ...(await tryFile(file, folder.store(`${i}.db`), folder.at(''))) });
      const counts = new Map<string, number>();
      for (const { became } of outcomes) counts.set(became, (counts.get(became) ?? 0) + 1);
      const refused = outcomes.filter(({ became }) => became === 'refused').map(({ why }) => why);
      process.stdout.write(
        `${[...counts].map(([became, count]) => `${became}: ${count}`).join(', ')}\n${refused.join('\n')}\n`,
      );
      expect(outcomes.filter(({ became }) => became === 'wrong')).toEqual([]);
    },
    3_600_000,
  );
});
