/** Finds the statements of a text: exact ranges between semicolons, for any text. */
import { isOtherwiseRead, type Token, tokenize } from './lexer.ts';

/** A statement before it is parsed: its place in the text, in UTF-16 units, and its tokens. */
export interface StatementText {
  /** Offset of the first token that is not a comment. */
  readonly start: number;
  /** End of the last token before the semicolon. */
  readonly end: number;
  /** Tokens without comments, except those that a server may take for something else; never empty. */
  readonly tokens: readonly Token[];
  /** True when a semicolon follows. */
  readonly terminated: boolean;
}

function statementOf(tokens: readonly Token[], terminated: boolean): StatementText[] {
  const first = tokens[0];
  const last = tokens.at(-1);
  return first && last ? [{ start: first.start, end: last.end, tokens, terminated }] : [];
}

/** The statements of a text in order; empty ones and comments between them are no statements. */
export const splitStatements = (text: string): StatementText[] => splitTokens(tokenize(text));

/** The same of a text that is cut into tokens already. */
export function splitTokens(tokens: readonly Token[]): StatementText[] {
  const statements: StatementText[] = [];
  let pending: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'comment' && !isOtherwiseRead(token)) continue;
    if (token.kind === 'symbol' && token.text === ';') {
      statements.push(...statementOf(pending, true));
      pending = [];
    } else pending.push(token);
  }
  statements.push(...statementOf(pending, false));
  return statements;
}

/**
 * The statement a cursor belongs to: the one it stands in or right behind, on its semicolon included; else the next one on the
 * same line; undefined in empty space.
 */
export function statementAt(text: string, offset: number): StatementText | undefined {
  const statements = splitStatements(text);
  const holds = statements.find((s) => s.start <= offset && offset <= s.end + (s.terminated ? 1 : 0));
  if (holds) return holds;
  const lineEnd = text.indexOf('\n', offset);
  return statements.find((s) => s.start >= offset && (lineEnd < 0 || s.start < lineEnd));
}
