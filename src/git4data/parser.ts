/** Reads one statement: git-for-data statements into their tree, any other as what it touches. It never throws. */
import { say } from '../base/say.ts';
import type {
  Broken,
  DiffOutput,
  Name,
  Parsed,
  Problem,
  Restore,
  SnapshotScope,
  Span,
  Statement,
  TableRef,
} from './ast.ts';
import { Cursor } from './cursor.ts';
import { classify, isPitr } from './effects.ts';
import { isOtherwiseRead, tokenValue } from './lexer.ts';
import { type StatementText, splitStatements } from './split.ts';
import { findTables } from './tables.ts';

type Read<T extends Statement> = T | null;

const accountName = (cursor: Cursor): Name | null =>
  cursor.peek()?.kind === 'word' || cursor.peek()?.kind === 'quotedName' ? cursor.name(say('an account')) : null;

/** `db tbl` behind FOR TABLE; `db.tbl`, which no server takes, is understood and reported with its fix. */
function snapshotTable(cursor: Cursor): { database: Name; table: Name } | null {
  const database = cursor.name('a database');
  if (!database) return null;
  const dot = cursor.peek();
  const isDotted = cursor.eat('.');
  const table = cursor.name(isDotted ? 'a table' : say('a table (FOR TABLE takes the database, a space, the table)'));
  if (!table) return null;
  if (isDotted && dot) {
    cursor.report(
      { start: database.start, end: table.end },
      'snapshot.dottedTable',
      say('FOR TABLE takes "{0} {1}": database and table with a space between, no dot.', database.text, table.text),
      [{ title: say('Put a space instead of the dot'), edits: [{ start: database.end, end: table.start, text: ' ' }] }],
    );
  }
  return { database, table };
}

/** `FROM account PUBLICATION name`, which ends the subscriber's forms. */
function publication(cursor: Cursor): Span | null {
  const start = cursor.peek()?.start ?? 0;
  if (!cursor.eat('FROM') || !cursor.name(say('an account'))) return null;
  if (!cursor.need('PUBLICATION') || !cursor.name('a publication')) return null;
  return { start, end: cursor.lastEnd };
}

function snapshotScope(cursor: Cursor): SnapshotScope | null {
  if (cursor.eat('TABLE')) {
    const table = snapshotTable(cursor);
    return table && { level: 'table', ...table };
  }
  if (cursor.eat('DATABASE')) {
    const database = cursor.name('a database');
    return database && { level: 'database', database };
  }
  if (cursor.eat('ACCOUNT')) return { level: 'account', account: cursor.sees('FROM') ? null : accountName(cursor) };
  if (cursor.eat('CLUSTER')) return { level: 'cluster' };
  cursor.expected('TABLE, DATABASE, ACCOUNT or CLUSTER');
  return null;
}

function createSnapshot(cursor: Cursor, span: Span): Read<Statement> {
  const ifNotExists = cursor.eat('IF', 'NOT', 'EXISTS');
  const name = cursor.name(say("the snapshot's name"));
  if (!name || !cursor.need('FOR')) return null;
  const scope = snapshotScope(cursor);
  return scope && { ...span, kind: 'createSnapshot', ifNotExists, name, scope, publication: publication(cursor) };
}

function dropSnapshot(cursor: Cursor, span: Span): Read<Statement> {
  const ifExists = cursor.eat('IF', 'EXISTS');
  const name = cursor.name(say("the snapshot's name"));
  return name && { ...span, kind: 'dropSnapshot', ifExists, name, publication: publication(cursor) };
}

function showSnapshots(cursor: Cursor, span: Span): Read<Statement> {
  if (!cursor.eat('WHERE')) return { ...span, kind: 'showSnapshots', where: null };
  const first = cursor.peek();
  if (!first) {
    cursor.expected('a condition');
    return null;
  }
  while (!cursor.atEnd) cursor.take();
  return { ...span, kind: 'showSnapshots', where: { start: first.start, end: span.end } };
}

function columnList(cursor: Cursor): Name[] | null {
  if (!cursor.need('(')) return null;
  const columns: Name[] = [];
  do {
    const column = cursor.name('a column');
    if (!column) return null;
    columns.push(column);
  } while (cursor.eat(','));
  return cursor.need(')') ? columns : null;
}

/** What stands behind the word of each form of OUTPUT. */
const outputs: Readonly<Record<Exclude<DiffOutput['form'], 'rows'>, (cursor: Cursor) => DiffOutput | null>> = {
  summary: () => ({ form: 'summary' }),
  count: () => ({ form: 'count' }),
  limit: (cursor) => {
    const limit = cursor.peek();
    if (limit?.kind === 'number' && /^\d+$/.test(limit.text)) {
      cursor.take();
      return { form: 'limit', limit: Number(limit.text) };
    }
    cursor.expected(say('a number of rows'));
    return null;
  },
  file: (cursor) => {
    const path = cursor.peek();
    if (path?.kind === 'string') {
      cursor.take();
      return { form: 'file', path: tokenValue(path) };
    }
    cursor.expected(say('a folder in quotes'));
    return null;
  },
  as: (cursor) => {
    const table = cursor.table('define', false);
    return table && { form: 'as', table };
  },
};

function diffOutput(cursor: Cursor): DiffOutput | null {
  for (const [form, read] of Object.entries(outputs)) if (cursor.eat(form.toUpperCase())) return read(cursor);
  cursor.expected('SUMMARY, COUNT, LIMIT n, FILE or AS');
  return null;
}

function diff(cursor: Cursor, span: Span): Read<Statement> {
  const target = cursor.table('read', false);
  if (!target || !cursor.need('AGAINST')) return null;
  const base = cursor.table('read', false);
  if (!base) return null;
  const columns = cursor.eat('COLUMNS') ? columnList(cursor) : null;
  const outputStart = cursor.peek()?.start ?? 0;
  if (!cursor.eat('OUTPUT')) {
    return { ...span, kind: 'diff', target, base, columns, output: { form: 'rows' }, outputSpan: null };
  }
  const output = diffOutput(cursor);
  const outputSpan = { start: outputStart, end: cursor.lastEnd };
  return output && { ...span, kind: 'diff', target, base, columns, output, outputSpan };
}

/** Dotted names from the right: table, database, account. */
function dottedNames(cursor: Cursor, what: string): Name[] | null {
  const names: Name[] = [];
  do {
    const name = cursor.name(what);
    if (!name) return null;
    names.push(name);
  } while (cursor.eat('.'));
  return names;
}

type RestoreTarget = Pick<Restore, 'level' | 'account' | 'database' | 'table'>;

const nothing = { account: null, database: null, table: null };

const levelOf = (database: Name | null, table: Name | null): 'account' | 'database' | 'table' =>
  table ? 'table' : database ? 'database' : 'account';

/** Up to MatrixOne 3 the levels nest: ACCOUNT a DATABASE d TABLE t. */
function restoreAccount(cursor: Cursor): RestoreTarget | null {
  const account = cursor.name(say('an account'));
  const database = cursor.eat('DATABASE') ? cursor.name('a database') : null;
  const table = cursor.eat('TABLE') ? cursor.name('a table') : null;
  return account && { account, database, table, level: levelOf(database, table) };
}

function restoreDatabase(cursor: Cursor): RestoreTarget | null {
  const names = dottedNames(cursor, 'a database');
  const database = names?.at(-1);
  return database ? { account: names?.at(-2) ?? null, database, table: null, level: 'database' } : null;
}

function restoreTable(cursor: Cursor): RestoreTarget | null {
  const names = dottedNames(cursor, say('a table as database.table'));
  const table = names?.at(-1);
  if (!names || !table) return null;
  const database = names.at(-2) ?? null;
  if (!database) {
    cursor.report(table, 'restore.noDatabase', `RESTORE TABLE needs the database too: write database.${table.text}.`);
  }
  return { account: names.at(-3) ?? null, database, table, level: 'table' };
}

function restoreTarget(cursor: Cursor): RestoreTarget | null {
  if (cursor.eat('CLUSTER')) return { ...nothing, level: 'cluster' };
  if (cursor.eat('ACCOUNT')) return restoreAccount(cursor);
  if (cursor.eat('DATABASE')) return restoreDatabase(cursor);
  if (cursor.eat('TABLE')) return restoreTable(cursor);
  cursor.expected('TABLE, DATABASE, ACCOUNT or CLUSTER');
  return null;
}

type RestoreSource = Pick<Restore, 'snapshot' | 'form' | 'formSpan'>;

function restoreSource(cursor: Cursor): RestoreSource | null {
  const from = cursor.peek();
  if (from && cursor.eat('FROM', 'SNAPSHOT')) {
    const snapshot = cursor.name("a snapshot's name");
    return snapshot && { snapshot, form: 'from', formSpan: { start: from.start, end: snapshot.end } };
  }
  if (!cursor.sees('{')) {
    cursor.expected("{SNAPSHOT = 'name'}");
    return null;
  }
  const hint = cursor.hint();
  if (!hint) return null;
  if (hint.kind !== 'snapshot') {
    cursor.report(hint, 'restore.byTime', 'RESTORE takes a snapshot, not a time.');
    return null;
  }
  return { snapshot: hint.value, form: 'braces', formSpan: { start: hint.start, end: hint.end } };
}

function restore(cursor: Cursor, span: Span): Read<Statement> {
  const target = restoreTarget(cursor);
  const source = target && restoreSource(cursor);
  if (!target || !source) return null;
  const toAccount = cursor.eat('TO', 'ACCOUNT') ? cursor.name(say('an account')) : null;
  return { ...span, kind: 'restore', ...target, ...source, toAccount };
}

const readers = {
  createSnapshot: { words: ['CREATE', 'SNAPSHOT'], read: createSnapshot },
  dropSnapshot: { words: ['DROP', 'SNAPSHOT'], read: dropSnapshot },
  showSnapshots: { words: ['SHOW', 'SNAPSHOTS'], read: showSnapshots },
  diff: { words: ['DATA', 'BRANCH', 'DIFF'], read: diff },
  restore: { words: ['RESTORE'], read: restore },
} as const satisfies Record<
  Broken['intended'],
  { words: readonly string[]; read: (cursor: Cursor, span: Span) => Read<Statement> }
>;

const isKey = (key: string): key is Broken['intended'] => Object.hasOwn(readers, key);
const readerKeys = Object.keys(readers).filter(isKey);

function readOwn(text: StatementText): Parsed | null {
  const cursor = new Cursor(text.tokens);
  const span = { start: text.start, end: text.end };
  const intended = readerKeys.find((key) => cursor.sees(...readers[key].words));
  // PITR keeps the grammar FROM PITR in every release, and is read as an ordinary statement with a name of its own.
  if (!intended || isPitr(text.tokens) || text.tokens.some(isOtherwiseRead)) return null;
  const { words, read } = readers[intended];
  cursor.eat(...words);
  const statement = read(cursor, span);
  if (statement && !cursor.atEnd) cursor.expected(say('the end of the statement (a ; is missing?)'));
  // Half a statement must never run: `t{SNAPSHOT=` would read the table of now.
  const isWhole = cursor.problems.every(
    (problem) => !problem.code.startsWith('syntax.') && problem.code !== 'hint.malformed',
  );
  if (statement && isWhole) return { statement, problems: cursor.problems };
  const tables: readonly TableRef[] = findTables(text.tokens).tables;
  return { statement: { ...span, kind: 'broken', intended, tables }, problems: cursor.problems.slice(0, 1) };
}

/** What a person calls what is opened. */
const nameOfUnclosed: Readonly<Record<string, string>> = { quotedName: 'name', comment: 'comment' };

function lexicalProblems(text: StatementText): Problem[] {
  return text.tokens
    .filter((token) => !token.closed)
    .map((token) => ({
      start: token.start,
      end: token.start + 1,
      code: 'syntax.unclosed',
      severity: 'error',
      message: say('This {0} is never closed.', nameOfUnclosed[token.kind] ?? 'text'),
      fixes: [],
    }));
}

/** Reads one statement that `splitStatements` found; offsets are those of the whole text. */
export function parseTokens(text: StatementText): Parsed {
  const own = readOwn(text);
  const lexical = lexicalProblems(text);
  if (own) return { statement: own.statement, problems: lexical.length > 0 ? lexical : own.problems };
  const { tables, problems } = findTables(text.tokens);
  return { statement: classify(text, tables), problems: [...lexical, ...problems] };
}

/** Reads the first statement of a text. A text without one is an `other` that only reads. */
export function parseStatement(text: string): Parsed {
  const first = splitStatements(text)[0];
  if (first) return parseTokens(first);
  return {
    statement: { kind: 'other', verb: '', tables: [], effect: 'read', start: 0, end: text.length },
    problems: [],
  };
}

/** Every statement of a text with its problems. */
export const parseText = (text: string): Parsed[] => splitStatements(text).map(parseTokens);
