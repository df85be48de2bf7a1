/** Reads JSON Lines: one object a line; the columns are the keys of all lines, in the order in which they first stand. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { Encoding, Reading } from '../../data/loading/reading.ts';
import { jsonNesting, limits } from '../../base/limits.ts';
import type { RawCell } from '../types/rawCell.ts';
import { batchRows, type RawBatch, type RawColumn, type RawTable } from '../types/rawTable.ts';
import { readText } from '../bytes/readLines.ts';
import { isExact, numberText } from '../types/numberText.ts';
import { TypeGuess } from '../types/typeGuess.ts';

/** `JSON.rawJSON` and the reviver's source text are part of ES2025, which the compiler's library does not know yet. */
const json = JSON as unknown as {
  parse(text: string, reviver?: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): { rawJSON: string };
  isRawJSON(value: unknown): value is { rawJSON: string };
};

/** Only a number of that many digits, or of that power, can lose something as a double. */
const manyDigits = /\d[\d.]{15}|[eE][+-]?\d{3}/;

/** Keeps the digits of numbers that a double would change. */
function keepDigits(_: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
  const parts = numberText(source);
  return parts && !/^-?\d+$/.test(source) && isExact(source, parts) ? value : json.rawJSON(source);
}

const parseJson = (text: string): unknown => json.parse(text, manyDigits.test(text) ? keepDigits : undefined);

function isBytes(value: object): value is { base64: string } {
  const entries = Object.entries(value);
  const [first] = entries;
  return entries.length === 1 && first?.[0] === 'base64' && typeof first[1] === 'string';
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function cellOf(value: unknown): RawCell {
  if (typeof value !== 'object' || value === null) return value as RawCell;
  if (json.isRawJSON(value)) return /^-?\d+$/.test(value.rawJSON) ? BigInt(value.rawJSON) : { number: value.rawJSON };
  if (isBytes(value) && base64Form.test(value.base64)) return new Uint8Array(Buffer.from(value.base64, 'base64'));
  return { json: JSON.stringify(value) };
}

interface JsonLine {
  readonly object: Readonly<Record<string, unknown>>;
  readonly line: number;
}

function parseLine(file: string, text: string, line: number): Readonly<Record<string, unknown>> {
  const bad = (reason: string, cause?: unknown) =>
    new Failure('file.badLine', { file, line, column: columnOf(cause, text), reason }, { cause });
  // A line of fewer characters cannot nest that deep.
  const { deepest, beyond } = text.length > limits.jsonNesting.most ? jsonNesting(text) : { deepest: 0, beyond: null };
  if (beyond !== null)
    throw new Failure('limit.reached', {
      limit: 'jsonNesting',
      where: say('{0}, line {1},', file, line),
      found: deepest,
    });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw bad(say('it is not valid JSON ({0})', error instanceof Error ? error.message : String(error)), error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || json.isRawJSON(value))
    throw bad(say('each line must be one JSON object, {"column": value, …}'));
  return value as Readonly<Record<string, unknown>>;
}

/** Where the parser stopped, counted from 1, as far as it says. */
function columnOf(error: unknown, text: string): number | null {
  if (!(error instanceof Error)) return null;
  const position = /at position (\d+)/.exec(error.message)?.[1];
  if (position !== undefined) return Number(position) + 1;
  return /end of JSON input/.test(error.message) ? text.length + 1 : null;
}

async function* readObjects(
  file: string,
  encoding: Encoding | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonLine, void> {
  let line = 0;
  for await (const piece of readText(file, signal, limits.record.most, encoding)) {
    const texts = piece.split('\n');
    // A piece ends with a newline, after which no line begins; only the last line of a file may end without one.
    if (texts.at(-1) === '') texts.pop();
    for (const text of texts) {
      line += 1;
      if (text.trim() !== '') yield { object: parseLine(file, text, line), line };
    }
  }
}

async function* readBatches(
  file: string,
  encoding: Encoding | undefined,
  names: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RawBatch, void> {
  let rows: RawCell[][] = [];
  let lines: number[] = [];
  for await (const { object, line } of readObjects(file, encoding, signal)) {
    rows.push(names.map((name) => (Object.hasOwn(object, name) ? cellOf(object[name]) : null)));
    lines.push(line);
    if (rows.length < batchRows) continue;
    yield { rows, lines, quoted: null };
    rows = [];
    lines = [];
  }
  if (rows.length > 0) yield { rows, lines, quoted: null };
}

/**
 * Reads a JSON Lines file once to find its columns and their types; `file.empty`, `file.badLine` with the line,
 * `file.unreadable`.
 */
export async function openJsonl(file: string, { encoding }: Reading, signal?: AbortSignal): Promise<RawTable> {
  const guesses = new Map<string, { guess: TypeGuess; seen: number }>();
  let rows = 0;
  for await (const { object } of readObjects(file, encoding, signal)) {
    rows += 1;
    for (const [name, value] of Object.entries(object)) {
      let column = guesses.get(name);
      if (!column) guesses.set(name, (column = { guess: new TypeGuess(false), seen: 0 }));
      if (guesses.size > limits.columns.most) throw new Failure('limit.reached', { limit: 'columns', where: file });
      column.seen += 1;
      column.guess.add(cellOf(value));
    }
  }
  if (rows === 0) throw new Failure('file.empty', { file });
  const columns: RawColumn[] = [...guesses].map(([name, { guess, seen }]) => {
    guess.addNulls(rows - seen);
    return { name, type: null, nullable: guess.nullable };
  });
  const names = columns.map((column) => column.name);
  return {
    format: 'jsonl',
    columns,
    dialect: null,
    guesses: [...guesses.values()].map(({ guess }) => guess),
    size: null,
    notes: [],
    read: (during) => readBatches(file, encoding, names, during),
  };
}
