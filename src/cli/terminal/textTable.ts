/** Columns under their titles, for a person. */
import { visible, visibleLine } from '../../base/shown.ts';
import { textOf, type Value } from '../../data/value.ts';

const widest = 60;
const shorten = (text: string): string => {
  // Cut twice: a cell may be very long, and escapes are longer than what they stand for.
  const line = visibleLine(text.slice(0, widest + 1));
  return line.length > widest ? `${line.slice(0, widest - 1).replace(/\p{Surrogate}$/u, '')}…` : line;
};

const cellsOf = (rows: readonly (readonly Value[])[]): string[][] =>
  rows.map((row) => row.map((value) => shorten(textOf(value))));

/** The width of each column, in characters. */
export const widthsOf = (titles: readonly string[], cells: readonly (readonly string[])[]): number[] =>
  titles.map((title, c) => Math.max(title.length, ...cells.map((row) => row[c]?.length ?? 0)));

/** One line; the cells that `right` chooses stand to the right of their column. */
export const lineOf = (
  cells: readonly string[],
  widths: readonly number[],
  right: (cell: string, column: number) => boolean,
): string =>
  cells
    .map((cell, c) => (right(cell, c) ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
    .join('  ')
    .trimEnd();

/** A table that is written as its rows come: its columns are as wide as the first rows need. Numbers stand to the right. */
export class TextTable {
  readonly head: string;
  readonly #widths: readonly number[];
  readonly #isNumber: readonly boolean[];

  constructor(names: readonly string[], first: readonly (readonly Value[])[]) {
    const titles = names.map(visibleLine);
    this.#isNumber = titles.map(
      (_, c) => first.length > 0 && first.every((row) => /^(number|bigint)$/.test(typeof row[c]) || row[c] === null),
    );
    this.#widths = widthsOf(titles, cellsOf(first));
    this.head = [this.#line(titles), this.#line(this.#widths.map((width) => '─'.repeat(width)))].join('\n');
  }

  lines(rows: readonly (readonly Value[])[]): string[] {
    return cellsOf(rows).map((row) => this.#line(row));
  }

  #line(cells: readonly string[]): string {
    return lineOf(cells, this.#widths, (_, c) => this.#isNumber[c] === true);
  }
}

/** The same of rows that are all there. */
export function tableText(titles: readonly string[], rows: readonly (readonly Value[])[]): string {
  const table = new TextTable(titles, rows);
  return [table.head, ...table.lines(rows)].join('\n');
}

/** Whether a row has a cell of several lines, which one line would not hold. */
export const hasLines = (row: readonly Value[]): boolean =>
  row.some((value) => typeof value === 'string' && value.trimEnd().includes('\n'));

/** One row with a line for each column, every cell whole; a cell of several lines begins on a line of its own, to be copied. */
export const uprightText = (names: readonly string[], row: readonly Value[]): string =>
  names
    .map((name, c) => {
      const text = visible(textOf(row[c] ?? null));
      return `${visibleLine(name)}:${text.includes('\n') ? '\n' : ' '}${text}`;
    })
    .join('\n');

/** Statements under a title; nothing where there are none. */
export const grantLines = (title: string, grants: readonly string[]): string[] =>
  grants.length === 0 ? [] : [title, ...grants.map((grant) => `  ${grant.replace(/;?\s*$/, ';')}`)];
