/** Writes git-for-data statements: one canonical text for what is run and what is shown. */
import { assertNever } from '../base/assert.ts';
import type { CreateSnapshot, Diff, DiffOutput, DropSnapshot, Name, Restore, ShowSnapshots, TableRef } from './ast.ts';
import { snapshotNameOf } from './ast.ts';
import { reservedWords } from './keywords.ts';

/** A name as it can stand in a statement: bare where that is safe, else in backticks. */
export function quoteName(name: string): string {
  const isBare = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reservedWords.has(name.toUpperCase());
  return isBare ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** A text in single quotes; quotes are doubled and backslashes escaped, so that it reads back as the same text. */
export const quoteText = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`;

/** A table as data: `snapshot` null is the table now; `database` null the connection's own. */
export interface TableAt {
  readonly database: string | null;
  readonly table: string;
  readonly snapshot: string | null;
  /** Another time hint, as it was written; stands instead of the snapshot's. */
  readonly time?: string;
}

export type PrintedOutput = Exclude<DiffOutput, { form: 'as' }> | { readonly form: 'as'; readonly table: TableAt };

const hintSql = (snapshot: string): string => `{SNAPSHOT = ${quoteText(snapshot)}}`;

/** A table as a statement names it: quoted where it must be, with the version it is read at. */
export function tableSql(table: TableAt): string {
  const name =
    table.database === null ? quoteName(table.table) : `${quoteName(table.database)}.${quoteName(table.table)}`;
  return `${name}${table.time ?? (table.snapshot === null ? '' : hintSql(table.snapshot))}`;
}

/** What a snapshot is of, for printing; `SnapshotScope` is the same as it was parsed. */
export type PrintedScope =
  | { readonly level: 'table'; readonly database: string; readonly table: string }
  | { readonly level: 'database'; readonly database: string }
  | { readonly level: 'account'; readonly account: string | null }
  | { readonly level: 'cluster' };

function scopeSql(scope: PrintedScope): string {
  switch (scope.level) {
    case 'table':
      return `TABLE ${quoteName(scope.database)} ${quoteName(scope.table)}`;
    case 'database':
      return `DATABASE ${quoteName(scope.database)}`;
    case 'account':
      return scope.account === null ? 'ACCOUNT' : `ACCOUNT ${quoteName(scope.account)}`;
    case 'cluster':
      return 'CLUSTER';
    default:
      return assertNever(scope);
  }
}

/** The canonical CREATE SNAPSHOT, as it is run and as it is shown. */
export const createSnapshotSql = (name: string, scope: PrintedScope, ifNotExists = false): string =>
  `CREATE SNAPSHOT ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteName(name)} FOR ${scopeSql(scope)}`;

export const dropSnapshotSql = (name: string, ifExists = false): string =>
  `DROP SNAPSHOT ${ifExists ? 'IF EXISTS ' : ''}${quoteName(name)}`;

function outputSql(output: PrintedOutput): string {
  switch (output.form) {
    case 'rows':
      return '';
    case 'summary':
      return ' OUTPUT SUMMARY';
    case 'count':
      return ' OUTPUT COUNT';
    case 'limit':
      return ` OUTPUT LIMIT ${output.limit}`;
    case 'file':
      return ` OUTPUT FILE ${quoteText(output.path)}`;
    case 'as':
      return ` OUTPUT AS ${tableSql(output.table)}`;
    default:
      return assertNever(output);
  }
}

/** `target` is the newer side: its changes since `base` are asked for. */
export function diffSql(
  target: TableAt,
  base: TableAt,
  output: PrintedOutput = { form: 'rows' },
  columns: readonly string[] | null = null,
): string {
  const projection = columns ? ` COLUMNS (${columns.map(quoteName).join(', ')})` : '';
  return `DATA BRANCH DIFF ${tableSql(target)} AGAINST ${tableSql(base)}${projection}${outputSql(output)}`;
}

export interface PrintedRestore {
  readonly level: Restore['level'];
  readonly account?: string | null;
  readonly database: string | null;
  readonly table: string | null;
  readonly snapshot: string;
}

/** `form`: `braces` from MatrixOne 4 on and for the embedded engine; `from` before, where the account is always named. */
export function restoreSql(restore: PrintedRestore, form: Restore['form'] = 'braces'): string {
  const { account = null, database, table, snapshot } = restore;
  const named = (name: string | null): string => quoteName(name ?? '');
  if (form === 'from') {
    const levels = [
      restore.level === 'cluster' ? 'CLUSTER' : `ACCOUNT ${quoteName(account ?? 'sys')}`,
      ...(database === null ? [] : [`DATABASE ${quoteName(database)}`]),
      ...(table === null ? [] : [`TABLE ${quoteName(table)}`]),
    ];
    return `RESTORE ${levels.join(' ')} FROM SNAPSHOT ${quoteName(snapshot)}`;
  }
  const prefix = account === null || restore.level === 'account' ? '' : `${quoteName(account)}.`;
  const targets: Record<Restore['level'], () => string> = {
    cluster: () => 'CLUSTER ',
    account: () => `ACCOUNT ${named(account)} `,
    database: () => `DATABASE ${prefix}${named(database)} `,
    table: () => `TABLE ${prefix}${database === null ? '' : `${quoteName(database)}.`}${named(table)} `,
  };
  return `RESTORE ${targets[restore.level]()}${hintSql(snapshot)}`;
}

function tableAt(ref: TableRef, source: string): TableAt {
  const { hint } = ref;
  const named = { database: ref.database?.text ?? null, table: ref.table.text };
  if (hint === null) return { ...named, snapshot: null };
  if (hint.kind === 'snapshot') return { ...named, snapshot: snapshotNameOf(hint.value) };
  return { ...named, snapshot: null, time: source.slice(hint.start, hint.end) };
}

const textOf = (name: Name | null): string | null => name?.text ?? null;

function printedScope(scope: CreateSnapshot['scope']): PrintedScope {
  switch (scope.level) {
    case 'table':
      return { level: 'table', database: scope.database.text, table: scope.table.text };
    case 'database':
      return { level: 'database', database: scope.database.text };
    case 'account':
      return { level: 'account', account: textOf(scope.account) };
    case 'cluster':
      return scope;
    default:
      return assertNever(scope);
  }
}

/** A clause that is kept as it was written, with a space before it. */
const kept = (span: { start: number; end: number } | null, source: string): string =>
  span ? ` ${source.slice(span.start, span.end)}` : '';

/** The statements that have a canonical text, which is what *format statement* writes. */
export type Printable = CreateSnapshot | DropSnapshot | ShowSnapshots | Diff | Restore;

function printRestore(restore: Restore, source: string): string {
  const { level, account, database, table, snapshot, form, toAccount } = restore;
  const names = { account: textOf(account), database: textOf(database), table: textOf(table) };
  const text = restoreSql({ level, ...names, snapshot: snapshot.text.toLowerCase() }, form);
  return `${text}${toAccount ? ' TO ACCOUNT' : ''}${kept(toAccount, source)}`;
}

function printDiff(diff: Diff, source: string): string {
  const { output } = diff;
  const printed: PrintedOutput = output.form === 'as' ? { form: 'as', table: tableAt(output.table, source) } : output;
  const columns = diff.columns?.map((column) => column.text) ?? null;
  return diffSql(tableAt(diff.target, source), tableAt(diff.base, source), printed, columns);
}

/** The canonical text of a git-for-data statement, without a semicolon; `source` is the text it was parsed from. */
export function printStatement(statement: Printable, source: string): string {
  switch (statement.kind) {
    case 'createSnapshot': {
      const { name, scope, ifNotExists, publication } = statement;
      const text = createSnapshotSql(name.text.toLowerCase(), printedScope(scope), ifNotExists);
      return `${text}${kept(publication, source)}`;
    }
    case 'dropSnapshot':
      return `${dropSnapshotSql(statement.name.text.toLowerCase(), statement.ifExists)}${kept(statement.publication, source)}`;
    case 'showSnapshots':
      return `SHOW SNAPSHOTS${statement.where ? ' WHERE' : ''}${kept(statement.where, source)}`;
    case 'diff':
      return printDiff(statement, source);
    case 'restore':
      return printRestore(statement, source);
    default:
      return assertNever(statement);
  }
}
