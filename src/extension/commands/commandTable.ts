/** Every command with what it does: the one table from its id to its handler. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
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
import { recoverFromBackup } from './recover.ts';
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
import { type Target, targetOf } from '../tree/target.ts';
import { tellError } from '../talk/tellError.ts';
import { say } from '../../base/say.ts';

/** `target`: what the command was told to work on; the arguments are as VS Code passed them. */
type Handler = (shell: Shell, target: Target, ...all: unknown[]) => unknown;

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

type CommandId = keyof typeof commandTable;

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
  await vscode.window.showTextDocument(configUri(home));
}

/** Registers them all. What a handler throws is told here and nowhere else, and goes on to whoever called it by code. */
export function registerCommands(shell: Shell, isTest: boolean): vscode.Disposable[] {
  const run = async (handler: Handler, all: readonly unknown[]): Promise<unknown> => {
    const [first] = all;
    // A key binding of the tree means what is selected there.
    const isSelection = typeof first === 'object' && first !== null && 'selected' in first;
    const argument = isSelection ? shell.tree.view.selection[0] : first;
    try {
      return await handler(shell, targetOf(argument), ...all);
    } catch (error) {
      tellError(shell.tell, error, targetOf(argument).connection);
      // VS Code would show an error of a command a second time; a test wants to see it.
      if (isTest && !Failure.is(error, 'cancelled')) throw error;
      return undefined;
    }
  };
  return (Object.keys(commandTable) as CommandId[]).map((id) =>
    vscode.commands.registerCommand(id, (...all: unknown[]) => run(commandTable[id], all)),
  );
}
