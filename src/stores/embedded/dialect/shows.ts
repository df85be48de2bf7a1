/** SHOW and DESCRIBE as data: what is listed, and which of it is asked for. */
import { say } from '../../../base/say.ts';
import { hintedSnapshot, type TableRef } from '../../../git4data/ast.ts';
import { tokenValue } from '../../../git4data/lexer.ts';
import { unsupported } from '../typed/sqlText.ts';
import { isWord, nameAt, syntax } from './sql.ts';
import type { StatementTokens } from './statementTokens.ts';
import type { Translation } from './translation.ts';

/** The table named at `at`, and the first token behind it: what follows is no alias here. */
function shownTable(statement: StatementTokens, at: number): { readonly table: TableRef; readonly next: number } {
  const table = statement.tableAt(at);
  if (!table) throw syntax(say('a table is missing'), statement.tokens[at]);
  const next = statement.tokens.findIndex((token) => token.start >= table.end);
  return { table, next: next < 0 ? statement.tokens.length : next };
}

function requireEnd({ tokens }: StatementTokens, at: number): void {
  if (at < tokens.length) throw syntax(say('nothing more can stand here'), tokens[at]);
}

/** The pattern of a LIKE that ends the statement; null where the statement ends before it. */
function patternAt(statement: StatementTokens, at: number): string | null {
  const { tokens } = statement;
  if (isWord(tokens[at], 'WHERE'))
    throw unsupported(`SHOW ${tokens[1]?.upper ?? ''} … WHERE`, say("Choose by the name: LIKE 'pattern'."));
  if (!isWord(tokens[at], 'LIKE')) {
    requireEnd(statement, at);
    return null;
  }
  const token = tokens[at + 1];
  if (token?.kind !== 'string') throw syntax(say('LIKE needs a text in quotes'), token);
  requireEnd(statement, at + 2);
  return tokenValue(token);
}

/** DESCRIBE, with a column or a pattern of columns behind the table. */
export function describeOf(statement: StatementTokens): Translation {
  const { table, next } = shownTable(statement, 1);
  const token = statement.tokens[next];
  const like =
    token === undefined ? null : token.kind === 'string' ? tokenValue(token) : nameAt(statement.tokens, next);
  if (token !== undefined) requireEnd(statement, next + 1);
  return { kind: 'showColumns', table: statement.nameOf(table), snapshot: hintedSnapshot(table), like };
}

function showTablesOf(statement: StatementTokens, at: number, full: boolean): Translation {
  const { tokens, context } = statement;
  const isNamed = isWord(tokens[at], 'FROM', 'IN');
  const database = isNamed ? nameAt(tokens, at + 1) : context.database;
  if (database === null) throw syntax(say('no database is chosen: write SHOW TABLES FROM database'));
  return { kind: 'showTables', database, full, like: patternAt(statement, isNamed ? at + 2 : at) };
}

function showColumnsOf(statement: StatementTokens, at: number): Translation {
  const { table, next } = shownTable(statement, at);
  const isNamed = isWord(statement.tokens[next], 'FROM', 'IN');
  const own = isNamed ? { database: nameAt(statement.tokens, next + 1), table: table.table.text } : null;
  return {
    kind: 'showColumns',
    table: own ?? statement.nameOf(table),
    snapshot: hintedSnapshot(table),
    like: patternAt(statement, isNamed ? next + 2 : next),
  };
}

function showCreateOf(statement: StatementTokens, at: number): Translation {
  const table = statement.tableAt(at + 1);
  if (!isWord(statement.tokens[at], 'TABLE') || !table)
    throw unsupported(`SHOW CREATE ${statement.tokens[at]?.upper ?? ''}`);
  return { kind: 'showCreateTable', table: statement.nameOf(table), snapshot: hintedSnapshot(table) };
}

export function showOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  const full = isWord(tokens[1], 'FULL');
  const at = full ? 2 : 1;
  const what = tokens[at]?.upper ?? '';
  if (full && what !== 'TABLES')
    throw unsupported(
      `SHOW FULL ${what}`,
      say('Leave FULL out: columns have no collation and no rights of their own here.'),
    );
  switch (what) {
    case 'DATABASES':
    case 'SCHEMAS':
      return { kind: 'showDatabases', like: patternAt(statement, at + 1) };
    case 'TABLES':
      return showTablesOf(statement, at + 1, full);
    case 'COLUMNS':
    case 'FIELDS':
      return showColumnsOf(statement, at + 2);
    case 'CREATE':
      return showCreateOf(statement, at + 1);
    default:
      throw unsupported(`SHOW ${what}`);
  }
}
