/** The trainer that runs outside programs, in a process of its own that is started when one is needed. */
import { fork } from 'node:child_process';
import path from 'node:path';
import type { Trainer } from '../../../data/trainer.ts';
import { childPort } from '../../../protocol/processPort.ts';
import { remoteTrainer } from '../../../protocol/remoteTrainer.ts';
import type { FoundConfig } from '../../connection/foundConfig.ts';
import { mayRun } from './configured.ts';

const outsidePath = import.meta.filename.endsWith('.ts')
  ? path.join(import.meta.dirname, '../../../../dist/outside.js')
  : path.join(import.meta.dirname, 'outside.js');

/** How long it may take to end its programs, in ms. */
const patience = 3_000;

/** `everything`: whatever deltatrain.json names may run; else what was allowed before. */
export function lazyOutside(
  found: FoundConfig | null,
  cwd: string,
  everything: boolean,
): { readonly port: () => Promise<Trainer>; readonly end: () => Promise<void> } {
  let started: Promise<Trainer> | undefined;
  let end = (): Promise<void> => Promise.resolve();
  const start = async (): Promise<Trainer> => {
    const allowed = found ? await mayRun(found, everything) : [];
    const start = JSON.stringify({ folder: found?.folder ?? cwd, allowed });
    const child = fork(outsidePath, [start], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    end = () =>
      new Promise((resolve) => {
        const force = setTimeout(() => child.kill('SIGKILL'), patience);
        child.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        if (child.exitCode !== null || child.signalCode !== null) {
          clearTimeout(force);
          resolve();
        } else if (child.connected) child.disconnect();
      });
    return remoteTrainer(childPort(child));
  };
  return {
    port: () => {
      started ??= start();
      return started;
    },
    end: () => end(),
  };
}
