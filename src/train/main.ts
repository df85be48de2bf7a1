/** The trainer as a program: a worker inside the panel, or a forked Node process; it finds out which and answers runs. */
import { answerTrainer } from '../protocol/remoteTrainer.ts';
import type { Port } from '../protocol/rpc.ts';
import { createTrainer } from './trainer.ts';

/** The part of Node's process and of a worker's scope that is used here. */
type ForkedProcess = Pick<NodeJS.Process, 'on' | 'exit'> & { send(message: unknown): boolean };
type WorkerScope = Pick<DedicatedWorkerGlobalScope, 'addEventListener'> & {
  postMessage(message: unknown, transfer: Transferable[]): void;
};

function processPort(own: ForkedProcess): Port {
  // Nobody to train for: the process that forked this one is gone.
  own.on('disconnect', () => own.exit(0));
  return {
    post: (message) => {
      own.send(message);
    },
    onMessage: (listener) => {
      own.on('message', listener);
    },
    onClose: (listener) => {
      own.on('disconnect', () => listener('the other process ended'));
    },
  };
}

function workerPort(scope: WorkerScope): Port {
  return {
    post: (message, transfer) => scope.postMessage(message, [...(transfer ?? [])]),
    onMessage: (listener) => {
      scope.addEventListener('message', (event) => listener(event.data));
    },
    // A worker ends with its page, without notice.
    onClose: () => {},
  };
}

const forked = globalThis as unknown as { process?: ForkedProcess };
const isForked = typeof forked.process?.send === 'function';
answerTrainer(
  createTrainer(),
  isForked ? processPort(forked.process as ForkedProcess) : workerPort(globalThis as unknown as WorkerScope),
);
