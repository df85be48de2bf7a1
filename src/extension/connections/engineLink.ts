/** The line to an engine process: started with the first request, opened on its store, and started again after a crash. */
import { say, translations } from '../../base/say.ts';
import { type ChildProcess, fork } from 'node:child_process';
import { Failure } from '../../base/failure.ts';
import { type EngineContract, engineArguments, type OpenRequest, storeLabel } from '../../protocol/engine.ts';
import { lostUnder } from '../../protocol/engineStore.ts';
import { childPort } from '../../protocol/processPort.ts';
import { type Caller, connect, type NoContract } from '../../protocol/rpc.ts';
import type { StoreFacts } from '../../data/store.ts';

/** Starts a module of ours in a Node process of its own; in desktop VS Code the program is Electron, which then acts as Node. */
export function forkModule(
  module: string,
  args: readonly string[],
  log: (line: string) => void,
  start: readonly string[] = [],
): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|NODE_OPTIONS$|ELECTRON_|DELTATRAIN_PASSWORD_)/.test(name),
  );
  const child = fork(module, [...start], {
    execPath: process.execPath,
    execArgv: [...args],
    env: { ...Object.fromEntries(inherited), ELECTRON_RUN_AS_NODE: '1' },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => log(data.toString().trimEnd()));
  return child;
}

/** Its sentences come back as they were said there, so it is told the language first. */
async function inLanguage(caller: Caller<EngineContract>): Promise<void> {
  const strings = translations();
  if (Object.keys(strings).length > 0) await caller.call('process/language', { strings });
}

async function opened(caller: Caller<EngineContract>, open: OpenRequest): Promise<StoreFacts> {
  await inLanguage(caller);
  return caller.call('store/open', open);
}

interface Running {
  readonly child: ChildProcess;
  readonly caller: Caller<EngineContract>;
  readonly facts: Promise<StoreFacts>;
}

/** One request to an engine process of its own, in which no store is open. */
export async function callOnce<T>(
  { engine, log }: { readonly engine: string; readonly log: (line: string) => void },
  request: (caller: Caller<EngineContract>) => Promise<T>,
): Promise<T> {
  const child = forkModule(engine, engineArguments, log);
  try {
    const caller = connect<NoContract, EngineContract>(childPort(child), {}, {});
    await inLanguage(caller);
    return await request(caller);
  } finally {
    child.kill();
  }
}

export interface LinkOptions {
  /** Path of dist/engine.mjs. */
  readonly module: string;
  readonly open: OpenRequest;
  readonly log: (line: string) => void;
}

/**
 * The engine of a connection, as if its process could not end: after a crash the next request starts another one. What
 * was under way fails with `store.lost`.
 */
export class EngineLink implements Caller<EngineContract> {
  readonly #options: LinkOptions;
  #running: Running | undefined;
  #isEnded = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Stands for the process that runs now: another object after it was lost; undefined while there is none. */
  get process(): object | undefined {
    return this.#running?.child;
  }

  /** What the store is called in sentences. */
  get label(): string {
    return storeLabel(this.#options.open);
  }

  /** Opens the store, if it is not yet. */
  facts(): Promise<StoreFacts> {
    return this.#started().facts;
  }

  #started(): Running {
    const { module, open, log } = this.#options;
    if (this.#isEnded) throw new Failure('store.lost', { store: storeLabel(open) });
    if (this.#running) return this.#running;
    const child = forkModule(module, engineArguments, log);
    const port = childPort(child);
    const caller = connect<NoContract, EngineContract>(port, {}, {});
    const facts = opened(caller, open);
    const running: Running = { child, caller, facts };
    port.onClose((reason) => {
      if (this.#running === running) this.#running = undefined;
      if (!this.#isEnded) log(say('The engine of {0} ended: {1}', storeLabel(open), reason));
    });
    // A store that cannot be opened needs no process; the next request tries again.
    facts.catch(() => this.#stop(running));
    this.#running = running;
    return running;
  }

  #stop(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    running.child.kill('SIGKILL');
  }

  /** What a request sees when the process went away under it. */
  #lost(error: unknown, name: string, parameter: unknown): unknown {
    return lostUnder(error, storeLabel(this.#options.open), name, parameter);
  }

  call: Caller<EngineContract>['call'] = async (name, parameter, signal) => {
    try {
      const { caller, facts } = this.#started();
      await facts;
      return await caller.call(name, parameter, signal);
    } catch (error) {
      throw this.#lost(error, name, parameter);
    }
  };

  stream = ((name: never, parameter: never, signal?: AbortSignal) =>
    this.#items(name, parameter, signal)) as Caller<EngineContract>['stream'];

  async *#items(name: never, parameter: never, signal: AbortSignal | undefined): AsyncGenerator<unknown, unknown> {
    try {
      const { caller, facts } = this.#started();
      await facts;
      return yield* caller.stream(name, parameter, signal);
    } catch (error) {
      throw this.#lost(error, name, parameter);
    }
  }

  emit: Caller<EngineContract>['emit'] = () => {};

  /** Ends what the process is doing, at once; a statement under way is rolled back by the store. The next request starts anew. */
  kill(): void {
    if (this.#running) this.#stop(this.#running);
  }

  /** Closes the store in good order, and ends the process if it does not answer. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    const { child, caller } = running;
    // It may have left already, before anybody was told: then no exit will come.
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
    try {
      await caller.call('store/close', null);
      child.disconnect();
    } catch (error) {
      if (Failure.is(error, 'scratch.left') || Failure.is(error, 'scratch.leftRows')) this.#options.log(error.message);
      // A process that went away by itself, or cannot close, has nothing left that is worth waiting for.
      child.kill('SIGKILL');
    }
    await exited;
    clearTimeout(patience);
  }
}
