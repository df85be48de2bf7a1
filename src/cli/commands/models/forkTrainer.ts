/** The trainer in a process of its own: the bundle that lies beside the command line's. */
import { fork } from 'node:child_process';
import path from 'node:path';
import type { Trainer } from '../../../data/trainer.ts';
import { childPort } from '../../../protocol/processPort.ts';
import { remoteTrainer } from '../../../protocol/remoteTrainer.ts';

/** The sources use the bundle as well: the kernel is a file that Node does not import as bytes. */
const trainerPath = import.meta.filename.endsWith('.ts')
  ? path.join(import.meta.dirname, '../../../../dist/trainer.js')
  : path.join(import.meta.dirname, 'trainer.js');

/** Forked when it is first needed; what it writes goes to standard error, which is not the document's. */
export function lazyTrainer(): { port: Trainer; end(): void } {
  let end = (): void => {};
  let trainer: Trainer | undefined;
  const forked = (): Trainer => {
    if (trainer) return trainer;
    const child = fork(trainerPath, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    end = () => void child.kill('SIGKILL');
    trainer = remoteTrainer(childPort(child));
    return trainer;
  };
  return {
    port: {
      plan: (...all) => forked().plan(...all),
      choose: (...all) => forked().choose(...all),
      run: (...all) => forked().run(...all),
      check: (...all) => forked().check(...all),
      evaluate: (...all) => forked().evaluate(...all),
      predict: (...all) => forked().predict(...all),
    },
    end: () => end(),
  };
}
