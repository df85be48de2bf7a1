/** How a file of cells is written, found in its beginning: separator, quote, whether the first line has names. */
import { say } from '../../base/say.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { dayForm } from '../types/calendarForm.ts';
import { numberText } from '../types/numberText.ts';
import { CsvProblem, CsvSplitter, type SplitOptions } from './splitter.ts';

const candidates = [',', ';', '\t', '|'] as const;
/** Records that are looked at. */
const looked = 200;

export interface FoundDialect extends SplitOptions {
  readonly header: boolean;
}

interface Trial {
  readonly options: SplitOptions;
  readonly records: (string | null)[][];
  readonly firstQuoted: readonly (readonly number[])[];
  /** Records that have as many cells as most others have. */
  readonly even: number;
  readonly width: number;
}

function attempt(text: string, isWhole: boolean, options: SplitOptions): Trial | null {
  try {
    const splitter = new CsvSplitter(options, true);
    const { rows } = splitter.split(text, isWhole);
    const records = rows.slice(0, looked);
    const counts = new Map<number, number>();
    for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
    const [width, even] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0]);
    return { options, records, firstQuoted: splitter.firstQuoted, even, width };
  } catch (error) {
    if (error instanceof CsvProblem) return null;
    throw error;
  }
}

/** The one that gives as many cells in every line, and more than one; the name of the file decides where nothing else does. */
function findSeparator(text: string, isWhole: boolean, named: string, rest: Omit<SplitOptions, 'separator'>): string {
  const trials = [named, ...candidates.filter((one) => one !== named)]
    .map((separator) => attempt(text, isWhole, { ...rest, separator }))
    .filter((trial) => trial !== null);
  const own = trials.find(({ options }) => options.separator === named);
  // What its name says holds as long as it makes columns.
  if (own && own.width > 1 && own.even === own.records.length) return named;
  const [best] = trials
    .filter(({ width, even, records }) => width > 1 && even === records.length && records.length > 0)
    .sort((a, b) => b.width - a.width);
  return best?.options.separator ?? named;
}

const quotes = ['"', "'"] as const;

/** A single quote only where every cell that has one is enclosed in it, and no double quote stands anywhere. */
function findQuote(text: string): string {
  if (text.includes('"') || !text.includes("'")) return quotes[0];
  const isAround = /(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)/m.test(text);
  return isAround && !/[^,;\t|\r\n']'[^,;\t|\r\n']/.test(text) ? quotes[1] : quotes[0];
}

/** Every separator of the file's beginning has a blank behind it. */
function hasBlanks(text: string, separator: string): boolean {
  if (separator === ' ') return false;
  const lines = text.split(/\r\n|\n|\r/).slice(0, looked);
  let found = 0;
  for (const line of lines)
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, at + 1)) {
      if (line[at + 1] !== ' ') return false;
      found += 1;
    }
  return found > 0;
}

const isData = (cell: string): boolean => numberText(cell.trim()) !== undefined || dayForm(cell.trim()) !== undefined;

/** Years or numbers that count up by one are names as well as data. */
const isCounting = (cells: readonly string[]): boolean =>
  cells.length > 1 &&
  cells.every((cell, i) => /^\d+$/.test(cell) && (i === 0 || Number(cell) === Number(cells[i - 1]) + 1));

/** Whether the first record has names (it has where one of them stands in quotes and the cells below do not): it has not where every column of numbers or days has one there too. */
function findHeader(
  records: readonly (readonly (string | null)[])[],
  [quotedNames = [], quotedCells = []]: readonly (readonly number[])[],
): boolean {
  const [first, ...rest] = records;
  if (!first) return true;
  const isListed = isCounting(first.filter((name) => name !== null && isData(name)) as string[]);
  if (rest.length === 0) return isListed || !first.some((cell) => cell !== null && isData(cell));
  let columns = 0;
  for (const [c, name] of first.entries()) {
    const cells = rest.map((row) => row[c] ?? '').filter((cell) => cell !== '');
    if (cells.length === 0 || !cells.every(isData)) continue;
    columns += 1;
    if (name === null || !isData(name) || (quotedNames.includes(c) && !quotedCells.includes(c))) return true;
  }
  return columns === 0 || isListed;
}

/** `text`: the beginning of the file; `isWhole`: all of it. What was chosen is not looked for. */
export function findDialect(text: string, isWhole: boolean, named: string, reading: Reading): FoundDialect {
  const quote = reading.quote ?? findQuote(text);
  const rest = { quote, blanks: false };
  const separator = reading.separator ?? findSeparator(text, isWhole, named, rest);
  const blanks = hasBlanks(text, separator);
  const options = { quote, separator, blanks };
  const trial = attempt(text, isWhole, options);
  const records = trial?.records ?? [];
  const header = reading.header ?? findHeader(records, trial?.firstQuoted ?? []);
  return { ...options, header };
}

/** A separator as a person reads it. */
export const separatorText = (separator: string): string =>
  separator === '\t' ? say('a tab') : separator === ' ' ? say('a blank') : `"${separator}"`;
