/** INSERT, REPLACE, UPDATE and DELETE, values brought to the form of their columns. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import type { Assignment, Delete, Insert, Joined, Update } from '../../../git4data/query/tree.ts';
import { assigned } from './assigned.ts';
import { newRowAlias } from './functions/calls.ts';
import { asTruth } from './operand.ts';
import { type Column, type ColumnDeclared, type Host, Scope, type SourceColumns } from './scope.ts';
import { columnOf, fromText, fullName } from './sources.ts';
import { sqlName, unsupported } from './sqlText.ts';
import { declaredType, type SqlType } from './types.ts';

/** A change as SQLite text, the table that it changes, and whether every row of it goes. */
export interface Change {
  readonly sql: string;
  readonly table: TableName;
  readonly everyRow: boolean;
}

interface Target {
  readonly name: TableName;
  readonly alias: string;
  readonly columns: readonly ColumnDeclared[];
}

/** The table that is written to; a hint there would be read as a wish to change the past. */
function targetOf(host: Host, index: number, alias: string): Target {
  const table = host.table(index);
  if (!table) throw new Failure('sql.syntax', { message: say('a table is missing') });
  requireLive(table);
  const name = fullName(host.context, table);
  // The first to ask for a table that is not there says so.
  host.context.target(name);
  return { name, alias, columns: host.context.columns(name, null) ?? [] };
}

function requireLive(table: TableRef): void {
  if (table.hint)
    throw unsupported(
      say('Writing to a table at a snapshot'),
      say('Only the live table can be written to: leave the braces out.'),
    );
}

const targetText = (host: Host, { name, alias }: Target): string => `${host.context.target(name)} AS ${sqlName(alias)}`;

const columnsAs = ({ name, columns }: Target, alias: string): SourceColumns => ({
  alias,
  database: name.database,
  columns: columns.map((column) => columnOf(alias, column.name, column.type)),
});

function typeOf({ columns, name }: Target, wanted: string): { name: string; type: SqlType } {
  const found = columns.find((column) => column.name.toLowerCase() === wanted.toLowerCase());
  if (!found) throw new Failure('column.unknown', { column: wanted, table: `${name.database}.${name.table}` });
  return { name: found.name, type: declaredType(found.type) };
}

/** `a = 1, b = a`. A column that was set before is the old one to MatrixOne and the new one to MySQL: it is refused. */
function assignmentsText(host: Host, assignments: readonly Assignment[], target: Target, scope: Scope): string {
  const set = new Set<string>();
  const own = scope.sources.find(({ alias }) => alias === target.alias);
  return assignments
    .map(({ column, value, place }) => {
      const { name, type } = typeOf(target, column);
      scope.grouping.loose.length = 0;
      const found = host.operand(value, scope);
      const again = own?.columns.find((one) => set.has(one.name) && scope.grouping.loose.includes(one.sql));
      if (again)
        throw unsupported(
          say('{0} behind the place where it is set ({1})', again.name, host.where(place)),
          say('Write two statements.'),
        );
      set.add(name);
      return `${sqlName(name)} = ${assigned(found, type, host.where(value))}`;
    })
    .join(', ');
}

export function insertText(host: Host, tree: Insert): Change {
  const target = targetOf(host, tree.table.index, tree.table.alias);
  const names = tree.columns ?? target.columns.map(({ name }) => name);
  const columns = names.map((name) => typeOf(target, name));
  const rows = tree.query ? queryRows(host, tree, columns) : valueRows(host, tree, columns);
  const conflict = conflictText(host, tree, target);
  const verb = tree.replaces ? 'INSERT OR REPLACE INTO' : 'INSERT INTO';
  const head = `${verb} ${targetText(host, target)} (${columns.map(({ name }) => sqlName(name)).join(', ')})`;
  return { sql: `${head} ${rows}${conflict}`, table: target.name, everyRow: false };
}

function requireCount(found: number, wanted: number): void {
  if (found !== wanted) throw new Failure('sql.syntax', { message: say('{0} values for {1} columns', found, wanted) });
}

function valueRows(host: Host, { rows }: Insert, columns: readonly { type: SqlType }[]): string {
  const scope = new Scope(null, new Map());
  const written = (rows ?? []).map((row) => {
    requireCount(row.length, columns.length);
    return `(${row.map((value, i) => assigned(host.operand(value, scope), (columns[i] as { type: SqlType }).type, host.where(value))).join(', ')})`;
  });
  return `VALUES ${written.join(', ')}`;
}

function queryRows(host: Host, { query }: Insert, columns: readonly { type: SqlType }[]): string {
  if (!query) return '';
  const found = host.derived(query, null, new Map());
  requireCount(found.columns.length, columns.length);
  const values = columns.map(({ type }, i) =>
    assigned({ ...(found.columns[i] as Column), sql: `q.c${i}` }, type, host.where(query)),
  );
  // A query before ON CONFLICT needs a WHERE to be told from a join.
  return `SELECT ${values.join(', ')} FROM (${found.sql}) AS q WHERE true`;
}

function conflictText(host: Host, tree: Insert, target: Target): string {
  if (tree.updates.length === 0) return tree.ignores ? ' ON CONFLICT DO NOTHING' : '';
  const named = columnsAs(target, newRowAlias);
  const withNew = new NewRow(columnsAs(target, target.alias), named, tree.newRow);
  return ` ON CONFLICT DO UPDATE SET ${assignmentsText(host, tree.updates, target, withNew)}`;
}

/** The row that is there, and beside it the new one, which is named only by its alias. */
class NewRow extends Scope {
  readonly #fresh: SourceColumns;
  readonly #called: readonly string[];

  constructor(own: SourceColumns, fresh: SourceColumns, newRow: string | null) {
    super(null, new Map());
    this.sources.push(own);
    this.#fresh = fresh;
    this.#called = newRow === null ? [newRowAlias] : [newRowAlias, newRow];
  }

  override resolve(path: Parameters<Scope['resolve']>[0], where: string): ReturnType<Scope['resolve']> {
    if (path.table === null || !this.#called.includes(path.table.toLowerCase())) return super.resolve(path, where);
    const inner = new Scope(null, new Map());
    inner.sources.push(this.#fresh);
    return inner.resolve({ ...path, table: newRowAlias }, where);
  }
}

/** The one table whose columns are set. */
function updatedIndex(host: Host, tree: Update): number {
  const found = tree.assignments.map(({ table, column }) =>
    tree.tables.findIndex(({ source }) => {
      if (source.kind !== 'table') return false;
      if (table !== null) return source.alias.toLowerCase() === table;
      if (tree.tables.length === 1) return true;
      return targetOf(host, source.index, source.alias).columns.some(
        ({ name }) => name.toLowerCase() === column.toLowerCase(),
      );
    }),
  );
  const [first = -1] = found;
  if (first < 0)
    throw new Failure('sql.syntax', { message: say('the columns that are set belong to no table of the statement') });
  if (found.some((index) => index !== first))
    throw unsupported(say('An UPDATE that sets columns of two tables'), say('Write two statements.'));
  return first;
}

export function updateText(host: Host, tree: Update): Change {
  const index = updatedIndex(host, tree);
  const { source } = tree.tables[index] as Joined;
  if (source.kind !== 'table') throw unsupported(say('An UPDATE of a query'));
  if (tree.tables.some(({ join, using }) => (join !== null && join !== 'inner') || using !== null))
    throw unsupported(say('{0} in an UPDATE of several tables', 'LEFT JOIN'), say('Use JOIN … ON.'));
  const target = targetOf(host, source.index, source.alias);
  const scope = new Scope(null, new Map());
  scope.sources.push(columnsAs(target, target.alias));
  const others = tree.tables.filter((_, i) => i !== index).map((one) => ({ ...one, join: null, on: null }));
  const from = others.length > 0 ? fromText(host, others, scope, false) : '';
  const conditions = [...tree.tables.flatMap(({ on }) => (on ? [on] : [])), ...(tree.where ? [tree.where] : [])];
  const where = conditions.map((one) => asTruth(host.operand(one, scope), host.where(one)));
  const sets = assignmentsText(host, tree.assignments, target, scope);
  const condition = where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '';
  return {
    sql: `UPDATE ${targetText(host, target)} SET ${sets}${from.replace(/^ JOIN/, ' FROM')}${condition}`,
    table: target.name,
    everyRow: false,
  };
}

export function deleteText(host: Host, tree: Delete): Change {
  const target = targetOf(host, tree.table.index, tree.table.alias);
  const scope = new Scope(null, new Map());
  scope.sources.push(columnsAs(target, target.alias));
  const condition = tree.where ? ` WHERE ${asTruth(host.operand(tree.where, scope), host.where(tree.where))}` : '';
  return { sql: `DELETE FROM ${targetText(host, target)}${condition}`, table: target.name, everyRow: condition === '' };
}
