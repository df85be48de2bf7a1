/** The trainer as the product ships it: one bundle, run in a forked process or in a worker of a browser. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildOne } from '../../../esbuild.mjs';
import type { Trainer } from '../../../src/data/trainer.ts';
import { childPort } from '../../../src/protocol/processPort.ts';
import { remoteTrainer } from '../../../src/protocol/remoteTrainer.ts';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  remove: () => void;
}

export async function bundleTrainer(): Promise<Bundle> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-trainer-'));
  const file = path.join(folder, 'trainer.js');
  const { outputs } = await buildOne('trainer.js', { into: folder });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }');
  const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { file, bytes, remove: () => rmSync(folder, { recursive: true }) };
}

/** A trainer in a process of its own, which ends with `stop`. */
export function forkTrainer(
  file: string,
  flags: readonly string[],
): { trainer: Trainer; stop: () => Promise<void>; kill: () => void } {
  const child = fork(file, { execArgv: [...flags], serialization: 'advanced' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    trainer: remoteTrainer(childPort(child)),
    stop: async () => {
      child.disconnect();
      await ended;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
