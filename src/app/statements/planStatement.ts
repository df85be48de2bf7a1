/** Reads one statement of a person's and plans it: a git-for-data statement becomes calls of the store, any other is the store's to run. */
import { assertNever } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { RestoreTarget, SnapshotTarget, Store } from '../../data/store.ts';
import { type Restore, snapshotNameOf, type SnapshotScope, type Statement } from '../../git4data/ast.ts';
import { dialects } from '../../git4data/dialects.ts';
import { tokenValue } from '../../git4data/lexer.ts';
import { parseTokens } from '../../git4data/parser.ts';
import { splitStatements, type StatementText } from '../../git4data/split.ts';
import { changedName } from './changedName.ts';
import { requireNotOwn } from './ownTables.ts';
import type { Plan, QueryStep, Step } from './plan.ts';
import { databaseOf, planDiff } from './planDiff.ts';
import { isDelta, isServersOwn, replacedBy } from './serversOwn.ts';
import { isLeftOut, plainRequest, type StatementRequest, unsupported } from './statementRequest.ts';

const isOwn = ({ kind }: Statement): boolean => kind !== 'select' && kind !== 'other';

/** Failures: `sql.syntax` for a git-for-data statement that cannot be read, `sql.unsupported`, and those of the store that it asks. */
export async function planStatement(store: Store, request: StatementRequest): Promise<Plan> {
  const { hasSessions, runsGitForData, runsQueries } = dialects[(await store.facts()).dialect];
  const { request: taken, leftOut } = hasSessions ? { request, leftOut: [] } : plainRequest(request);
  const text = splitStatements(taken.sql)[0];
  const nothing: Statement = { kind: 'other', start: 0, end: 0, verb: '', effect: 'session', tables: [] };
  if (!text) return { statement: nothing, request: taken, step: { kind: 'nothing' }, leftOut: [] };
  if (!hasSessions && request.script && isLeftOut(text, request.script)) {
    const note = say('Left out: there is no session to set up here, and nothing to lock.');
    return { statement: nothing, request: taken, step: { kind: 'skip', note }, leftOut: [] };
  }
  const { statement, problems } = parseTokens(text);
  const error = problems.find((problem) => problem.severity === 'error');
  if (error && isOwn(statement)) throw new Failure('sql.syntax', { message: error.message });
  requireNotOwn(statement, text.tokens, changedName(statement, text.tokens, request.database), request.database);
  const isAsWritten = runsGitForData && (await isServersOwn(statement, request.database, store));
  const isBetweenTables = runsQueries && statement.kind === 'diff' && !isDelta(statement, request.database);
  const step =
    isAsWritten || isBetweenTables ? queryStep(taken, statement, text) : await stepOf(store, taken, statement, text);
  return { statement, request: taken, step, leftOut: step.kind === 'query' ? leftOut : [] };
}

async function stepOf(
  store: Store,
  request: StatementRequest,
  statement: Statement,
  text: StatementText,
): Promise<Step> {
  switch (statement.kind) {
    case 'createSnapshot': {
      const { scope, publication, ifNotExists } = statement;
      if (publication) throw unsupported('CREATE SNAPSHOT of a publication');
      return { kind: 'snapshot', name: snapshotNameOf(statement.name), target: snapshotTarget(scope), ifNotExists };
    }
    case 'dropSnapshot':
      if (statement.publication) throw unsupported('DROP SNAPSHOT of a publication');
      return { kind: 'drop', name: snapshotNameOf(statement.name), ifExists: statement.ifExists };
    case 'showSnapshots':
      if (statement.where) throw unsupported('SHOW SNAPSHOTS with WHERE', say('Leave the condition out.'));
      return { kind: 'list' };
    case 'diff':
      return planDiff(store, statement, request.database);
    case 'restore': {
      const target = restoreTarget(statement, request.database);
      return { kind: 'restore', target, to: snapshotNameOf(statement.snapshot) };
    }
    case 'branch':
    case 'clone':
    case 'pitr':
    case 'select':
    case 'other':
    case 'broken':
      return queryStep(request, statement, text);
    default:
      return assertNever(statement);
  }
}

function queryStep({ sql, database }: StatementRequest, statement: Statement, { tokens }: StatementText): QueryStep {
  const name = changedName(statement, tokens, database);
  const used = statement.kind === 'other' && statement.verb === 'USE' ? tokens[1] : undefined;
  return {
    kind: 'query',
    query: { sql, database },
    chosen: used ? tokenValue(used) : null,
    name,
    replaces: replacedBy(statement, tokens, name),
  };
}

function snapshotTarget(scope: SnapshotScope): SnapshotTarget {
  switch (scope.level) {
    case 'table':
      return { level: 'table', table: { database: scope.database.text, table: scope.table.text } };
    case 'database':
      return { level: 'database', database: scope.database.text };
    case 'account':
      return { level: 'account', account: scope.account?.text ?? null };
    case 'cluster':
      return { level: 'cluster' };
    default:
      return assertNever(scope);
  }
}

function restoreTarget({ level, database, table, toAccount }: Restore, chosen: string | null): RestoreTarget {
  if (toAccount) throw unsupported('RESTORE into another account');
  if (level === 'database') return { level, database: databaseOf(chosen, database) };
  if (level === 'table' && table)
    return { level, table: { database: databaseOf(chosen, database), table: table.text } };
  throw unsupported(`RESTORE of the ${level}`, say('Restore a table or a database.'));
}
