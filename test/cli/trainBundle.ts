/** The command line as it is shipped: its bundles in a temporary folder with the sample beside them, and a way to call it. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildOne } from '../../esbuild.mjs';

const root = path.join(import.meta.dirname, '../..');

export interface CommandLine {
  readonly folder: string;
  /** Runs `deltatrain …args` in `cwd`. */
  call(args: readonly string[], cwd: string): Promise<Called>;
  /** The same, interrupted as by Ctrl+C when it has said `mark`. */
  interruptAt(mark: string, args: readonly string[], cwd: string): Promise<Called>;
  remove(): void;
}

export interface Called {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function bundleCommandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-cli-'));
  const into = path.join(folder, 'dist');
  await Promise.all(['cli.js', 'engine.mjs', 'trainer.js', 'outside.js'].map((name) => buildOne(name, { into })));
  mkdirSync(path.join(folder, 'media'));
  cpSync(path.join(root, 'media/sample'), path.join(folder, 'media/sample'), { recursive: true });
  const run = (args: readonly string[], cwd: string, mark: string | null): Promise<Called> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [path.join(folder, 'dist/cli.js'), ...args], { cwd });
      let stdout = '';
      let stderr = '';
      let interrupted = false;
      const interrupt = (said: string): void => {
        if (mark === null || interrupted || !said.includes(mark)) return;
        interrupted = true;
        child.kill('SIGINT');
      };
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
        interrupt(stdout);
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
        interrupt(stderr);
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  return {
    folder,
    call: (args, cwd) => run(args, cwd, null),
    interruptAt: (mark, args, cwd) => run(args, cwd, mark),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
