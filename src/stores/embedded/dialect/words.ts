/** The words and operators of MySQL that SQLite has otherwise, or not at all. */
import type { Token } from '../../../git4data/lexer.ts';
import { isSymbol, isWord, unsupported } from './sql.ts';

/** Words of SQLite's that MySQL takes as names. */
export const sqliteReserved = new Set([
  'AUTOINCREMENT',
  'COMMIT',
  'DEFERRABLE',
  'ISNULL',
  'NOTHING',
  'NOTNULL',
  'RETURNING',
  'TRANSACTION',
]);

/** Words of the language of queries that MySQL does not reserve: they are kept as they are where no name can stand. */
const kept: Readonly<Record<string, string>> = {
  '<=>': 'IS',
  '&&': 'AND',
  RLIKE: 'REGEXP',
  MINUS: 'EXCEPT',
  DISTINCTROW: 'DISTINCT',
};

const refusedSymbols: Readonly<Record<string, string>> = {
  '||': 'Write OR, or CONCAT(a, b).',
  '!': 'Write NOT.',
  '^': 'There is no exclusive or.',
  ':=': 'There are no variables.',
  '{': "Braces stand behind a table: {SNAPSHOT = 'name'}.",
  '}': "Braces stand behind a table: {SNAPSHOT = 'name'}.",
};
const refusedWords: Readonly<Record<string, string>> = {
  XOR: 'Write (a OR b) AND NOT (a AND b).',
  STRAIGHT_JOIN: 'Write JOIN.',
  LATERAL: 'Write the sub-query without it.',
  ROLLUP: 'Write the totals as a query of their own.',
  BINARY: 'Text is compared letter by letter already.',
  OUTFILE: 'Use export.',
  DUMPFILE: 'Use export.',
  SOUNDS: 'There is no comparison by sound.',
  MATCH: 'There is no full-text search.',
  DEFAULT: 'Leave the column out.',
};
/** Words without parentheses that mean the time of the statement. */
export const clockWords = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
  'UTC_TIMESTAMP',
]);
export const notFunctions = new Set([
  'IN',
  'EXISTS',
  'ESCAPE',
  'ANY',
  'ALL',
  'SOME',
  'AND',
  'OR',
  'NOT',
  'ON',
  'USING',
  'VALUES',
  'AS',
  'OVER',
  'FROM',
  'JOIN',
  'WHERE',
  'SELECT',
  'UNION',
  'BETWEEN',
  'LIKE',
  'WHEN',
  'THEN',
  'ELSE',
  'INTO',
  'BY',
  'HAVING',
  'LIMIT',
  'IS',
  'DIV',
  'REGEXP',
  'RLIKE',
  'SET',
  'DISTINCT',
  'EXCEPT',
  'INTERSECT',
  'MINUS',
  'FILTER',
  'CASE',
  'KEY',
  'TABLE',
  'WINDOW',
  'PARTITION',
  'OFFSET',
  'RETURNING',
  'ROWS',
  'RANGE',
]);

/** A word or symbol of the language as SQLite has it; `sql.unsupported` for what it has no equal of. */
export function keywordSql(token: Token): string {
  const symbolHint = token.kind === 'symbol' ? refusedSymbols[token.text] : undefined;
  if (symbolHint !== undefined) throw unsupported(`"${token.text}"`, symbolHint);
  const isRefused = token.kind === 'word' && Object.hasOwn(refusedWords, token.upper);
  if (isRefused)
    throw unsupported(token.upper === 'DEFAULT' ? 'DEFAULT as a value' : token.upper, refusedWords[token.upper]);
  return Object.hasOwn(kept, token.upper) ? (kept[token.upper] as string) : token.upper;
}

type Neighbours = (before: Token | undefined, after: Token | undefined) => boolean;

const behindOperand: Neighbours = (before) => before !== undefined && !isSymbol(before, ',') && !isSymbol(before, '.');
const betweenOperands: Neighbours = (before, after) =>
  before !== undefined && after !== undefined && !isSymbol(before, ',') && !isWord(before, 'SELECT');

/** Words that MySQL does not reserve but that are part of a query in their place. */
const syntaxWords: Readonly<Record<string, Neighbours>> = {
  END: behindOperand,
  ESCAPE: behindOperand,
  OFFSET: betweenOperands,
  FULL: betweenOperands,
  DUPLICATE: () => true,
  UNBOUNDED: () => true,
  PRECEDING: () => true,
  FOLLOWING: () => true,
  SOUNDS: () => true,
  ROLLUP: () => true,
  CURRENT: (_, after) => isWord(after, 'ROW'),
};

export function isSyntax(tokens: readonly Token[], i: number): boolean {
  const { upper } = tokens[i] as Token;
  const test = Object.hasOwn(syntaxWords, upper) ? syntaxWords[upper] : undefined;
  return test?.(tokens[i - 1], tokens[i + 1]) ?? false;
}

/** SQLite reads `/` of two integers as a whole number, and `%` of any two as of integers. */
export function joined(operator: string, left: string, right: string): string {
  switch (operator) {
    case '*':
      return `${left} * ${right}`;
    case '/':
      return `${left} * 1.0 / ${right}`;
    case 'DIV':
      return `dt_div(${left}, ${right})`;
    default: {
      const isCheap = !left.includes('(') && !right.includes('(');
      return isCheap
        ? `iif(typeof(${left}) = 'integer' AND typeof(${right}) = 'integer', ${left} % ${right}, dt_mod(${left}, ${right}))`
        : `dt_mod(${left}, ${right})`;
    }
  }
}

/** `0x1F` and `x'1F'` are bytes, `b'01'` a number. */
export function bytesSql(text: string): string {
  if (/^[xX]'/.test(text)) return text;
  const digits = text.replace(/^0[xb]|^[bB]'|'$/g, '');
  if (/^0x/.test(text)) return `x'${digits.padStart(digits.length + (digits.length % 2), '0')}'`;
  return BigInt(`0b${digits || '0'}`).toString();
}
