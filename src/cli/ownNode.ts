/** Runs the command line again on the repository's own Node when this one has no `node:sqlite` that will do. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../base/failure.ts';

const programs = [`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}/bin/node`].flatMap(
  (program) => [program, `${program}.exe`],
);

/** The Node that the repository installs for itself, from this file upwards. */
function ownNode(): string | undefined {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const found = programs
      .map((program) => path.join(folder, 'node_modules', program))
      .find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/** As the store asks for it. Older Nodes do not know `process.getBuiltinModule` either, which is the same answer. */
function hasSqlite(): boolean {
  if (typeof process.getBuiltinModule !== 'function') return false;
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
  return sqlite !== undefined && 'setReturnArrays' in sqlite.StatementSync.prototype;
}

/** Undefined when this Node will do; else the exit code of the other one, or 1 after saying what is needed. */
export function runAgain(): Promise<number> | undefined {
  if (hasSqlite()) return undefined;
  const node = ownNode();
  if (node === undefined || node === process.execPath) {
    const failure = new Failure('store.noSqlite', { node: process.version });
    const { code, message, data } = failure;
    if (process.argv.includes('--json'))
      process.stdout.write(`${JSON.stringify({ error: { code, message, data } })}\n`);
    process.stderr.write(`${message}\n`);
    return Promise.resolve(1);
  }
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal's Ctrl+C reaches the other process by itself; a signal to this one alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
