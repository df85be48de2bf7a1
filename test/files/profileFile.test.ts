import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packRows } from '../../src/data/page.ts';
import { profileFile, profileTable } from '../../src/files/profileFile.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deltatrain-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('what a file says of itself before it is imported', () => {
  test('its columns, their types, and the one that makes a row unique', async () => {
    const file = fileOf('a.csv', 'kind,id,weight\nodd,1,1.5\neven,2,\nodd,3,2.5\n');
    const profile = await profileFile(file);
    expect(profile).toMatchObject({ format: 'csv', rows: 3, whole: true, keys: [['id']], asked: null });
    expect(profile.columns).toEqual([
      { name: 'kind', type: 'TEXT', nullable: false, unique: false, distinct: 2, empty: 0 },
      { name: 'id', type: 'BIGINT', nullable: false, unique: true, distinct: 3, empty: 0 },
      { name: 'weight', type: 'DOUBLE', nullable: true, unique: false, distinct: 2, empty: 1 },
    ]);
    expect(profile.sample.rows).toBe(3);
  });

  test('two columns that are unique together, where none is alone', async () => {
    const file = fileOf('b.csv', 'city,day,rain\nA,2012-01-01,1\nA,2012-01-02,1\nB,2012-01-01,1\nB,2012-01-02,2\n');
    expect((await profileFile(file)).keys).toEqual([['city', 'day']]);
  });

  test("numbers with a fraction are nobody's key, though they differ", async () => {
    const file = fileOf('c.csv', 'x,y\n1.5,a\n2.5,a\n');
    expect((await profileFile(file)).keys).toEqual([]);
  });

  test('a key that is asked about: unique, or the rows that share it', async () => {
    const file = fileOf('d.jsonl', '{"a":1,"b":1,"c":1}\n{"a":1,"b":2,"c":1}\n{"a":1,"b":1,"c":2}\n');
    expect((await profileFile(file, ['a', 'b', 'c'])).asked).toEqual({ unique: true, repeat: null });
    expect((await profileFile(file, ['a', 'b'])).asked).toEqual({
      unique: false,
      repeat: { first: 1, second: 3, values: ['1', '1'] },
    });
  });

  test('what was found that may be meant otherwise is told in sentences', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 10 === 0 ? 'NA' : i / 2}`);
    const { notes, columns } = await profileFile(fileOf('f.csv', `id,x\n${rows.join('\n')}\n`));
    expect(notes.join(' ')).toMatch(/x.*NA/);
    expect(columns[1]).toMatchObject({ type: 'DOUBLE', empty: 4 });
  });

  test('a file without rows is refused', async () => {
    await expect(profileFile(fileOf('e.csv', 'a,b\n'))).rejects.toThrow(/has no rows/);
  });
});

describe('what a table says of itself before it is learnt from', () => {
  /** A table of one column of numbers and one of words, in pages of a thousand rows. */
  const tableOf = (rows: number): Parameters<typeof profileTable>[0] => ({
    table: async (name) => ({
      name,
      id: '1',
      columns: [
        { name: 'id', type: 'BIGINT', family: 'integer', nullable: false },
        { name: 'kind', type: 'TEXT', family: 'text', nullable: true },
      ],
      key: ['id'],
    }),
    async *readRows({ columns, pageRows = 1_000 }) {
      const described = columns.map((name) => ({ name, type: '' }));
      for (let start = 0; start < rows; start += pageRows)
        yield packRows(
          described,
          Array.from({ length: Math.min(pageRows, rows - start) }, (_, i) => [start + i, i % 3 === 0 ? null : 'a']),
        );
    },
  });
  const name = { database: 'd', table: 't' };

  test('its columns over all rows of a short one, and its first rows', async () => {
    const profile = await profileTable(tableOf(30), name);
    expect(profile).toMatchObject({ rows: 30, whole: true, sample: { rows: 20 } });
    expect(profile.columns).toEqual([
      { name: 'id', type: 'BIGINT', nullable: false, unique: true, distinct: 30, empty: 0 },
      { name: 'kind', type: 'TEXT', nullable: true, unique: false, distinct: 1, empty: 10 },
    ]);
  });

  test('no more than the first rows of a long one, and that it is longer', async () => {
    expect(await profileTable(tableOf(100_000), name)).toMatchObject({ rows: 5_000, whole: false });
  });

  test('an empty one', async () => {
    expect(await profileTable(tableOf(0), name)).toMatchObject({ rows: 0, whole: true, sample: { rows: 0 } });
  });
});
