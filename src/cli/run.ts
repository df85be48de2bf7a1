/** From the arguments to an exit code: finds the command, reads its options, runs it, and says what went wrong. */
import { isFile } from '../data/place.ts';
import { say, together } from '../base/say.ts';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { systemFailure } from '../base/failures/systemFailure.ts';
import { Failure, mayHaveRun } from '../base/failure.ts';
import { didYouMean, nearest } from '../base/nearest.ts';
import type { Command, Invocation } from './commands/command.ts';
import { commands } from './commands.ts';
import { findConnection, openConnection } from './connection/connection.ts';
import { type EngineProcess, forkEngine } from './connection/engineProcess.ts';
import { documentOf, exitCodeOf, hintOf, sentenceOf } from './terminal/failures.ts';
import { commandHelp, commonOptions, groupHelp, groupOf, overview } from './help.ts';
import type { Output } from './terminal/output.ts';

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** The arguments that are no options; options that take a text take the argument after them. */
function wordsOf(args: readonly string[]): string[] {
  const options = Object.assign(
    {},
    ...commands.map((command) => command.options),
    commonOptions,
  ) as ParseArgsOptionsConfig;
  const { positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false });
  return positionals;
}

/** The command whose words the arguments begin with; the longest when there are two. */
function findCommand(words: readonly string[]): Command {
  const fits = (command: Command): boolean => command.name.split(' ').every((word, i) => words[i] === word);
  const [best] = commands.filter(fits).sort((a, b) => b.name.length - a.name.length);
  if (best) return best;
  const given = words[0] ?? '';
  const group = groupOf(given);
  if (group.length > 0) throw usage(say('Say what to do: {0}.', group.map(({ name }) => name).join(', ')));
  const near = nearest(given, new Set(commands.map(({ name }) => name.split(' ')[0] ?? '')));
  throw usage(
    together(
      say('There is no command "{0}".', given),
      near === null ? say('See deltatrain --help.') : didYouMean(near),
    ),
  );
}

function parse(command: Command, args: readonly string[]) {
  try {
    const options: ParseArgsOptionsConfig = { ...commonOptions, ...command.options };
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const negative = args.find((arg, i) => /^-\d/.test(arg) && args[i - 1] === '--limit');
    if (negative !== undefined) throw usage(`--limit cannot be ${negative}: write a whole number from 0 on.`);
    // The first sentence, and the first line where Node goes on for several.
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\.?\n/);
    throw new Failure(
      'usage.wrong',
      { message: say('{0}. Usage: deltatrain {1} {2}', message, command.name, command.usage) },
      { cause: error },
    );
  }
}

function checkCount({ name, usage: rest, takes: [least, most] }: Command, count: number): void {
  if (count >= least && count <= most) return;
  throw usage(
    say(
      '{0}. Usage: deltatrain {1}',
      count < least ? say('Something is missing') : say('Too many arguments'),
      `${name} ${rest}`.trim(),
    ),
  );
}

async function invoke(command: Command, args: readonly string[], output: Output, signal: AbortSignal): Promise<number> {
  const { values, positionals: words } = parse(command, args);
  const positionals = words.slice(command.name.split(' ').length);
  checkCount(command, positionals.length);
  const engines: Pick<EngineProcess, 'end'>[] = [];
  const option = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const cwd = process.cwd();
  const invocation: Invocation = {
    positionals,
    option,
    all(name) {
      const value = values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    },
    has: (name) => values[name] === true,
    output,
    signal,
    cwd,
    async open({ name, create = false, beside, readOnly = false } = {}) {
      const found = findConnection(cwd, beside ?? option('connection'), name);
      const { opened, process: engine } = await openConnection(readOnly ? { ...found, readOnly } : found, {
        create,
        output,
        signal,
      });
      engines.push(engine);
      return opened;
    },
    unopened() {
      const found = findConnection(cwd, option('connection'), undefined);
      const { place } = found;
      const engine = forkEngine(isFile(place) ? place.path : found.name, !isFile(place));
      engines.push(engine);
      return { found, engine: engine.caller };
    },
  };
  try {
    return await command.run(invocation);
  } finally {
    await Promise.all(engines.map((engine) => engine.end()));
  }
}

/** The exit code. Standard output has exactly one document with `--json` (for `sql` a line a statement). */
export async function run(args: readonly string[], output: Output, signal: AbortSignal): Promise<number> {
  try {
    const words = wordsOf(args);
    const asksHelp = args.includes('--help') || args.includes('-h');
    if (words.length === 0 && args.includes('--version')) {
      process.stdout.write(`${manifest.version}\n`);
      return 0;
    }
    if (words.length === 0) {
      if (!asksHelp) throw usage(say('Say what to do.\n\n{0}', overview()));
      process.stdout.write(`${overview()}\n`);
      return 0;
    }
    const group = asksHelp && words.length === 1 ? groupOf(words[0] ?? '') : [];
    if (group.length > 0) {
      process.stdout.write(`${groupHelp(group)}\n`);
      return 0;
    }
    const command = findCommand(words);
    if (asksHelp) {
      process.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    return await invoke(command, args, output, signal);
  } catch (error) {
    // That something may have been done is heard, whatever ended it.
    const told = signal.aborted && !mayHaveRun(error) ? new Failure('cancelled') : systemFailure(error);
    output.fail(documentOf(told));
    output.error(sentenceOf(told));
    const hint = hintOf(told);
    if (hint !== null) output.note(hint);
    return exitCodeOf(told);
  }
}
