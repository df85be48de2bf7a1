/** The tree of a statement: what is needed to run, show and check it. Offsets count UTF-16 units of the text that was parsed. */

/** A piece of the text that was parsed: from `start` up to, and without, `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An identifier as somebody wrote it: what is compared is `text`, what is changed in the editor is the span. */
export interface Name extends Span {
  /** Without quotes and escapes, letters as written. */
  readonly text: string;
  /** How it was written: bare, in backticks, or as a text in quotes. */
  readonly form: 'bare' | 'backticks' | 'string';
}

/** The version that a table is read at, in braces behind its name. */
export interface Hint extends Span {
  readonly kind: 'snapshot' | 'timestamp' | 'moTs' | 'asOf';
  /** The snapshot's name, or the literal of a time. */
  readonly value: Name;
}

/** A table where a statement names it, with the version it is read at (`hint`) and what becomes of it there. */
export interface TableRef extends Span {
  readonly database: Name | null;
  readonly table: Name;
  readonly hint: Hint | null;
  /** The alias, where the place allows one. */
  readonly alias: Name | null;
  /** What the statement does with it. `define`: makes or changes its shape. */
  readonly use: 'read' | 'write' | 'define';
}

/** What a CREATE SNAPSHOT is FOR, as it was parsed; `PrintedScope` is the same as plain words, for printing. */
export type SnapshotScope =
  | { readonly level: 'table'; readonly database: Name; readonly table: Name }
  | { readonly level: 'database'; readonly database: Name }
  /** A null account is the connection's own. */
  | { readonly level: 'account'; readonly account: Name | null }
  | { readonly level: 'cluster' };

/** `CREATE SNAPSHOT name FOR …`. */
export interface CreateSnapshot extends Span {
  readonly kind: 'createSnapshot';
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly scope: SnapshotScope;
  /** `FROM account PUBLICATION name`, a subscriber's form. */
  readonly publication: Span | null;
}

/** `DROP SNAPSHOT name`. */
export interface DropSnapshot extends Span {
  readonly kind: 'dropSnapshot';
  readonly ifExists: boolean;
  readonly name: Name;
  readonly publication: Span | null;
}

/** `SHOW SNAPSHOTS`, with the filter where there is one. */
export interface ShowSnapshots extends Span {
  readonly kind: 'showSnapshots';
  /** The condition behind WHERE. */
  readonly where: Span | null;
}

/** What a DIFF answers with: its rows, counts, or what a server writes elsewhere. The parser, the printer and the use case have a case for each. */
export type DiffOutput =
  | { readonly form: 'rows' }
  | { readonly form: 'summary' }
  | { readonly form: 'count' }
  | { readonly form: 'limit'; readonly limit: number }
  | { readonly form: 'file'; readonly path: string }
  | { readonly form: 'as'; readonly table: TableRef };

/** Whether an output is written somewhere, as a file or a table, instead of being answered. */
const isWrittenOutput: Readonly<Record<DiffOutput['form'], boolean>> = {
  rows: false,
  summary: false,
  count: false,
  limit: false,
  file: true,
  as: true,
};

/** True of a DIFF that answers with rows or counts, and writes nothing. */
export const isAnswered = ({ output }: Diff): boolean => !isWrittenOutput[output.form];

/** `DATA BRANCH DIFF target AGAINST base`: the delta between two versions of a table, or of two tables. */
export interface Diff extends Span {
  readonly kind: 'diff';
  /** The newer side: the table whose changes are shown. */
  readonly target: TableRef;
  /** The older side, after AGAINST. */
  readonly base: TableRef;
  readonly columns: readonly Name[] | null;
  readonly output: DiffOutput;
  /** The OUTPUT clause where there is one. */
  readonly outputSpan: Span | null;
}

/** `RESTORE …`: a table, database, account or cluster as it was at a snapshot. */
export interface Restore extends Span {
  readonly kind: 'restore';
  readonly level: 'table' | 'database' | 'account' | 'cluster';
  readonly account: Name | null;
  readonly database: Name | null;
  readonly table: Name | null;
  readonly snapshot: Name;
  /** `braces`: `{SNAPSHOT = 's'}`, MatrixOne 4 and later. `from`: `FROM SNAPSHOT s`, before. */
  readonly form: 'braces' | 'from';
  /** The braces, or FROM SNAPSHOT and the name. */
  readonly formSpan: Span;
  /** TO ACCOUNT, which restores into another account. */
  readonly toAccount: Name | null;
}

/** DATA BRANCH CREATE, DELETE, MERGE, PICK; CLONE; PITR statements: recognised, with their tables, not taken apart further. */
export interface Branching extends Span {
  readonly kind: 'branch' | 'clone' | 'pitr';
  /** The words that name it, as in `DATA BRANCH MERGE`. */
  readonly verb: string;
  readonly tables: readonly TableRef[];
  readonly effect: Effect;
  /** Of a PICK with BETWEEN SNAPSHOT: it takes what changed between two snapshots, and not rows as they are. */
  readonly between?: true;
}

export interface Select extends Span {
  readonly kind: 'select';
  readonly tables: readonly TableRef[];
  readonly effect: Effect;
}

export interface Other extends Span {
  readonly kind: 'other';
  /** Its first word (the second too for CREATE, ALTER, DROP, SHOW), upper case. */
  readonly verb: string;
  readonly tables: readonly TableRef[];
  readonly effect: Effect;
}

/** A git-for-data statement that could not be read to its end; the problems say why. */
export interface Broken extends Span {
  readonly kind: 'broken';
  readonly intended: 'createSnapshot' | 'dropSnapshot' | 'showSnapshots' | 'diff' | 'restore';
  readonly tables: readonly TableRef[];
}

/**
 * One statement of a text, told by `kind`. What is not the language of versions is `other`; what cannot be read,
 * `broken`.
 */
export type Statement =
  | CreateSnapshot
  | DropSnapshot
  | ShowSnapshots
  | Diff
  | Restore
  | Branching
  | Select
  | Other
  | Broken;

/** The word that tells the statements apart, as it also crosses to the editor. */
export type StatementKind = Statement['kind'];

/** `read` changes nothing; `session` only this connection; `snapshot` adds or drops a snapshot; `data` rows; `shape` tables; `unknown` counts as a write. */
export type Effect = 'read' | 'session' | 'snapshot' | 'data' | 'shape' | 'unknown';

/** A piece of the text and what stands in its place afterwards. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** A change that mends a problem, offered under the light bulb: its title as a person reads it, and its edits. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Something wrong in the text: a value, never an exception. */
export interface Problem extends Span {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly fixes: readonly Fix[];
}

/** A statement with what is wrong with it. Parsing never throws: a text that makes no sense is a `broken` statement. */
export interface Parsed {
  readonly statement: Statement;
  readonly problems: readonly Problem[];
}

/** What a statement does to the data. */
export function effectOf(statement: Statement): Effect {
  switch (statement.kind) {
    case 'createSnapshot':
    case 'dropSnapshot':
      return 'snapshot';
    case 'showSnapshots':
      return 'read';
    case 'diff':
      return isAnswered(statement) ? 'read' : 'shape';
    case 'restore':
      return 'data';
    case 'broken':
      return 'unknown';
    default:
      return statement.effect;
  }
}

/** True when running it could change rows, tables or files, or drop a snapshot: what production asks a confirmation for. */
export function needsConfirmation(statement: Statement): boolean {
  if (statement.kind === 'createSnapshot') return false;
  const effect = effectOf(statement);
  return effect !== 'read' && effect !== 'session';
}

/** Every table a statement names, in order. */
export function tablesOf(statement: Statement): readonly TableRef[] {
  switch (statement.kind) {
    case 'diff':
      return [statement.target, statement.base, ...(statement.output.form === 'as' ? [statement.output.table] : [])];
    case 'createSnapshot':
    case 'dropSnapshot':
    case 'showSnapshots':
    case 'restore':
      return [];
    default:
      return statement.tables;
  }
}

/** The name a server looks a snapshot up by: bare and backticked names are folded to lower case, a text in quotes is taken as it is. */
export const snapshotNameOf = (name: Name): string => (name.form === 'string' ? name.text : name.text.toLowerCase());

/** The hint's snapshot, or null for the table now; a hint by time has none. */
export const hintedSnapshot = (table: TableRef): string | null =>
  table.hint?.kind === 'snapshot' ? snapshotNameOf(table.hint.value) : null;
