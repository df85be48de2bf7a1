/** Reads INSERT, REPLACE, UPDATE and DELETE. */
import { say } from '../../base/say.ts';
import { expression } from './expressions.ts';
import type { Reader } from './reader.ts';
import { skipHint, sources, tableAlias } from './selects.ts';
import type { Assignment, Delete, Expression, Insert, Query, Update, Written } from './tree.ts';

function written(reader: Reader, allowAlias: boolean): Written {
  const { at: index } = reader;
  let name = reader.name();
  if (reader.eat('.')) name = reader.name();
  skipHint(reader);
  return { index, alias: (allowAlias ? tableAlias(reader) : null) ?? name };
}

function assignments(reader: Reader): Assignment[] {
  return reader.list(() => {
    const { at: from } = reader;
    const names = reader.seesName ? [reader.name()] : [];
    while (names.length > 0 && reader.eat('.')) names.push(reader.name());
    if (names.length === 0 || !reader.eat('=')) throw reader.syntax(say('an assignment is column = value'));
    const value = expression(reader);
    const [column = '', table = null] = names.reverse();
    return { table: table?.toLowerCase() ?? null, column, value, place: { from, to: reader.at } };
  });
}

interface Body {
  readonly columns: readonly string[] | null;
  readonly rows: Expression[][] | null;
  readonly query: Query | null;
}

function body(reader: Reader, columns: readonly string[] | null): Body {
  if (reader.eat('SET')) {
    const set = assignments(reader);
    return { columns: set.map(({ column }) => column), rows: [set.map(({ value }) => value)], query: null };
  }
  if (reader.eatOne('VALUES', 'VALUE') !== null) {
    const rows = reader.list(() => {
      reader.eat('ROW');
      if (reader.sees('(', ')')) throw reader.unsupported('VALUES ()', say('Name the values.'));
      return reader.enclosed(() => reader.list(() => expression(reader)));
    });
    return { columns, rows, query: null };
  }
  if (reader.one('SELECT', 'WITH', '(') !== null) return { columns, rows: null, query: reader.query() };
  throw reader.syntax(say('INSERT needs VALUES, SELECT or SET'));
}

export function insert(reader: Reader): Insert {
  const replaces = reader.eatOne('INSERT', 'REPLACE') === 'REPLACE';
  let ignores = false;
  for (let word = priority(reader); word !== null; word = priority(reader)) ignores ||= word === 'IGNORE';
  const table = written(reader, false);
  const isQuery = reader.sees('(', 'SELECT') || reader.sees('(', 'WITH') || reader.sees('(', '(');
  if (reader.sees('(', ')')) throw reader.unsupported('VALUES ()', say('Name the values.'));
  const listed = reader.sees('(') && !isQuery ? reader.names() : null;
  const { columns, rows, query: asked } = body(reader, listed);
  const newRow = reader.eat('AS') ? reader.name().toLowerCase() : null;
  const updates = reader.eat('ON', 'DUPLICATE', 'KEY', 'UPDATE') ? assignments(reader) : [];
  return { kind: 'insert', table, replaces, ignores, columns, rows, query: asked, newRow, updates };
}

const priority = (reader: Reader): string | null =>
  reader.eatOne('LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE', 'INTO');

function refuseTail(reader: Reader, verb: string): void {
  const word = reader.one('ORDER', 'LIMIT');
  if (word !== null)
    throw reader.unsupported(
      say('{0} with {1}', verb, word),
      say('Choose the rows with WHERE key IN (SELECT … LIMIT n).'),
    );
}

export function update(reader: Reader): Update {
  reader.need('UPDATE');
  reader.eat('LOW_PRIORITY');
  if (reader.eat('IGNORE')) throw reader.unsupported('UPDATE IGNORE', say('Leave IGNORE out.'));
  const tables = sources(reader);
  if (!reader.eat('SET')) throw reader.syntax(say('UPDATE needs SET'));
  const set = assignments(reader);
  const where = reader.eat('WHERE') ? expression(reader) : null;
  refuseTail(reader, 'UPDATE');
  return { kind: 'update', tables, assignments: set, where };
}

export function remove(reader: Reader): Delete {
  reader.need('DELETE');
  if (!reader.eat('FROM'))
    throw reader.unsupported(say('DELETE of several tables'), say('Write DELETE FROM table WHERE …'));
  const table = written(reader, true);
  refuseTail(reader, 'DELETE');
  if (!reader.atEnd && !reader.sees('WHERE'))
    throw reader.unsupported(`DELETE … ${reader.peek()?.text ?? ''}`, say('Write DELETE FROM table WHERE …'));
  const where = reader.eat('WHERE') ? expression(reader) : null;
  refuseTail(reader, 'DELETE');
  return { kind: 'delete', table, where };
}
