/** Small pieces of SQLite text, and the refusals of the dialect. */
import { Failure } from '../../../base/failure.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import { isUnit } from './dates.ts';

export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text literal; SQLite's own cannot hold NUL. */
export function sqlText(text: string): string {
  if (!text.includes('\0')) return `'${text.replaceAll("'", "''")}'`;
  const hex = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `CAST(x'${hex}' AS TEXT)`;
}

export const unsupported = (what: string, hint?: string): Failure =>
  new Failure('sql.unsupported', hint === undefined ? { what } : { what, hint });

export const syntax = (message: string, near?: Token): Failure =>
  new Failure('sql.syntax', near ? { message, near: near.text } : { message });

export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.upper);

export const isSymbol = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;

export const isNameToken = (token: Token | undefined): token is Token & { kind: 'word' | 'quotedName' } =>
  token?.kind === 'word' || token?.kind === 'quotedName';

/** The index of the parenthesis that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number, to: number): number {
  let depth = 0;
  for (let i = open; i < to; i++) {
    if (isSymbol(tokens[i], '(')) depth++;
    else if (isSymbol(tokens[i], ')') && --depth === 0) return i;
  }
  throw syntax('a parenthesis is not closed', tokens[open]);
}

/** Ranges between the commas of [from, to) that stand outside every parenthesis; none for an empty range. */
export function splitList(tokens: readonly Token[], from: number, to: number): [number, number][] {
  const ranges: [number, number][] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    if (isSymbol(tokens[i], '(')) depth++;
    else if (isSymbol(tokens[i], ')')) depth--;
    else if (depth === 0 && isSymbol(tokens[i], ',')) {
      ranges.push([start, i]);
      start = i + 1;
    }
  }
  if (from < to) ranges.push([start, to]);
  return ranges;
}

/** The first of these words in [from, to) that stands outside every parenthesis; -1 for none. */
export function findWord(tokens: readonly Token[], from: number, to: number, ...words: readonly string[]): number {
  let depth = 0;
  for (let i = from; i < to; i++) {
    if (isSymbol(tokens[i], '(')) depth++;
    else if (isSymbol(tokens[i], ')')) depth--;
    else if (depth === 0 && isWord(tokens[i], ...words)) return i;
  }
  return -1;
}

/** The name at `index`; `sql.syntax` when there is none. */
export function nameAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (!isNameToken(token)) throw syntax('a name is missing', token);
  return tokenValue(token);
}

/** The names of a parenthesised list that opens at `open`, lengths and directions (`name(10) DESC`) left out. */
export function nameList(tokens: readonly Token[], open: number): { names: string[]; next: number } {
  if (!isSymbol(tokens[open], '(')) throw syntax('a list of columns in parentheses is missing', tokens[open]);
  const close = closing(tokens, open, tokens.length);
  const names = splitList(tokens, open + 1, close).map(([from]) => nameAt(tokens, from));
  return { names, next: close + 1 };
}

/** The unit of an interval; `sql.unsupported` for the compound ones (`DAY_HOUR`). */
export function unitAt(token: Token | undefined): string {
  if (!isNameToken(token)) throw syntax('INTERVAL needs a unit', token);
  if (!isUnit(token.upper))
    throw unsupported(
      `INTERVAL … ${token.upper}`,
      'Use MICROSECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR.',
    );
  return token.upper;
}
