/** The reader of CSV against csv-parse: the same records of any text, cut at any places, or both refuse it. */
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { CsvProblem, CsvSplitter } from '../../../src/files/csv/splitter.ts';

const bits = [
  'a',
  'bc',
  '"',
  '""',
  ',',
  ',',
  '\n',
  '\r\n',
  '\r',
  '1.5',
  '"x,y"',
  '"q""r"',
  'é',
  '',
  '"l\nm"',
  '"l\r\nm"',
  ' ',
];
const files = 20_000;

function theirs(text: string): string {
  try {
    const records = parse(text, {
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
    }) as (string | null)[][];
    const rows = records.filter((row) => row.length !== 1 || row[0] !== null);
    return rows.every(({ length }) => length === 2) ? JSON.stringify(rows) : 'refused';
  } catch {
    return 'refused';
  }
}

function ours(text: string, cuts: () => number): string {
  const rows: (string | null)[][] = [];
  try {
    const splitter = new CsvSplitter({ separator: ',', quote: '"', blanks: false });
    for (let at = 0; at < text.length; ) {
      const n = cuts();
      rows.push(...splitter.split(text.slice(at, at + n), false).rows);
      at += n;
    }
    rows.push(...splitter.split('', true).rows);
    return JSON.stringify(rows);
  } catch (error) {
    if (error instanceof CsvProblem) return 'refused';
    throw error;
  }
}

it('reads what csv-parse reads, and refuses what it refuses', () => {
  const random = seededRandom('csv');
  let read = 0;
  for (let file = 0; file < files; file++) {
    let text = 'h,i\n';
    for (let n = random.below(14); n > 0; n--) text += bits[random.below(bits.length)] ?? '';
    const expected = theirs(text);
    expect(
      ours(text, () => 1 + random.below(5)),
      JSON.stringify(text),
    ).toBe(expected);
    if (expected !== 'refused') read += 1;
  }
  expect(read).toBeGreaterThan(files / 10);
});

it('tells where records begin, and which cells stood in quotes', () => {
  const splitter = new CsvSplitter({ separator: ',', quote: '"', blanks: false });
  const { rows, lines, quoted } = splitter.split('a,b\n"1\n2",3\r\n\n4,"5"\n', true);
  expect(rows).toEqual([
    ['a', 'b'],
    ['1\n2', '3'],
    ['4', '5'],
  ]);
  expect(lines).toEqual([1, 2, 5]);
  expect([...(quoted ?? [])]).toEqual([0, 0, 1, 0, 0, 1]);
});

it('reads a long cell once, however it is cut', () => {
  const cell = 'x'.repeat(20_000_000);
  const splitter = new CsvSplitter({ separator: ',', quote: '"', blanks: false });
  const text = `a\n"${cell}"\n`;
  const started = performance.now();
  let rows = 0;
  for (let at = 0; at < text.length; at += 1 << 16)
    rows += splitter.split(text.slice(at, at + (1 << 16)), false).rows.length;
  rows += splitter.split('', true).rows.length;
  expect(rows).toBe(2);
  // Begun again with each of its 300 pieces it would take a hundred times as long.
  expect(performance.now() - started).toBeLessThan(5_000);
});
