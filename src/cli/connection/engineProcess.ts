/** The engine process of a connection: forked, and ended by force when it does not stop by itself. */
import { isFile } from '../../data/place.ts';
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { engineStore } from '../../protocol/engineStore.ts';
import type { Store } from '../../data/store.ts';
import { type EngineContract, engineArguments, type OpenRequest, storeLabel } from '../../protocol/engine.ts';
import { changeOf } from '../../protocol/changing.ts';
import { childPort } from '../../protocol/processPort.ts';
import { type Caller, connect, type NoContract } from '../../protocol/rpc.ts';

/** A running engine process with its store open. */
export interface EngineProcess {
  readonly caller: Caller<EngineContract>;
  readonly store: Store;
  /** What a person should know of the opening: one sentence each. */
  readonly notes: readonly string[];
  /** Closes the store and waits for the process to go. */
  end(): Promise<void>;
}

/** Beside the bundle, or its source when this runs from the sources. */
const enginePath = import.meta.filename.endsWith('.ts')
  ? path.join(import.meta.dirname, '../../engine/main.ts')
  : path.join(import.meta.dirname, 'engine.mjs');

const running = new Set<ChildProcess>();

/** A call that changes data and is not answered yet. */
export interface Change {
  readonly store: string;
  readonly what: string;
  /** On a server, which goes on when this program is gone. */
  readonly isRemote: boolean;
}

const changes = new Set<Change>();

/** What is being changed now. */
export const changesUnderWay = (): readonly Change[] => [...changes];

/** Ends every engine at once; what they were writing in a file is rolled back or done. */
export function killEngines(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The same caller, whose changes are known while they are under way. */
function watched(caller: Caller<EngineContract>, store: string, isRemote: boolean): Caller<EngineContract> {
  const begin = (name: string, parameter: unknown): (() => void) => {
    const what = changeOf(name, parameter);
    const change = { store, what: what ?? '', isRemote };
    if (what !== null) changes.add(change);
    return () => void changes.delete(change);
  };
  async function* items(name: never, parameter: never, signal?: AbortSignal): AsyncGenerator<unknown, unknown> {
    const end = begin(name, parameter);
    try {
      return yield* caller.stream(name, parameter, signal);
    } finally {
      end();
    }
  }
  return {
    emit: (name, event) => caller.emit(name, event),
    stream: items as Caller<EngineContract>['stream'],
    async call(name, parameter, signal) {
      const end = begin(name, parameter);
      try {
        return await caller.call(name, parameter, signal);
      } finally {
        end();
      }
    },
  };
}

/** Forks an engine process, in which no store is open yet; `store` is what is changed by what it is asked. */
export function forkEngine(store: string, isRemote: boolean): Pick<EngineProcess, 'caller' | 'end'> {
  // A password crosses with the request to open, and in no other way.
  const inherited = Object.entries(process.env).filter(([name]) => !/^DELTATRAIN_PASSWORD/.test(name));
  const child = fork(enginePath, [], {
    env: Object.fromEntries(inherited),
    serialization: 'advanced',
    execArgv: [...engineArguments],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  const caller = watched(connect<NoContract, EngineContract>(childPort(child), {}, {}), store, isRemote);
  const end = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  return { caller, end };
}

/** Forks an engine process and opens its store; when that fails or is cancelled, the process has ended. */
export async function startEngine(open: OpenRequest, signal?: AbortSignal): Promise<EngineProcess> {
  const { caller, end } = forkEngine(storeLabel(open), !isFile(open));
  try {
    const { notes = [] } = await caller.call('store/open', open, signal);
    return { caller, store: engineStore(caller, storeLabel(open)), notes, end };
  } catch (error) {
    await end();
    throw error;
  }
}
