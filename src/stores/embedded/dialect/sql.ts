/** Walks through the tokens of statements that change shape: names, lists, parentheses. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';

export const syntax = (message: string, near?: Token): Failure =>
  new Failure('sql.syntax', near ? { message, near: near.text } : { message });

export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.upper);

export const isSymbol = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;

const isNameToken = (token: Token | undefined): token is Token & { kind: 'word' | 'quotedName' } =>
  token?.kind === 'word' || token?.kind === 'quotedName';

/** The index of the parenthesis that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number, to: number): number {
  let depth = 0;
  for (let i = open; i < to; i++) {
    if (isSymbol(tokens[i], '(')) depth++;
    else if (isSymbol(tokens[i], ')') && --depth === 0) return i;
  }
  throw syntax(say('a parenthesis is not closed'), tokens[open]);
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
  if (!isNameToken(token)) throw syntax(say('a name is missing'), token);
  return tokenValue(token);
}

/** The names of a parenthesised list that opens at `open`, lengths and directions (`name(10) DESC`) left out. */
export function nameList(tokens: readonly Token[], open: number): { names: string[]; next: number } {
  if (!isSymbol(tokens[open], '(')) throw syntax(say('a list of columns in parentheses is missing'), tokens[open]);
  const close = closing(tokens, open, tokens.length);
  const names = splitList(tokens, open + 1, close).map(([from]) => nameAt(tokens, from));
  return { names, next: close + 1 };
}
