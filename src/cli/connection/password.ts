/** The password of a server: from the environment, from the URL, or typed on a terminal; never from a file. */
import { say } from '../../base/say.ts';
import { passwordVariable } from '../../app/config/passwordVariable.ts';
import { visibleLine } from '../../base/shown.ts';
import { Failure } from '../../base/failure.ts';
import { type Destination, requireBound } from './binding.ts';
import { knownHostsFile } from './knownHosts.ts';
import type { Output } from '../terminal/output.ts';

/** For a connection by its name `DELTATRAIN_PASSWORD_<NAME>`, for a URL this. */
const urlVariable = 'DELTATRAIN_PASSWORD';

export interface PasswordSource {
  /** The connection of a file; null for a URL, whose server the caller chose with its password. */
  readonly named: Destination | null;
  /** What the URL holds. */
  readonly inUrl: string | null;
  /** `db1:6001 as ml`. */
  readonly login: string;
  /** Where no user is named: who is taken, and how to name one, in a sentence. */
  readonly noUser: string | null;
}

/** Null: the user has none, which is what an empty text says. */
export async function findPassword(
  { named, inUrl, login, noUser }: PasswordSource,
  output: Output,
  signal: AbortSignal,
): Promise<string | null> {
  const variable = named === null ? urlVariable : passwordVariable(named.name);
  const given = process.env[variable];
  if (inUrl !== null)
    output.error(
      say(
        'The password stands in the URL, where everybody on this machine can read it in the list of processes. Put it in {0}.',
        variable,
      ),
    );
  // One that is typed goes where the prompt says.
  if (named !== null && given !== undefined && given !== '')
    await requireBound(named, variable, {
      environment: process.env,
      list: knownHostsFile(),
      ask: process.stdin.isTTY ? (question) => answered(question, signal) : null,
    });
  const password = given ?? inUrl ?? (await typed(login, noUser, variable, signal));
  return password === '' ? null : password;
}

async function answered(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setEncoding('utf8').resume();
  try {
    return await lineOf(stdin, signal);
  } finally {
    stdin.pause();
  }
}

async function typed(login: string, noUser: string | null, variable: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new Failure('usage.wrong', {
      message: say(
        'There is no password for {0}. Put it in {1} (empty for none), or run this on a terminal, which asks for it.{2}',
        login,
        variable,
        noUser === null ? '' : ` ${noUser}`,
      ),
    });
  stderr.write(say('Password of {0}: ', visibleLine(login)));
  stdin.setRawMode(true).setEncoding('utf8').resume();
  try {
    return await lineOf(stdin, signal);
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write('\n');
  }
}

/** What is typed up to Enter, without an echo; Ctrl+C and the end of the input are a no. */
export function lineOf(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let line: readonly string[] = [];
    const end = (): void => {
      input.off('data', read).off('end', refuse);
      signal.removeEventListener('abort', refuse);
    };
    const refuse = (): void => {
      end();
      reject(new Failure('cancelled'));
    };
    const read = (text: string | Buffer): void => {
      for (const key of String(text)) {
        if (key === '\r' || key === '\n') {
          end();
          resolve(line.join(''));
          return;
        }
        if (key === '\u0003' || key === '\u0004') return refuse();
        line = key === '\u007f' || key === '\b' ? line.slice(0, -1) : [...line, key];
      }
    };
    input.on('data', read).on('end', refuse);
    signal.addEventListener('abort', refuse);
  });
}
