/** An engine process on a store in a temporary folder: forked for real from the bundled entry. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildOne } from '../../../esbuild.mjs';
import { engineStore } from '../../../src/protocol/engineStore.ts';
import type { Store } from '../../../src/data/store.ts';
import { type EngineContract, engineArguments, type OpenRequest, storeLabel } from '../../../src/protocol/engine.ts';
import { childPort } from '../../../src/protocol/processPort.ts';
import { type Caller, connect, type NoContract } from '../../../src/protocol/rpc.ts';

export interface Engine {
  readonly caller: Caller<EngineContract>;
  readonly store: Store;
  readonly child: ChildProcess;
}

export interface Engines {
  /** A path in the folder of this test file. */
  at(name: string): string;
  /** A new process, with the store of this name in the folder open, or with another. */
  start(store?: string | OpenRequest): Promise<Engine>;
}

export function useEngines(): Engines {
  let folder = '';
  let children: ChildProcess[] = [];
  const at = (name: string): string => path.join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-engine-'));
    await buildOne('engine.mjs', { into: folder });
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    at,
    async start(store = 'store.db') {
      const child = fork(at('engine.mjs'), [], {
        serialization: 'advanced',
        execArgv: [...engineArguments],
        env: { ...process.env, SQLITE_TMPDIR: folder },
      });
      children.push(child);
      const caller = connect<NoContract, EngineContract>(childPort(child), {}, {});
      const open: OpenRequest =
        typeof store === 'string' ? { kind: 'embedded', path: at(store), readOnly: false, create: true } : store;
      await caller.call('store/open', open);
      return { caller, child, store: engineStore(caller, storeLabel(open)) };
    },
  };
}

/** Runs statements that give no rows. */
export async function run(store: Store, ...statements: string[]): Promise<void> {
  for (const sql of statements) for await (const page of store.query({ sql })) void page;
}

/** `d.t`: an integer key, a number, a text of five kinds and a decimal; `rows` of them. */
export async function fill(store: Store, rows: number): Promise<void> {
  await run(
    store,
    'CREATE DATABASE d',
    'CREATE TABLE d.t (id BIGINT PRIMARY KEY, x DOUBLE, kind VARCHAR(10), p DECIMAL(8,2))',
    `INSERT INTO d.t SELECT result, result / 2, CONCAT('kind', result % 5), result / 4 FROM generate_series(1, ${rows}) g`,
  );
}
