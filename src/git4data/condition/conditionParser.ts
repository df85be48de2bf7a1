/** Reads the tokens of a condition into one function of a row, by MySQL's grammar and precedence. */
import { say } from '../../base/say.ts';
import type { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { type ColumnInfo, type TableName, tableText } from '../../data/table.ts';
import { Cursor } from '../cursor.ts';
import { reservedWords } from '../keywords.ts';
import { type Token, tokenValue } from '../lexer.ts';
import { type Given, isLike, patternOf } from './comparing.ts';
import { bytesOf, momentIn } from './literals.ts';
import { columnOperand, literalOperand, type Operand, pairOf, refuse } from './operands.ts';
import { and, comparisons, type Holds, isOrdering, negated, or, ordered, sameOrBothNull, xor } from './truth.ts';

/** What is true, false or open of a row. */
interface Test {
  readonly kind: 'test';
  readonly start: number;
  readonly holds: Holds;
}

type Node = Operand | Test;

/** Written otherwise in MySQL, or not at all: what a person may have meant. */
const otherWords: Readonly<Record<string, () => string>> = {
  '||': () => say('Write OR.'),
  '!': () => say('Write NOT.'),
  '==': () => say('Write a single =.'),
  ILIKE: () => say('LIKE is the only pattern here, and case counts.'),
  RLIKE: () => say('LIKE is the only pattern here.'),
  REGEXP: () => say('LIKE is the only pattern here.'),
  '~': () => say('LIKE is the only pattern here.'),
  '[': () => say('A name stands bare or in backticks.'),
};

const wordLiterals: Readonly<Record<string, (text: string, start: number) => Operand>> = {
  TRUE: (text, start) => literalOperand('number', 1, text, start, { isBoolean: true }),
  FALSE: (text, start) => literalOperand('number', 0, text, start, { isBoolean: true }),
  NULL: (text, start) => literalOperand('null', null, text, start),
};

/** What may follow where a condition has ended. */
const afterTest = new Set([')', 'AND', '&&', 'OR', 'XOR', 'IS']);

/** One use: reads the tokens that it was given. */
export class ConditionParser {
  readonly #cursor: Cursor;
  readonly #end: number;
  readonly #table: TableName;
  readonly #columns: readonly ColumnInfo[];
  #depth = 0;

  constructor(tokens: readonly Token[], end: number, table: TableName, columns: readonly ColumnInfo[]) {
    this.#cursor = new Cursor(tokens);
    this.#end = end;
    this.#table = table;
    this.#columns = columns;
  }

  /** The whole condition. */
  read(): Holds {
    if (this.#cursor.atEnd) throw refuse(0, say('it is empty'), say("Write one as in region = 'West'."));
    const { holds } = this.#asTest(this.#or());
    if (!this.#cursor.atEnd) throw this.#unexpected();
    return holds;
  }

  get #here(): number {
    return this.#cursor.peek()?.start ?? this.#end;
  }

  /** What stands here has no place here. */
  #unexpected(): Failure {
    const token = this.#cursor.peek();
    if (!token) return refuse(this.#end, say('it ends too early'));
    if (token.upper === 'SELECT' || token.upper === 'WITH')
      return refuse(token.start, say('a sub-query has no rule here'), say('Name the values in a list: column IN (…).'));
    const next = this.#cursor.peek(1);
    const isDouble = token.text === '=' && (next?.text === '=' || this.#cursor.peek(-1)?.text === '=');
    const hint = isDouble ? otherWords['==']?.() : otherWords[token.upper]?.();
    const shown = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
    return refuse(token.start, say('{0} has no rule here', shown), hint);
  }

  #asTest(node: Node): Test {
    if (node.kind === 'test') return node;
    const { start, read, written } = node;
    const next = this.#cursor.peek();
    if (next && !afterTest.has(next.upper)) throw this.#unexpected();
    if (!node.isBoolean && node.family !== 'null')
      throw refuse(start, say('{0} is no condition by itself', written), say('Compare it with something.'));
    return {
      kind: 'test',
      start,
      holds: (row) => {
        const value = read(row);
        return value === null ? null : Number(value) !== 0;
      },
    };
  }

  #asOperand(node: Node): Operand {
    if (node.kind === 'operand') return node;
    throw refuse(
      node.start,
      say('a condition is compared with something here'),
      say('Join conditions with AND, OR or XOR.'),
    );
  }

  /** Conditions joined by one operator; side by side, so that many of them are not deep. */
  #chain(words: readonly string[], next: () => Node, join: (tests: readonly Holds[]) => Holds): Node {
    const node = next();
    if (!words.some((word) => this.#cursor.sees(word))) return node;
    const first = this.#asTest(node);
    const tests = [first.holds];
    while (words.some((word) => this.#cursor.eat(word))) tests.push(this.#asTest(next()).holds);
    return { kind: 'test', start: first.start, holds: join(tests) };
  }

  #or(): Node {
    return this.#chain(['OR'], () => this.#xor(), or);
  }

  #xor(): Node {
    return this.#chain(['XOR'], () => this.#and(), xor);
  }

  #and(): Node {
    return this.#chain(['AND', '&&'], () => this.#not(), and);
  }

  #not(): Node {
    const start = this.#here;
    if (!this.#cursor.eat('NOT')) return this.#predicate();
    const inner = this.#deeper(start, () => this.#asTest(this.#not()));
    return { kind: 'test', start, holds: negated(inner.holds) };
  }

  /** A call of a call would end in the stack's own words. */
  #deeper<T>(start: number, read: () => T): T {
    if (++this.#depth > 200) throw refuse(start, say('it is nested too deeply'));
    const result = read();
    this.#depth--;
    return result;
  }

  /** A comparison, and what may follow it: `IS …`. */
  #predicate(): Node {
    let node = this.#comparison();
    while (this.#cursor.sees('IS')) node = this.#is(node);
    return node;
  }

  #is(node: Node): Test {
    const { start } = node;
    this.#cursor.eat('IS');
    const isNegated = this.#cursor.eat('NOT');
    const value: Holds = node.kind === 'test' ? node.holds : (row) => (node.read(row) === null ? null : true);
    const done = (holds: Holds): Test => ({ kind: 'test', start, holds: isNegated ? negated(holds) : holds });
    if (this.#cursor.eat('NULL') || this.#cursor.eat('UNKNOWN')) return done((row) => value(row) === null);
    const wanted = this.#cursor.sees('TRUE');
    if (!this.#cursor.eat('TRUE') && !this.#cursor.eat('FALSE')) throw this.#unexpected();
    const { holds } = this.#asTest(node);
    return done((row) => holds(row) === wanted);
  }

  #comparison(): Node {
    const node = this.#primary();
    const token = this.#cursor.peek();
    if (token?.kind === 'symbol' && (Object.hasOwn(comparisons, token.text) || token.text === '<=>')) {
      this.#cursor.take();
      return this.#compared(this.#asOperand(node), token.text);
    }
    const isNegated = this.#cursor.sees('NOT');
    const word = this.#cursor.peek(isNegated ? 1 : 0)?.upper;
    if (word !== 'IN' && word !== 'BETWEEN' && word !== 'LIKE') {
      if (isNegated) throw this.#unexpected();
      return node;
    }
    this.#cursor.eat('NOT');
    this.#cursor.take();
    const left = this.#asOperand(node);
    const holds = word === 'IN' ? this.#in(left) : word === 'BETWEEN' ? this.#between(left) : this.#like(left);
    return { kind: 'test', start: left.start, holds: isNegated ? negated(holds) : holds };
  }

  #compared(left: Operand, operator: string): Test {
    const right = this.#asOperand(this.#primary());
    const after = this.#cursor.peek();
    if (after?.kind === 'symbol' && Object.hasOwn(comparisons, after.text))
      throw refuse(after.start, say('a comparison is compared again here'), say('Join comparisons with AND.'));
    const pair = pairOf(left, right, operator !== '<=>' && isOrdering(operator));
    const accept = comparisons[operator];
    return { kind: 'test', start: left.start, holds: accept ? ordered(pair, accept) : sameOrBothNull(pair) };
  }

  #in(left: Operand): Holds {
    if (!this.#cursor.eat('(')) throw this.#unexpected();
    const tests: Holds[] = [];
    do {
      const pair = pairOf(left, this.#asOperand(this.#primary()), false);
      tests.push(ordered(pair, (order) => order === 0));
    } while (this.#cursor.eat(','));
    if (!this.#cursor.eat(')')) throw this.#unexpected();
    return or(tests);
  }

  #between(left: Operand): Holds {
    const low = pairOf(left, this.#asOperand(this.#primary()), true);
    if (!this.#cursor.eat('AND')) throw this.#unexpected();
    const high = pairOf(left, this.#asOperand(this.#primary()), true);
    return and([ordered(low, (order) => order >= 0), ordered(high, (order) => order <= 0)]);
  }

  #like(left: Operand): Holds {
    const right = this.#asOperand(this.#primary());
    if (left.family !== 'text' || !left.isColumn)
      throw refuse(left.start, say('{0} is no column of text, which LIKE is for', left.written));
    if (right.family !== 'text' || right.isColumn)
      throw refuse(right.start, say('the pattern of LIKE is a text in quotes, and {0} is none', right.written));
    const pattern = patternOf(String(right.read([])));
    return (row) => {
      const value = left.read(row);
      return value === null ? null : isLike(String(value satisfies Given), pattern);
    };
  }

  #primary(): Node {
    const token = this.#cursor.peek();
    if (!token) throw this.#unexpected();
    if (token.text === '(' && token.kind === 'symbol') return this.#parenthesised(token);
    switch (token.kind) {
      case 'number':
        return this.#number(1);
      case 'string':
        this.#cursor.take();
        return literalOperand('text', tokenValue(token), token.text, token.start);
      case 'bytes':
        return this.#bytes(token);
      case 'quotedName':
        return this.#column();
      case 'word':
        return this.#word(token);
      case 'symbol':
        return this.#signed(token);
      default:
        throw this.#unexpected();
    }
  }

  #parenthesised(token: Token): Node {
    this.#cursor.take();
    const inner = this.#deeper(token.start, () => this.#or());
    if (!this.#cursor.eat(')')) throw this.#unexpected();
    return inner;
  }

  /** A minus or a plus before a number. */
  #signed(token: Token): Operand {
    const next = this.#cursor.peek(1);
    if ((token.text !== '-' && token.text !== '+') || next?.kind !== 'number') throw this.#unexpected();
    this.#cursor.take();
    return this.#number(token.text === '-' ? -1 : 1);
  }

  #number(sign: 1 | -1): Operand {
    const token = this.#cursor.take() as Token;
    const { text, start } = token;
    const written = sign < 0 ? `-${text}` : text;
    if (/e/i.test(text)) {
      const value = sign * Number(text);
      if (!Number.isFinite(value)) throw refuse(start, say('{0} is larger than any number', written));
      return literalOperand('number', value, written, start, { isDouble: true });
    }
    const [whole = '', digits = ''] = text.split('.');
    const exact = `${sign < 0 ? '-' : ''}${whole || '0'}${digits === '' ? '' : `.${digits}`}`;
    const isSmall = digits === '' && Number.isSafeInteger(Number(exact));
    return literalOperand('number', isSmall ? Number(exact) + 0 : exact, written, start);
  }

  #bytes(token: Token): Operand {
    const bytes = bytesOf(token.text);
    if (!bytes) throw refuse(token.start, say('{0} is no whole number of bytes', token.text), say("Write x'1F'."));
    this.#cursor.take();
    return literalOperand('bytes', bytes, token.text, token.start);
  }

  #word(token: Token): Operand {
    const { start, upper, text } = token;
    const known = wordLiterals[upper];
    if (known) {
      this.#cursor.take();
      return known(text, start);
    }
    const next = this.#cursor.peek(1);
    if (next?.kind === 'string') return this.#prefixed(token, next);
    if (next?.text === '(' && next.kind === 'symbol')
      throw refuse(start, say('the function {0} has no rule here', text), say('Compare columns and literals alone.'));
    if (reservedWords.has(upper) && !this.#columns.some(({ name }) => name.toUpperCase() === upper))
      throw this.#unexpected();
    return this.#column();
  }

  /** `DATE '2024-01-31'`; any other word before a text is of another dialect, or a word too many. */
  #prefixed(token: Token, text: Token): Operand {
    const { start, upper } = token;
    if (upper === 'DATE' || upper === 'TIME' || upper === 'TIMESTAMP') return this.#moment(upper, text);
    throw refuse(start, say('{0} before a text has no rule here', token.text), say('Leave it out.'));
  }

  #moment(word: 'DATE' | 'TIME' | 'TIMESTAMP', text: Token): Operand {
    const { start } = this.#cursor.take() as Token;
    this.#cursor.take();
    const family = word === 'DATE' ? 'date' : word === 'TIME' ? 'time' : 'datetime';
    const value = momentIn(tokenValue(text), family);
    if (value === undefined) throw refuse(text.start, say('{0} is no {1}', text.text, word));
    return literalOperand(family, value, text.text, start);
  }

  /** `column`, `table.column` or `database.table.column`; names of columns ignore case, as MySQL's do. */
  #column(): Operand {
    const first = this.#cursor.take() as Token;
    const parts = [tokenValue(first)];
    while (this.#cursor.eat('.')) {
      const part = this.#cursor.name(say('a column'));
      if (!part) throw this.#unexpected();
      parts.push(part.text);
    }
    const name = parts.pop() as string;
    const { database, table } = this.#table;
    const place = [database, table].slice(2 - parts.length).join('.');
    if (parts.length > 2 || parts.join('.') !== place)
      throw refuse(first.start, say('{0} is another table than {1}', parts.join('.'), tableText(this.#table)));
    return this.#columnNamed(name, first.start);
  }

  #columnNamed(name: string, start: number): Operand {
    const exact = this.#columns.findIndex((column) => column.name === name);
    const lower = name.toLowerCase();
    const index = exact >= 0 ? exact : this.#columns.findIndex((column) => column.name.toLowerCase() === lower);
    const column = this.#columns[index];
    if (column) return columnOperand(column, index, start);
    const names = this.#columns.map((one) => one.name);
    const near = nearest(name, names);
    throw refuse(
      start,
      say('{0} has no column "{1}"', tableText(this.#table), name),
      near === null ? say('A text stands in quotes.') : say('Did you mean "{0}"?', near),
    );
  }
}
