/** Where training happens: in the worker of the training's panel, or in a process of its own; the same bundle, the same bits. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import { remoteTrainer } from '../../protocol/remoteTrainer.ts';
import type { OpenTraining } from '../connections/connections.ts';
import type { Panels } from './panels.ts';
import type { TrainingPlace } from '../runs/runs.ts';
import { setting } from '../talk/settings.ts';
import type { Tell } from '../talk/tell.ts';
import { forkTrainer, interruptible } from '../runs/trainerProcess.ts';
import { say } from '../../base/say.ts';

/** Rows that a remote window would have to send to the panel over the network; above it a process beside the data is faster. */
const manyRows = 200_000;
/** How long a panel may take to load, in ms. */
const panelPatience = 20_000;

export interface ChoiceOptions {
  readonly extensionUri: vscode.Uri;
  readonly panels: Panels;
  readonly tell: Tell;
}

/** The place that the setting and the data ask for. Every run opens the training's panel, or reveals it without the focus. */
export async function chooseTrainingPlace(
  open: OpenTraining,
  { extensionUri, panels, tell }: ChoiceOptions,
): Promise<TrainingPlace> {
  const { name } = open.training;
  const where = setting('train.where');
  const panel = panels.showTraining(open, { section: 'run' }, true);
  const inProcess = (reason: string): TrainingPlace => ({ ...forkTrainer(extensionUri, name, tell), reason });
  if (where === 'process') return inProcess(say('The setting deltatrain.train.where says so.'));
  if (where === 'auto' && vscode.env.remoteName !== undefined) {
    const rows = await open.session.store.countRows(open.training.table);
    if (rows > manyRows)
      return inProcess(say('The window is remote and there are many rows, so it trains beside the data.'));
  }
  try {
    const port = await panel.startTrainer(panelPatience);
    return {
      where: 'panel',
      reason: null,
      trainer: interruptible(remoteTrainer(port), name),
      end: () => void panel.stopTrainer().catch((error: unknown) => tell.log('warning', String(error))),
    };
  } catch (error) {
    if (where === 'panel' || !Failure.is(error, 'process.ended')) throw error;
    tell.log('warning', `The panel of ${name} cannot train: ${error.message}`);
    return inProcess(say('The panel did not start, so it trains in a process.'));
  }
}
