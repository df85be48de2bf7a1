/** Reads queries: SELECT with everything that belongs to it, WITH, and what joins several SELECTs. */
import { later, say } from '../../base/say.ts';
import { clauseWords } from '../keywords.ts';
import { tokenValue } from '../lexer.ts';
import { windowAt } from './calls.ts';
import { expression, intervalAt, orderBy } from './expressions.ts';
import type { Reader } from './reader.ts';
import type {
  Expression,
  Joined,
  JoinKind,
  NamedQuery,
  Query,
  Select,
  SelectItem,
  SetOperator,
  Source,
  Window,
} from './tree.ts';

const parts = { expression, orderBy, interval: intervalAt };

/** What stands before a query's first SELECT and is not read. */
const refused: Readonly<Record<string, string>> = {
  INTO: later('Use export.'),
  LATERAL: later('Write the sub-query without it.'),
  NATURAL: later('Write JOIN … ON.'),
  ROLLUP: later('Write the totals as a query of their own.'),
};

function refuseWord(reader: Reader, ...words: readonly string[]): void {
  const word = reader.one(...words);
  if (word !== null) throw reader.unsupported(word, say(refused[word] ?? ''));
}

export function query(reader: Reader): Query {
  const { at: from } = reader;
  const { recursive, named } = withAt(reader);
  const first = member(reader);
  const rest: { operator: SetOperator; member: Select | Query }[] = [];
  for (let operator = setOperator(reader); operator !== null; operator = setOperator(reader))
    rest.push({ operator, member: member(reader) });
  const order = orderBy(reader);
  const { limit, offset } = limitAt(reader);
  lockAt(reader);
  if (reader.one('INTO') !== null) throw reader.unsupported('SELECT … INTO', say('Use export.'));
  return { kind: 'query', recursive, named, first, rest, order, limit, offset, from, to: reader.at };
}

function withAt(reader: Reader): { recursive: boolean; named: NamedQuery[] } {
  if (!reader.eat('WITH')) return { recursive: false, named: [] };
  const recursive = reader.eat('RECURSIVE');
  const named = reader.list((): NamedQuery => {
    const name = reader.name();
    const columns = reader.sees('(') ? reader.names() : null;
    reader.need('AS');
    return { name, columns, query: reader.enclosed(() => reader.query()) };
  });
  return { recursive, named };
}

function setOperator(reader: Reader): SetOperator | null {
  const word = reader.eatOne('UNION', 'EXCEPT', 'MINUS', 'INTERSECT');
  if (word === null) return null;
  const all = reader.eatOne('ALL', 'DISTINCT') === 'ALL';
  if (word === 'UNION') return all ? 'UNION ALL' : 'UNION';
  if (all) throw reader.unsupported(`${word} ALL`);
  // Of one rank in SQLite and not in MySQL.
  return word === 'INTERSECT' ? 'INTERSECT' : 'EXCEPT';
}

const member = (reader: Reader): Select | Query =>
  reader.sees('(') ? reader.enclosed(() => reader.query()) : select(reader);

function limitAt(reader: Reader): { limit: Expression | null; offset: Expression | null } {
  if (!reader.eat('LIMIT')) return { limit: null, offset: null };
  const first = expression(reader);
  if (reader.eat('OFFSET')) return { limit: first, offset: expression(reader) };
  if (reader.eat(',')) return { limit: expression(reader), offset: first };
  return { limit: first, offset: null };
}

/** FOR UPDATE and its like lock nothing here, and change no answer. */
function lockAt(reader: Reader): void {
  if (reader.eat('LOCK', 'IN', 'SHARE', 'MODE') || !reader.eat('FOR')) return;
  if (reader.eatOne('UPDATE', 'SHARE') === null) throw reader.syntax(say('{0} is missing', 'UPDATE'));
  while (reader.eatOne('NOWAIT', 'SKIP', 'LOCKED') !== null);
}

function select(reader: Reader): Select {
  reader.need('SELECT');
  const distinct = reader.eatOne('ALL', 'DISTINCT', 'DISTINCTROW') ?? 'ALL';
  const items = reader.list(() => item(reader));
  const from = reader.eat('FROM') ? sources(reader) : [];
  const where = reader.eat('WHERE') ? expression(reader) : null;
  const group = reader.eat('GROUP') ? (reader.need('BY'), reader.list(() => expression(reader))) : [];
  if (reader.sees('WITH', 'ROLLUP')) throw reader.unsupported('ROLLUP', say(refused['ROLLUP'] ?? ''));
  const having = reader.eat('HAVING') ? expression(reader) : null;
  const windows = new Map<string, Window>();
  if (reader.eat('WINDOW'))
    reader.list(() => {
      const name = reader.name().toLowerCase();
      reader.need('AS');
      windows.set(name, windowAt(reader, parts));
    });
  return { kind: 'select', distinct: distinct !== 'ALL', items, from, where, group, having, windows };
}

function item(reader: Reader): SelectItem {
  const { at: from } = reader;
  if (reader.eat('*')) return { star: true, table: null };
  for (const points of [1, 3])
    if (reader.peek(points)?.text === '.' && reader.peek(points + 1)?.text === '*') {
      reader.at += points - 1;
      const table = reader.name();
      reader.need('.', '*');
      return { star: true, table };
    }
  const value = expression(reader);
  const { at: to } = reader;
  const alias = aliasOf(reader);
  return {
    star: false,
    value,
    alias,
    title: alias ?? (value.kind === 'column' ? value.name : reader.written(from, to)),
  };
}

function aliasOf(reader: Reader): string | null {
  const isNamed = reader.eat('AS');
  const token = reader.peek();
  if (token?.kind === 'string') {
    reader.at++;
    return tokenValue(token);
  }
  return isNamed || reader.seesName ? reader.name() : null;
}

/** The tables of a FROM, and how each is joined to what stands before it. */
export function sources(reader: Reader): Joined[] {
  if (reader.eat('DUAL')) return [];
  const found = joinedGroup(reader);
  while (reader.eat(',')) {
    const more = joinedGroup(reader);
    // SQLite joins a list from the left; MySQL joins what JOIN holds together first.
    if (more.some(({ join }) => join === 'right' || join === 'full'))
      throw reader.unsupported(say('RIGHT JOIN behind a comma'), say('Write CROSS JOIN for the comma.'));
    found.push(...more);
  }
  return found;
}

const plain = (source: Source): Joined => ({ source, join: null, on: null, using: null });

function joinedGroup(reader: Reader): Joined[] {
  const found = operand(reader);
  for (let join = joinAt(reader); join !== null; join = joinAt(reader)) {
    const [source, ...more] = operand(reader);
    if (!source || more.length > 0)
      throw reader.unsupported(say('A join in parentheses behind JOIN'), say('Write the joins one after the other.'));
    const on = reader.eat('ON') ? expression(reader) : null;
    const using = on === null && reader.eat('USING') ? reader.names() : null;
    if (join !== 'inner' && on === null && using === null) throw reader.syntax(say('{0} is missing', 'ON'));
    found.push({ ...source, join, on, using });
  }
  return found;
}

function joinAt(reader: Reader): JoinKind | null {
  refuseWord(reader, 'NATURAL');
  if (reader.eat('JOIN') || reader.eat('INNER', 'JOIN') || reader.eat('CROSS', 'JOIN') || reader.eat('STRAIGHT_JOIN'))
    return 'inner';
  const isFull = reader.sees('FULL', 'JOIN') || reader.sees('FULL', 'OUTER');
  const side = isFull ? 'FULL' : reader.one('LEFT', 'RIGHT');
  if (side === null) return null;
  reader.at++;
  reader.eat('OUTER');
  reader.need('JOIN');
  return side === 'LEFT' ? 'left' : side === 'RIGHT' ? 'right' : 'full';
}

function operand(reader: Reader): Joined[] {
  refuseWord(reader, 'LATERAL');
  if (reader.sees('(', 'SELECT') || reader.sees('(', 'WITH') || reader.sees('(', '(', 'SELECT')) {
    const found = reader.enclosed(() => reader.query());
    reader.eat('AS');
    const alias = reader.name();
    return [plain({ kind: 'query', query: found, alias, columns: reader.sees('(') ? reader.names() : null })];
  }
  if (reader.sees('(')) return reader.enclosed(() => sources(reader));
  return [plain(table(reader))];
}

function table(reader: Reader): Source {
  const { at: index } = reader;
  let name = reader.name();
  let database: string | null = null;
  if (reader.eat('.')) {
    database = name;
    name = reader.name();
  }
  if (reader.sees('(')) {
    if (name.toLowerCase() !== 'generate_series')
      throw reader.unsupported(say('The function {0}()', name.toUpperCase()));
    const args = reader.enclosed(() => reader.list(() => expression(reader)));
    return { kind: 'series', args, alias: tableAlias(reader) ?? name };
  }
  skipHint(reader);
  const alias = tableAlias(reader);
  skipIndexHints(reader);
  return { kind: 'table', index, database, name, alias: alias ?? name };
}

/** `{SNAPSHOT = 's'}`, which is read with the tables of the statement (`findTables`). */
export function skipHint(reader: Reader): void {
  if (!reader.sees('{')) return;
  while (!reader.atEnd && !reader.sees('}')) reader.at++;
  reader.need('}');
}

export function tableAlias(reader: Reader): string | null {
  if (reader.eat('AS')) return reader.name();
  const token = reader.peek();
  const isName = reader.seesName && !(token?.kind === 'word' && clauseWords.has(token.upper));
  return isName ? reader.name() : null;
}

/** `USE INDEX (…)`: how rows are found is no part of what is answered. */
function skipIndexHints(reader: Reader): void {
  while (reader.one('USE', 'FORCE', 'IGNORE') !== null && ['INDEX', 'KEY'].includes(reader.peek(1)?.upper ?? '')) {
    while (!reader.atEnd && !reader.sees(')')) reader.at++;
    reader.need(')');
  }
}
