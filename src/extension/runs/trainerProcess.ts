/** A trainer in a process of its own. */
import path from 'node:path';
import type * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import type { Trainer } from '../../data/trainer.ts';
import { childPort } from '../../protocol/processPort.ts';
import { remoteTrainer } from '../../protocol/remoteTrainer.ts';
import { forkModule } from '../connections/engineLink.ts';
import type { Tell } from '../talk/tell.ts';

/** A trainer in a process, which whoever started it ends after the work. */
export interface TrainerProcess {
  readonly where: 'process';
  readonly trainer: Trainer;
  end(): void;
}

/** A trainer that went away under a run interrupts it: nothing was registered, and the run can be had again. */
export function interruptible(trainer: Trainer, training: string): Trainer {
  const interrupted = (error: unknown): unknown =>
    Failure.is(error, 'process.ended')
      ? new Failure('run.interrupted', { training, snapshot: null }, { cause: error })
      : error;
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw interrupted(error);
    }
  };
  async function* toldEach<T, R>(work: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
    try {
      return yield* work;
    } catch (error) {
      throw interrupted(error);
    }
  }
  return {
    plan: (...all) => told(trainer.plan(...all)),
    choose: (...all) => told(trainer.choose(...all)),
    run: (...all) => told(trainer.run(...all)),
    check: (...all) => told(trainer.check(...all)),
    evaluate: (...all) => told(trainer.evaluate(...all)),
    predict: (...all) => toldEach(trainer.predict(...all)),
  };
}

/** A trainer in a process of its own, for one piece of work. */
export function forkTrainer(extensionUri: vscode.Uri, training: string, tell: Tell): TrainerProcess {
  const module = path.join(extensionUri.fsPath, 'dist/trainer.js');
  const child = forkModule(module, ['--disable-warning=ExperimentalWarning'], (line) =>
    tell.log('info', `trainer: ${line}`),
  );
  return {
    where: 'process',
    trainer: interruptible(remoteTrainer(childPort(child)), training),
    end: () => void child.kill('SIGKILL'),
  };
}
