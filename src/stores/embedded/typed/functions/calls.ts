/** Calls of functions: which of the tables knows the name, and what chooses between values. */
import { say } from '../../../../base/say.ts';
import { Failure } from '../../../../base/failure.ts';
import type { ExpressionOf } from '../../../../git4data/query/tree.ts';
import { aggregated, isAggregate } from './aggregates.ts';
import { compared } from '../compare.ts';
import { dateCalls } from './dateCalls.ts';
import { arg, type Called, type FunctionTable, takes } from './functionTable.ts';
import { jsonCalls } from './jsonCalls.ts';
import { numberCalls } from './numberCalls.ts';
import { asTruth, converted, type Operand, operand } from '../operand.ts';
import type { Host, Scope } from '../scope.ts';
import { sqlText, unsupported } from '../sqlText.ts';
import { textCalls } from './textCalls.ts';
import { bool, common, isNative, isText, text } from '../types.ts';

const many = 100;

function chosen(called: Called): Operand {
  const [condition, yes, no] = called.args as [Operand, Operand, Operand];
  const type = common([yes.type, no.type], called.where);
  return operand(
    `iif(${asTruth(condition, called.where)}, ${converted(yes, type, called.where)}, ${converted(no, type, called.where)})`,
    type,
  );
}

function firstKnown(called: Called): Operand {
  const type = common(
    called.args.map((one) => one.type),
    called.where,
  );
  const values = called.args.map((one) => converted(one, type, called.where));
  return operand(values.length === 1 ? (values[0] ?? '') : `coalesce(${values.join(', ')})`, type);
}

function nullIf(called: Called): Operand {
  const [one, other] = [arg(called, 0), arg(called, 1)];
  return {
    sql: `CASE WHEN ${compared('=', one, other, called.where)} THEN NULL ELSE ${one.sql} END`,
    type: one.type,
    ...(one.isKept && { isKept: true }),
  };
}

function extremeOf(called: Called): Operand {
  const types = called.args.map((one) => one.type);
  const type = common(types, called.where);
  if (types.some(isText) && !types.every(isText))
    throw unsupported(
      say('{0} over text and other types ({1})', called.name, called.where),
      say('Write CAST(… AS type) around the text.'),
    );
  if (!isNative(type) || !['int', 'dec', 'real', 'text', 'date', 'datetime', 'bool', 'null'].includes(type.kind))
    throw unsupported(say('{0} over these types ({1})', called.name, called.where));
  return operand(
    `${called.name === 'GREATEST' ? 'max' : 'min'}(${called.args.map((one) => converted(one, type, called.where)).join(', ')})`,
    type,
  );
}

const choices: FunctionTable = {
  IF: takes(3, 3, chosen),
  IFNULL: takes(2, 2, firstKnown),
  COALESCE: takes(1, many, firstKnown),
  NULLIF: takes(2, 2, nullIf),
  ISNULL: takes(1, 1, (called) => operand(`(${arg(called, 0).sql} IS NULL)`, bool)),
  GREATEST: takes(2, many, extremeOf),
  LEAST: takes(2, many, extremeOf),
  DATABASE: takes(0, 0, ({ host }) =>
    operand(host.context.database === null ? 'NULL' : sqlText(host.context.database), text),
  ),
  VERSION: takes(0, 0, () => operand(sqlText('8.0.30-DeltaTrain'), text)),
};

/** Every function that has a rule of its own, besides those over rows. */
export const tables: FunctionTable = { ...choices, ...textCalls, ...numberCalls, ...dateCalls, ...jsonCalls };

/** `VALUES(a)` behind ON DUPLICATE KEY UPDATE is the new row's a. */
function newValue(host: Host, tree: ExpressionOf<'call'>, scope: Scope): Operand {
  const [column] = tree.args;
  if (column?.kind !== 'column') throw unsupported(say('The function {0}()', 'VALUES'));
  return host.operand({ ...column, table: newRowAlias }, scope);
}

/** What the new row is called in SQLite, behind ON DUPLICATE KEY UPDATE. */
export const newRowAlias = 'excluded';

/** The call of a function as SQLite has it. */
export function callOf(host: Host, tree: ExpressionOf<'call'>, scope: Scope): Operand {
  const { name } = tree;
  if (isAggregate(name)) return aggregated(host, tree, scope);
  if (name === 'VALUES') return newValue(host, tree, scope);
  const form = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (!form || tree.star || tree.distinct) throw unsupported(say('The function {0}()', name));
  if (tree.over !== null) throw unsupported(`${name} OVER`);
  const { least, most } = form;
  const args = tree.args.map((one) => host.operand(one, scope));
  if (args.length < least || args.length > most)
    throw new Failure('sql.syntax', {
      message: say(
        '{0}() takes {1} arguments, not {2}',
        name,
        least === most ? least : most >= many ? say('{0} or more', least) : say('{0} to {1}', least, most),
        args.length,
      ),
    });
  return form.make({ host, name, args, trees: tree.args, word: tree.word, where: host.where(tree) });
}
