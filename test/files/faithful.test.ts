/** What is read is what was written: a cell comes back as it stood in the file, or is refused with file, line, column and value. */
import { describe, expect, it } from 'vitest';
import { useFolder } from './support/folder.ts';
import { failureOf, imports, rowsOf, typesIn } from './support/imports.ts';

const folder = useFolder();
const column = (cells: readonly string[]): string => `id,x\n${cells.map((cell, i) => `k${i},${cell}`).join('\n')}\n`;

describe('the type of a new column', () => {
  it.each<[string, string[], string]>([
    ['codes with a leading zero', ['007', '1'], 'TEXT'],
    ['numbers with a plus', ['+5', '7'], 'TEXT'],
    ['codes with a power', ['1E5', '2E10'], 'TEXT'],
    ['codes with a power beside whole numbers', ['12', '3e4'], 'TEXT'],
    ['a power among numbers with a point', ['1.5', '2e4'], 'DOUBLE'],
    ['powers as programs write them', ['1e-05', '1e+16'], 'DOUBLE'],
    ['versions', ['1.1', '1.2', '1.10'], 'TEXT'],
    ['amounts, all with as many digits', ['1.10', '1.15', '20.00'], 'DOUBLE'],
    ['numbers of data frames', ['41.0', '8.3252', '-122.23'], 'DOUBLE'],
    ['more digits than a double has', ['0.1234567890123456789'], 'DECIMAL(20,19)'],
    ['amounts beyond a double', ['12345678901234567.89'], 'DECIMAL(19,2)'],
    ['a double in all of its digits', ['0.30000000000000004', '5e-324'], 'DOUBLE'],
    ['doubles as "%.18e" writes them', ['1.000000000000000056e-01'], 'DOUBLE'],
    ['a thousand with a separator', ['"1,234"', '"5,678"'], 'TEXT'],
    ['days that are written otherwise', ['1-1-2016', '2-1-2016'], 'TEXT'],
    ['whole numbers of 64 bits without a sign', ['18446744073709551615', '1'], 'BIGINT UNSIGNED'],
    ['whole numbers beyond 64 bits', ['18446744073709551616', '-1'], 'DECIMAL(20,0)'],
    ['more digits than any number has', ['1234567890123456789012345678901234567890'], 'TEXT'],
  ])('%s', async (_, cells, type) => {
    const { store, take } = imports(folder);
    await take('a.csv', column(cells));
    expect((await typesIn(store))['x']).toBe(type);
    const rows = await rowsOf(store);
    const written = cells.map((cell) => cell.replaceAll('"', ''));
    const value = (cell: string) => (cell === '18446744073709551615' ? BigInt(cell) : Number(cell));
    expect(rows.map(([, x]) => x)).toEqual(/^(?:TEXT|DECIMAL)/.test(type) ? written : written.map(value));
  });

  it('is found from cells far down in the file as well', async () => {
    const { store, take } = imports(folder);
    const cells = Array.from({ length: 60_000 }, (_, i) => String(i));
    await take('a.csv', column([...cells, '007']));
    expect((await typesIn(store))['x']).toBe('TEXT');
    expect((await rowsOf(store)).filter(([, x]) => x === '007' || x === '59999')).toHaveLength(2);
  });

  it('of a text key is long enough for a key far down', async () => {
    const { store, take } = imports(folder);
    const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}`);
    await take('a.csv', `id,x\n${[...keys, 'k'.repeat(300)].map((key) => `${key},1`).join('\n')}\n`);
    expect((await typesIn(store))['id']).toBe('VARCHAR(512)');
  });
});

it.each([
  ['a whole number beyond a double beside a fraction', ['9007199254740993.0', '1.5'], 'DECIMAL(20,1)'],
  [
    'more digits than a double has beside a long whole number',
    ['0.1234567890123456789', '123456789012.0000000000000000000'],
    'DECIMAL(31,19)',
  ],
  ['more digits than a double has beside a small one', ['0.1234567890123456789', '1e-7'], 'TEXT'],
  ['a whole number beyond a double beside a huge one', ['9007199254740993', '1e+300'], 'TEXT'],
  ['doubles alone', ['1.5', '-0', '1e300', '5e-324', '7'], 'DOUBLE'],
])('numbers of JSON have the type that holds them all: %s', async (_, cells, type) => {
  const { store, take } = imports(folder);
  await take('a.jsonl', cells.map((cell, i) => `{"id":${i},"x":${cell.replace(/\.0+$/, '')}}\n`).join(''));
  expect((await typesIn(store))['x']).toBe(type);
  const found = (await rowsOf(store)).map(([, x]) => x);
  expect(found).toEqual(type === 'DOUBLE' ? cells.map((cell) => Number(cell) + 0) : cells);
});

describe('a file into a table that is there', () => {
  it.each<[string, string, string, string]>([
    ['a leading zero', '7', '007', 'BIGINT'],
    ['a plus', '7', '+5', 'BIGINT'],
    ['a fraction', '7', '7.5', 'BIGINT'],
    ['a leading zero before a point', '7.5', '07.5', 'DOUBLE'],
    ['more digits than a double has', '7.5', '12345678901234567890', 'DOUBLE'],
    ['digits beyond a double', '7.5', '0.1234567890123456789', 'DOUBLE'],
    ['a day in another order', '2016-01-01', '1-1-2016', 'DATE'],
    ['a day with one digit', '2016-01-01', '2016-1-2', 'DATE'],
    ['neither true nor false', 'true', '2', 'BOOLEAN'],
  ])('with %s is refused by file, line, column and value, and nothing was changed', async (_, first, second, type) => {
    const { store, take } = imports(folder);
    await take('k1.csv', `id,x\n1,${first}\n`);
    expect((await typesIn(store))['x']).toBe(type);
    const before = await rowsOf(store);
    const failure = await failureOf(take('k2.csv', `id,x\n2,${first}\n3,${second}\n`));
    expect(failure).toMatchObject({
      code: 'value.refused',
      data: { file: folder.at('k2.csv'), line: 3, column: 'x', value: JSON.stringify(second) },
    });
    expect(await rowsOf(store)).toEqual(before);
  });

  it('says how many digits a decimal holds', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,x\n1,1.5\n', { types: { x: 'DECIMAL(10,2)' } });
    for (const cell of ['123456789.99', '1.999']) {
      const { message } = await failureOf(take('b.csv', `id,x\n2,${cell}\n`));
      expect(message).toContain('b.csv, line 2');
      expect(message).toContain('DECIMAL(10,2) holds 8 digits before the point and 2 behind it');
    }
    await take('c.csv', 'id,x\n2,12345678.990\n');
    expect((await rowsOf(store))[1]).toEqual([2, '12345678.99']);
  });

  it('replaces no row by a key that is only nearly the same', async () => {
    const { store, take } = imports(folder);
    await take('k1.csv', 'id,x\n7,a\n');
    await failureOf(take('k2.csv', 'id,x\n007,c\n'));
    expect(await rowsOf(store)).toEqual([[7, 'a']]);
  });

  it('may have its whole numbers with a point, as data frames write them beside a missing one', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,x\n1,1\n');
    await take('b.csv', 'id,x\n1,1.0\n2,3.0\n3,\n');
    expect(await rowsOf(store)).toEqual([
      [1, 1],
      [2, 3],
      [3, null],
    ]);
  });
});

describe('JSON Lines', () => {
  it.each<[string, string, string, unknown]>([
    ['more digits than a double has', '0.1234567890123456789', 'DECIMAL(20,19)', '0.1234567890123456789'],
    ['an amount beyond a double', '12345678901234567.89', 'DECIMAL(19,2)', '12345678901234567.89'],
    ['a number beyond a double', '1e400', 'TEXT', '1e400'],
    ['a whole number beyond ±2^53', '9007199254740993', 'BIGINT', 9007199254740993n],
    ['a number', '0.1', 'DOUBLE', 0.1],
    [
      'numbers in a list',
      '[0.1234567890123456789, 9007199254740993]',
      'JSON',
      '[0.1234567890123456789, 9007199254740993]',
    ],
  ])('keeps %s', async (_, written, type, value) => {
    const { store, take } = imports(folder);
    await take('a.jsonl', `{"id":1,"x":${written}}\n`);
    expect((await typesIn(store))['x']).toBe(type);
    expect(await rowsOf(store)).toEqual([[1, value]]);
  });

  it.each([
    ['1.5', '12345678901234567.89'],
    ['1.5', '12345678901234567890'],
    ['1', '"007"'],
    ['1', 'true'],
    ['"2016-01-01"', '"2016-1-2"'],
  ])('into a column of %s refuses %s', async (first, second) => {
    const { store, take } = imports(folder);
    await take('a.jsonl', `{"id":1,"x":${first}}\n`);
    const before = await rowsOf(store);
    const failure = await failureOf(take('b.jsonl', `{"id":2,"x":${second}}\n`));
    expect(failure).toMatchObject({ code: 'value.refused', data: { line: 1, column: 'x' } });
    expect(await rowsOf(store)).toEqual(before);
  });
});

describe('names', () => {
  it('of data frames, whose first column has none', async () => {
    const { store, take } = imports(folder);
    const { notes } = await take('a.csv', ',id,x\n0,1,a\n1,2,b\n');
    expect(await typesIn(store)).toEqual({ unnamed_1: 'BIGINT', id: 'BIGINT', x: 'TEXT' });
    expect(notes.join()).toMatch(/Column 1 of .*a\.csv has no name, and is called unnamed_1/);
  });

  it('are matched without case', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,x\n1,a\n');
    const file = folder.write('b.csv', 'ID,X\n1,b\n');
    const { importFile } = await import('../../src/files/importFile.ts');
    await importFile(store, {
      file,
      table: { database: 'd', table: 't' },
      key: null,
      mode: 'upsert',
      safetySnapshot: null,
      maxDeletes: null,
    });
    expect(await rowsOf(store)).toEqual([[1, 'b']]);
  });

  it('that differ by case alone are refused with both, and the file', async () => {
    const { take } = imports(folder);
    const failure = await failureOf(take('a.csv', 'id,ID2,id2\n1,2,3\n'));
    expect(failure).toMatchObject({
      code: 'file.sameName',
      data: { file: folder.at('a.csv'), first: 'ID2', second: 'id2' },
    });
  });

  it('says the types that the columns have in the end', async () => {
    const { take } = imports(folder);
    const { columns } = await take('a.csv', 'id,x\nab,1\n');
    expect(columns).toEqual([
      { name: 'id', type: 'VARCHAR(255)' },
      { name: 'x', type: 'BIGINT' },
    ]);
  });
});
