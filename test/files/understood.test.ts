/** What a file means is found, and said: missing cells, odd ones, separators, quotes, encodings, names. */
import { describe, expect, it } from 'vitest';
import { useFolder } from './support/folder.ts';
import { failureOf, imports, rowsOf, typesIn } from './support/imports.ts';

const folder = useFolder();
const rows = (count: number, cell: (i: number) => string): string =>
  `id,x\n${Array.from({ length: count }, (_, i) => `${i},${cell(i)}`).join('\n')}\n`;

describe('missing cells', () => {
  it.each(['NA', 'N/A', 'NaN', 'null', 'NULL', 'None', '-', '?', '.', '#N/A', '<NA>'])(
    'of numbers may be written %s',
    async (mark) => {
      const { store, take } = imports(folder);
      const { notes } = await take(
        'a.csv',
        rows(600, (i) => (i % 20 === 3 ? mark : `${i}.5`)),
      );
      expect((await typesIn(store))['x']).toBe('DOUBLE');
      expect((await rowsOf(store)).filter(([, x]) => x === null)).toHaveLength(30);
      expect(notes).toEqual([`x: 30 are '${mark}', read as NULL; other marks can be named.`]);
    },
  );

  it('are NULL in later files too, and in days and truth values', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,n,d,b\n1,1,2012-01-31,true\n2,NA,NA,NA\n');
    await take('b.csv', 'id,n,d,b\n1,NA,?,-\n3,4,2012-02-01,false\n');
    expect(await rowsOf(store)).toEqual([
      [1, null, null, null],
      [2, null, null, null],
      [3, 4, '2012-02-01', 0],
    ]);
  });

  it('are no marks in a column of text, unless they were chosen', async () => {
    const first = imports(folder);
    await first.take('a.csv', 'id,x\n1,NA\n2,DE\n');
    expect(await rowsOf(first.store)).toEqual([
      [1, 'NA'],
      [2, 'DE'],
    ]);
    const second = imports(folder, folder.store('other.db'));
    await second.take('b.csv', 'id,x,n\n1,none!,1\n2,DE,none!\n', { na: ['none!'] });
    expect(await rowsOf(second.store)).toEqual([
      [1, null, 1],
      [2, 'DE', null],
    ]);
  });

  it('other than the usual ones are said, and can be named', async () => {
    const text = rows(600, (i) => (i % 20 === 3 ? 'T' : `${i}.5`));
    const first = imports(folder);
    const { notes } = await first.take('a.csv', text);
    expect((await typesIn(first.store))['x']).toBe('TEXT');
    expect(notes).toEqual([
      "x: 570 of 600 are numbers, 30 are 'T'; it is text, unless a mark is named that means NULL.",
    ]);
    const second = imports(folder, folder.store('other.db'));
    await second.take('a.csv', text, { na: ['T'] });
    expect((await typesIn(second.store))['x']).toBe('DOUBLE');
  });

  it('are not meant by leading zeros: such a column is text, and no mark would change it', async () => {
    const { store, take } = imports(folder);
    const { notes } = await take(
      'a.csv',
      rows(600, (i) => (i % 20 === 3 ? `09${100 + (i % 3)}` : `${10_000 + i}`)),
    );
    expect((await typesIn(store))['x']).toBe('TEXT');
    expect(notes).toEqual([
      'x: some cells begin with a zero, as 09100 does, so it is text; as DOUBLE it is read as numbers.',
    ]);
  });

  it.each(['1,5', '1.234,5', '1,234'])(
    'are not meant by commas such as in %s: what these mean is not guessed, and said',
    async (cell) => {
      const { store, take } = imports(folder);
      const { notes } = await take('a.csv', `id;x\n1;${cell}\n2;${cell}\n3;7\n`);
      expect(await typesIn(store)).toEqual({ id: 'BIGINT', x: 'TEXT' });
      expect(notes).toContain(
        `x: 2 of 3 are like ${cell}. What a comma means in a number is not guessed, so it is text; write a point before the fraction, and nothing between thousands.`,
      );
    },
  );

  it('and odd ones are counted over the whole file', async () => {
    const { take } = imports(folder);
    const { notes } = await take(
      'a.csv',
      rows(80_000, (i) => (i === 79_999 ? '1-1-2016' : `${i}`)),
    );
    expect(notes).toEqual([
      "x: 79999 of 80000 are numbers, 1 are '1-1-2016'; it is text, unless a mark is named that means NULL.",
    ]);
  });

  it('of R: texts in quotes, NA without', async () => {
    const { store, take } = imports(folder);
    await take('r.csv', '"id","s","n"\n1,"a",1.5\n2,NA,NA\n3,"NA",2\n');
    expect(await rowsOf(store)).toEqual([
      [1, 'a', 1.5],
      [2, null, null],
      [3, 'NA', 2],
    ]);
  });
});

it('blanks behind separators belong to them', async () => {
  const { store, take } = imports(folder);
  await take('a.csv', 'id, x, s\n1, 2.5, a b\n2, 3, "c, d"\n');
  expect(await rowsOf(store)).toEqual([
    [1, 2.5, 'a b'],
    [2, 3, 'c, d'],
  ]);
});

it('numbers in quotes are text where others stand without', async () => {
  const { store, take } = imports(folder);
  const { notes } = await take('a.csv', '"id","zip","x"\n1,"12345","a"\n2,"54321","b"\n');
  expect(await typesIn(store)).toEqual({ id: 'BIGINT', zip: 'TEXT', x: 'TEXT' });
  expect(notes.join()).toContain('zip is text, as its cells stand in quotes');
});

it('a file that encloses everything in quotes says nothing by it', async () => {
  const { store, take } = imports(folder);
  await take('a.csv', '"id","x"\n"1","2.5"\n"2",""\n');
  expect(await rowsOf(store)).toEqual([
    [1, 2.5],
    [2, null],
  ]);
});

describe('separators', () => {
  it.each<[string, string, string]>([
    ['a.csv', ';', '";"'],
    ['a.csv', '\t', 'a tab'],
    ['a.csv', '|', '"|"'],
    ['a.tsv', ',', '","'],
  ])('%s with %j is read, and said', async (name, separator, said) => {
    const { store, take } = imports(folder);
    const { notes } = await take(name, ['id,x', '1,a', '2,b'].join('\n').replaceAll(',', separator));
    expect(await rowsOf(store)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(notes.join()).toContain(`cells are separated by ${said}`);
  });

  it('is what was chosen', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id:x\n1:a;b\n2:c;d\n', { separator: ':' });
    expect(await rowsOf(store)).toEqual([
      [1, 'a;b'],
      [2, 'c;d'],
    ]);
  });
});

describe('encodings', () => {
  const text = 'id,x\n1,größe\n2,naïve\n';
  const utf16 = (bigEndian: boolean, mark: boolean): Uint8Array => {
    const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  it.each<[string, string | Uint8Array, string | null]>([
    ['UTF-8', text, null],
    ['UTF-8 with a mark', `\ufeff${text}`, null],
    ['UTF-16', utf16(false, true), 'UTF-16LE'],
    ['UTF-16, the other way round', utf16(true, true), 'UTF-16BE'],
    ['UTF-16 without a mark', utf16(false, false), 'UTF-16LE'],
    ['Latin-1', Buffer.from(text, 'latin1'), 'LATIN-1'],
  ])('%s is read, and said where it is not the usual one', async (_, contents, said) => {
    const { store, take } = imports(folder);
    const { notes } = await take('a.csv', contents);
    expect(await rowsOf(store)).toEqual([
      [1, 'größe'],
      [2, 'naïve'],
    ]);
    expect(notes.join()).toContain(said ?? '');
    expect(notes).toHaveLength(said === null ? 0 : 1);
  });

  it('that was chosen is held against the file', async () => {
    const { take } = imports(folder);
    const failure = await failureOf(take('a.csv', Buffer.from(text, 'latin1'), { encoding: 'utf-8' }));
    expect(failure).toMatchObject({ code: 'file.badLine', data: { line: 2, reason: 'it is not UTF-8 text' } });
  });
});

describe('names', () => {
  it('are made where the first line has none', async () => {
    const { store, take } = imports(folder);
    const { notes } = await take('a.csv', '1,5.1,setosa\n2,4.9,virginica\n', { rename: { column_1: 'id' } });
    expect(await typesIn(store)).toEqual({ id: 'BIGINT', column_2: 'DOUBLE', column_3: 'TEXT' });
    expect(notes.join()).toContain('has no line of names');
    await take('b.csv', '3,5.0,setosa\n');
    expect(await rowsOf(store)).toHaveLength(3);
  });

  it('may be years', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,2019,2020\nDE,1.5,2\nFR,3,4\n');
    expect(await typesIn(store)).toEqual({ id: 'VARCHAR(255)', 2019: 'DOUBLE', 2020: 'BIGINT' });
  });

  it('are there or not as it was chosen', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'a,b\nc,d\n', { header: false, rename: { column_1: 'id' } });
    expect(await rowsOf(store)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });
});

describe('what was chosen', () => {
  it('types, names and columns that are left out', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'nr,plate,price,secret\n1,123,9.99,x\n2,456,10,y\n', {
      rename: { nr: 'id' },
      types: { plate: 'TEXT', price: 'DECIMAL(10,2)' },
      skip: ['secret'],
    });
    expect(await typesIn(store)).toEqual({ id: 'BIGINT', plate: 'TEXT', price: 'DECIMAL(10,2)' });
    expect(await rowsOf(store)).toEqual([
      [1, '123', '9.99'],
      [2, '456', '10.00'],
    ]);
  });

  it('is refused where the file has no such column', async () => {
    const { take } = imports(folder);
    for (const reading of [{ types: { prize: 'TEXT' } }, { rename: { prize: 'p' } }, { skip: ['prize'] }])
      expect(await failureOf(take('a.csv', 'id,price\n1,2\n', reading))).toMatchObject({
        code: 'column.unknown',
        data: { column: 'prize', near: 'price' },
      });
  });
});

describe('a file with other columns than the table', () => {
  const setUp = async () => {
    const found = imports(folder);
    await found.take('a.csv', 'id,support_calls\n1,5\n');
    return found;
  };
  const other = 'id,help_calls\n1,6\n2,7\n';

  it('is refused by what it lacks and what is new', async () => {
    const { store, take } = await setUp();
    const failure = await failureOf(take('b.csv', other));
    expect(failure.message).toContain('has no support_calls, which d.t has, and help_calls is new');
    expect(failure.message).toContain('--map help_calls=support_calls');
    expect(await rowsOf(store)).toEqual([[1, 5]]);
  });

  it('is mapped', async () => {
    const { store, take } = await setUp();
    await take('b.csv', other, { rename: { help_calls: 'support_calls' } });
    expect(await rowsOf(store)).toEqual([
      [1, 6],
      [2, 7],
    ]);
  });

  it('leaves what only one of them has', async () => {
    const { store, take } = await setUp();
    const { notes } = await take('b.csv', other, { leaveColumns: true });
    expect(await rowsOf(store)).toEqual([
      [1, 5],
      [2, null],
    ]);
    expect(notes.join(' ')).toMatch(/"support_calls" stays as it is.*"help_calls" is not read/);
  });

  it('adds what is new, with the type that its cells have', async () => {
    const { store, take } = await setUp();
    await store.createSnapshot('s', { level: 'table', table: { database: 'd', table: 't' } });
    const { notes } = await take('b.csv', other, { addColumns: true, leaveColumns: true });
    expect(await typesIn(store)).toEqual({ id: 'BIGINT', support_calls: 'BIGINT', help_calls: 'BIGINT' });
    expect(await rowsOf(store)).toEqual([
      [1, 5, 6],
      [2, null, 7],
    ]);
    expect(notes.join()).toContain('"help_calls" is added');
  });

  it('adds nothing where a later line is refused', async () => {
    const { store, take } = await setUp();
    const failure = await failureOf(take('b.csv', 'id,support_calls,new\n1,6,a\n2,x,b\n', { addColumns: true }));
    expect(failure).toMatchObject({ code: 'value.refused', data: { line: 3 } });
    expect(await typesIn(store)).toEqual({ id: 'BIGINT', support_calls: 'BIGINT' });
  });
});
