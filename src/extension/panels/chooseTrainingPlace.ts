/** Where training happens: in the worker of the training's panel, or in a process of its own; the same bundle, the same bits. */
import { outsideLearnerName } from '../../app/config/learners.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { remoteTrainer } from '../../protocol/remoteTrainer.ts';
import type { Port } from '../../protocol/rpc.ts';
import type { OpenTraining } from '../connections/trainings.ts';
import type { TrainingPlace } from '../runs/runs.ts';
import { interruptible, type TrainerProcess } from '../runs/trainerProcess.ts';

/** Rows that a remote window would have to send to the panel over the network; above it a process beside the data is faster. */
const manyRows = 200_000;
/** How long a panel may take to load, in ms. */
const panelPatience = 20_000;

export interface ChoiceOptions {
  /** What the setting asks for. */
  readonly where: () => 'auto' | 'panel' | 'process';
  /** Whether the window and the data are on two machines. */
  readonly isRemote: boolean;
  /** Opens the training's panel, or reveals it without the focus. */
  readonly panelOf: (open: OpenTraining) => {
    startTrainer(patienceMs: number): Promise<Port>;
    stopTrainer(): Promise<void>;
  };
  readonly fork: (training: string) => TrainerProcess;
  readonly log: (sentence: string) => void;
}

/** The place that the setting and the data ask for. Every run opens the training's panel, where it is watched. */
export async function chooseTrainingPlace(open: OpenTraining, options: ChoiceOptions): Promise<TrainingPlace> {
  const { isRemote, panelOf, fork, log } = options;
  const { name } = open.training;
  const where = options.where();
  const panel = panelOf(open);
  const inProcess = (reason: string): TrainingPlace => ({ ...fork(name), reason });
  if (open.training.learner.name === outsideLearnerName)
    return inProcess(say('A program of your own trains, beside the data.'));
  if (where === 'process') return inProcess(say('The setting deltatrain.train.where says so.'));
  if (where === 'auto' && isRemote) {
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
      end: () => void panel.stopTrainer().catch((error: unknown) => log(String(error))),
    };
  } catch (error) {
    if (where === 'panel' || !Failure.is(error, 'process.ended')) throw error;
    log(say('The panel of {0} cannot train: {1}', name, error.message));
    return inProcess(say('The panel did not start, so it trains in a process.'));
  }
}
