/** Gives the columns of a query the titles that MySQL gives them: a column its name, an expression its own text. */
import { reservedWords } from '../../../git4data/keywords.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import type { Rewriter } from './rewriter.ts';
import { findWord, isNameToken, isSymbol, isWord, splitList, sqlName } from './sql.ts';

const ends = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'MINUS',
  'INTO',
  'FOR',
  'WINDOW',
];

/** The tokens as the user wrote them, comments left out and white space made one blank. */
function written(tokens: readonly Token[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    const token = tokens[i] as Token;
    const before = tokens[i - 1];
    text += `${i > from && before && before.end < token.start ? ' ' : ''}${token.text}`;
  }
  return text;
}

function endsOperand(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'symbol') return token.text === ')';
  if (isWord(token, 'ESCAPE')) return false;
  return token.kind !== 'word' || isWord(token, 'END', 'NULL', 'TRUE', 'FALSE') || !reservedWords.has(token.upper);
}

/** An alias: a name or text behind AS, or behind the end of an operand. */
function isAliased(tokens: readonly Token[], from: number, to: number): boolean {
  const last = tokens[to - 1];
  const canName = isNameToken(last) || last?.kind === 'string';
  if (to - from < 2 || !canName || isWord(last, 'END')) return false;
  return isWord(tokens[to - 2], 'AS') || endsOperand(tokens[to - 2]);
}

function item(rewriter: Rewriter, from: number, to: number): string {
  const { tokens } = rewriter;
  const last = tokens[to - 1];
  const previous = tokens[to - 2];
  if (isAliased(tokens, from, to)) {
    const end = isWord(previous, 'AS') ? to - 2 : to - 1;
    return `${rewriter.range(from, end)} AS ${sqlName(tokenValue(last as Token))}`;
  }
  const sql = rewriter.range(from, to);
  if (isSymbol(last, '*') && (to - from === 1 || isSymbol(previous, '.'))) return sql;
  const path = isNameToken(last) && (to - from === 1 || isSymbol(previous, '.')) ? last : null;
  return `${sql} AS ${sqlName(path ? tokenValue(path) : written(tokens, from, to))}`;
}

/** [from, to) as SQLite text, the columns of its first SELECT titled. */
export function titled(rewriter: Rewriter, from: number, to: number): string {
  const { tokens } = rewriter;
  const select = findWord(tokens, from, to, 'SELECT');
  if (select < 0) return rewriter.range(from, to);
  const start = isWord(tokens[select + 1], 'DISTINCT', 'ALL', 'DISTINCTROW') ? select + 2 : select + 1;
  const found = findWord(tokens, start, to, ...ends);
  const end = found < 0 ? to : found;
  const head = rewriter.range(from, start);
  const items = splitList(tokens, start, end).map(([a, b]) => item(rewriter, a, b));
  return [head, items.join(', '), rewriter.range(end, to)].filter((part) => part !== '').join(' ');
}
