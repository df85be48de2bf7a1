/** What a command of the command line is: its words, its options and what it does. One table lists them all (`commands.ts`). */
import type { OpenedConnection } from '../connection/connection.ts';
import type { Output } from '../terminal/output.ts';

/** What a command is run with. */
export interface Invocation {
  readonly positionals: readonly string[];
  /** The text of an option; undefined when it was not given. */
  readonly option: (name: string) => string | undefined;
  /** The texts of an option that may be given several times, in their order. */
  readonly all: (name: string) => readonly string[];
  /** Whether a switch was given. */
  readonly has: (name: string) => boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Where relative paths start. */
  readonly cwd: string;
  /**
   * Opens the connection of `--connection`, else the one of this name, else the only one of the nearest deltatrain.json.
   * It is closed when the command ends. `create`: make the store's file when it is missing. `beside`: another one that
   * the command needs, by its name or as `embedded:PATH`, whatever `--connection` says. `readOnly`: nothing of it is changed.
   */
  readonly open: (options?: {
    readonly name?: string;
    readonly create?: boolean;
    readonly beside?: string;
    readonly readOnly?: boolean;
  }) => Promise<OpenedConnection>;
}

/** An option, with what the help says of it in one line. `value`: what stands for its text there. */
export type CommandOption = { readonly about: string; readonly short?: string } & (
  | { readonly type: 'boolean' }
  | { readonly type: 'string'; readonly value: string; readonly multiple?: true }
);

/** The options of a command by their long names, without the dashes. */
export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** A command: what the help says of it, what is checked before it runs, and what it does. */
export interface Command {
  /** Its words: `snapshot create`. */
  readonly name: string;
  /** What follows its words: `NAME --table db.t|--database db`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly options: CommandOptions;
  /** How many positionals it takes. */
  readonly takes: readonly [least: number, most: number];
  /** The exit code: 0 done, 1 it failed, 2 wrong usage, 3 a guard, check or comparison said no. */
  readonly run: (invocation: Invocation) => Promise<number>;
}
