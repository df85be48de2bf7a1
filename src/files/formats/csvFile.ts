/** Reads CSV and TSV files: a header row, quoted cells that may hold newlines, UTF-8 with or without a byte-order mark. */
import { later, say } from '../../base/say.ts';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { batchRows, type Look, type RawBatch, type RawColumn, type RawTable } from './rawTable.ts';
import { readText } from './readLines.ts';
import { TypeGuess } from './typeGuess.ts';

type Cells = (string | null)[];

interface CsvRecord {
  readonly cells: Cells;
  /** The line at which the record begins, counted from 1. */
  readonly line: number;
}

const lineEnds = /\r\n|\n|\r/g;
const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: later('a quote is opened here and never closed'),
  CSV_INVALID_CLOSING_QUOTE: later(
    'after a closing quote there must be a separator or the end of the line; write "" for a quote',
  ),
  INVALID_OPENING_QUOTE: later(
    'a quote stands inside a cell that is not quoted; put the cell in quotes and write "" for a quote',
  ),
};

/** What the parser found wrong: `start` is the line at which the record begins that it could not end. */
function lineFailure(error: unknown, file: string, start: number): unknown {
  if (error instanceof Failure || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const reason = reasons[code];
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new Failure(
      'limit.reached',
      { limit: 'record', where: say('{0}, line {1},', file, start) },
      { cause: error },
    );
  if (reason === undefined && !code.startsWith('CSV_')) return error;
  const column = 'index' in error && typeof error.index === 'number' ? error.index + 1 : null;
  const there = 'lines' in error && typeof error.lines === 'number' ? error.lines : start;
  const line = code === 'CSV_QUOTE_NOT_CLOSED' ? start : there;
  return new Failure(
    'file.badLine',
    { file, line, column, reason: reason === undefined ? error.message : say(reason) },
    { cause: error },
  );
}

async function* readRecords(
  file: string,
  delimiter: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<CsvRecord, void> {
  let next = 1;
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: limits.record.most,
    cast: (text, context) => (text === '' && !context.quoting ? null : text),
    // Called as each record is parsed, ahead of whoever reads the records, so that `next` is right when parsing fails.
    on_record: (record) => {
      const cells = record as unknown as Cells;
      const line = next;
      if (line === 1) checkDelimiter(file, cells, delimiter);
      next += 1;
      for (const cell of cells) if (cell !== null) next += cell.match(lineEnds)?.length ?? 0;
      return { cells, line } as unknown as string[];
    },
  });
  // Errors of the source reach the reader of the parser; the callback has nothing to add.
  pipeline(Readable.from(readText(file, signal)), parser, () => {});
  try {
    for await (const record of parser) yield record as unknown as CsvRecord;
  } catch (error) {
    throw lineFailure(error, file, next);
  }
}

/** A header of one column with another separator in its name is a file of another kind, not a table of one column. */
function checkDelimiter(file: string, header: readonly (string | null)[], delimiter: string): void {
  const [only = null] = header;
  if (header.length !== 1 || only === null) return;
  const found = [';', '\t', '|', ','].find((other) => other !== delimiter && only.includes(other));
  if (found === undefined) return;
  const reason = say(
    'the columns are separated by {0}; separate them by {1}',
    found === '\t' ? say('a tab') : `"${found}"`,
    insteadText(delimiter, found),
  );
  throw new Failure('file.badLine', { file, line: 1, reason });
}

/** By what to separate them, or how to name the file, so that it can be read. */
function insteadText(delimiter: string, found: string): string {
  if (delimiter === ',') return found === '\t' ? say('"," or name the file .tsv') : say('"," in a .csv file');
  return found === ',' ? say('tabs or name the file .csv') : say('tabs in a .tsv file');
}

async function readHeader(file: string, delimiter: string, signal: AbortSignal | undefined): Promise<string[]> {
  for await (const { cells } of readRecords(file, delimiter, signal)) {
    const found = cells.length;
    if (found > limits.columns.most) throw new Failure('limit.reached', { limit: 'columns', where: file, found });
    const seen = new Set<string>();
    return cells.map((cell, i) => {
      const name = cell?.trim() ?? '';
      const wrong =
        name === '' ? say('the header has a column without a name') : say('the header names "{0}" twice', name);
      if (name === '' || seen.has(name))
        throw new Failure('file.badLine', { file, line: 1, column: i + 1, reason: wrong });
      seen.add(name);
      return name;
    });
  }
  throw new Failure('file.empty', { file });
}

function checkLength(file: string, { cells, line }: CsvRecord, width: number): void {
  if (cells.length === width) return;
  const reason =
    cells.length === 1
      ? say('it has 1 cell, the header has {0}', width)
      : say('it has {0} cells, the header has {1}', cells.length, width);
  throw new Failure('file.badLine', { file, line, column: Math.min(cells.length, width) + 1, reason });
}

async function* readBatches(
  file: string,
  delimiter: string,
  width: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawBatch, void> {
  let rows: Cells[] = [];
  let lines: number[] = [];
  let header = true;
  for await (const record of readRecords(file, delimiter, signal)) {
    if (header) {
      header = false;
      continue;
    }
    // A blank line is no row, unless a row is one cell, which may be NULL.
    if (width > 1 && record.cells.length === 1 && record.cells[0] === null) continue;
    checkLength(file, record, width);
    rows.push(record.cells);
    lines.push(record.line);
    if (rows.length < batchRows) continue;
    yield { rows, lines };
    rows = [];
    lines = [];
  }
  if (rows.length > 0) yield { rows, lines };
}

async function guessColumns(names: readonly string[], batches: AsyncIterable<RawBatch>): Promise<RawColumn[]> {
  const guesses = names.map(() => new TypeGuess(true));
  for await (const { rows } of batches)
    for (const row of rows) for (const [c, guess] of guesses.entries()) guess.add(row[c] ?? null);
  return names.map((name, c) => {
    const guess = guesses[c] as TypeGuess;
    return { name, type: guess.type, nullable: guess.nullable, longest: guess.longest };
  });
}

/**
 * Reads a CSV or TSV file once to find its columns and their types; `file.empty`, `file.badLine` with the line and
 * column, `file.unreadable`.
 */
export async function openCsv(
  file: string,
  delimiter: ',' | '\t',
  look: Look,
  signal?: AbortSignal,
): Promise<RawTable> {
  const names = await readHeader(file, delimiter, signal);
  const read = (during?: AbortSignal) => readBatches(file, delimiter, names.length, during);
  const columns =
    look === 'types'
      ? await guessColumns(names, read(signal))
      : names.map((name) => ({ name, type: 'TEXT', nullable: true, longest: null }));
  return { format: 'csv', columns, read };
}
