/** Gives each expression a type and writes it for SQLite, with every conversion spelled out. */
import { say } from '../../../base/say.ts';
import { canonicalDate, canonicalTime } from '../../canonical.ts';
import type { Expression, ExpressionOf } from '../../../git4data/query/tree.ts';
import { arithmetic, signed } from './arithmetic.ts';
import { callOf } from './functions/calls.ts';
import { castTo } from './functions/casts.ts';
import { type Aligned, aligned, type Comparison, compared, exactLiteral } from './compare.ts';
import {
  asInteger,
  asReal,
  asText,
  asTruth,
  converted,
  dateLiteral,
  nullOperand,
  type Operand,
  operand,
} from './operand.ts';
import type { Host, Scope } from './scope.ts';
import { sqlText, unsupported } from './sqlText.ts';
import {
  bool,
  bytes,
  common,
  date,
  datetime,
  dec,
  int,
  isMoment,
  isOpen,
  maxDigits,
  real,
  text,
  typeText,
} from './types.ts';

type Writers = { readonly [K in Expression['kind']]: (host: Host, tree: ExpressionOf<K>, scope: Scope) => Operand };

const truth = (host: Host, tree: Expression, scope: Scope): string =>
  asTruth(host.operand(tree, scope), host.where(tree));
const not = (negated: boolean): string => (negated ? 'NOT ' : '');

const textLiteral = (found: string): Operand => ({ ...operand(sqlText(found), text), literal: found });

function bytesLiteral(written: string): Operand {
  if (/^[xX]'/.test(written)) return operand(written, bytes);
  const digits = written.replace(/^0[xb]|^[bB]'|'$/g, '');
  if (/^0x/.test(written)) return operand(`x'${digits.padStart(digits.length + (digits.length % 2), '0')}'`, bytes);
  return exactLiteral(BigInt(`0b${digits || '0'}`).toString());
}

function momentLiteral(tree: ExpressionOf<'moment'>, where: string): Operand {
  const { family, text: found } = tree;
  const digits = /\.(\d+)/.exec(found)?.[1]?.length ?? 0;
  const form =
    family === 'time' ? canonicalTime(found, digits) : canonicalDate(found, family, family === 'date' ? 0 : digits);
  if (form === undefined)
    throw unsupported(
      say('A date or time that is none ({0})', where),
      say("A date is written '2024-01-31', a time '2024-01-31 10:00:00'."),
    );
  return operand(
    sqlText(form),
    family === 'date' ? date : family === 'time' ? { kind: 'time', digits } : datetime(digits),
  );
}

const isInt64 = (value: bigint): boolean => value === BigInt.asIntN(64, value);

/** A `?`: what it is bound to tells its type; a whole number beyond 64 bits is bound as its digits. */
function parameter(host: Host, { index }: ExpressionOf<'parameter'>): Operand {
  const sql = `?${index + 1}`;
  const value = host.context.values?.[index];
  if (value === undefined) return operand(sql, { kind: 'any' });
  if (value === null) return operand(sql, { kind: 'null' });
  if (value instanceof Uint8Array) return operand(sql, bytes);
  const known = String(value);
  if (typeof value === 'string') return { ...operand(sql, text), known };
  if (typeof value === 'boolean') return { ...operand(sql, bool), known };
  if (typeof value === 'bigint')
    return isInt64(value) ? { ...operand(sql, int()), known } : operand(sql, dec(maxDigits, 0));
  return { ...(Number.isSafeInteger(value) ? operand(`CAST(${sql} AS INTEGER)`, int(16)) : operand(sql, real)), known };
}

/** Several values in parentheses on one side of `=` or IN. */
function rowOf(host: Host, tree: Expression, scope: Scope): Operand[] {
  return tree.kind === 'row' ? tree.items.map((item) => host.operand(item, scope)) : [host.operand(tree, scope)];
}

function pairs(left: readonly Operand[], right: readonly Operand[], where: string): Aligned[] {
  if (left.length !== right.length)
    throw unsupported(say('Rows of {0} and {1} values ({2})', left.length, right.length, where));
  return left.map((one, i) => aligned(one, right[i] as Operand, where, false));
}

const rowSql = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`);

/** `a IN (…)`: one list for each form that the left side takes, mostly one. */
function inList(host: Host, tree: ExpressionOf<'in'>, scope: Scope): Operand {
  const where = host.where(tree);
  const left = rowOf(host, tree.operand, scope);
  const lists = new Map<string, string[]>();
  const more: string[] = [];
  for (const item of tree.list) {
    const found = pairs(left, rowOf(host, item, scope), where);
    if (found.some(({ left: side }) => side.startsWith('dt_compare('))) {
      more.push(found.map(({ left: a, right: b }) => `(${a} = ${b})`).join(' AND '));
      continue;
    }
    const form = rowSql(found.map(({ left: side }) => side));
    const list = lists.get(form) ?? [];
    list.push(rowSql(found.map(({ right }) => right)));
    lists.set(form, list);
  }
  const isRow = left.length > 1;
  const listed = [...lists].map(
    ([form, items]) => `${form} IN (${isRow ? `VALUES ${items.join(', ')}` : items.join(', ')})`,
  );
  const sql = [...listed, ...more].join(' OR ');
  return operand(`(${not(tree.negated)}(${sql}))`, bool);
}

function inQuery(host: Host, tree: ExpressionOf<'inQuery'>, scope: Scope): Operand {
  const where = host.where(tree);
  const left = rowOf(host, tree.operand, scope);
  const found = host.derived(tree.query, scope, scope.named);
  const sides = pairs(
    left,
    found.columns.map((column, i) => ({ ...column, sql: `q.c${i}` })),
    where,
  );
  if (sides.some(({ left: side }) => side.startsWith('dt_compare(')))
    throw unsupported(say('IN over numbers of more than 18 digits ({0})', where));
  const isPlain = sides.every(({ right }, i) => right === `q.c${i}`);
  const query = isPlain ? found.sql : `SELECT ${sides.map(({ right }) => right).join(', ')} FROM (${found.sql}) q`;
  return operand(`(${rowSql(sides.map(({ left: side }) => side))} ${not(tree.negated)}IN (${query}))`, bool);
}

function between(host: Host, tree: ExpressionOf<'between'>, scope: Scope): Operand {
  const where = host.where(tree);
  const [one, low, high] = [tree.operand, tree.low, tree.high].map((part) => host.operand(part, scope)) as [
    Operand,
    Operand,
    Operand,
  ];
  const [from, to] = [aligned(one, low, where, true), aligned(one, high, where, true)];
  if (from.left === to.left && !from.left.startsWith('dt_compare('))
    return operand(`(${from.left} ${not(tree.negated)}BETWEEN ${from.right} AND ${to.right})`, bool);
  return operand(`(${not(tree.negated)}(${from.left} >= ${from.right} AND ${to.left} <= ${to.right}))`, bool);
}

function caseOf(host: Host, tree: ExpressionOf<'case'>, scope: Scope): Operand {
  const where = host.where(tree);
  const base = tree.base && host.operand(tree.base, scope);
  const whens = tree.whens.map(({ when, then }) => ({
    when: base ? compared('=', base, host.operand(when, scope), where) : truth(host, when, scope),
    then: host.operand(then, scope),
  }));
  const other = tree.other ? host.operand(tree.other, scope) : nullOperand;
  const type = common([...whens.map(({ then }) => then.type), other.type], where);
  const parts = whens.map(({ when, then }) => `WHEN ${when} THEN ${converted(then, type, where)}`);
  return operand(`CASE ${parts.join(' ')} ELSE ${converted(other, type, where)} END`, type);
}

/** A query that gives one value; MySQL's error when it gives more. */
function scalar(host: Host, tree: ExpressionOf<'scalar'>, scope: Scope): Operand {
  const { sql, columns } = host.derived(tree.query, scope, scope.named);
  const [column] = columns;
  if (!column || columns.length !== 1) throw unsupported(say('A sub-query of {0} columns as a value', columns.length));
  const value = isOneRow(tree.query)
    ? `(${sql})`
    : `(SELECT dt_only(count(*), min(c0)) FROM (SELECT c0 FROM (${sql}) LIMIT 2))`;
  return { sql: value, type: column.type, ...(column.isKept && { isKept: true }) };
}

const aggregates = new Set(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX']);

/** True where it is plain to see that a query has one row at most. */
function isOneRow({ first, rest, limit }: ExpressionOf<'scalar'>['query']): boolean {
  if (limit?.kind === 'number' && limit.text === '1') return true;
  if (rest.length > 0 || first.kind !== 'select') return false;
  if (first.from.length === 0) return true;
  const [item] = first.items;
  const isAggregate =
    item && !item.star && item.value.kind === 'call' && item.value.over === null && aggregates.has(item.value.name);
  return first.group.length === 0 && isAggregate === true;
}

const smallUnits = new Set(['HOUR', 'MINUTE', 'SECOND']);

/** True of a text that is a date: it comes out of the sum as one. */
const isDateTextOf = ({ type, isDateText, literal, known }: Operand): boolean =>
  type.kind === 'text' && (isDateText === true || dateLiteral(literal ?? known ?? '') !== undefined);

/** How many units: a whole number. */
function countOf(amount: Operand, where: string): string {
  if (['int', 'bool', 'any'].includes(amount.type.kind)) return asInteger(amount, where);
  if (/^[+-]?\d+$/.test(amount.literal ?? '')) return asReal(amount, where);
  throw unsupported(say('An INTERVAL of {0} ({1})', typeText(amount.type), where), say('Give a whole number.'));
}

function interval(host: Host, tree: ExpressionOf<'interval'>, scope: Scope): Operand {
  const where = host.where(tree);
  const one = host.operand(tree.date, scope);
  const isDateText = isDateTextOf(one);
  if (!isMoment(one.type) && !isDateText && !isOpen(one.type))
    throw unsupported(
      say('{0} with an INTERVAL ({1})', typeText(one.type), where),
      say('Write CAST(… AS DATE) around the text.'),
    );
  const count = countOf(host.operand(tree.amount, scope), where);
  const sql = `dt_date_add(${one.sql}, ${tree.minus ? `-(${count})` : `(${count})`}, ${sqlText(tree.unit)})`;
  if (isDateText) return { ...operand(sql, text), isDateText: true };
  if (tree.unit === 'MICROSECOND') return operand(`dt_datetime(${sql}, 6)`, datetime(6));
  return operand(sql, one.type.kind === 'date' && smallUnits.has(tree.unit) ? datetime(0) : one.type);
}

const writers: Writers = {
  number: (_, tree) => (/[eE]/.test(tree.text) ? operand(realText(tree.text), real) : exactLiteral(tree.text)),
  text: (_, tree) => textLiteral(tree.text),
  bytes: (_, tree) => bytesLiteral(tree.text),
  moment: (host, tree) => momentLiteral(tree, host.where(tree)),
  null: () => nullOperand,
  truth: (_, tree) => ({ ...operand(tree.value ? '1' : '0', bool), literal: tree.value ? '1' : '0' }),
  parameter,
  column: (host, tree, scope) => scope.resolve(tree, host.where(tree)),
  row: (host, tree) => {
    throw unsupported(say('Several values where one stands ({0})', host.where(tree)));
  },
  not: (host, tree, scope) => operand(`(NOT ${truth(host, tree.operand, scope)})`, bool),
  sign: (host, tree, scope) => signed(tree.sign, host.operand(tree.operand, scope), host.where(tree)),
  logic: (host, tree, scope) =>
    operand(`(${tree.operands.map((one) => truth(host, one, scope)).join(` ${tree.operator} `)})`, bool),
  binary: (host, tree, scope) => binary(host, tree, scope),
  is: (host, tree, scope) =>
    tree.what === 'NULL'
      ? operand(`(${host.operand(tree.operand, scope).sql} IS ${not(tree.negated)}NULL)`, bool)
      : operand(`(${truth(host, tree.operand, scope)} IS ${not(tree.negated)}${tree.what})`, bool),
  between,
  in: inList,
  inQuery,
  like: (host, tree, scope) => {
    const [one, pattern] = [tree.operand, tree.pattern].map((part) =>
      asText(host.operand(part, scope), host.where(tree)),
    );
    const escape = tree.escape ? ` ESCAPE ${host.operand(tree.escape, scope).sql}` : '';
    return operand(`(${one ?? ''} ${not(tree.negated)}LIKE ${pattern ?? ''}${escape})`, bool);
  },
  regexp: (host, tree, scope) => {
    const [one, pattern] = [tree.operand, tree.pattern].map((part) =>
      asText(host.operand(part, scope), host.where(tree)),
    );
    return operand(`(${one ?? ''} ${not(tree.negated)}REGEXP ${pattern ?? ''})`, bool);
  },
  exists: (host, tree, scope) => operand(`EXISTS (${host.derived(tree.query, scope, scope.named).sql})`, bool),
  scalar,
  case: caseOf,
  cast: (host, tree, scope) => castTo(host.operand(tree.operand, scope), tree.type, host.where(tree)),
  interval,
  call: callOf,
};

/** A number with an exponent, as SQLite reads it. */
const realText = (written: string): string => written.replace(/^(\d+)([eE])/, '$1.0$2').replace(/^\./, '0.');

const comparisons: ReadonlySet<string> = new Set(['=', '<=>', '<>', '<', '<=', '>', '>=']);
const isComparison = (operator: string): operator is Comparison => comparisons.has(operator);

function binary(host: Host, tree: ExpressionOf<'binary'>, scope: Scope): Operand {
  const { operator, left, right } = tree;
  const where = host.where(tree);
  if (left.kind === 'row' || right.kind === 'row') return rowsCompared(host, tree, scope, where);
  const [a, b] = [host.operand(left, scope), host.operand(right, scope)];
  if (isComparison(operator)) return operand(compared(operator, a, b, where), bool);
  if (operator === '&' || operator === '|' || operator === '<<' || operator === '>>')
    throw unsupported(say('{0} between bits ({1})', operator, where));
  return arithmetic(operator, a, b, where);
}

/** `(a, b) = (1, 2)`. */
function rowsCompared(
  host: Host,
  { operator, left, right }: ExpressionOf<'binary'>,
  scope: Scope,
  where: string,
): Operand {
  if (operator !== '=' && operator !== '<>') throw unsupported(say('Rows compared by {0} ({1})', operator, where));
  const sides = pairs(rowOf(host, left, scope), rowOf(host, right, scope), where);
  const all = sides.map(({ left: a, right: b }) => `(${a} = ${b})`).join(' AND ');
  return operand(operator === '=' ? `(${all})` : `(NOT (${all}))`, bool);
}

/** The operand of an expression; an expression of GROUP BY may hold columns that stand nowhere else. */
export function operandOf<K extends Expression['kind']>(host: Host, tree: ExpressionOf<K>, scope: Scope): Operand {
  const { grouping } = scope;
  const before = grouping.loose.length;
  const write = writers[tree.kind as K] as (host: Host, tree: ExpressionOf<K>, scope: Scope) => Operand;
  const found = write(host, tree, scope);
  if (grouping.groups.has(found.sql)) grouping.loose.length = before;
  return host.strict && found.type.kind === 'text' ? { ...found, strict: true } : found;
}
