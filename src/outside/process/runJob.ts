/** Runs one job of an outside trainer: without a shell, in a group of processes that ends together, within its limits. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { visibleLine } from '../../base/shown.ts';
import type { ResolvedCommand } from '../consent/digest.ts';
import { sizeOf } from '../jobs/directory.ts';
import { type ProgressLine, progressOf } from '../protocol.ts';
import { groupMemory } from './limits.ts';

/** How long a job that is told to stop may take, in ms. */
const patience = 2_000;
/** How often memory and disk are looked at, in ms. */
const lookEvery = 250;
/** Bytes of standard output and error together, and of one line. */
const mostOutput = 16_000_000;
const mostLine = 65_536;
/** Bytes of its last words that are told when it fails. */
const lastWords = 2_000;

/** One job. */
export interface OutsideJob {
  /** `held`: a hook, which is no trainer's. */
  readonly verb: 'train' | 'predict' | 'describe' | 'held';
  readonly command: ResolvedCommand;
  /** Its file. */
  readonly file: string;
  /** The folder of the job, which is where it runs. */
  readonly folder: string;
  readonly env: readonly string[];
  readonly minutes: number;
  /** Of memory, and of what may be written into the folder. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/** What every program needs to be found and to speak; nothing of ours is among it. */
const usual =
  process.platform === 'win32' ? ['PATH', 'SystemRoot', 'USERPROFILE', 'PATHEXT'] : ['PATH', 'HOME', 'LANG'];

function environmentOf({ env, folder }: OutsideJob): Record<string, string> {
  const isLocale = (name: string): boolean => /^LC_[A-Z]+$/.test(name);
  const given = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^DELTATRAIN_/i.test(name) &&
      (usual.includes(name) || isLocale(name) || env.includes(name)),
  ) as [string, string][];
  const scratch = path.join(folder, 'scratch');
  return { ...Object.fromEntries(given), TMPDIR: scratch, TEMP: scratch, TMP: scratch, PYTHONDONTWRITEBYTECODE: '1' };
}

/** Groups that are running, so that a program that ends takes them with it. */
const running = new Set<ChildProcess>();

/** Ends a process with everything that it started. */
function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // There is nobody left in it.
  }
}

/** Ends every job at once. */
export function killJobs(): void {
  for (const child of running) killGroup(child, 'SIGKILL');
}

/** The lines of a stream; `over` hears of one that is too long. */
function eachLine(stream: NodeJS.ReadableStream, line: (text: string) => void, over: () => void): void {
  let held = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    held += text;
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    for (const one of lines) line(one.replace(/\r$/, ''));
    if (held.length > mostLine) over();
  });
  stream.on('end', () => {
    if (held !== '') line(held);
  });
}

/** What a job may tell. */
export interface JobHooks {
  readonly signal: AbortSignal;
  readonly progress: (line: ProgressLine) => void;
  /** Anything else that it writes. */
  readonly log: (line: string) => void;
}

/**
 * Ends when the program and everything that it started has. `trainer.failed` with what became of it and its last words; `cancelled`,
 * after it was told so by a line `cancel` on its standard input, SIGTERM, and at last by force.
 */
export async function runOutsideJob(job: OutsideJob, { signal, progress, log }: JobHooks): Promise<void> {
  if (signal.aborted) throw new Failure('cancelled');
  const { program, args } = job.command;
  const child = spawn(program, [...args, job.verb, job.file], {
    cwd: job.folder,
    env: environmentOf(job),
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    shell: false,
  });
  running.add(child);
  let why: string | null = null;
  let tail = '';
  let output = 0;
  const stop = (reason: string): void => {
    why ??= reason;
    killGroup(child, 'SIGKILL');
  };
  const words = (line: string): void => {
    tail = `${tail}${line}\n`.slice(-lastWords);
    log(line);
  };
  const count = (data: Buffer | string): void => {
    output += Buffer.byteLength(data);
    if (output > mostOutput) stop(say('it wrote more than {0} MB to its output', mostOutput / 1e6));
  };
  const tooLong = (): void => stop(say('it wrote a line of more than {0} characters', mostLine));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', count);
  eachLine(
    child.stdout,
    (line) => {
      const told = progressOf(line);
      if (told) progress(told);
      else if (line.trim() !== '') words(line);
    },
    tooLong,
  );
  eachLine(child.stderr, words, tooLong);
  // A program that reads nothing, or has ended, is told nothing.
  child.stdin.on('error', () => undefined);
  let force: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    child.stdin.write('cancel\n');
    killGroup(child, 'SIGTERM');
    force = setTimeout(() => killGroup(child, 'SIGKILL'), patience);
  };
  signal.addEventListener('abort', cancel, { once: true });
  const late = setTimeout(() => stop(say('it took more than {0} minutes', job.minutes)), job.minutes * 60_000);
  const before = sizeOf(job.folder);
  const look = setInterval(() => {
    if (child.pid !== undefined && groupMemory(child.pid) > job.memoryBytes)
      stop(say('it used more than {0} MB of memory', job.memoryBytes / 1e6));
    if (sizeOf(job.folder) - before > job.diskBytes)
      stop(say('it wrote more than {0} MB to its folder', job.diskBytes / 1e6));
  }, lookEvery);
  try {
    const ended = await new Promise<{ code: number | null; signal: string | null } | Error>((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code, by) => {
        // What it left behind would go on, and might hold the pipes.
        killGroup(child, 'SIGKILL');
        child.once('close', () => resolve({ code, signal: by }));
      });
    });
    if (signal.aborted) throw new Failure('cancelled');
    if (ended instanceof Error) throw failed(job, ended.message, tail);
    if (why !== null) throw failed(job, why, tail);
    if (ended.signal !== null) throw failed(job, say('it was ended by {0}', ended.signal), tail);
    if (ended.code !== 0) throw failed(job, say('it ended with exit code {0}', String(ended.code)), tail);
  } finally {
    signal.removeEventListener('abort', cancel);
    clearTimeout(late);
    clearTimeout(force);
    clearInterval(look);
    running.delete(child);
  }
}

/** What is said of a job that went wrong; `tail` are its last words. */
export function failed({ verb, command }: Pick<OutsideJob, 'verb' | 'command'>, why: string, tail = ''): Failure {
  const last = tail
    .trimEnd()
    .split('\n')
    .slice(-6)
    .map((line) => visibleLine(line.slice(0, 300)))
    .join('\n');
  const name = [path.basename(command.program), ...command.args.map((one) => path.basename(one))].join(' ');
  return new Failure('trainer.failed', { trainer: name, verb, why, ...(last !== '' && { said: last }) });
}
