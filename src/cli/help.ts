/** What the command line says of itself. */
import { later, say } from '../base/say.ts';
import type { Command, CommandOption, CommandOptions } from './commands/command.ts';
import { commands } from './commands.ts';

/** The options of every command. */
export const commonOptions = {
  connection: {
    type: 'string',
    short: 'c',
    value: 'C',
    about: later('A connection of deltatrain.json, embedded:PATH or mysql://user@host:port/db'),
  },
  json: { type: 'boolean', about: later('One JSON document on standard output') },
  help: { type: 'boolean', short: 'h', about: later('This text') },
} as const satisfies CommandOptions;

const callOf = ({ name, usage }: Command): string => `${name} ${usage}`.trim();

const linesOf = (some: readonly Command[]): string[] =>
  some.map((command) => `  ${callOf(command)}\n      ${say(command.summary)}`);

export const overview = (): string =>
  [
    'deltatrain [--connection NAME|embedded:PATH|mysql://user@host:port/db] [--json] COMMAND …',
    '',
    ...linesOf(commands),
    '',
    say('deltatrain COMMAND --help tells the options of a command.'),
    '',
    say(
      'The password of a server: DELTATRAIN_PASSWORD_<NAME> for a connection of deltatrain.json, DELTATRAIN_PASSWORD for a URL,',
    ),
    say(
      'else it is asked for on the terminal. Off this machine the first goes only to the server it is for: DELTATRAIN_HOST_<NAME>=host:port,',
    ),
    say('or what deltatrain connection trust wrote down.'),
    '',
    say(
      'Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 a quality gate, check or comparison said no, 130 cancelled.',
    ),
  ].join('\n');

function optionText(name: string, option: CommandOption): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${name}${option.type === 'string' ? ` ${option.value}` : ''}`;
}

/** Its usage, what it does, and its options with what they do. */
export function commandHelp(command: Command): string {
  const options: CommandOptions = { ...command.options, ...commonOptions };
  const texts = Object.entries(options).map(([name, option]) => [optionText(name, option), say(option.about)] as const);
  const width = Math.max(...texts.map(([text]) => text.length));
  const lines = texts.map(([text, about]) => `  ${text.padEnd(width)}   ${about}`);
  return [`deltatrain ${callOf(command)}`, '', `${say(command.summary)}.`, '', ...lines].join('\n');
}

/** The commands whose first word this is, where that is no command by itself: `snapshot`. */
export const groupOf = (word: string): readonly Command[] => commands.filter(({ name }) => name.startsWith(`${word} `));

export const groupHelp = (group: readonly Command[]): string =>
  [...linesOf(group), '', say('deltatrain COMMAND --help tells the options of one.')].join('\n');
