/** Finds the statements of a text: exact ranges between semicolons, for any text. */
import { isOtherwiseRead, type Token, tokenize, tokensOf } from './lexer.ts';

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

/** What opens the body of a routine, in which a semicolon ends no statement. */
const routines = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT']);
/** What may stand right behind CREATE when a routine is made. */
const beforeRoutine = new Set([...routines, 'OR', 'DEFINER', 'AGGREGATE']);
/** What is made by a name that may be one of those words. */
const otherObjects = new Set(['VIEW', 'TABLE', 'INDEX', 'DATABASE', 'SCHEMA', 'SNAPSHOT', 'USER']);
/** As far as the kind of what is made is looked for. */
const headLength = 16;
/** Blocks that end with END and their own word. */
const namedEnds = new Set(['IF', 'LOOP', 'REPEAT', 'WHILE']);

/** Follows the tokens of one statement, and tells whether a semicolon ends it. */
class Body {
  #count = 0;
  #isCreate = false;
  #isOther = false;
  #isRoutine = false;
  #depth = 0;
  #before = '';

  /** Between BEGIN and END of a routine, or of a CASE in it. */
  get isOpen(): boolean {
    return this.#isRoutine && this.#depth > 0;
  }

  take({ kind, upper }: Token): void {
    const word = kind === 'word' ? upper : '';
    if (this.#count === 0) this.#isCreate = word === 'CREATE';
    if (this.#count === 1 && !beforeRoutine.has(word)) this.#isCreate = false;
    if (this.#count < headLength && otherObjects.has(word)) this.#isOther ||= !this.#isRoutine;
    if (this.#isCreate && !this.#isOther && this.#count < headLength && routines.has(word)) this.#isRoutine = true;
    this.#count++;
    if (this.#isRoutine) this.#nest(word);
    this.#before = word;
  }

  #nest(word: string): void {
    const ends = this.#before === 'END';
    if (word === 'END') this.#depth--;
    else if (ends && namedEnds.has(word)) this.#depth++;
    else if (!ends && (word === 'BEGIN' || word === 'CASE')) this.#depth++;
  }
}

/** The statements of a text in order; empty ones and comments between them are no statements. */
export const splitStatements = (text: string): StatementText[] => splitTokens(tokenize(text), text);

/** The same of a text that is cut into tokens already. */
export const splitTokens = (tokens: readonly Token[], text: string): StatementText[] =>
  delimiterLine.test(text) ? splitByDelimiters(text) : [...splitPlain(tokens)];

/** The same one at a time, so that of a long script one statement's tokens are kept and no more. */
export function* statementsOf(text: string): Generator<StatementText, void> {
  if (delimiterLine.test(text)) yield* splitByDelimiters(text);
  else yield* splitPlain(tokensOf(text));
}

const counts = (token: Token): boolean => token.kind !== 'comment' || isOtherwiseRead(token);

/** Where a semicolon ends a statement. */
function* splitPlain(tokens: Iterable<Token>): Generator<StatementText, void> {
  let pending: Token[] = [];
  let body = new Body();
  for (const token of tokens) {
    if (!counts(token)) continue;
    if (token.kind === 'symbol' && token.text === ';' && !body.isOpen) {
      yield* statementOf(pending, true);
      pending = [];
      body = new Body();
    } else {
      pending.push(token);
      body.take(token);
    }
  }
  yield* statementOf(pending, false);
}

/** What MySQL's own client reads of a script and no server ever sees: `DELIMITER //`. */
const delimiterLine = /^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*/im;
/** A comment, a quoted piece, a word, a blank, or one other character. */
const piece =
  /--(?=\s|$)[^\n]*|#[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^'\\]|\\[^]|'')*(?:'|$)|"(?:[^"\\]|\\[^]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\w+|\s+|[^]/y;

/** The tokens of [from, to) with the places that they have in the whole text. */
const tokensIn = (text: string, from: number, to: number): Token[] =>
  tokenize(text.slice(from, to)).map((token) => ({ ...token, start: token.start + from, end: token.end + from }));

/** What stands before a DELIMITER line or the end, and what is in force behind it. */
interface Region {
  readonly statements: readonly StatementText[];
  readonly delimiter: string;
  readonly next: number;
}

/** A text with DELIMITER lines: each statement ends at the delimiter in force. */
function splitByDelimiters(text: string): StatementText[] {
  const statements: StatementText[] = [];
  let delimiter = ';';
  for (let start = 0; start < text.length; ) {
    const region = delimiter === ';' ? plainRegion(text, start) : delimitedRegion(text, start, delimiter);
    statements.push(...region.statements);
    ({ delimiter, next: start } = region);
  }
  return statements;
}

function plainRegion(text: string, start: number): Region {
  const lines = new RegExp(delimiterLine, 'gim');
  lines.lastIndex = start;
  for (let line = lines.exec(text); line; line = lines.exec(text)) {
    const tokens = tokensIn(text, start, line.index);
    // Within a text or a comment that is open there, it is no such line.
    if (tokens.at(-1)?.closed === false) continue;
    return { statements: [...splitPlain(tokens)], delimiter: line[1] ?? ';', next: line.index + line[0].length };
  }
  return { statements: [...splitPlain(tokensIn(text, start, text.length))], delimiter: ';', next: text.length };
}

/** The DELIMITER line that starts at `at`, where only blanks stand before it on its line. */
function lineAt(text: string, at: number): RegExpExecArray | null {
  if (text[at] !== 'D' && text[at] !== 'd') return null;
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return before.trim() === '' ? /^DELIMITER[ \t]+(\S+)[^\n]*/i.exec(text.slice(at, at + 200)) : null;
}

function delimitedRegion(text: string, start: number, delimiter: string): Region {
  const statements: StatementText[] = [];
  let from = start;
  const push = (to: number, terminated: boolean): void => {
    statements.push(...statementOf(tokensIn(text, from, to).filter(counts), terminated));
  };
  for (let at = start; at < text.length; ) {
    const line = lineAt(text, at);
    if (line) {
      push(at, false);
      return { statements, delimiter: line[1] ?? ';', next: at + line[0].length };
    }
    if (text.startsWith(delimiter, at)) {
      push(at, true);
      at += delimiter.length;
      from = at;
    } else {
      piece.lastIndex = at;
      at += piece.exec(text)?.[0].length ?? 1;
    }
  }
  push(text.length, false);
  return { statements, delimiter, next: text.length };
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
