/** Every command with what it does: the one table from its id to its handler, loaded with the first command that is run. */
import * as vscode from 'vscode';
import { invariant } from '../../base/assert.ts';
import {
  addConnection,
  clearCache,
  compact,
  connectTo,
  disconnect,
  editConnection,
  enterPassword,
  removeConnection,
} from './connection.ts';
import { recoverFromBackup } from './restoring/recover.ts';
import { cleanUp } from './cleanUp.ts';
import { openGrants } from './grants.ts';
import { archive, compareModels, note, openModel, promote, reproduce } from './model.ts';
import { predictRows } from './asking/predict.ts';
import { approve, revert, trainWithout } from './restoring/heldModel.ts';
import { revertOnlyThese, undoRows } from './restoring/restoreRows.ts';
import { openSample } from './sample.ts';
import {
  compare,
  compareWithLive,
  copyName,
  deleteSnapshot,
  restore,
  restoreDatabase,
  showDelta,
  typeSnapshot,
} from './snapshot.ts';
import {
  cancelStatements,
  chooseConnection,
  formatStatement,
  previewRestore,
  restoreByLens,
  runFile,
  runStatement,
  showRows,
  trainOnDelta,
} from './sql.ts';
import { createSnapshot, exportTable, importFile, querySnapshot, showTableRows } from './table.ts';
import { editTraining, newTraining, train } from './training.ts';
import { cancelRun, discardRun, runAgain } from './run.ts';
import { configUri } from '../connections/homes.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { showDocument } from '../talk/showDocument.ts';
import { say } from '../../base/say.ts';

/** What a command does. `target`: what the command was told to work on; the arguments are as VS Code passed them. */
export type Handler = (shell: Shell, target: Target, ...all: unknown[]) => unknown;

/** By id: each takes what `Handler` says. */
export const commandTable = {
  'deltatrain.sample.open': (shell) => openSample(shell),
  'deltatrain.connection.add': (shell) => addConnection(shell),
  'deltatrain.connection.edit': editConnection,
  'deltatrain.connection.remove': removeConnection,
  'deltatrain.connection.password': enterPassword,
  'deltatrain.connection.connect': connectTo,
  'deltatrain.connection.disconnect': disconnect,
  'deltatrain.connection.compact': compact,
  'deltatrain.connection.clearCache': clearCache,
  'deltatrain.connection.recover': recoverFromBackup,
  'deltatrain.table.import': importFile,
  'deltatrain.table.export': exportTable,
  'deltatrain.table.rows': (shell, target) => showTableRows(shell, target),
  'deltatrain.table.createSnapshot': createSnapshot,
  'deltatrain.table.newTraining': newTraining,
  'deltatrain.training.edit': editTraining,
  'deltatrain.table.trainOnDelta': (shell, target) => train(shell, target, 'delta'),
  'deltatrain.table.trainFully': (shell, target) => train(shell, target, 'full'),
  'deltatrain.snapshot.query': querySnapshot,
  'deltatrain.snapshot.restore': restore,
  'deltatrain.snapshot.restoreDatabase': restoreDatabase,
  'deltatrain.snapshot.restoreRows': revertOnlyThese,
  'deltatrain.snapshot.undoRows': undoRows,
  'deltatrain.snapshot.type': typeSnapshot,
  'deltatrain.snapshot.openGrants': (shell, _, argument) => openGrants(shell, argument),
  'deltatrain.snapshot.compareWithLive': compareWithLive,
  'deltatrain.snapshot.compare': (shell, target, _, selected) => compare(shell, target, selected),
  'deltatrain.snapshot.delete': deleteSnapshot,
  'deltatrain.snapshot.cleanUp': cleanUp,
  'deltatrain.snapshot.copyName': copyName,
  'deltatrain.delta.show': showDelta,
  'deltatrain.model.open': openModel,
  'deltatrain.model.compare': (shell, target, _, selected) => compareModels(shell, target, selected),
  'deltatrain.model.promote': promote,
  'deltatrain.model.reproduce': (shell, target) => reproduce(shell, target),
  'deltatrain.model.archive': archive,
  'deltatrain.model.approve': (shell, target) => approve(shell, target),
  'deltatrain.model.revert': (shell, target) => revert(shell, target, null),
  'deltatrain.model.trainWithout': (shell, target) => trainWithout(shell, target),
  'deltatrain.model.predict': predictRows,
  'deltatrain.model.note': note,
  'deltatrain.run.cancel': cancelRun,
  'deltatrain.run.again': runAgain,
  'deltatrain.run.discard': discardRun,
  'deltatrain.sql.runStatement': (shell, _, argument) => runStatement(shell, argument),
  'deltatrain.sql.runFile': (shell) => runFile(shell),
  'deltatrain.sql.cancel': (shell) => cancelStatements(shell),
  'deltatrain.sql.chooseConnection': (shell) => chooseConnection(shell),
  'deltatrain.sql.formatStatement': (shell) => formatStatement(shell),
  'deltatrain.sql.showRows': (shell, _, argument) => showRows(shell, argument),
  'deltatrain.sql.trainOnDelta': (shell, _, argument) => trainOnDelta(shell, argument),
  'deltatrain.sql.previewRestore': (shell, _, argument) => previewRestore(shell, argument),
  'deltatrain.sql.restore': (shell, _, argument) => restoreByLens(shell, argument),
  'deltatrain.tree.refresh': ({ tree }) => tree.refresh(),
  'deltatrain.tree.more': ({ tree }, _, element) => more(tree, element),
  'deltatrain.tree.count': (shell, target) => count(shell, target),
  'deltatrain.config.open': (shell) => openConfig(shell),
  'deltatrain.log.show': ({ tell }) => tell.showLog(),
} as const satisfies Record<string, Handler>;

const handlers: Readonly<Record<string, Handler>> = commandTable;

/** What a command of package.json does. */
export function handlerOf(id: string): Handler {
  const handler = handlers[id];
  invariant(handler, `there is a handler of ${id}`);
  return handler;
}

function more(tree: Shell['tree'], element: unknown): void {
  const subject = (element as { node?: { subject?: { kind?: string; of?: string } } } | undefined)?.node?.subject;
  if (subject?.kind === 'more' && subject.of !== undefined) tree.more(subject.of);
}

async function count({ pick, tell, tree }: Shell, target: Target): Promise<void> {
  const { session, table } = await pick.table(target, say('Count what changed in which table?'));
  await tell.during(say('Counting what changed in {0}', table.table), (signal) =>
    tree.count(session.connection.id, table, signal),
  );
}

async function openConfig({ connections }: Shell): Promise<void> {
  const homes = await connections.homes.read();
  const home = homes.find(({ problem }) => problem !== null) ?? homes[0];
  if (!home) return;
  await showDocument(await vscode.workspace.openTextDocument(configUri(home)));
}
