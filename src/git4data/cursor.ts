/** Walks the tokens of one statement, remembering the first thing that was not as expected. */
import { say } from '../base/say.ts';
import type { Fix, Hint, Name, Problem, Span, TableRef } from './ast.ts';
import { clauseWords } from './keywords.ts';
import { type Token, tokenValue } from './lexer.ts';

const hintKinds = { SNAPSHOT: 'snapshot', TIMESTAMP: 'timestamp', MO_TS: 'moTs' } as const;

const nameForm = (token: Token): Name['form'] =>
  token.kind === 'quotedName' ? 'backticks' : token.kind === 'string' ? 'string' : 'bare';

const nameOf = (token: Token): Name => ({
  text: tokenValue(token),
  form: nameForm(token),
  start: token.start,
  end: token.end,
});

const isName = (token: Token | undefined): token is Token =>
  token !== undefined && (token.kind === 'word' || token.kind === 'quotedName');

/** Reads tokens one after the other, and reports at most what a caller asks it to; it never throws. */
export class Cursor {
  readonly problems: Problem[] = [];
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[], start = 0) {
    this.#tokens = tokens;
    this.#next = start;
  }

  get position(): number {
    return this.#next;
  }

  moveTo(position: number): void {
    this.#next = position;
  }

  get atEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  take(): Token | undefined {
    return this.#tokens[this.#next++];
  }

  /** Where the last taken token ends; where the statement starts, before the first. */
  get lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? this.#tokens[0]?.start ?? 0;
  }

  /** True when the next tokens are these keywords or symbols (upper case); names in backticks are none. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.upper === word;
    });
  }

  eat(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#next += words.length;
    return true;
  }

  /** Takes every one of these keywords that stands here, in any order. */
  eatAny(words: readonly string[]): void {
    while (words.some((word) => this.eat(word)));
  }

  /** Takes one of these keywords, or reports what is missing and returns false. */
  need(...words: readonly string[]): boolean {
    if (this.eat(...words)) return true;
    this.expected(words.join(' '));
    return false;
  }

  /** A name, bare or in backticks; null, with a problem, when there is none. */
  name(what: string): Name | null {
    const token = this.peek();
    if (isName(token)) {
      this.#next++;
      return nameOf(token);
    }
    this.expected(what);
    return null;
  }

  /** Reports what should stand here. */
  expected(what: string, code = 'syntax.expected'): void {
    const token = this.peek();
    const found = token
      ? say('found {0}', token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text)
      : say('the statement ends here');
    const end = this.lastEnd;
    const where = token ?? { start: Math.max(end - 1, 0), end };
    this.report(where, code, say('Expected {0}, {1}.', what, found));
  }

  report(
    where: Span,
    code: string,
    message: string,
    fixes: readonly Fix[] = [],
    severity: Problem['severity'] = 'error',
  ): void {
    this.problems.push({ start: where.start, end: where.end, code, severity, message, fixes });
  }

  /** A `{SNAPSHOT = …}` or another time hint, where one stands here; null, with a problem, where it is malformed. */
  hint(): Hint | null {
    const open = this.peek();
    if (!this.eat('{')) return null;
    if (this.sees('AS', 'OF', 'TIMESTAMP')) {
      this.#next += 3;
      return this.#hintValue('asOf', open as Token, say('a time in quotes'));
    }
    const word = this.peek();
    const kind = word?.kind === 'word' && Object.hasOwn(hintKinds, word.upper) ? word.upper : null;
    if (kind === null) {
      this.expected('SNAPSHOT', 'hint.malformed');
      return null;
    }
    this.#next++;
    if (!this.eat('=')) {
      this.expected('=', 'hint.malformed');
      return null;
    }
    return this.#hintValue(hintKinds[kind as keyof typeof hintKinds], open as Token, "a snapshot's name");
  }

  #hintValue(kind: Hint['kind'], open: Token, what: string): Hint | null {
    const value = this.peek();
    if (!value || value.kind === 'symbol') {
      this.expected(what, 'hint.malformed');
      return null;
    }
    this.#next++;
    if (!this.eat('}')) {
      this.expected('}', 'hint.malformed');
      return null;
    }
    return { kind, value: nameOf(value), start: open.start, end: this.lastEnd };
  }

  /** `[db.]table [{hint}] [[AS] alias]`; null, with a problem, when no table stands here. */
  table(use: TableRef['use'], allowAlias: boolean): TableRef | null {
    const first = this.name('a table');
    if (!first) return null;
    let database: Name | null = null;
    let table = first;
    if (this.eat('.')) {
      const second = this.name('a table');
      if (!second) return null;
      database = first;
      table = second;
    }
    const hasHint = this.sees('{');
    const hint = hasHint ? this.hint() : null;
    const end = this.lastEnd;
    const isWhole = !hasHint || hint !== null;
    return { database, table, hint, alias: allowAlias && isWhole ? this.#alias() : null, use, start: first.start, end };
  }

  #alias(): Name | null {
    if (this.eat('AS')) return this.name(say('an alias'));
    const token = this.peek();
    if (!isName(token) || (token.kind === 'word' && clauseWords.has(token.upper))) return null;
    this.#next++;
    return nameOf(token);
  }
}
