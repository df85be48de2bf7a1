/** The trainer as a program: a worker inside the panel, or a forked Node process; it finds out which and answers runs. */
import { type OwnProcess, parentPort } from '../protocol/processPort.ts';
import { answerTrainer } from '../protocol/remoteTrainer.ts';
import type { Port } from '../protocol/rpc.ts';
import { createTrainer } from './trainer.ts';

/** What is used of a worker's global scope. */
interface WorkerScope {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
}

/** A worker ends with its page and without notice, so this port never closes. */
const workerPort = (scope: WorkerScope): Port => ({
  post: (message, transfer) => scope.postMessage(message, [...(transfer ?? [])]),
  onMessage: (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
  onClose: () => {},
});

const { process: own } = globalThis as unknown as { readonly process?: OwnProcess & { exit(code: number): never } };
if (own?.send) {
  // Nobody is left to train for when the process that forked this one is gone.
  own.on('disconnect', () => own.exit(0));
  answerTrainer(createTrainer(), parentPort(own));
} else answerTrainer(createTrainer(), workerPort(globalThis as unknown as WorkerScope));
