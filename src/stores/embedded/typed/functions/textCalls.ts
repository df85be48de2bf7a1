/** MySQL's functions of text. */
import { say } from '../../../../base/say.ts';
import { arg, type Called, type FunctionTable, takes } from './functionTable.ts';
import { asInteger, asText, type Operand, operand } from '../operand.ts';
import { sqlText, unsupported } from '../sqlText.ts';
import { bytes, int, isBits, isOpen, text, typeText } from '../types.ts';

const many = 100;

const texts = ({ args, where }: Called): string[] => args.map((one) => asText(one, where));

/** A function of texts that gives a text, under SQLite's or our name. */
const textOf = (name: string) => (called: Called) => operand(`${name}(${texts(called).join(', ')})`, text);
const countOf = (name: string) => (called: Called) => operand(`${name}(${texts(called).join(', ')})`, int(10));

/** Texts first, whole numbers from `first` on. */
const withNumbers = (name: string, first: number) => (called: Called) => {
  const parts = called.args.map((one, i) => (i < first ? asText(one, called.where) : asInteger(one, called.where)));
  return operand(`${name}(${parts.join(', ')})`, text);
};

/** Bytes as they are, anything else as its text. */
const bytesOrText = (one: Operand, where: string): string => (one.type.kind === 'bytes' ? one.sql : asText(one, where));
const digestOf = (name: string) => (called: Called) =>
  operand(
    `${name}(${[bytesOrText(arg(called, 0), called.where), ...called.args.slice(1).map((one) => asInteger(one, called.where))].join(', ')})`,
    text,
  );
const lengthOf = (name: string) => (called: Called) =>
  operand(`${name}(${bytesOrText(arg(called, 0), called.where)})`, int(10));

function hex(called: Called): Operand {
  const one = arg(called, 0);
  if (one.type.kind === 'int' || one.type.kind === 'bytes' || one.type.kind === 'text' || isOpen(one.type))
    return operand(`dt_hex(${one.sql})`, text);
  throw unsupported(say('HEX of {0} ({1})', typeText(one.type), called.where));
}

/** Of texts, or of whole numbers: mixed they would be compared as doubles. */
function field(called: Called): Operand {
  const kinds = new Set(called.args.filter(({ type }) => !isOpen(type)).map(({ type }) => type.kind));
  if (kinds.size > 1 || !['text', 'int'].includes([...kinds][0] ?? 'text'))
    throw unsupported(say('FIELD over different types ({0})', called.where));
  return operand(`dt_field(${texts(called).join(', ')})`, int(10));
}

function elt(called: Called): Operand {
  const [index, ...list] = called.args;
  const parts = list.map((one) => asText(one, called.where));
  return operand(`dt_elt(${[asInteger(index as Operand, called.where), ...parts].join(', ')})`, text);
}

function trim(called: Called): Operand {
  const [found = '', what = sqlText(' ')] = texts(called);
  if (called.word === null) return operand(`trim(${found})`, text);
  return operand(`dt_trim(${found}, ${what}, ${sqlText(called.word)})`, text);
}

const padded = (name: string) => (called: Called) =>
  operand(
    `${name}(${asText(arg(called, 0), called.where)}, ${asInteger(arg(called, 1), called.where)}, ${asText(arg(called, 2), called.where)})`,
    text,
  );

function locate(called: Called): Operand {
  const [part = '', found = ''] = called.args.slice(0, 2).map((one) => asText(one, called.where));
  const start = called.args[2] ? `, ${asInteger(called.args[2], called.where)}` : '';
  return operand(`dt_locate(${part}, ${found}${start})`, int(10));
}

const baseOf = (called: Called): string => {
  const one = arg(called, 0);
  if (isBits(one.type)) return asText(one, called.where);
  if (one.type.kind === 'int' || one.type.kind === 'text' || isOpen(one.type)) return one.sql;
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
};

export const textCalls: FunctionTable = {
  UPPER: takes(1, 1, textOf('dt_upper')),
  LOWER: takes(1, 1, textOf('dt_lower')),
  REVERSE: takes(1, 1, textOf('dt_reverse')),
  LTRIM: takes(1, 1, textOf('ltrim')),
  RTRIM: takes(1, 1, textOf('rtrim')),
  TRIM: takes(1, 2, trim),
  REPLACE: takes(3, 3, textOf('replace')),
  CONCAT: takes(1, many, (called) => operand(`(${texts(called).join(' || ')})`, text)),
  CONCAT_WS: takes(2, many, textOf('concat_ws')),
  SUBSTRING: takes(2, 3, withNumbers('dt_substr', 1)),
  LEFT: takes(2, 2, withNumbers('dt_left', 1)),
  RIGHT: takes(2, 2, withNumbers('dt_right', 1)),
  REPEAT: takes(2, 2, withNumbers('dt_repeat', 1)),
  SUBSTRING_INDEX: takes(3, 3, withNumbers('dt_substring_index', 2)),
  SPACE: takes(1, 1, withNumbers('dt_space', 0)),
  LPAD: takes(3, 3, padded('dt_lpad')),
  RPAD: takes(3, 3, padded('dt_rpad')),
  LENGTH: takes(1, 1, lengthOf('octet_length')),
  CHAR_LENGTH: takes(1, 1, countOf('length')),
  ASCII: takes(1, 1, lengthOf('dt_ascii')),
  CRC32: takes(1, 1, lengthOf('dt_crc32')),
  INSTR: takes(2, 2, countOf('instr')),
  LOCATE: takes(2, 3, locate),
  FIND_IN_SET: takes(2, 2, countOf('dt_find_in_set')),
  STRCMP: takes(2, 2, countOf('dt_strcmp')),
  REGEXP_LIKE: takes(2, 2, countOf('dt_regexp_like')),
  FIELD: takes(2, many, field),
  ELT: takes(2, many, elt),
  HEX: takes(1, 1, hex),
  UNHEX: takes(1, 1, (called) => operand(`dt_unhex(${asText(arg(called, 0), called.where)})`, bytes)),
  MD5: takes(1, 1, digestOf('dt_md5')),
  SHA1: takes(1, 1, digestOf('dt_sha1')),
  SHA2: takes(2, 2, digestOf('dt_sha2')),
  TO_BASE64: takes(1, 1, digestOf('dt_to_base64')),
  FROM_BASE64: takes(1, 1, (called) => operand(`dt_from_base64(${asText(arg(called, 0), called.where)})`, bytes)),
  CHAR: takes(1, many, (called) =>
    operand(`char(${called.args.map((one) => asInteger(one, called.where)).join(', ')})`, text),
  ),
  BIN: takes(1, 1, (called) => operand(`dt_bin(${baseOf(called)})`, text)),
  OCT: takes(1, 1, (called) => operand(`dt_oct(${baseOf(called)})`, text)),
  CONV: takes(3, 3, (called) =>
    operand(
      `dt_conv(${[baseOf(called), ...called.args.slice(1).map((one) => asInteger(one, called.where))].join(', ')})`,
      text,
    ),
  ),
};
