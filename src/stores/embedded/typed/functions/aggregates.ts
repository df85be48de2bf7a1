/** Aggregates and window functions. */
import { say } from '../../../../base/say.ts';
import type { ExpressionOf, OrderItem, Window } from '../../../../git4data/query/tree.ts';
import { quotientDigits } from '../arithmetic.ts';
import { jsonPiece } from './jsonCalls.ts';
import {
  asInteger,
  asReal,
  asScaled,
  asText,
  bitsOrder,
  converted,
  isPacked,
  type Operand,
  operand,
  ordered,
} from '../operand.ts';
import type { Host, Scope } from '../scope.ts';
import { sqlText, ten, unsupported } from '../sqlText.ts';
import {
  dec,
  int,
  isBits,
  isExact,
  isMoment,
  isNative,
  isNumber,
  isOpen,
  isWide,
  json,
  maxDigits,
  nativeDigits,
  real,
  scaleOf,
  type SqlType,
  text,
  typeText,
} from '../types.ts';

type CallTree = ExpressionOf<'call'>;

interface Aggregated {
  readonly host: Host;
  readonly tree: CallTree;
  readonly scope: Scope;
  readonly where: string;
  readonly args: readonly Operand[];
}

/** Digits of a sum that 10^6 rows cannot bring beyond 64 bits. */
const summedDigits = 12;
/** Sums that may are two native sums, of high and low digits: one call a group, none a row. */
const half = ten(9);

/** ORDER BY of a window or of GROUP_CONCAT. */
function orderText(host: Host, order: readonly OrderItem[], scope: Scope): string {
  return order
    .map(
      ({ value, descending }) =>
        `${ordered(host.operand(value, scope), host.where(value))}${descending ? ' DESC' : ''}`,
    )
    .join(', ');
}

function windowText(host: Host, window: Window, scope: Scope): string {
  const parts = [
    window.partition.length > 0 &&
      `PARTITION BY ${window.partition.map((one) => host.operand(one, scope).sql).join(', ')}`,
    window.order.length > 0 && `ORDER BY ${orderText(host, window.order, scope)}`,
    window.frame,
  ];
  return `OVER (${parts.filter(Boolean).join(' ')})`;
}

/** The aggregate with what stands behind OVER. */
function over({ host, tree, scope }: Aggregated, sql: string): string {
  if (tree.over === null) return sql;
  const window = typeof tree.over === 'string' ? scope.windows.get(tree.over) : tree.over;
  if (!window) throw unsupported(say('The window {0}', typeof tree.over === 'string' ? tree.over : ''));
  return `${sql} ${windowText(host, window, scope)}`;
}

const like = (one: Operand, sql: string): Operand => ({ sql, type: one.type, ...(one.isKept && { isKept: true }) });

function count(call: Aggregated): Operand {
  const { tree, args, where } = call;
  if (tree.star) return operand(over(call, 'count(*)'), int());
  const [one] = args;
  if (!one || args.length > 1)
    throw unsupported(say('COUNT(DISTINCT) of several columns'), say('Count the rows of a SELECT DISTINCT.'));
  const sql = tree.distinct && one.type.kind === 'real' ? asReal(one, where) : one.sql;
  return operand(over(call, `count(${tree.distinct ? 'DISTINCT ' : ''}${sql})`), int());
}

/** SUM and AVG. */
function sum(call: Aggregated): Operand {
  const { tree, where } = call;
  const one = call.args[0] as Operand;
  const isAverage = tree.name === 'AVG';
  if (tree.distinct) return distinctSum(call, one, isAverage);
  if (!isNumber(one.type) && one.type.kind !== 'text' && !isOpen(one.type))
    throw unsupported(say('{0} of {1} ({2})', tree.name, typeText(one.type), where));
  const isReal = !isExact(one.type) || (isAverage && one.type.kind !== 'dec');
  if (isReal) return operand(over(call, `${isAverage ? 'avg' : 'sum'}(${asReal(one, where)})`), real);
  return exactSum(call, one, isAverage);
}

const digitsOf = (type: SqlType): number => (type.kind === 'dec' || type.kind === 'int' ? type.digits : 1);

function exactSum(call: Aggregated, one: Operand, isAverage: boolean): Operand {
  const scale = scaleOf(one.type);
  const places = isAverage ? Math.min(scale + quotientDigits, 30) : scale;
  const rows = isAverage ? over(call, `count(${one.sql})`) : '1';
  if (isPacked(one)) return packedSum(call, one, rows, places);
  if (isBits(one.type)) {
    const [high, low] = [
      over(call, `sum((${one.sql} >> 32) & 4294967295)`),
      over(call, `sum(${one.sql} & 4294967295)`),
    ];
    return operand(`dt_unsigned_join(${high}, ${low}, ${rows}, ${places})`, dec(maxDigits, places));
  }
  if (isWide(one.type))
    return operand(over(call, `dt_${isAverage ? 'avg' : 'sum'}(${one.sql}, ${places})`), dec(maxDigits, places));
  const value = asScaled(one, scale);
  if (!isAverage && digitsOf(one.type) <= summedDigits)
    return operand(over(call, `sum(${value})`), one.type.kind === 'dec' ? dec(nativeDigits, scale) : int());
  const [high, low] = [over(call, `sum(${value} / ${half})`), over(call, `sum(${value} % ${half})`)];
  return operand(`dt_dec_join(${high}, ${low}, ${rows}, ${scale}, ${places})`, dec(maxDigits, places));
}

/** Digits of a packed number that are summed at a time. */
const pieceDigits = 9;

/** Native sums of nine digits each; those of a negative number are turned round, which the count of them takes back. */
function packedSum(call: Aggregated, one: Operand, rows: string, places: number): Operand {
  const { digits } = one.type as SqlType & { kind: 'dec' };
  const pieces: string[] = [];
  for (let left = digits; left > 0; left -= pieceDigits) {
    const size = Math.min(pieceDigits, left);
    // The first character is the sign.
    pieces.push(over(call, `sum(CAST(substr(${one.sql}, ${left - size + 2}, ${size}) AS INTEGER))`));
  }
  const negative = over(call, `sum(${one.sql} < '1')`);
  return operand(
    `dt_packed_join(${digits}, ${scaleOf(one.type)}, ${places}, ${rows}, ${negative}, ${pieces.join(', ')})`,
    dec(maxDigits, places),
  );
}

/** SUM(DISTINCT …): only where one native sum does it. */
function distinctSum(call: Aggregated, one: Operand, isAverage: boolean): Operand {
  const isSmall =
    (one.type.kind === 'int' && isNative(one.type)) ||
    (one.type.kind === 'dec' && one.type.digits <= summedDigits && !isAverage);
  if (!isSmall || call.tree.over !== null)
    throw unsupported(say('{0}(DISTINCT) of {1} ({2})', call.tree.name, typeText(one.type), call.where));
  const value = asScaled(one, scaleOf(one.type));
  return isAverage
    ? operand(`avg(DISTINCT ${value})`, real)
    : operand(`sum(DISTINCT ${value})`, one.type.kind === 'dec' ? dec(nativeDigits, one.type.scale) : int());
}

function extreme(call: Aggregated): Operand {
  const one = call.args[0] as Operand;
  const { kind } = one.type;
  if (isBits(one.type))
    return like(one, bitsOrder(over(call, `${call.tree.name.toLowerCase()}(${bitsOrder(one.sql)})`)));
  const isPlain =
    isPacked(one) ||
    (isNumber(one.type) && isNative(one.type)) ||
    isMoment(one.type) ||
    kind === 'text' ||
    isOpen(one.type);
  if (!isPlain) throw unsupported(say('{0} of {1} ({2})', call.tree.name, typeText(one.type), call.where));
  return like(one, over(call, `${call.tree.name.toLowerCase()}(${one.sql})`));
}

/** Any value of the group: SQLite needs one that it can choose. */
const anyValue = (call: Aggregated): Operand =>
  like(call.args[0] as Operand, over(call, `min(${(call.args[0] as Operand).sql})`));

function groupConcat(call: Aggregated): Operand {
  const { host, tree, scope, where } = call;
  if (tree.over !== null) throw unsupported('GROUP_CONCAT OVER');
  const value = call.args.map((one) => asText(one, where)).join(' || ');
  const order = tree.order.length > 0 ? ` ORDER BY ${orderText(host, tree.order, scope)}` : '';
  const separator = tree.separator ?? ',';
  if (!tree.distinct) return operand(`group_concat(${value}, ${sqlText(separator)}${order})`, text);
  if (separator !== ',')
    throw unsupported(
      say('GROUP_CONCAT(DISTINCT …) with a separator'),
      say('Make the values distinct in a sub-query.'),
    );
  return operand(`group_concat(DISTINCT ${value}${order})`, text);
}

function jsonArrayAgg(call: Aggregated): Operand {
  return operand(`dt_json_read(json_group_array(json(${jsonPiece(call.args[0] as Operand, call.where)})))`, json);
}

function jsonObjectAgg(call: Aggregated): Operand {
  const [key, value] = call.args;
  if (!key || !value) throw unsupported(say('JSON_OBJECTAGG takes a key and a value'));
  return operand(
    `dt_json_read(json_group_object(${asText(key, call.where)}, json(${jsonPiece(value, call.where)})))`,
    json,
  );
}

/** A number of rows or of a group. */
const ranked = (type: SqlType) => (call: Aggregated) => {
  const buckets = call.args.map((one) => asInteger(one, call.where)).join(', ');
  return operand(over(call, `${call.tree.name.toLowerCase()}(${buckets})`), type);
};

/** What stands for a row that is not there, in the form of the values of the others. */
const assignedDefault = (standard: Operand, one: Operand, where: string): string =>
  isPacked(one) && one.type.kind === 'dec'
    ? `dt_dec_stored(${converted(standard, one.type, where)}, ${one.type.digits}, ${one.type.scale})`
    : converted(standard, one.type, where);

/** A value of another row. */
function neighbour(call: Aggregated): Operand {
  const [one, count, standard] = call.args;
  if (!one) throw unsupported(say('{0}() without a value', call.tree.name));
  const rest = [count && asInteger(count, call.where), standard && assignedDefault(standard, one, call.where)];
  return like(
    one,
    over(
      call,
      `${call.tree.name.toLowerCase()}(${[one.sql, ...rest].filter((part) => part !== undefined).join(', ')})`,
    ),
  );
}

const onlyOver = new Set(
  'ROW_NUMBER RANK DENSE_RANK CUME_DIST PERCENT_RANK NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE'.split(' '),
);

/** What is computed over rows: aggregates and window functions. */
export const aggregates: Readonly<Record<string, (call: Aggregated) => Operand>> = {
  COUNT: count,
  SUM: sum,
  AVG: sum,
  MIN: extreme,
  MAX: extreme,
  ANY_VALUE: anyValue,
  GROUP_CONCAT: groupConcat,
  JSON_ARRAYAGG: jsonArrayAgg,
  JSON_OBJECTAGG: jsonObjectAgg,
  ROW_NUMBER: ranked(int()),
  RANK: ranked(int()),
  DENSE_RANK: ranked(int()),
  NTILE: ranked(int()),
  CUME_DIST: ranked(real),
  PERCENT_RANK: ranked(real),
  LAG: neighbour,
  LEAD: neighbour,
  FIRST_VALUE: neighbour,
  LAST_VALUE: neighbour,
  NTH_VALUE: neighbour,
};

/** True for what is computed over rows. */
export const isAggregate = (name: string): boolean => Object.hasOwn(aggregates, name);

/** The aggregate or window function of a call. */
export function aggregated(host: Host, tree: CallTree, scope: Scope): Operand {
  const make = aggregates[tree.name];
  if (!make) throw unsupported(say('The function {0}()', tree.name));
  const where = host.where(tree);
  if (onlyOver.has(tree.name) && tree.over === null) throw unsupported(say('{0}() without OVER', tree.name));
  const { grouping } = scope;
  const isGroup = tree.over === null;
  if (isGroup) {
    grouping.aggregates++;
    grouping.inside++;
  }
  const call = { host, tree, scope, where, args: tree.args.map((one) => host.operand(one, scope)) };
  if (!tree.star && call.args.length === 0 && !onlyOver.has(tree.name))
    throw unsupported(say('{0}() without a value', tree.name));
  const found = make(call);
  if (isGroup) grouping.inside--;
  return found;
}
