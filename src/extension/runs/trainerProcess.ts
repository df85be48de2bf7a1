/** A trainer in a process of its own. */
import path from 'node:path';
import type * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import type { Trainer } from '../../data/trainer.ts';
import { childPort } from '../../protocol/processPort.ts';
import { remoteTrainer } from '../../protocol/remoteTrainer.ts';
import { routedTrainer } from '../../outside/routedTrainer.ts';
import { forkModule } from '../connections/engineLink.ts';
import type { Homes } from '../connections/homes.ts';
import type { Tell } from '../talk/tell.ts';
import { outsideStart } from './outsideStart.ts';

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

/**
 * A trainer in a process of its own, for one piece of work; and a second one where a program that a deltatrain.json of a trusted
 * workspace names takes part.
 */
export function forkTrainer(
  extensionUri: vscode.Uri,
  training: string,
  { tell, homes }: { readonly tell: Tell; readonly homes: Pick<Homes, 'read'> },
): TrainerProcess {
  const log = (line: string): void => tell.log('info', `trainer: ${line}`);
  const forked = (name: string, start: readonly string[] = []): ReturnType<typeof forkModule> =>
    forkModule(path.join(extensionUri.fsPath, 'dist', name), ['--disable-warning=ExperimentalWarning'], log, start);
  const child = forked('trainer.js');
  let outside: Promise<ReturnType<typeof forkModule>> | undefined;
  const startOutside = async (): Promise<Trainer> => {
    outside ??= outsideStart(homes, training).then((start) => forked('outside.js', [JSON.stringify(start)]));
    return remoteTrainer(childPort(await outside));
  };
  let started: Promise<Trainer> | undefined;
  const trainer = routedTrainer(remoteTrainer(childPort(child)), () => {
    started ??= startOutside();
    return started;
  });
  return {
    where: 'process',
    trainer: interruptible(trainer, training),
    end() {
      child.kill('SIGKILL');
      // It ends the programs that it started when nobody is at its other end any more.
      void outside?.then((other) => other.disconnect()).catch(() => undefined);
    },
  };
}
