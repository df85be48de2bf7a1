/**
 * A strict reader of CSV: text in pieces, records out in batches, each with the line it begins at. Quoted cells may hold separators,
 * quotes and newlines; \r\n, \n and \r end lines. A quote inside an unquoted cell, text behind a closing quote, a quote that is never
 * closed, and another number of cells than the first record has are refused.
 */
import { limits } from '../../base/limits.ts';

export interface CsvBatch {
  /** Cells as text; null for an empty cell that is not quoted. */
  readonly rows: (string | null)[][];
  readonly lines: number[];
  /** 1 at row × width + cell for a quoted one; null where there is none. */
  readonly quoted: Uint8Array | null;
}

/** What is wrong with the text, for the reader of the file to say. */
export class CsvProblem extends Error {
  readonly line: number;
  /** The cell, counted from 1; null where it is the record as a whole. */
  readonly cell: number | null;
  readonly kind: 'openQuote' | 'behindQuote' | 'quoteInside' | 'width' | 'record';
  readonly cells: number;

  constructor(kind: CsvProblem['kind'], line: number, cell: number | null, cells = 0) {
    super(kind);
    this.kind = kind;
    this.line = line;
    this.cell = cell;
    this.cells = cells;
  }
}

export interface SplitOptions {
  readonly separator: string;
  /** '' for none. */
  readonly quote: string;
  /** Blanks behind a separator belong to it. */
  readonly blanks: boolean;
}

const lf = 0x0a;
const cr = 0x0d;
const blank = 0x20;
const none = -1;

/** A record that the text did not end. */
const open = -2;

export class CsvSplitter {
  readonly #separator: number;
  readonly #quote: number;
  readonly #quoteText: string;
  readonly #blanks: boolean;
  /** 0 until the first record has said it; negative: records may differ. */
  #width: number;
  #rest = '';
  /** More text is waited for until there is that much: a long record is not begun again with every piece of it. */
  #enough = 0;
  #waiting: string[] = [];
  #held = 0;
  #line = 1;
  #text = '';
  #cells: (string | null)[] = [];
  #quotedCells: number[] = [];
  #isLast = false;
  readonly #firstQuoted: number[][] = [];

  /** `anyWidth`: records may have different numbers of cells. */
  constructor({ separator, quote, blanks }: SplitOptions, anyWidth = false) {
    this.#separator = separator.charCodeAt(0);
    this.#quote = quote === '' ? none : quote.charCodeAt(0);
    this.#quoteText = quote;
    this.#blanks = blanks;
    this.#width = anyWidth ? none : 0;
  }

  /** The places of the quoted cells in the first two records. */
  get firstQuoted(): readonly (readonly number[])[] {
    return this.#firstQuoted;
  }

  /** Cells of a record; 0 before the first. */
  get width(): number {
    return Math.max(this.#width, 0);
  }

  /** `isLast`: no more text follows, so the last record may end without a newline. */
  split(piece: string, isLast: boolean): CsvBatch {
    this.#waiting.push(piece);
    this.#held += piece.length;
    if (!isLast && this.#held < this.#enough) return { rows: [], lines: [], quoted: null };
    const text = this.#rest + this.#waiting.join('');
    this.#waiting = [];
    this.#text = text;
    this.#isLast = isLast;
    const rows: (string | null)[][] = [];
    const lines: number[] = [];
    const quotedPlaces: number[] = [];
    let at = 0;
    while (at < text.length) {
      const line = this.#line;
      this.#cells = this.#width > 0 ? new Array<string | null>(this.#width) : [];
      this.#quotedCells.length = 0;
      const end = this.#record(at, line);
      if (end === open) {
        this.#line = line;
        break;
      }
      if (end - at > limits.record.most) throw new CsvProblem('record', line, null);
      at = end;
      const cells = this.#cells;
      // A blank line is no row, unless a row is one cell, which may be NULL.
      if (cells.length === 1 && cells[0] === null && this.#width !== 1) continue;
      if (this.#width === 0) this.#width = cells.length;
      if (this.#firstQuoted.length < 2) this.#firstQuoted.push([...this.#quotedCells]);
      for (const cell of this.#quotedCells) quotedPlaces.push(rows.length * Math.max(this.#width, 0) + cell);
      rows.push(cells);
      lines.push(line);
    }
    this.#rest = at === 0 ? text : text.slice(at);
    this.#text = '';
    if (this.#rest.length > limits.record.most) throw new CsvProblem('record', this.#line, null);
    this.#held = this.#rest.length;
    this.#enough = Math.min(this.#rest.length * 2, limits.record.most + 1);
    return { rows, lines, quoted: flags(quotedPlaces, rows.length * Math.max(this.#width, 0)) };
  }

  /** Reads one record into `#cells`; where it ends, or `open`. */
  #record(start: number, line: number): number {
    const text = this.#text;
    const separator = this.#separator;
    const { length } = text;
    let at = start;
    let n = 0;
    for (;;) {
      if (this.#blanks && n > 0) while (text.charCodeAt(at) === blank) at += 1;
      at = text.charCodeAt(at) === this.#quote ? this.#quotedCell(at, line, n) : this.#plainCell(at, n);
      if (at === open) return open;
      n += 1;
      if (at >= length || text.charCodeAt(at) !== separator) return this.#lineEnd(at, n, line);
      at += 1;
    }
  }

  /** The place behind a cell that does not stand in quotes. */
  #plainCell(from: number, n: number): number {
    const text = this.#text;
    const separator = this.#separator;
    const quote = this.#quote;
    const { length } = text;
    let at = from;
    let code = text.charCodeAt(at);
    while (code !== separator && code !== lf && code !== cr && at < length) {
      if (code === quote) throw new CsvProblem('quoteInside', this.#line, n + 1);
      code = text.charCodeAt(++at);
    }
    this.#cells[n] = at === from ? null : text.slice(from, at);
    return at;
  }

  /** The place of the next record behind the last of `n` cells, or `open`. */
  #lineEnd(at: number, n: number, line: number): number {
    const text = this.#text;
    const isReturn = text.charCodeAt(at) === cr;
    // A carriage return at the end of a piece may be half of a line's end.
    if (!this.#isLast && (at >= text.length || (isReturn && at + 1 === text.length))) return open;
    const width = this.#width;
    if (width > 0 && n !== width) {
      if (n !== 1 || this.#cells[0] !== null) throw new CsvProblem('width', line, Math.min(n, width) + 1, n);
      this.#cells.length = n;
    }
    this.#line += 1;
    return at + (isReturn && text.charCodeAt(at + 1) === lf ? 2 : 1);
  }

  /** The place behind the closing quote, or `open`. */
  #quotedCell(at: number, line: number, n: number): number {
    const text = this.#text;
    const from = at + 1;
    this.#quotedCells.push(n);
    let doubled = false;
    let end = text.indexOf(this.#quoteText, from);
    while (end >= 0 && text.charCodeAt(end + 1) === this.#quote) {
      doubled = true;
      end = text.indexOf(this.#quoteText, end + 2);
    }
    if (end < 0 || (end + 1 === text.length && !this.#isLast)) {
      if (this.#isLast) throw new CsvProblem('openQuote', line, n + 1);
      return open;
    }
    const cell = text.slice(from, end);
    if (cell.includes('\n') || cell.includes('\r')) this.#line += linesIn(cell);
    this.#cells[n] = doubled ? cell.replaceAll(this.#quoteText + this.#quoteText, this.#quoteText) : cell;
    const next = end + 1;
    const code = text.charCodeAt(next);
    if (next < text.length && code !== this.#separator && code !== lf && code !== cr)
      throw new CsvProblem('behindQuote', this.#line, n + 1);
    return next;
  }
}

function linesIn(cell: string): number {
  let lines = 0;
  for (let i = 0; i < cell.length; i++) {
    const code = cell.charCodeAt(i);
    if (code === lf || (code === cr && cell.charCodeAt(i + 1) !== lf)) lines += 1;
  }
  return lines;
}

function flags(places: readonly number[], size: number): Uint8Array | null {
  if (places.length === 0) return null;
  const found = new Uint8Array(size);
  for (const place of places) found[place] = 1;
  return found;
}
