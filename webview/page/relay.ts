/** The worker that trains, and the pipe between it and the host: messages pass through unread, their buffers move. */
import { say } from '../../src/base/say.ts';

export interface RelayParts {
  /** Address of the trainer bundle. */
  readonly trainer: string;
  /** To the host. */
  send(message: unknown): void;
  /** The worker failed as a whole. */
  lost(reason: string): void;
}

export class TrainerRelay {
  readonly #parts: RelayParts;
  #worker: Worker | undefined;
  #script: string | undefined;
  #isStarted = false;
  /** Grows with every start and stop, so that a start that was overtaken makes no worker. */
  #turn = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** From a start on, before its worker is there, until a stop or a loss. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** A page may only start workers from blobs (`worker-src blob:`), so the bundle is fetched as text first. */
  async start(): Promise<void> {
    this.stop();
    this.#isStarted = true;
    const turn = this.#turn;
    this.#script ??= URL.createObjectURL(new Blob([await textAt(this.#parts.trainer)], { type: 'text/javascript' }));
    if (turn !== this.#turn) return;
    const worker = new Worker(this.#script, { name: 'trainer' });
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<unknown>) => this.#parts.send(event.data);
    worker.onerror = (event) => this.#lose(worker, event.message || say('The worker could not be started.'));
    worker.onmessageerror = () => this.#lose(worker, say('The worker sent a message that cannot be read.'));
  }

  stop(): void {
    this.#turn++;
    this.#isStarted = false;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** From the host to the worker; dropped when there is none, as its sender has been told that it was lost. */
  forward(message: unknown): void {
    this.#worker?.postMessage(message, buffersOf(message));
  }

  #lose(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.stop();
    this.#parts.lost(reason);
  }
}

async function textAt(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The trainer could not be loaded: ${answer.status} ${answer.statusText}`);
  return answer.text();
}

/** Every buffer in a message, each once. */
export function buffersOf(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (value instanceof ArrayBuffer) found.add(value);
    else if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else for (const part of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) visit(part);
  };
  visit(message);
  return [...found];
}
