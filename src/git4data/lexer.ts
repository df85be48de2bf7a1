/** Cuts SQL text into tokens with offsets, MySQL's way; it never fails, and what is never closed reaches to the end. */

export type TokenKind =
  /** A bare word: keyword or name. */
  | 'word'
  /** A name in backticks. */
  | 'quotedName'
  /** Text in single or double quotes. */
  | 'string'
  /** `x'1F'`, `0x1F`, `b'01'`, `0b01`. */
  | 'bytes'
  | 'number'
  /** `@name`, `@@name`. */
  | 'variable'
  | 'symbol'
  | 'comment';

/** A word, name, text, number, symbol or comment with its place, offsets in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly text: string;
  /** The text in upper case for words, as written otherwise: what keywords and symbols are compared with. */
  readonly upper: string;
  /** False for a string, backtick or block comment that is never closed. */
  readonly closed: boolean;
}

const spaces = /[\s\uFEFF]+/y;
// `--` opens a comment only before a blank or the end of the line: `5--1` is 6. MatrixOne's `//` is nothing in MySQL.
const lineComment = /(?:#|\/\/|--(?=\s|$))[^\n]*/y;
const word = /[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const numberedWord = /\d+[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const hexOrBits = /0x[0-9a-fA-F]+\b|0b[01]+\b|[xX]'[0-9a-fA-F]*'|[bB]'[01]*'/y;
const variable = /@@?(?:`[^`]*`|[\w$.]+)/y;
const symbol = /<=>|->>|->|<>|!=|>=|<=|:=|\|\||&&|<<|>>|[\s\S]/y;

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The end of a quoted piece that starts at `start`, and whether it is closed. Backslashes escape in text, not in names. */
function quotedEnd(text: string, start: number, quote: string): { end: number; closed: boolean } {
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && quote !== '`') i++;
    else if (c === quote) {
      if (text[i + 1] !== quote) return { end: i + 1, closed: true };
      i++;
    }
  }
  return { end: text.length, closed: false };
}

type Found = { kind: TokenKind; end: number; closed?: boolean };

/** What may begin with a character, so that most patterns are never tried. */
const begins = (characters: string): ReadonlySet<number> => new Set(Array.from(characters, (one) => one.charCodeAt(0)));
const commentStarts = begins('#/-');
const bytesStarts = begins('0xXbB');
const digits = begins('0123456789');
const letters = begins('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$');

function quotedOrComment(text: string, at: number, code: number): Found | null {
  const c = text[at] as string;
  if (c === "'" || c === '"') return { kind: 'string', ...quotedEnd(text, at, c) };
  if (c === '`') return { kind: 'quotedName', ...quotedEnd(text, at, c) };
  if (!commentStarts.has(code)) return null;
  if (c === '/' && text[at + 1] === '*') {
    const close = text.indexOf('*/', at + 2);
    return { kind: 'comment', end: close < 0 ? text.length : close + 2, closed: close >= 0 };
  }
  const comment = matchAt(lineComment, text, at);
  return comment < 0 ? null : { kind: 'comment', end: comment };
}

const startsWord = (code: number): boolean => letters.has(code) || code >= 0x80;

/** `afterName`: the token before is a name that ends right here, so that `t.5` is not read as `t .5`. */
function find(text: string, at: number, afterName: boolean, afterDot: boolean): Found {
  const code = text.charCodeAt(at);
  const quoted = quotedOrComment(text, at, code);
  if (quoted) return quoted;
  if (afterName && text[at] === '.') return { kind: 'symbol', end: at + 1 };
  if (afterDot && (startsWord(code) || digits.has(code))) {
    const end = Math.max(matchAt(word, text, at), matchAt(numberedWord, text, at));
    if (end > 0) return { kind: 'word', end };
  }
  if (bytesStarts.has(code)) {
    const end = matchAt(hexOrBits, text, at);
    if (end > 0) return { kind: 'bytes', end };
  }
  return startsWord(code) ? { kind: 'word', end: matchAt(word, text, at) } : findOther(text, at, code);
}

/** A number, a name that starts with a digit, a variable, or a symbol. */
function findOther(text: string, at: number, code: number): Found {
  if (text[at] === '.' || digits.has(code)) {
    const numberEnd = matchAt(number, text, at);
    // MySQL's names may start with a digit (`1abc`); `1e5` is a number.
    const named = matchAt(numberedWord, text, at);
    if (named > numberEnd) return { kind: 'word', end: named };
    if (numberEnd > 0) return { kind: 'number', end: numberEnd };
  }
  if (text[at] === '@') {
    const end = matchAt(variable, text, at);
    if (end > 0) return { kind: 'variable', end };
  }
  return { kind: 'symbol', end: matchAt(symbol, text, at) };
}

/** The token at `at` or behind the blanks there; undefined at the end. The two before it tell a name from a number. */
function tokenAt(text: string, at: number, last: Token | undefined, beforeLast: Token | undefined): Token | undefined {
  const blank = matchAt(spaces, text, at);
  const start = blank > 0 ? blank : at;
  if (start >= text.length) return undefined;
  const touches = last !== undefined && last.end === start;
  const afterName = touches && (last.kind === 'word' || last.kind === 'quotedName');
  const afterDot = touches && last.text === '.' && beforeLast?.end === last.start;
  const { kind, end, closed = true } = find(text, start, afterName, afterDot);
  const raw = text.slice(start, end);
  return { kind, start, end, text: raw, upper: kind === 'word' ? raw.toUpperCase() : raw, closed };
}

/** Every token of the text in order, comments included, white space left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let token = tokenAt(text, 0, undefined, undefined); token; ) {
    tokens.push(token);
    token = tokenAt(text, token.end, token, tokens.at(-2));
  }
  return tokens;
}

/** The same one at a time, for a text whose tokens are too many to be kept. */
export function* tokensOf(text: string): Generator<Token, void> {
  let before: Token | undefined;
  for (let token = tokenAt(text, 0, undefined, undefined); token; ) {
    yield token;
    const next = tokenAt(text, token.end, token, before);
    before = token;
    token = next;
  }
}

/** True of a comment whose text a server runs: it stands in a statement like any word. */
export const isExecutable = ({ kind, text }: Token): boolean => kind === 'comment' && /^\/\*M?!/.test(text);

/**
 * A comment that a server may take for something else: one that it runs, `--` before another blank than those of SQL, or one that is never
 * closed, which is no comment at all.
 */
export const isOtherwiseRead = (token: Token): boolean =>
  isExecutable(token) || (token.kind === 'comment' && (!token.closed || /^--[^ \t\r\n]/.test(token.text)));

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  // These two stay escaped, for LIKE.
  '%': '\\%',
  _: '\\_',
};

/** What a token stands for: a name without its backticks, a text without quotes and escapes, anything else as written. */
export function tokenValue(token: Token): string {
  const inner = token.text.slice(1, token.closed ? -1 : undefined);
  if (token.kind === 'quotedName') return inner.replaceAll('``', '`');
  if (token.kind !== 'string') return token.text;
  const quote = token.text[0] as string;
  return inner.replace(/\\([\s\S])|''|""/g, (piece: string, escaped: string | undefined) => {
    if (escaped !== undefined) return escapes[escaped] ?? escaped;
    return piece[0] === quote ? quote : piece;
  });
}
