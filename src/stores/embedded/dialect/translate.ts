/**
 * Reads one statement in MySQL's words and gives it back for SQLite. `translate(sql, context)` runs nothing and changes
 * nothing; it throws `sql.syntax` for what cannot be read, `sql.unsupported` with the construct's name for what SQLite has no
 * equal of, and what the context throws for unknown tables and snapshots. Parameters (`?`) keep their order.
 * Translated statements call the functions of `functions.ts`: register them on the connection first.
 */
import { hintedSnapshot } from '../../../git4data/ast.ts';
import { parseTokens } from '../../../git4data/parser.ts';
import { type Token, tokenize } from '../../../git4data/lexer.ts';
import { splitStatements } from '../../../git4data/split.ts';
import { deleteOf, insertOf, updateOf } from './changes.ts';
import { Rewriter } from './rewriter.ts';
import { alterTableOf, createTableOf, renameTableOf, skipIf } from './shapes.ts';
import { findWord, isSymbol, isWord, nameAt, nameList, syntax, unsupported } from './sql.ts';
import { titled } from './titles.ts';
import type { DialectContext, Translation } from './translation.ts';

function queryOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (findWord(tokens, 0, tokens.length, 'INTO') >= 0) throw unsupported('SELECT … INTO', 'Use export.');
  return { kind: 'query', sql: titled(rewriter, 0, tokens.length) };
}

function createOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (isWord(tokens[1], 'DATABASE', 'SCHEMA')) {
    const { found, next } = skipIf(tokens, 2);
    return { kind: 'createDatabase', database: nameAt(tokens, next), ifNotExists: found };
  }
  if (isWord(tokens[1], 'INDEX') || (isWord(tokens[1], 'UNIQUE') && isWord(tokens[2], 'INDEX')))
    return createIndexOf(rewriter);
  return createTableOf(rewriter);
}

function createIndexOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  const unique = isWord(tokens[1], 'UNIQUE');
  const name = nameAt(tokens, unique ? 3 : 2);
  const on = findWord(tokens, 2, tokens.length, 'ON');
  const table = on < 0 ? undefined : rewriter.tableAt(on + 1);
  if (!table) throw syntax('CREATE INDEX name ON table (columns) needs a table');
  const columns = nameList(tokens, rewriter.behind(table)).names;
  return { kind: 'createIndex', table: rewriter.nameOf(table), name, columns, unique };
}

function dropOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  const { found: ifExists, next } = skipIf(tokens, 2);
  if (isWord(tokens[1], 'DATABASE', 'SCHEMA'))
    return { kind: 'dropDatabase', database: nameAt(tokens, next), ifExists };
  if (isWord(tokens[1], 'INDEX')) {
    const table = isWord(tokens[next + 1], 'ON') ? rewriter.tableAt(next + 2) : undefined;
    if (!table) throw syntax('DROP INDEX name ON table needs a table');
    return { kind: 'dropIndex', table: rewriter.nameOf(table), name: nameAt(tokens, next) };
  }
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`DROP ${tokens[1]?.upper ?? ''}`);
  const tables = tokens.flatMap((_, i) => {
    const table = rewriter.tableAt(i);
    return table ? [rewriter.nameOf(table)] : [];
  });
  if (tables.length === 0) throw syntax('DROP TABLE needs a table');
  return { kind: 'dropTable', tables, ifExists };
}

function describeOf(rewriter: Rewriter, at: number): Translation {
  const table = rewriter.tableAt(at);
  if (!table) throw syntax('a table is missing', rewriter.tokens[at]);
  return { kind: 'showColumns', table: rewriter.nameOf(table) };
}

function databaseBehind(rewriter: Rewriter, at: number): string {
  const { tokens, context } = rewriter;
  if (isWord(tokens[at], 'FROM', 'IN')) return nameAt(tokens, at + 1);
  if (at < tokens.length) throw unsupported(`SHOW … ${tokens[at]?.upper ?? ''}`, 'List all of them.');
  if (context.database === null) throw syntax('no database is chosen: write SHOW TABLES FROM database');
  return context.database;
}

function showColumnsOf(rewriter: Rewriter, at: number): Translation {
  const { tokens } = rewriter;
  const shown = describeOf(rewriter, at);
  const table = rewriter.tableAt(at);
  const behind = table ? rewriter.behind(table) : tokens.length;
  if (shown.kind !== 'showColumns' || !isWord(tokens[behind], 'FROM', 'IN')) return shown;
  return { ...shown, table: { ...shown.table, database: nameAt(tokens, behind + 1) } };
}

function showCreateOf(rewriter: Rewriter, at: number): Translation {
  const table = rewriter.tableAt(at + 1);
  if (!isWord(rewriter.tokens[at], 'TABLE') || !table)
    throw unsupported(`SHOW CREATE ${rewriter.tokens[at]?.upper ?? ''}`);
  return { kind: 'showCreateTable', table: rewriter.nameOf(table), snapshot: hintedSnapshot(table) };
}

function showOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  const at = isWord(tokens[1], 'FULL') ? 2 : 1;
  switch (tokens[at]?.upper) {
    case 'DATABASES':
    case 'SCHEMAS':
      if (tokens.length > at + 1) throw unsupported('SHOW DATABASES with a condition', 'List all of them.');
      return { kind: 'showDatabases' };
    case 'TABLES':
      return { kind: 'showTables', database: databaseBehind(rewriter, at + 1) };
    case 'COLUMNS':
    case 'FIELDS':
      return showColumnsOf(rewriter, at + 2);
    case 'CREATE':
      return showCreateOf(rewriter, at + 1);
    default:
      throw unsupported(`SHOW ${tokens[at]?.upper ?? ''}`);
  }
}

function explainOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (!isWord(tokens[1], 'SELECT', 'WITH')) throw unsupported('EXPLAIN of anything but a query', 'Explain the SELECT.');
  return { kind: 'query', sql: `EXPLAIN QUERY PLAN ${rewriter.range(1, tokens.length)}` };
}

function setOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (tokens.some((token) => token.kind === 'variable' && !token.text.startsWith('@@')))
    throw unsupported('A variable', 'Write the value.');
  return { kind: 'nothing' };
}

const transactions = (): never => {
  throw unsupported('A transaction over several statements', 'Every statement is a transaction of its own.');
};

const verbs: Readonly<Record<string, (rewriter: Rewriter) => Translation>> = {
  SELECT: queryOf,
  WITH: queryOf,
  INSERT: insertOf,
  REPLACE: insertOf,
  UPDATE: updateOf,
  DELETE: deleteOf,
  CREATE: createOf,
  ALTER: alterTableOf,
  RENAME: renameTableOf,
  DROP: dropOf,
  TRUNCATE: (rewriter) => {
    const described = describeOf(rewriter, isWord(rewriter.tokens[1], 'TABLE') ? 2 : 1);
    return described.kind === 'showColumns' ? { kind: 'truncate', table: described.table } : described;
  },
  USE: ({ tokens }) => ({ kind: 'use', database: nameAt(tokens, 1) }),
  DESCRIBE: (rewriter) => describeOf(rewriter, 1),
  DESC: (rewriter) => describeOf(rewriter, 1),
  SHOW: showOf,
  EXPLAIN: explainOf,
  SET: setOf,
  BEGIN: transactions,
  START: transactions,
  COMMIT: transactions,
  ROLLBACK: transactions,
  SAVEPOINT: transactions,
};

function refuseConditionalComments(sql: string): void {
  const comment = tokenize(sql).find((token) => token.kind === 'comment' && token.text.startsWith('/*!'));
  if (comment) throw unsupported('A comment that holds SQL (/*! … */)', 'Write it without the comment.');
}

/** WITH … UPDATE and its like would need the names in every part. */
function refuseWithBefore(tokens: readonly Token[]): void {
  const change = findWord(tokens, 0, tokens.length, 'INSERT', 'UPDATE', 'DELETE', 'REPLACE');
  const select = findWord(tokens, 0, tokens.length, 'SELECT');
  if (change >= 0 && (select < 0 || change < select)) {
    throw unsupported(`WITH before ${tokens[change]?.upper ?? ''}`, 'Use a sub-query.');
  }
}

/**
 * One MySQL statement as SQLite's. What would mean something else here is `sql.unsupported`, what cannot be read is
 * `sql.syntax`.
 */
export function translate(sql: string, context: DialectContext): Translation {
  const [statement, second] = splitStatements(sql);
  if (!statement) throw syntax('there is no statement');
  if (second) throw syntax('one statement at a time', second.tokens[0]);
  refuseConditionalComments(sql);
  const { statement: tree, problems } = parseTokens(statement);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem) throw syntax(problem.message);
  if (tree.kind === 'branch' || tree.kind === 'pitr') {
    throw unsupported(tree.verb, 'The embedded engine has snapshots: CREATE SNAPSHOT, DATA BRANCH DIFF, RESTORE.');
  }
  if (tree.kind !== 'select' && tree.kind !== 'other' && tree.kind !== 'clone') {
    throw unsupported('A git-for-data statement within a query', 'Run it as a statement of its own.');
  }
  const { tokens } = statement;
  const rewriter = new Rewriter(tokens, tree.tables, context);
  const first = tokens[0] as Token;
  if (isSymbol(first, '(')) return queryOf(rewriter);
  const verb = first.kind === 'word' && Object.hasOwn(verbs, first.upper) ? verbs[first.upper] : undefined;
  if (!verb) throw unsupported(first.upper);
  if (first.upper === 'WITH') refuseWithBefore(tokens);
  return verb(rewriter);
}
