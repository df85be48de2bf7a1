/** Reads expressions with MySQL's precedence. */
import { later, say } from '../../base/say.ts';
import { type Token, tokenValue } from '../lexer.ts';
import { callAt, castTypeAt, isCallAt } from './calls.ts';
import type { Reader } from './reader.ts';
import type { BinaryOperator, Expression, OrderItem } from './tree.ts';

/** What is read here at the operators' places, with the sentence that says what to write instead. */
const refused: Readonly<Record<string, string>> = {
  '||': later('Write OR, or CONCAT(a, b).'),
  '!': later('Write NOT.'),
  '^': later('There is no exclusive or.'),
  ':=': later('There are no variables.'),
  XOR: later('Write (a OR b) AND NOT (a AND b).'),
  SOUNDS: later('There is no comparison by sound.'),
  MATCH: later('There is no full-text search.'),
  BINARY: later('Text is compared letter by letter already.'),
  DEFAULT: later('Leave the column out.'),
};

function refuseOperator(reader: Reader): void {
  const token = reader.peek();
  if (!token || (token.kind !== 'symbol' && token.kind !== 'word') || !Object.hasOwn(refused, token.upper)) return;
  const what = token.kind === 'symbol' ? `"${token.text}"` : token.upper;
  throw reader.unsupported(what === 'DEFAULT' ? say('DEFAULT as a value') : what, say(refused[token.upper] ?? ''));
}

/** An expression: alternatives joined by OR. */
export function expression(reader: Reader): Expression {
  const literal = plainLiteral(reader);
  if (literal) return literal;
  return reader.deeper(() => {
    const found = chain(reader, 'OR', (one) => chain(one, 'AND', negation));
    refuseOperator(reader);
    return found;
  });
}

/** A literal that stands alone between commas, as nearly all of a long INSERT do: no operator needs to be looked for. */
function plainLiteral(reader: Reader): Expression | null {
  const token = reader.peek();
  const behind = reader.peek(1);
  if (!token || behind?.kind !== 'symbol' || (behind.text !== ',' && behind.text !== ')')) return null;
  const { at: from } = reader;
  const to = from + 1;
  if (token.kind === 'number') {
    reader.at++;
    return { kind: 'number', text: token.text, from, to };
  }
  if (token.kind === 'string') {
    reader.at++;
    return { kind: 'text', text: tokenValue(token), from, to };
  }
  return null;
}

function chain(reader: Reader, operator: 'AND' | 'OR', operand: (reader: Reader) => Expression): Expression {
  const { at: from } = reader;
  const first = operand(reader);
  const operands = [first];
  while (reader.eat(operator) || (operator === 'AND' && reader.eat('&&'))) operands.push(operand(reader));
  return operands.length === 1 ? first : { kind: 'logic', operator, operands, from, to: reader.at };
}

function negation(reader: Reader): Expression {
  const { at: from } = reader;
  if (!reader.eat('NOT')) return comparison(reader);
  const operand = reader.deeper(() => negation(reader));
  return { kind: 'not', operand, from, to: reader.at };
}

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '<=>': '<=>',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const comparisonSigns = Object.keys(comparisons);

function comparison(reader: Reader): Expression {
  const { at: from } = reader;
  let left = predicate(reader);
  for (;;) {
    if (reader.eat('IS')) {
      const negated = reader.eat('NOT');
      const what = reader.eatOne('NULL', 'TRUE', 'FALSE', 'UNKNOWN');
      if (what === null) throw reader.syntax(say('{0} is missing', 'NULL, TRUE, FALSE'));
      const plain = what === 'TRUE' || what === 'FALSE' ? what : 'NULL';
      left = { kind: 'is', operand: left, what: plain, negated, from, to: reader.at };
      continue;
    }
    const operator = reader.one(...comparisonSigns);
    if (operator === null) return left;
    reader.at++;
    const all = reader.one('ANY', 'ALL', 'SOME');
    if (all !== null) throw reader.unsupported(`${operator} ${all}`, say('Use IN, or MIN and MAX in the sub-query.'));
    const right = predicate(reader);
    left = { kind: 'binary', operator: comparisons[operator] ?? '=', left, right, from, to: reader.at };
  }
}

/** `a [NOT] IN …`, BETWEEN, LIKE, REGEXP: once, over sums. */
function predicate(reader: Reader): Expression {
  const { at: from } = reader;
  const operand = sum(reader);
  const negated = reader.one('NOT') !== null;
  const word = reader.peek(negated ? 1 : 0);
  if (word?.kind !== 'word' || !['IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE'].includes(word.upper)) return operand;
  reader.at += negated ? 2 : 1;
  switch (word.upper) {
    case 'IN':
      return membership(reader, operand, negated, from);
    case 'BETWEEN': {
      const low = sum(reader);
      reader.need('AND');
      return { kind: 'between', operand, low, high: sum(reader), negated, from, to: reader.at };
    }
    case 'LIKE': {
      const pattern = sum(reader);
      const escape = reader.eat('ESCAPE') ? sum(reader) : null;
      return { kind: 'like', operand, pattern, escape, negated, from, to: reader.at };
    }
    default:
      return { kind: 'regexp', operand, pattern: sum(reader), negated, from, to: reader.at };
  }
}

function membership(reader: Reader, operand: Expression, negated: boolean, from: number): Expression {
  if (reader.sees('(', 'SELECT') || reader.sees('(', 'WITH')) {
    const query = reader.enclosed(() => reader.query());
    return { kind: 'inQuery', operand, query, negated, from, to: reader.at };
  }
  const list = reader.enclosed(() => reader.list(() => expression(reader)));
  return { kind: 'in', operand, list, negated, from, to: reader.at };
}

/** Binary operators above the comparisons, weakest first. */
const levels: readonly (readonly BinaryOperator[])[] = [['|'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%', 'DIV']];

const isOperator = (text: string, among: readonly BinaryOperator[]): BinaryOperator | undefined =>
  among.find((operator) => operator === (text === 'MOD' ? '%' : text));

/** Everything that binds tighter than a comparison. */
function sum(reader: Reader, level = 0): Expression {
  const operators = levels[level];
  if (!operators) return collated(reader);
  const { at: from } = reader;
  let left = sum(reader, level + 1);
  for (;;) {
    const token = reader.peek();
    const isPlain = token?.kind === 'symbol' || token?.kind === 'word';
    const operator = isPlain ? isOperator(token.upper, operators) : undefined;
    if (operator === undefined) return left;
    reader.at++;
    if ((operator === '+' || operator === '-') && reader.eat('INTERVAL'))
      left = { kind: 'interval', date: left, ...intervalAt(reader), minus: operator === '-', from, to: reader.at };
    else left = { kind: 'binary', operator, left, right: sum(reader, level + 1), from, to: reader.at };
  }
}

const units = new Set('MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR'.split(' '));

/** `amount unit` behind INTERVAL. */
export function intervalAt(reader: Reader): { amount: Expression; unit: string } {
  const amount = expression(reader);
  const unit = reader.peek();
  if (unit?.kind !== 'word') throw reader.syntax(say('INTERVAL needs a unit'));
  if (!units.has(unit.upper))
    throw reader.unsupported(
      `INTERVAL … ${unit.upper}`,
      say('Use {0}.', 'MICROSECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR'),
    );
  reader.at++;
  return { amount, unit: unit.upper };
}

function collated(reader: Reader): Expression {
  const found = signed(reader);
  while (reader.eat('COLLATE')) {
    const name = reader.peek();
    if (!name || !/_bin$|^binary$/i.test(tokenValue(name)))
      throw reader.unsupported(
        `COLLATE ${name?.text ?? ''}`,
        say('Text is compared letter by letter; use LOWER(…) to ignore case.'),
      );
    reader.at++;
  }
  return found;
}

function signed(reader: Reader): Expression {
  const { at: from } = reader;
  const sign = reader.eatOne('-', '+', '~');
  if (sign === null) return arrowed(reader);
  const operand = reader.deeper(() => signed(reader));
  return { kind: 'sign', sign: sign === '-' ? '-' : sign === '+' ? '+' : '~', operand, from, to: reader.at };
}

const plainCall = { star: false, distinct: false, order: [], separator: null, word: null, over: null } as const;

/** `column -> path`, `column ->> path`: calls by their signs. */
function arrowed(reader: Reader): Expression {
  const { at: from } = reader;
  let left = primary(reader);
  for (;;) {
    const arrow = reader.eatOne('->', '->>');
    if (arrow === null) return left;
    const path = primary(reader);
    const extracted: Expression = {
      kind: 'call',
      name: 'JSON_EXTRACT',
      args: [left, path],
      ...plainCall,
      from,
      to: reader.at,
    };
    left = arrow === '->' ? extracted : { ...extracted, name: 'JSON_UNQUOTE', args: [extracted] };
  }
}

function primary(reader: Reader): Expression {
  refuseOperator(reader);
  const { at: from } = reader;
  const token = reader.peek();
  if (!token) throw reader.syntax(say('something is missing at the end'));
  switch (token.kind) {
    case 'number':
      reader.at++;
      return { kind: 'number', text: token.text, from, to: reader.at };
    case 'string':
      return { kind: 'text', text: textAt(reader), from, to: reader.at };
    case 'bytes':
      reader.at++;
      return { kind: 'bytes', text: token.text, from, to: reader.at };
    case 'variable':
      throw reader.unsupported(say('The variable {0}', token.text), say('Write the value.'));
    case 'symbol':
      return symbolOperand(reader, from);
    default:
      return wordOperand(reader, token, from);
  }
}

/** A text, with those that follow it: `'a' 'b'` is one. */
function textAt(reader: Reader): string {
  let text = '';
  for (let token = reader.peek(); token?.kind === 'string'; token = reader.peek()) {
    text += tokenValue(token);
    reader.at++;
  }
  return text;
}

function symbolOperand(reader: Reader, from: number): Expression {
  if (reader.eat('?')) return { kind: 'parameter', index: reader.parameter(), from, to: reader.at };
  if (reader.sees('(', 'SELECT') || reader.sees('(', 'WITH')) {
    const query = reader.enclosed(() => reader.query());
    return { kind: 'scalar', query, from, to: reader.at };
  }
  if (!reader.sees('(')) {
    if (reader.sees('{') || reader.sees('}'))
      throw reader.unsupported(
        `"${reader.peek()?.text ?? ''}"`,
        say("Braces stand behind a table: {SNAPSHOT = 'name'}."),
      );
    throw reader.syntax(say('an operand is missing'));
  }
  const items = reader.enclosed(() => reader.list(() => expression(reader)));
  const [only] = items;
  if (items.length === 1 && only) return { ...only, from, to: reader.at };
  return { kind: 'row', items, from, to: reader.at };
}

const moments = { DATE: 'date', TIME: 'time', TIMESTAMP: 'datetime' } as const;

function wordOperand(reader: Reader, token: Token, from: number): Expression {
  const next = reader.peek(1);
  if (token.kind === 'word') {
    if (next?.kind === 'string') {
      // `_utf8mb4'…'`: all text is UTF-8.
      if (/^_[a-z0-9]+$/i.test(token.text)) {
        reader.at++;
        const found = textAt(reader);
        // What stands for bytes that are no UTF-8 when a file is read as text.
        if (token.upper === '_BINARY' && found.includes('\uFFFD'))
          throw reader.unsupported(say('Bytes that are no text'), say('Dump with --hex-blob.'));
        return { kind: 'text', text: found, from, to: reader.at };
      }
      if (token.upper === 'DATE' || token.upper === 'TIME' || token.upper === 'TIMESTAMP') {
        reader.at++;
        return { kind: 'moment', family: moments[token.upper], text: textAt(reader), from, to: reader.at };
      }
    }
    const constant = wordConstant(reader, token, from);
    if (constant) return constant;
    if (isCallAt(reader)) return callAt(reader, { expression, orderBy, interval: intervalAt });
  }
  return path(reader, from);
}

function wordConstant(reader: Reader, { upper }: Token, from: number): Expression | null {
  switch (upper) {
    case 'NULL':
      reader.at++;
      return { kind: 'null', from, to: reader.at };
    case 'TRUE':
    case 'FALSE':
      reader.at++;
      return { kind: 'truth', value: upper === 'TRUE', from, to: reader.at };
    case 'EXISTS': {
      reader.at++;
      const query = reader.enclosed(() => reader.query());
      return { kind: 'exists', query, from, to: reader.at };
    }
    case 'CASE':
      return caseAt(reader, from);
    case 'CAST': {
      if (reader.peek(1)?.text !== '(') return null;
      reader.at += 2;
      const operand = expression(reader);
      if (!reader.sees('AS')) throw reader.syntax(say('CAST(value AS type) needs AS'));
      reader.at++;
      const type = castTypeAt(reader);
      reader.need(')');
      return { kind: 'cast', operand, type, from, to: reader.at };
    }
    case 'ROW':
      return reader.peek(1)?.text === '(' ? rowAt(reader, from) : null;
    default:
      return null;
  }
}

function rowAt(reader: Reader, from: number): Expression {
  reader.at++;
  const items = reader.enclosed(() => reader.list(() => expression(reader)));
  return { kind: 'row', items, from, to: reader.at };
}

function caseAt(reader: Reader, from: number): Expression {
  reader.need('CASE');
  const base = reader.sees('WHEN') ? null : expression(reader);
  const whens: { when: Expression; then: Expression }[] = [];
  while (reader.eat('WHEN')) {
    const when = expression(reader);
    reader.need('THEN');
    whens.push({ when, then: expression(reader) });
  }
  const other = reader.eat('ELSE') ? expression(reader) : null;
  if (whens.length === 0 || !reader.eat('END')) throw reader.syntax(say('CASE has no END'));
  return { kind: 'case', base, whens, other, from, to: reader.at };
}

function path(reader: Reader, from: number): Expression {
  const names = [reader.name()];
  while (names.length < 3 && reader.sees('.') && reader.peek(1)?.text !== '*') {
    reader.at++;
    names.push(reader.name());
  }
  const [name = '', table = null, database = null] = names.reverse();
  return { kind: 'column', database, table, name, from, to: reader.at };
}

/** ORDER BY with its items, where one stands here. */
export function orderBy(reader: Reader): OrderItem[] {
  if (!reader.eat('ORDER')) return [];
  reader.need('BY');
  return reader.list(() => {
    const value = expression(reader);
    const descending = reader.eatOne('ASC', 'DESC') === 'DESC';
    return { value, descending };
  });
}
