/** Reads calls of functions, with the words that MySQL lets stand among their arguments. */
import { say } from '../../base/say.ts';
import { reservedWords } from '../keywords.ts';
import { tokenValue } from '../lexer.ts';
import type { Reader } from './reader.ts';
import type { CastType, Expression, OrderItem, Window } from './tree.ts';

/** How the parts of a call are read: handed in, as an expression holds calls and a call expressions. */
export interface Parts {
  readonly expression: (reader: Reader) => Expression;
  readonly orderBy: (reader: Reader) => OrderItem[];
  readonly interval: (reader: Reader) => { amount: Expression; unit: string };
}

/** Words without parentheses that mean the time of the statement. */
const clockWords = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
  'UTC_TIMESTAMP',
]);

/** Reserved words that are functions all the same. */
const callableWords = new Set(
  `IF LEFT RIGHT REPEAT REPLACE INSERT MOD CHAR CONVERT DATABASE SCHEMA VALUES RANK ROW_NUMBER DENSE_RANK INTERVAL`.split(
    ' ',
  ),
);

const aliases: Readonly<Record<string, string>> = {
  UCASE: 'UPPER',
  LCASE: 'LOWER',
  DAYOFMONTH: 'DAY',
  SHA: 'SHA1',
  CEILING: 'CEIL',
  SYSDATE: 'NOW',
  CURRENT_TIMESTAMP: 'NOW',
  LOCALTIME: 'NOW',
  LOCALTIMESTAMP: 'NOW',
  CURDATE: 'CURRENT_DATE',
  CURTIME: 'CURRENT_TIME',
  ADDDATE: 'DATE_ADD',
  SUBDATE: 'DATE_SUB',
  SCHEMA: 'DATABASE',
  SUBSTR: 'SUBSTRING',
  MID: 'SUBSTRING',
  POSITION: 'LOCATE',
  CHARACTER_LENGTH: 'CHAR_LENGTH',
  OCTET_LENGTH: 'LENGTH',
  POW: 'POWER',
};

/** True when a call, or a word of the clock, stands next. */
export function isCallAt(reader: Reader): boolean {
  const token = reader.peek();
  if (token?.kind !== 'word') return false;
  if (clockWords.has(token.upper)) return true;
  if (reader.peek(1)?.text !== '(' || reader.peek(1)?.kind !== 'symbol') return false;
  return !reservedWords.has(token.upper) || callableWords.has(token.upper);
}

interface Inside {
  args: Expression[];
  star: boolean;
  distinct: boolean;
  order: OrderItem[];
  separator: string | null;
  word: string | null;
}

const nothing = (): Inside => ({ args: [], star: false, distinct: false, order: [], separator: null, word: null });

export function callAt(reader: Reader, parts: Parts): Expression {
  const { at: from } = reader;
  const written = reader.peek()?.upper ?? '';
  const name = aliases[written] ?? written;
  reader.at++;
  if (!reader.sees('(')) return { kind: 'call', name, ...nothing(), over: null, from, to: reader.at };
  reader.at++;
  if (name === 'DATE_ADD' || name === 'DATE_SUB') return dateAdd(reader, parts, name, from);
  if (name === 'CONVERT') return convert(reader, parts, from);
  const inside = Object.hasOwn(special, name) ? (special[name] as Special)(reader, parts) : usual(reader, parts);
  reader.need(')');
  const over = overAt(reader, parts);
  if (name === 'EXTRACT')
    return { kind: 'call', name: inside.word ?? '', ...inside, word: null, over, from, to: reader.at };
  return { kind: 'call', name, ...inside, over, from, to: reader.at };
}

function usual(reader: Reader, { expression, orderBy }: Parts): Inside {
  const inside = nothing();
  inside.distinct = reader.eat('DISTINCT');
  if (reader.eat('*')) inside.star = true;
  else if (!reader.sees(')')) inside.args = reader.list(() => expression(reader));
  inside.order = orderBy(reader);
  if (reader.eat('SEPARATOR')) {
    const text = reader.peek();
    if (text?.kind !== 'string') throw reader.syntax(say('SEPARATOR needs a text'));
    inside.separator = tokenValue(text);
    reader.at++;
  }
  return inside;
}

type Special = (reader: Reader, parts: Parts) => Inside;

const firstUnits = 'MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR'.split(' ');

/** TIMESTAMPDIFF(unit, a, b), TIMESTAMPADD(unit, n, d). */
const unitFirst: Special = (reader, { expression }) => {
  const unit = reader.peek();
  const plain = (unit?.upper ?? '').replace(/^SQL_TSI_/, '');
  if (unit?.kind !== 'word' || !firstUnits.includes(plain))
    throw reader.unsupported(say('The unit {0}', unit?.text ?? ''));
  reader.at++;
  reader.need(',');
  return { ...nothing(), word: plain, args: reader.list(() => expression(reader)) };
};

const special: Readonly<Record<string, Special>> = {
  TIMESTAMPDIFF: unitFirst,
  TIMESTAMPADD: unitFirst,
  EXTRACT(reader, { expression }) {
    const unit = reader.peek();
    if (unit?.kind !== 'word' || reader.peek(1)?.upper !== 'FROM')
      throw reader.syntax(say('EXTRACT(unit FROM date) needs FROM'));
    if (!firstUnits.includes(unit.upper)) throw reader.unsupported(say('EXTRACT of {0}', unit.upper));
    reader.at += 2;
    return { ...nothing(), word: unit.upper, args: [expression(reader)] };
  },
  /** TRIM([side] [what] FROM text): the text stands first here, then what is cut. */
  TRIM(reader, { expression }) {
    const side = reader.eatOne('BOTH', 'LEADING', 'TRAILING');
    if (side !== null && reader.eat('FROM')) return { ...nothing(), word: side, args: [expression(reader)] };
    const first = expression(reader);
    if (!reader.eat('FROM')) return { ...nothing(), args: [first] };
    return { ...nothing(), word: side ?? 'BOTH', args: [expression(reader), first] };
  },
  SUBSTRING(reader, parts) {
    const text = parts.expression(reader);
    if (!reader.eat('FROM')) {
      const rest = reader.eat(',') ? reader.list(() => parts.expression(reader)) : [];
      return { ...nothing(), args: [text, ...rest] };
    }
    const start = parts.expression(reader);
    return { ...nothing(), args: [text, start, ...(reader.eat('FOR') ? [parts.expression(reader)] : [])] };
  },
  /** LOCATE(part, text[, start]); POSITION(part IN text) reads its IN as an operator, and is put right. */
  LOCATE(reader, parts) {
    const inside = { ...nothing(), args: reader.list(() => positionPart(reader, parts)) };
    if (reader.eat('IN')) inside.args.push(parts.expression(reader));
    return inside;
  },
  CHAR(reader, parts) {
    const inside = usual(reader, parts);
    if (reader.sees('USING')) throw reader.unsupported('CHAR(… USING …)', say('All text is UTF-8.'));
    return inside;
  },
};

/** A part that an IN may follow. */
function positionPart(reader: Reader, { expression }: Parts): Expression {
  if (reader.peek(1)?.upper !== 'IN') return expression(reader);
  const { at: from } = reader;
  const token = reader.peek();
  reader.at++;
  if (token?.kind === 'string') return { kind: 'text', text: tokenValue(token), from, to: reader.at };
  reader.at = from;
  return { kind: 'column', database: null, table: null, name: reader.name(), from, to: reader.at };
}

/** `DATE_ADD(d, INTERVAL n DAY)`, or `ADDDATE(d, n)`. */
function dateAdd(reader: Reader, { expression, interval }: Parts, name: string, from: number): Expression {
  const date = expression(reader);
  if (!reader.eat(',')) throw reader.syntax(say('{0}() takes a date and an interval', name));
  const amount = reader.eat('INTERVAL') ? interval(reader) : { amount: expression(reader), unit: 'DAY' };
  reader.need(')');
  return { kind: 'interval', date, ...amount, minus: name === 'DATE_SUB', from, to: reader.at };
}

/** CONVERT(value, type) is CAST. */
function convert(reader: Reader, { expression }: Parts, from: number): Expression {
  const operand = expression(reader);
  if (reader.sees('USING')) throw reader.unsupported('CONVERT … USING', say('All text is UTF-8.'));
  if (!reader.eat(',')) throw reader.syntax(say('CONVERT(value, type) takes two arguments'));
  const type = castTypeAt(reader);
  reader.need(')');
  return { kind: 'cast', operand, type, from, to: reader.at };
}

/** The type behind CAST(… AS. */
export function castTypeAt(reader: Reader): CastType {
  const token = reader.peek();
  if (token?.kind !== 'word') throw reader.syntax(say('a type is missing'));
  reader.at++;
  const sizes = reader.sees('(')
    ? reader.enclosed(() =>
        reader.list(() => {
          const size = Number(reader.peek()?.text);
          if (!Number.isInteger(size)) throw reader.syntax(say('a size is a whole number'));
          reader.at++;
          return size;
        }),
      )
    : [];
  if (reader.eatOne('SIGNED', 'UNSIGNED') === 'UNSIGNED') return { base: 'UNSIGNED', sizes };
  reader.eatOne('INTEGER', 'INT');
  return { base: token.upper, sizes };
}

function overAt(reader: Reader, parts: Parts): Window | string | null {
  if (!reader.eat('OVER')) return null;
  return reader.sees('(') ? windowAt(reader, parts) : reader.name().toLowerCase();
}

/** `(PARTITION BY … ORDER BY … frame)`. */
export function windowAt(reader: Reader, { expression, orderBy }: Parts): Window {
  return reader.enclosed(() => {
    const partition = reader.eat('PARTITION') ? (reader.need('BY'), reader.list(() => expression(reader))) : [];
    const order = orderBy(reader);
    return { partition, order, frame: frameAt(reader) };
  });
}

const frameWords = new Set('ROWS RANGE BETWEEN AND UNBOUNDED PRECEDING FOLLOWING CURRENT ROW'.split(' '));

function frameAt(reader: Reader): string | null {
  if (reader.one('ROWS', 'RANGE') === null) return null;
  const isRange = reader.sees('RANGE');
  const words: string[] = [];
  while (!reader.atEnd && !reader.sees(')')) {
    const token = reader.peek();
    const isCount = token?.kind === 'number' && /^\d+$/.test(token.text) && !isRange;
    if (!token || !(isCount || frameWords.has(token.upper))) throw reader.unsupported(say('This frame of a window'));
    words.push(token.upper);
    reader.at++;
  }
  return words.join(' ');
}
