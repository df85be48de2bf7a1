/** What a command of the command line is: its words, its options and what it does. One table lists them all (`commands.ts`). */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { OpenedConnection } from './connection.ts';
import type { Output } from './output.ts';

/** What a command is run with. */
export interface Invocation {
  readonly positionals: readonly string[];
  /** The text of an option; undefined when it was not given. */
  readonly option: (name: string) => string | undefined;
  /** Whether a switch was given. */
  readonly has: (name: string) => boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Where relative paths start. */
  readonly cwd: string;
  /**
   * Opens the connection of `--connection`, else the one of this name, else the only one of the nearest deltatrain.json.
   * It is closed when the command ends. `create`: make the store's file when it is missing.
   */
  readonly open: (options?: { readonly name?: string; readonly create?: boolean }) => Promise<OpenedConnection>;
}

export interface Command {
  /** Its words: `snapshot create`. */
  readonly name: string;
  /** What follows its words: `NAME --table db.t|--database db`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many positionals it takes. */
  readonly takes: readonly [least: number, most: number];
  /** The exit code: 0 done, 1 it failed, 2 wrong usage, 3 a guard, check or comparison said no. */
  readonly run: (invocation: Invocation) => Promise<number>;
}
