/** Trains what a form has just written: fully at first, on the delta where the lineage has a model. */
import * as vscode from 'vscode';
import type { Session } from '../connections/session.ts';
import type { FormParts } from './formParts.ts';

/** Ends with the run, which its own panel shows; what goes wrong is told by the command. */
export async function trainNow({ trainings }: FormParts, { connection }: Session, name: string): Promise<void> {
  const open = await trainings.open(await trainings.find(connection.id, name));
  const models = await open.registry.registry.modelsOf(open.training);
  const command = models.length === 0 ? 'deltatrain.table.trainFully' : 'deltatrain.table.trainOnDelta';
  const target = { connection: connection.id, table: open.training.table, training: name };
  await vscode.commands.executeCommand(command, target);
}
