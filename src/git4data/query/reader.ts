/** Walks the tokens of a statement for the readers of the tree; what cannot go on is thrown as a fault, which `read.ts` catches. */
import { say } from '../../base/say.ts';
import { reservedWords } from '../keywords.ts';
import { type Token, tokenValue } from '../lexer.ts';
import type { Query } from './tree.ts';

/** Why a statement has no tree: it cannot be read, or holds what nobody here understands. */
export interface Fault {
  readonly kind: 'syntax' | 'unsupported';
  readonly message: string;
  readonly hint: string | null;
  /** As written, at the place; null at the end. */
  readonly near: string | null;
  /** The place, in UTF-16 units of the text that was cut into tokens. */
  readonly start: number;
  readonly end: number;
}

/** Carries a fault up to where a statement is read. */
export class QueryFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** SQLite's own parser stops at about the same depth. */
const maxDepth = 200;

/** How a query within parentheses is read: handed in, as a query holds expressions and an expression queries. */
type ReadQuery = (reader: Reader) => Query;

export class Reader {
  readonly tokens: readonly Token[];
  readonly #readQuery: ReadQuery;
  /** The index of the next token. */
  at: number;
  #parameters = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], at: number, readQuery: ReadQuery) {
    this.tokens = tokens;
    this.at = at;
    this.#readQuery = readQuery;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** True when these keywords or symbols stand next, one after the other. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.upper === word;
    });
  }

  /** The keyword or symbol that stands next, if it is one of these. */
  one(...words: readonly string[]): string | null {
    const token = this.peek();
    const found = token !== undefined && (token.kind === 'word' || token.kind === 'symbol');
    return found && words.includes(token.upper) ? token.upper : null;
  }

  /** Takes these keywords or symbols when they stand next. */
  eat(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.at += words.length;
    return true;
  }

  /** As `one`, taken. */
  eatOne(...words: readonly string[]): string | null {
    const found = this.one(...words);
    if (found !== null) this.at++;
    return found;
  }

  need(...words: readonly string[]): void {
    for (const word of words)
      if (!this.eat(word)) {
        if (word === ')' && this.atEnd) throw this.syntax(say('a parenthesis is not closed'));
        throw this.syntax(say('{0} is missing', word));
      }
  }

  get seesName(): boolean {
    const token = this.peek();
    return token?.kind === 'quotedName' || (token?.kind === 'word' && !reservedWords.has(token.upper));
  }

  name(): string {
    const token = this.peek();
    // Behind a point any word is a name.
    const isBehindPoint = this.peek(-1)?.text === '.' && token?.kind === 'word';
    if (!token || !(this.seesName || isBehindPoint)) throw this.syntax(say('a name is missing'));
    this.at++;
    return tokenValue(token);
  }

  list<T>(read: () => T): T[] {
    const found = [read()];
    while (this.eat(',')) found.push(read());
    return found;
  }

  /** What `read` finds between parentheses. */
  enclosed<T>(read: () => T): T {
    this.need('(');
    const found = read();
    this.need(')');
    return found;
  }

  names(): string[] {
    return this.enclosed(() => this.list(() => this.name()));
  }

  query(): Query {
    return this.deeper(() => this.#readQuery(this));
  }

  parameter(): number {
    return this.#parameters++;
  }

  deeper<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw this.unsupported(say('A statement nested more than {0} deep', maxDepth));
    const found = read();
    this.#depth--;
    return found;
  }

  /** [from, to) as it was written, comments left out and white space made one blank. */
  written(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i++) {
      const token = this.tokens[i] as Token;
      const before = this.tokens[i - 1];
      text += `${i > from && before && before.end < token.start ? ' ' : ''}${token.text}`;
    }
    return text;
  }

  syntax(message: string): QueryFault {
    return this.#fault('syntax', message, null);
  }

  unsupported(what: string, hint: string | null = null): QueryFault {
    return this.#fault('unsupported', what, hint);
  }

  #fault(kind: Fault['kind'], message: string, hint: string | null): QueryFault {
    const token = this.peek();
    const place = token ?? this.tokens.at(-1);
    return new QueryFault({
      kind,
      message,
      hint,
      near: token?.text ?? null,
      start: place?.start ?? 0,
      end: place?.end ?? 0,
    });
  }
}
