/** MySQL's functions of JSON. A document is kept, made and shown in one normal form; numbers keep their digits. */
import { say } from '../../../../base/say.ts';
import { arg, type Called, type FunctionTable, takes } from './functionTable.ts';
import { asText, jsonSql, type Operand, operand } from '../operand.ts';
import { unsupported } from '../sqlText.ts';
import { int, isOpen, json, text, typeText } from '../types.ts';

const many = 200;

/** A value as JSON text within a document that is made. */
export function jsonPiece(one: Operand, where: string): string {
  const { sql, type } = one;
  switch (type.kind) {
    case 'json':
      return `coalesce(${jsonSql(one)}, 'null')`;
    case 'text':
    case 'enum':
    case 'date':
      return `dt_json_quote(${sql})`;
    case 'int':
    case 'dec':
      return `coalesce(${asText(one, where)}, 'null')`;
    case 'real':
      return `dt_json_number(${sql})`;
    case 'null':
      return `'null'`;
    case 'any':
      return `dt_json_quote(${sql})`;
    default:
      throw unsupported(
        say('{0} in a JSON document ({1})', typeText(type), where),
        say('Write CAST(… AS CHAR) around it.'),
      );
  }
}

/** A document: a JSON, or a text that holds one. */
function document(called: Called, i: number): string {
  const one = arg(called, i);
  if (one.type.kind === 'json' || one.type.kind === 'text' || isOpen(one.type)) return one.sql;
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
}

function jsonArray(called: Called): Operand {
  const parts = called.args.map((one) => jsonPiece(one, called.where));
  return operand(`dt_json_array(${parts.join(', ')})`, json);
}

function jsonObject(called: Called): Operand {
  if (called.args.length % 2 === 1)
    throw unsupported(say('JSON_OBJECT with a key without a value ({0})', called.where));
  const parts = called.args.map((one, i) => (i % 2 === 0 ? asText(one, called.where) : jsonPiece(one, called.where)));
  return operand(`dt_json_object(${parts.join(', ')})`, json);
}

/** JSON_SET and its like: paths and values in turn behind the document. */
const changed = (called: Called): Operand => {
  if (called.args.length % 2 === 0)
    throw unsupported(say('{0} with a path without a value ({1})', called.name, called.where));
  const parts = called.args
    .slice(1)
    .map((one, i) => (i % 2 === 0 ? asText(one, called.where) : `json(${jsonPiece(one, called.where)})`));
  return operand(`dt_json_read(${called.name.toLowerCase()}(${[document(called, 0), ...parts].join(', ')}))`, json);
};

function removed(called: Called): Operand {
  const parts = called.args.slice(1).map((one) => asText(one, called.where));
  return operand(`dt_json_read(json_remove(${[document(called, 0), ...parts].join(', ')}))`, json);
}

function unquoted(called: Called): Operand {
  const one = arg(called, 0);
  if (one.type.kind === 'json' || one.type.kind === 'text' || isOpen(one.type))
    return operand(`dt_json_unquote(${one.sql})`, text);
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
}

export const jsonCalls: FunctionTable = {
  JSON_EXTRACT: takes(2, 2, (called) =>
    operand(`dt_json_extract(${document(called, 0)}, ${asText(arg(called, 1), called.where)})`, json),
  ),
  JSON_UNQUOTE: takes(1, 1, unquoted),
  JSON_LENGTH: takes(1, 1, (called) => operand(`dt_json_length(${document(called, 0)})`, int(10))),
  JSON_VALID: takes(1, 1, (called) => operand(`json_valid(${document(called, 0)})`, int(1))),
  JSON_ARRAY: takes(0, many, jsonArray),
  JSON_OBJECT: takes(0, many, jsonObject),
  JSON_SET: takes(3, many, changed),
  JSON_INSERT: takes(3, many, changed),
  JSON_REPLACE: takes(3, many, changed),
  JSON_REMOVE: takes(2, many, removed),
};
