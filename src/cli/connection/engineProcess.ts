/** The engine process of a connection: forked, and ended by force when it does not stop by itself. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { engineStore } from '../../protocol/engineStore.ts';
import type { Store } from '../../data/store.ts';
import { type EngineContract, engineArguments, type OpenRequest, storeLabel } from '../../protocol/engine.ts';
import { childPort } from '../../protocol/processPort.ts';
import { type Caller, connect, type NoContract } from '../../protocol/rpc.ts';

/** A running engine process with its store open. */
export interface EngineProcess {
  readonly caller: Caller<EngineContract>;
  readonly store: Store;
  /** Closes the store and waits for the process to go. */
  end(): Promise<void>;
}

/** Beside the bundle, or its source when this runs from the sources. */
const enginePath = import.meta.filename.endsWith('.ts')
  ? path.join(import.meta.dirname, '../../engine/main.ts')
  : path.join(import.meta.dirname, 'engine.mjs');

const running = new Set<ChildProcess>();

/** Ends every engine at once; what they were writing is rolled back by the store. */
export function killEngines(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Forks an engine process and opens its store; when that fails or is cancelled, the process has ended. */
export async function startEngine(open: OpenRequest, signal?: AbortSignal): Promise<EngineProcess> {
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
  const caller = connect<NoContract, EngineContract>(childPort(child), {}, {});
  const end = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  try {
    await caller.call('store/open', open, signal);
  } catch (error) {
    await end();
    throw error;
  }
  return { caller, store: engineStore(caller, storeLabel(open)), end };
}
