/** What an outside trainer is: its program, where it is, and what its files hold. A change of any of it asks for consent again. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';

/** A command as it would be started, without a shell. */
export interface ResolvedCommand {
  /** Full path of the program. */
  readonly program: string;
  /** Arguments; those that name a file below the folder as full paths. */
  readonly args: readonly string[];
  /** Files below the folder that it names. */
  readonly files: readonly string[];
}

const refused = (command: readonly string[], why: string): Failure =>
  new Failure('trainer.unusable', { command: command.join(' '), why });

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();

/** The real path of a file below a folder; null where it is none, or lies elsewhere. */
function below(folder: string, name: string): string | null {
  const file = path.resolve(folder, name);
  if (!isFile(file)) return null;
  const way = path.relative(realpathSync.native(folder), realpathSync.native(file));
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way) ? file : null;
}

function onPath(name: string): string | null {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    // An empty part of PATH is the folder one happens to be in.
    if (folder === '' || !path.isAbsolute(folder)) continue;
    for (const ending of endings) if (isFile(path.join(folder, name + ending))) return path.join(folder, name + ending);
  }
  return null;
}

/** Finds a program on PATH by its name, or below the folder of deltatrain.json by its path; `trainer.unusable`. */
export function resolveCommand(folder: string, command: readonly string[]): ResolvedCommand {
  const [name = '', ...rest] = command;
  if (name === '') throw refused(command, say('it is empty'));
  if (command.some((part) => part.includes('\0')))
    throw refused(command, say('it has a character that no argument can have'));
  const isName = !/[\\/]/.test(name);
  const program = isName ? onPath(name) : below(folder, name);
  if (program === null)
    throw refused(
      command,
      isName
        ? say('there is no program "{0}" on PATH', name)
        : say('"{0}" is no file below the folder of deltatrain.json', name),
    );
  const files = rest.map((argument) => (argument.startsWith('-') ? null : below(folder, argument)));
  return {
    program,
    args: rest.map((argument, i) => files[i] ?? argument),
    files: [...(isName ? [] : [program]), ...files.filter((file) => file !== null)],
  };
}

/** sha256 of the command as it is written and of what its files below the folder hold. */
export function digestOf(folder: string, command: readonly string[]): string {
  const { files } = resolveCommand(folder, command);
  const hash = createHash('sha256').update(JSON.stringify(command));
  for (const file of files)
    hash
      .update(JSON.stringify(path.relative(folder, file)))
      .update(createHash('sha256').update(readFileSync(file)).digest());
  return hash.digest('hex');
}
