/** Queries: the columns of each SELECT with their types, what it is grouped and ordered by, and several SELECTs as one. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { Expression, NamedQuery, OrderItem, Query, Select, SetOperator } from '../../../git4data/query/tree.ts';
import { asInteger, asTruth, converted, isPacked, type Operand, ordered } from './operand.ts';
import { namesItself, recursiveParts } from './recursiveForm.ts';
import { type Column, type Derived, type Host, type NamedSources, Scope } from './scope.ts';
import { fromText, titled } from './sources.ts';
import { sqlText, unsupported } from './sqlText.ts';
import { common, int, isBits, type SqlType, typeText } from './types.ts';

interface Item {
  readonly title: string;
  readonly alias: string | null;
  readonly tree: Expression | null;
  readonly value: Operand;
}

/** A SELECT before its ORDER BY, and what its names mean there. */
interface Selected extends Derived {
  readonly scope: Scope;
  readonly items: readonly Item[];
  readonly select: Select;
  /** Its text behind what it shows. */
  readonly tail: string;
}

const columnsOf = (items: readonly Item[]): Column[] =>
  items.map(({ title, value }, i) => ({ ...plainOf(value), name: title, sql: `c${i}` }));

/** What is kept of a value that comes out of a query. */
function plainOf({ type, isKept, declared, isDateText }: Operand): Operand {
  return {
    sql: '',
    type,
    ...(isKept && { isKept }),
    ...(declared !== undefined && { declared }),
    ...(isDateText && { isDateText }),
  };
}

/** `*` and `t.*` as single columns. */
function starItems(scope: Scope, table: string | null): Item[] {
  const sources = scope.sources.filter(({ alias }) => table === null || alias.toLowerCase() === table.toLowerCase());
  if (sources.length === 0) throw unsupported(say('{0}.* of a table that is not there', table ?? ''));
  const merged = table === null ? [...scope.merged] : [];
  const rest = sources.flatMap(({ columns }) =>
    columns.filter(({ name }) => table !== null || !scope.merged.has(name.toLowerCase())),
  );
  const all = [...merged.map(([, column]) => column), ...rest];
  if (scope.grouping.inside === 0) scope.grouping.loose.push(...all.map(({ sql }) => sql));
  return all.map((value) => ({ title: value.name, alias: null, tree: null, value }));
}

function itemsOf(host: Host, select: Select, scope: Scope): Item[] {
  return select.items.flatMap((item) =>
    item.star
      ? starItems(scope, item.table)
      : [{ title: item.title, alias: item.alias, tree: item.value, value: host.operand(item.value, scope) }],
  );
}

/** Titles that may stand in GROUP BY and HAVING, each computed when it is asked for. */
function aliasesOf(host: Host, select: Select, scope: Scope): ReadonlyMap<string, () => Operand> {
  const found = new Map<string, () => Operand>();
  for (const item of select.items) {
    if (item.star || item.alias === null) continue;
    found.set(item.alias.toLowerCase(), () => {
      const { aliases } = scope;
      scope.aliases = null;
      const value = host.operand(item.value, scope);
      scope.aliases = aliases;
      return value;
    });
  }
  return found;
}

/** `1` behind GROUP BY or ORDER BY is the first column; null where it is none. */
function positionOf(tree: Expression, count: number): number | null {
  if (tree.kind !== 'number' || !/^\d+$/.test(tree.text)) return null;
  const position = Number(tree.text);
  if (position < 1 || position > count) throw unsupported(say('Column {0} of {1}', position, count));
  return position - 1;
}

/** Documents and vectors have many texts that mean the same: which of them are one is not told by their texts. */
function requireTold({ type }: Operand, tree: Expression, host: Host): void {
  if (type.kind === 'json' || type.kind === 'vector')
    throw unsupported(
      say('Rows put together by {0} ({1})', typeText(type), host.where(tree)),
      say('Write CAST(… AS CHAR) around it.'),
    );
}

function groupText(host: Host, select: Select, scope: Scope): string {
  const groups = select.group.map((tree) => {
    const position = positionOf(tree, select.items.length);
    const item = position === null ? undefined : select.items[position];
    if (item?.star) throw unsupported(say('A position in GROUP BY together with *'));
    const one = host.operand(item ? item.value : tree, scope);
    requireTold(one, tree, host);
    return one.sql;
  });
  scope.grouping.groups = new Set(groups);
  return groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : '';
}

/** What stands outside every group would be any of their rows. */
function requireGrouped(select: Select, { grouping }: Scope): void {
  const isGrouped = select.group.length > 0 || grouping.aggregates > 0;
  const [loose] = grouping.loose;
  if (isGrouped && loose !== undefined)
    throw unsupported(
      say('{0} outside GROUP BY', loose.replaceAll('"', '')),
      say('Put it into GROUP BY, or write ANY_VALUE(…).'),
    );
}

function selected(host: Host, select: Select, around: Scope | null, named: NamedSources, nested: boolean): Selected {
  const scope = new Scope(around, named);
  scope.windows = select.windows;
  const from = fromText(host, select.from, scope, nested);
  const where = select.where ? ` WHERE ${asTruth(host.operand(select.where, scope), host.where(select.where))}` : '';
  scope.aliases = aliasesOf(host, select, scope);
  const group = groupText(host, select, scope);
  if (scope.grouping.aggregates > 0)
    throw unsupported(say('An aggregate in WHERE or GROUP BY'), say('Use HAVING, or a sub-query.'));
  scope.grouping.loose.length = 0;
  const { aliases } = scope;
  scope.aliases = null;
  const items = itemsOf(host, select, scope);
  if (select.distinct) for (const { value, tree } of items) if (tree) requireTold(value, tree, host);
  scope.aliases = aliases;
  const having = select.having
    ? ` HAVING ${asTruth(host.operand(select.having, scope), host.where(select.having))}`
    : '';
  if (having !== '' && select.group.length === 0 && scope.grouping.aggregates === 0)
    throw unsupported(say('HAVING without GROUP BY'), say('Use WHERE.'));
  requireGrouped(select, scope);
  const tail = `${from}${where}${group}${having}`;
  return {
    sql: selectText(
      select,
      items.map(({ value }) => value.sql),
      tail,
    ),
    tail,
    columns: columnsOf(items),
    scope,
    items,
    select,
  };
}

const selectText = ({ distinct }: Select, cells: readonly string[], tail: string): string =>
  `SELECT ${distinct ? 'DISTINCT ' : ''}${cells.map((cell, i) => `${cell} AS c${i}`).join(', ')}${tail}`;

/** The item that ORDER BY names by its title alone. */
function itemNamed(tree: Expression, items: readonly Item[]): number | null {
  if (tree.kind !== 'column' || tree.table !== null) return null;
  const wanted = tree.name.toLowerCase();
  const found = items.flatMap((item, i) =>
    (item.alias ?? (item.tree === null || item.tree.kind === 'column' ? item.title : '')).toLowerCase() === wanted
      ? [i]
      : [],
  );
  const [first] = found;
  if (first === undefined) return null;
  if (found.some((i) => items[i]?.value.sql !== items[first]?.value.sql))
    throw unsupported(say('{0}, which is the title of two columns', tree.name));
  return first;
}

function orderOf(
  host: Host,
  { value: tree, descending }: OrderItem,
  { items, scope, select }: Omit<Selected, 'tail'>,
): string {
  const index = positionOf(tree, items.length) ?? itemNamed(tree, items);
  const one = index === null ? host.operand(tree, scope) : (items[index] as Item).value;
  const same = index ?? items.findIndex(({ value }) => value.sql === one.sql);
  if (same < 0 && select.distinct)
    throw unsupported(say('ORDER BY {0}, which SELECT DISTINCT does not show', host.where(tree)));
  const sql = ordered(one, host.where(tree));
  return `${same >= 0 && sql === one.sql ? same + 1 : sql}${descending ? ' DESC' : ''}`;
}

function limitText(host: Host, { limit, offset }: Query, scope: Scope): string {
  const part = (tree: Expression): string => {
    const one = host.operand(tree, scope);
    const isCount = tree.kind === 'parameter' || (tree.kind === 'number' && /^\d+$/.test(tree.text));
    if (!isCount) throw unsupported(say('LIMIT {0}', host.where(tree)), say('Give a whole number.'));
    return asInteger(one, host.where(tree));
  };
  return `${limit ? ` LIMIT ${part(limit)}` : ''}${offset ? ` OFFSET ${part(offset)}` : ''}`;
}

interface Named {
  readonly head: string;
  readonly named: NamedSources;
}

/** WITH: each query under a name of its own in SQLite. */
function withText(host: Host, query: Query, named: NamedSources): Named {
  if (query.named.length === 0) return { head: '', named };
  const inner = new Map(named);
  const parts = query.named.map((one) => {
    const name = host.fresh();
    const { sql, columns } =
      query.recursive && namesItself(one) ? recursive(host, one, name, inner) : host.derived(one.query, null, inner);
    inner.set(one.name.toLowerCase(), { sql: name, columns: titled(columns, one.columns, one.name) });
    return `${name} AS (${sql})`;
  });
  return { head: `WITH ${query.recursive ? 'RECURSIVE ' : ''}${parts.join(', ')} `, named: inner };
}

/** The first member decides the types; whole numbers may grow from there. */
function recursive(host: Host, one: NamedQuery, name: string, named: ReadonlyMap<string, Derived>): Derived {
  const { first, step, operator } = recursiveParts(one);
  const start = selected(host, first, null, named, true);
  const grown = start.columns.map(
    (column): Column => ({
      ...column,
      type: column.type.kind === 'int' && !isBits(column.type) ? int(19, column.type.unsigned) : column.type,
    }),
  );
  const names = new Map(named);
  names.set(one.name.toLowerCase(), { sql: name, columns: titled(grown, one.columns, one.name) });
  const next = selected(host, step, null, names, true);
  if (next.columns.length !== grown.length) throw otherWidth(next, grown, operator);
  const cells = next.items.map(({ value }, i) => {
    const to = grown[i] as Column;
    return isSame(value, to) ? value.sql : brought(value, to, one.name);
  });
  // SQLite takes the query's own name in the FROM of its second part alone, and in no query within it.
  const counted = (by: string, { select, tail }: Selected, [first = '', ...rest]: readonly string[]): string =>
    selectText(select, [`${by}(${sqlText(name)}, ${first}, ${sqlText(one.name)})`, ...rest], tail);
  const begun = start.items.map(({ value }) => value.sql);
  return {
    sql: `${counted('dt_begun', start, begun)} ${operator} ${counted('dt_went_on', next, cells)}`,
    columns: grown,
  };
}

const otherWidth = (part: Derived, first: readonly Column[], operator: SetOperator): Failure =>
  new Failure('sql.syntax', {
    message: say(
      'every part of {0} needs as many columns as the first ({1}, not {2})',
      operator,
      first.length,
      part.columns.length,
    ),
  });

const isSame = (a: Operand, b: Operand): boolean =>
  a.type.kind === b.type.kind &&
  Boolean(a.isKept) === Boolean(b.isKept) &&
  isBits(a.type) === isBits(b.type) &&
  (a.type.kind === 'int' || JSON.stringify(a.type) === JSON.stringify(b.type));

/** A column of a recursive step in the form of the first member. */
const brought = (column: Operand, to: Operand, where: string): string =>
  isPacked(to) && to.type.kind === 'dec'
    ? `dt_dec_stored(${converted(column, to.type, where)}, ${to.type.digits}, ${to.type.scale})`
    : converted(column, to.type, where);

/** UNION and its like: every member in the form that is common to all. */
function compound(host: Host, query: Query, named: NamedSources, around: Scope | null, nested: boolean): Derived {
  const { first, rest } = query;
  const ranks = rest.map(({ operator }) => operator === 'INTERSECT');
  if (ranks.includes(true) && ranks.includes(false))
    throw unsupported(say('INTERSECT together with other set operators'), say('Put one of them into a sub-query.'));
  const members = [first, ...rest.map(({ member }) => member)].map((member) =>
    member.kind === 'select'
      ? selected(host, member, around, named, nested)
      : derivedQuery(host, member, around, named, true),
  );
  const [head] = members as [Derived];
  const odd = members.find(({ columns }) => columns.length !== head.columns.length);
  if (odd) throw otherWidth(odd, head.columns, rest[0]?.operator ?? 'UNION');
  const types = head.columns.map((_, i): { type: SqlType; isKept: boolean } => {
    const columns = members.map((member) => member.columns[i] as Column);
    const isKept = columns.every((column) => isSame(column, columns[0] as Column));
    return {
      type: isKept
        ? (columns[0] as Column).type
        : common(
            columns.map(({ type }) => type),
            host.where(query),
          ),
      isKept,
    };
  });
  const parts = members.map(({ sql, columns }, m) => {
    const operator = m === 0 ? '' : ` ${rest[m - 1]?.operator ?? 'UNION'} `;
    const isPlain =
      types.every(({ isKept }) => isKept) &&
      ([first, ...rest.map(({ member }) => member)][m] as Select | Query).kind === 'select';
    const cells = types.map(
      ({ type, isKept }, i) =>
        `${isKept ? `c${i}` : converted({ ...(columns[i] as Column), sql: `c${i}` }, type, host.where(query))} AS c${i}`,
    );
    return `${operator}${isPlain ? sql : `SELECT ${cells.join(', ')} FROM (${sql})`}`;
  });
  const columns = head.columns.map((column, i): Column => {
    const { type, isKept } = types[i] as { type: SqlType; isKept: boolean };
    const width = Math.max(
      ...members.map((member) => {
        const own = (member.columns[i] as Column).type;
        return own.kind === 'int' ? own.digits : 0;
      }),
    );
    const kept = isKept && type.kind === 'int' ? int(width, type.unsigned) : type;
    return isKept ? { ...column, type: kept } : { name: column.name, sql: column.sql, type };
  });
  return { sql: parts.join(''), columns };
}

/** What is ordered or cut outside its parentheses: its columns as a table. */
function orderedOutside(host: Host, query: Query, { sql, columns }: Derived, named: NamedSources): string {
  const scope = new Scope(null, named);
  const cells = columns.map((column, i): Column => ({ ...column, sql: `q.c${i}` }));
  scope.sources.push({ alias: 'q', database: null, columns: cells });
  const items = cells.map((value): Item => ({ title: value.name, alias: value.name, tree: null, value }));
  const whole = { sql, columns, scope, items, select: { distinct: true } as Select };
  const order = query.order.map((one) => orderOf(host, one, whole)).join(', ');
  return `SELECT ${cells.map((value, i) => `${value.sql} AS c${i}`).join(', ')} FROM (${sql}) AS q${order === '' ? '' : ` ORDER BY ${order}`}${limitText(host, query, scope)}`;
}

/** A whole query. `around`: where it stands, which it may name; `nested`: within parentheses. */
export function derivedQuery(
  host: Host,
  query: Query,
  around: Scope | null,
  outer: NamedSources,
  nested: boolean,
): Derived {
  const { head, named } = withText(host, query, outer);
  if (query.rest.length > 0) {
    const all = compound(host, query, named, around, nested);
    const isPlain = query.order.length === 0 && !query.limit && !query.offset;
    return { sql: `${head}${isPlain ? all.sql : orderedOutside(host, query, all, named)}`, columns: all.columns };
  }
  if (query.first.kind === 'query') {
    const inner = derivedQuery(host, query.first, around, named, nested);
    const isPlain = query.order.length === 0 && !query.limit && !query.offset;
    if (isPlain && head === '') return inner;
    return { sql: `${head}${orderedOutside(host, query, inner, named)}`, columns: inner.columns };
  }
  const found = selected(host, query.first, around, named, nested);
  const order = query.order.map((one) => orderOf(host, one, found)).join(', ');
  requireGrouped(found.select, found.scope);
  return {
    sql: `${head}${found.sql}${order === '' ? '' : ` ORDER BY ${order}`}${limitText(host, query, found.scope)}`,
    columns: found.columns,
  };
}
