/** What stands behind FROM: tables, at a snapshot or as they are, queries, and how they are joined. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import { hintedSnapshot, type TableRef } from '../../../git4data/ast.ts';
import type { Joined, JoinKind, Source } from '../../../git4data/query/tree.ts';
import { compared } from './compare.ts';
import { asInteger, asTruth } from './operand.ts';
import type { Column, DialectContext, Host, Scope, SourceColumns } from './scope.ts';
import { sqlName, unsupported } from './sqlText.ts';
import { declaredType, int } from './types.ts';

/** The table's full name; without a database there is none to look it up in. */
export function fullName(context: DialectContext, table: TableRef): TableName {
  const database = table.database?.text ?? context.database;
  if (database === null)
    throw new Failure('sql.syntax', { message: say('no database is chosen: write database.table') });
  return { database, table: table.table.text };
}

/** A column of a table as a value. A FLOAT is a single: that is what all digits behind it are of. */
export function columnOf(source: string, name: string, declared: string): Column {
  const type = declaredType(declared);
  const sql = `${sqlName(source)}.${sqlName(name)}`;
  const isSingle = type.kind === 'real' && type.single;
  return {
    name,
    sql: isSingle ? `dt_single(${sql})` : sql,
    type,
    declared,
    ...(type.kind === 'dec' && { isKept: true }),
  };
}

interface SourceText extends SourceColumns {
  readonly sql: string;
}

function tableSource(
  host: Host,
  source: Extract<Source, { kind: 'table' }>,
  scope: Scope,
  nested: boolean,
): SourceText {
  const { alias } = source;
  const named = source.database === null ? scope.named.get(source.name.toLowerCase()) : undefined;
  if (named) return { alias, database: null, sql: named.sql, columns: columnsUnder(alias, named.columns) };
  const table = host.table(source.index);
  if (!table) throw unsupported(say('The table {0} at this place', source.name));
  if (table.hint && table.hint.kind !== 'snapshot')
    throw unsupported(say('A time in braces'), say("Name a snapshot: {SNAPSHOT = 'name'}."));
  const name = fullName(host.context, table);
  const snapshot = hintedSnapshot(table);
  const sql = host.context.source(name, snapshot, nested);
  const columns = host.context.columns(name, snapshot) ?? [];
  return {
    alias,
    database: name.database,
    sql,
    columns: columns.map((column) => columnOf(alias, column.name, column.type)),
  };
}

const columnsUnder = (alias: string, columns: readonly Column[]): Column[] =>
  columns.map((column, i) => ({ ...column, sql: `${sqlName(alias)}.c${i}` }));

function querySource(host: Host, source: Extract<Source, { kind: 'query' }>, scope: Scope): SourceText {
  const { sql, columns } = host.derived(source.query, null, scope.named);
  return {
    alias: source.alias,
    database: null,
    sql: `(${sql})`,
    columns: columnsUnder(source.alias, titled(columns, source.columns, source.alias)),
  };
}

/** Columns under the names of `q (a, b)`. */
export function titled(columns: readonly Column[], names: readonly string[] | null, query: string): readonly Column[] {
  if (names === null) return columns;
  if (names.length !== columns.length)
    throw new Failure('sql.syntax', {
      message: say(
        'give the query {0} as many names as it has columns ({1}, not {2})',
        query,
        columns.length,
        names.length,
      ),
    });
  return columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
}

function seriesSource(host: Host, { args, alias }: Extract<Source, { kind: 'series' }>, scope: Scope): SourceText {
  const parts = args.map((one) => {
    const found = host.operand(one, scope);
    if (found.type.kind !== 'int' && found.type.kind !== 'any')
      throw unsupported(say('generate_series over other than whole numbers'));
    return asInteger(found, host.where(one));
  });
  const [low = '1', high, step = '1'] = parts.length === 1 ? ['1', parts[0]] : parts;
  if (high === undefined || parts.length > 3) throw unsupported(say('generate_series of {0} values', parts.length));
  const sql = `(WITH RECURSIVE dt_series(result) AS (SELECT ${low} WHERE ${low} <= ${high} UNION ALL SELECT result + ${step} FROM dt_series WHERE result + ${step} <= ${high}) SELECT result FROM dt_series)`;
  return { alias, database: null, sql, columns: [{ name: 'result', sql: `${sqlName(alias)}.result`, type: int() }] };
}

function sourceText(host: Host, source: Source, scope: Scope, nested: boolean): SourceText {
  switch (source.kind) {
    case 'table':
      return tableSource(host, source, scope, nested);
    case 'query':
      return querySource(host, source, scope);
    case 'series':
      return seriesSource(host, source, scope);
  }
}

const joins: Readonly<Record<JoinKind, string>> = {
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
};

/** `USING (a)`: the two columns are equal, and one from here on. */
function usingText(names: readonly string[], join: JoinKind | null, right: SourceColumns, scope: Scope): string {
  const conditions = names.map((name) => {
    const own = right.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    const path = { kind: 'column', database: null, table: null, name } as const;
    const left = scope.resolve(path, name);
    if (!own || join === 'full') throw unsupported(say('USING ({0}) here', name), say('Write ON.'));
    scope.merged.set(name.toLowerCase(), join === 'right' ? own : { ...left, name });
    return compared('=', left, own, name);
  });
  return ` ON ${conditions.join(' AND ')}`;
}

/** FROM with everything behind it; the scope gets the columns. */
export function fromText(host: Host, from: readonly Joined[], scope: Scope, nested: boolean): string {
  let sql = '';
  for (const { source, join, on, using } of from) {
    const { sql: text, ...columns } = sourceText(host, source, scope, nested);
    if (scope.sources.some(({ alias }) => alias.toLowerCase() === columns.alias.toLowerCase()))
      throw unsupported(say('Two tables called {0}', columns.alias), say('Give one of them another name.'));
    const condition = using ? usingText(using, join, columns, scope) : '';
    scope.sources.push(columns);
    const head = sql === '' ? ' FROM' : ` ${joins[join ?? 'inner']}`;
    sql += `${head} ${text} AS ${sqlName(columns.alias)}${condition}`;
    if (on) sql += ` ON ${asTruth(host.operand(on, scope), host.where(on))}`;
  }
  return sql;
}
