/** Commands on SQL files: run, cancel, choose the connection, format, and what the lenses lead to. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import type { RestoreTarget } from '../../data/store.ts';
import { dialects } from '../../git4data/dialects.ts';
import { restoreSql } from '../../git4data/print.ts';
import { takesBack } from '../../git4data/script/scriptStatement.ts';
import { hasTableParts } from '../../git4data/script/tableParts.ts';
import type { DeltaArgument, RestoreArgument, RunStatementArgument } from '../../protocol/language.ts';
import type { StatementResult } from '../../protocol/panel.ts';
import type { Choice } from '../talk/ask.ts';
import { costLines, previewText } from '../talk/restoreText.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import type { StatementToRun } from '../sql/sqlRuns.ts';
import { restore, showDelta } from './snapshot.ts';
import { train } from './training.ts';
import { say } from '../../base/say.ts';

const hasUri = (argument: unknown): argument is { uri: string } =>
  typeof argument === 'object' && argument !== null && 'uri' in argument && typeof argument.uri === 'string';

const isRunArgument = (argument: unknown): argument is RunStatementArgument =>
  hasUri(argument) && 'sql' in argument && typeof argument.sql === 'string';

/** The connection of a file: its own, or asked for and remembered. */
async function sessionOf({ bindings, connections, language, pick }: Shell, uri: vscode.Uri): Promise<Session> {
  if (!vscode.workspace.isTrusted) throw new Failure('workspace.untrusted');
  const bound = await bindings.of(uri);
  if (bound) return connections.session(bound.id);
  const id = await pick.connectionId({}, say('Run this file on which connection?'));
  await bindings.choose(uri, id);
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document) await language.refresh(document);
  return connections.session(id);
}

function activeSql(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'sql') return editor;
  throw new Failure('usage.wrong', { message: say('Open a SQL file first.') });
}

/** From a lens: its statement. Else the one at the cursor. */
export async function runStatement(shell: Shell, argument: unknown): Promise<StatementResult[]> {
  if (isRunArgument(argument)) {
    const session = await sessionOf(shell, vscode.Uri.parse(argument.uri));
    return shell.sql.run(session, [{ sql: argument.sql, database: argument.database }]);
  }
  const { document, selection } = activeSql();
  const found = await shell.language.statementAt(document, selection.active);
  if (!found) throw new Failure('usage.wrong', { message: say('There is no statement at the cursor.') });
  const session = await sessionOf(shell, document.uri);
  return shell.sql.run(session, [found]);
}

/** Whether tables are made without what is not kept here; with a no each of them is refused by name. */
async function mayLeaveOut({ ask }: Shell): Promise<boolean> {
  const question = say('Foreign keys, ON UPDATE and partitions of tables are not kept here.');
  const choices: Choice<boolean>[] = [
    { label: say('Make the tables without them'), value: true, description: say('each is told'), icon: 'table' },
    { label: say('Refuse such tables'), value: false, description: say('by name'), icon: 'circle-slash' },
  ];
  return ask.pick(question, choices);
}

/** Every statement of the file in order; stops at the first that fails. */
export async function runFile(shell: Shell): Promise<StatementResult[]> {
  const { document } = activeSql();
  const session = await sessionOf(shell, document.uri);
  const statements: StatementToRun[] = await shell.language.statements(document);
  if (statements.length === 0)
    throw new Failure('usage.wrong', { message: say('There is no statement in this file.') });
  // What a script says for a session is left out where there is none.
  const text = document.getText();
  const { keepsTableParts } = dialects[session.facts.dialect];
  const leavesOut = !keepsTableParts && hasTableParts(text) && (await mayLeaveOut(shell));
  const script = { takesBack: takesBack(text), leavesOut };
  return shell.sql.run(
    session,
    statements.map((one) => ({ ...one, script })),
  );
}

export function cancelStatements({ sql, tell }: Shell): number {
  const count = sql.cancelAll();
  if (count === 0) tell.say('info', say('No statement is running.'));
  return count;
}

export async function chooseConnection({ ask, bindings, connections, language }: Shell): Promise<string> {
  const { document } = activeSql();
  const all = await connections.list();
  if (all.length === 0) throw new Failure('connection.unknown', { connection: '' });
  const now = await bindings.of(document.uri);
  const choices = all.map(
    ({ id, config }): Choice<string> => ({
      label: id,
      value: id,
      description: id === now?.id ? say('current') : config.environment,
      icon: 'database',
    }),
  );
  const id = await ask.pick(say('Connection of this file'), choices);
  await bindings.choose(document.uri, id);
  await language.refresh(document);
  return id;
}

export async function formatStatement({ language }: Shell): Promise<void> {
  const editor = activeSql();
  const found = await language.format(editor.document, editor.selection.active);
  if (!found) throw new Failure('usage.wrong', { message: say('There is no git-for-data statement at the cursor.') });
  const { start, end } = found.range;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  await editor.edit((edit) => edit.replace(range, found.text));
}

const isDelta = (argument: unknown): argument is DeltaArgument =>
  hasUri(argument) && 'from' in argument && typeof argument.from === 'string';

const isRestore = (argument: unknown): argument is RestoreArgument =>
  hasUri(argument) && 'snapshot' in argument && typeof argument.snapshot === 'string';

/** The lens of a DIFF; from the palette the tree's way of asking. */
export async function showRows(shell: Shell, argument: unknown): Promise<void> {
  if (!isDelta(argument)) return showDelta(shell, {});
  const { connection } = await sessionOf(shell, vscode.Uri.parse(argument.uri));
  const table = { database: argument.database, table: argument.table };
  const to = argument.to === null ? {} : { snapshot: argument.to };
  await showDelta(shell, { connection: connection.id, table, from: argument.from, ...to });
}

export async function trainOnDelta(shell: Shell, argument: unknown): Promise<unknown> {
  if (!isDelta(argument)) return train(shell, {}, 'delta');
  const { connection } = await sessionOf(shell, vscode.Uri.parse(argument.uri));
  const table = { database: argument.database, table: argument.table };
  const to = argument.to === null ? {} : { snapshot: argument.to };
  return train(shell, { connection: connection.id, table, ...to }, 'delta');
}

const targetOf = ({ level, database, table }: Omit<RestoreArgument, 'uri' | 'snapshot'>): RestoreTarget =>
  level === 'table' && table !== null
    ? { level: 'table', table: { database, table } }
    : { level: 'database', database };

/** What the restore would change; nothing is changed. */
export async function previewRestore(shell: Shell, argument: unknown): Promise<string> {
  if (!isRestore(argument))
    throw new Failure('usage.wrong', { message: say('Choose Preview above a RESTORE statement.') });
  const session = await sessionOf(shell, vscode.Uri.parse(argument.uri));
  const target = targetOf(argument);
  const preview = await shell.tell.during(say('Comparing with {0}', argument.snapshot), (signal) =>
    session.store.previewRestore(target, argument.snapshot, signal),
  );
  const sentence = [previewText(preview), ...costLines(preview)].join(' ');
  const look = target.level === 'table' && {
    title: say('Show Delta'),
    command: 'deltatrain.delta.show',
    arguments: [{ connection: session.connection.id, table: target.table, from: argument.snapshot }],
  };
  shell.tell.say('info', sentence, ...(look ? [look] : []));
  return sentence;
}

/** The lens of a RESTORE: a table as from the tree, a database as the statement itself. */
export async function restoreByLens(shell: Shell, argument: unknown): Promise<unknown> {
  if (!isRestore(argument))
    throw new Failure('usage.wrong', { message: say('Choose Restore above a RESTORE statement.') });
  const session = await sessionOf(shell, vscode.Uri.parse(argument.uri));
  const target = targetOf(argument);
  if (target.level === 'table')
    return restore(shell, { connection: session.connection.id, table: target.table, snapshot: argument.snapshot });
  const { database } = target;
  const sql = restoreSql({ level: 'database', database, table: null, snapshot: argument.snapshot });
  return shell.sql.run(session, [{ sql, database }]);
}
