/** Reads CSV and TSV files: how they are written is found in their beginning, unless it was chosen. */
import { later, say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Encoding, Reading } from '../../data/loading/reading.ts';
import { type ByteSource, byteSource } from '../bytes/byteSource.ts';
import { findEncoding, textPieces } from '../bytes/encoding.ts';
import type { RawBatch, RawTable } from '../types/rawTable.ts';
import { findDialect, type FoundDialect, separatorText } from './dialect.ts';
import { type CsvBatch, CsvProblem, CsvSplitter } from './splitter.ts';

const reasons: Readonly<Record<Exclude<CsvProblem['kind'], 'width' | 'record'>, string>> = {
  openQuote: later('a quote is opened here and never closed'),
  behindQuote: later('after a closing quote there must be a separator or the end of the line; write "" for a quote'),
  quoteInside: later(
    'a quote stands inside a cell that is not quoted; put the cell in quotes and write "" for a quote',
  ),
};

/** `width`: cells of the first record. */
function problemFailure(problem: CsvProblem, file: string, width: number): Failure {
  const { kind, line, cell, cells } = problem;
  const cause = { cause: problem };
  if (kind === 'record')
    return new Failure('limit.reached', { limit: 'record', where: say('{0}, line {1},', file, line) }, cause);
  const reason =
    kind !== 'width'
      ? say(reasons[kind])
      : cells === 1
        ? say('it has 1 cell, the header has {0}', width)
        : say('it has {0} cells, the header has {1}', cells, width);
  return new Failure('file.badLine', { file, line, column: cell, reason }, cause);
}

interface OpenCsv {
  readonly source: ByteSource;
  readonly encoding: Encoding;
  readonly dialect: FoundDialect;
}

async function* records(csv: OpenCsv, signal: AbortSignal | undefined): AsyncGenerator<CsvBatch, void> {
  const { source, encoding, dialect } = csv;
  const splitter = new CsvSplitter(dialect);
  try {
    for await (const text of textPieces(source, encoding, signal)) {
      const batch = splitter.split(text, false);
      if (batch.rows.length > 0) yield batch;
    }
    const batch = splitter.split('', true);
    if (batch.rows.length > 0) yield batch;
  } catch (error) {
    throw error instanceof CsvProblem ? problemFailure(error, source.file, splitter.width) : error;
  }
}

async function* dataBatches(csv: OpenCsv, signal: AbortSignal | undefined): AsyncGenerator<RawBatch, void> {
  let skip = csv.dialect.header ? 1 : 0;
  for await (const { rows, lines, quoted } of records(csv, signal)) {
    const width = rows[0]?.length ?? 0;
    const batch = { rows: rows.slice(skip), lines: lines.slice(skip), quoted: quoted?.subarray(skip * width) ?? null };
    skip = 0;
    if (batch.rows.length > 0) yield { ...batch, bytes: csv.source.done() };
  }
}

interface Names {
  readonly names: readonly string[];
  readonly notes: readonly string[];
  /** A program that encloses all names in quotes does so with all cells. */
  readonly areQuoted: boolean;
}

function namesOf(file: string, cells: readonly (string | null)[], quoted: Uint8Array | null): Names {
  const seen = new Set<string>();
  const notes: string[] = [];
  const names = cells.map((cell, i) => {
    const given = cell?.trim() ?? '';
    const name = given === '' ? `unnamed_${i + 1}` : given;
    if (given === '') notes.push(say('Column {0} of {1} has no name, and is called {2}.', i + 1, file, name));
    if (seen.has(name))
      throw new Failure('file.badLine', {
        file,
        line: 1,
        column: i + 1,
        reason: say('the header names "{0}" twice', name),
      });
    seen.add(name);
    return name;
  });
  return { names, notes, areQuoted: quoted !== null && cells.every((_, i) => quoted[i] === 1) };
}

async function readNames(csv: OpenCsv, signal: AbortSignal | undefined): Promise<Names> {
  const { file } = csv.source;
  for await (const { rows, quoted } of records(csv, signal)) {
    const first = rows[0] ?? [];
    const found = first.length;
    if (found > limits.columns.most) throw new Failure('limit.reached', { limit: 'columns', where: file, found });
    if (csv.dialect.header) return namesOf(file, first, quoted);
    const names = first.map((_, i) => `column_${i + 1}`);
    return { names, notes: [], areQuoted: true };
  }
  throw new Failure('file.empty', { file });
}

const sampleChars = 1 << 16;

/** The beginning of the text, and whether it is all of it. */
async function beginning(
  source: ByteSource,
  encoding: Encoding,
  signal: AbortSignal | undefined,
): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  for await (const piece of textPieces(source, encoding, signal)) {
    text += piece;
    if (text.length > sampleChars) return { text: text.slice(0, sampleChars), isWhole: false };
  }
  return { text, isWhole: true };
}

function understood(csv: OpenCsv, named: string, reading: Reading): string[] {
  const { source, encoding, dialect } = csv;
  const notes: string[] = [];
  if (reading.separator === undefined && dialect.separator !== named)
    notes.push(say('{0}: cells are separated by {1} (--separator).', source.file, separatorText(dialect.separator)));
  if (reading.quote === undefined && dialect.quote === "'")
    notes.push(say('{0}: cells stand in single quotes (--quote).', source.file));
  if (reading.encoding === undefined && encoding !== 'utf-8')
    notes.push(say('{0} is not UTF-8 and is read as {1} (--encoding).', source.file, encoding.toUpperCase()));
  if (reading.header === undefined && !dialect.header)
    notes.push(
      say('{0} has no line of names: its columns are column_1, column_2 … (--header, --no-header).', source.file),
    );
  return notes;
}

/** `named`: the separator that its name stands for. `file.empty`, `file.badLine` with the line and column, `file.unreadable`. */
export async function openCsv(file: string, named: string, reading: Reading, signal?: AbortSignal): Promise<RawTable> {
  const source = await byteSource(file);
  const encoding = reading.encoding ?? (await findEncoding(source, signal));
  const { text, isWhole } = await beginning(source, encoding, signal);
  const csv = { source, encoding, dialect: findDialect(text, isWhole, named, reading) };
  const { names, notes, areQuoted } = await readNames(csv, signal);
  const { separator, quote, blanks, header } = csv.dialect;
  return {
    format: 'csv',
    columns: names.map((name) => ({ name, type: null, nullable: true })),
    dialect: { separator, quote, blanks, header, encoding, areQuoted },
    guesses: null,
    size: source.size,
    notes: [...understood(csv, named, reading), ...notes],
    read: (during) => dataBatches(csv, during),
  };
}
