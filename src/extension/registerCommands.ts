/** Registers the commands of package.json; what they do is loaded with the first that is run. */
import * as vscode from 'vscode';
import { Failure } from '../base/failure.ts';
import type { Shell } from './commands/shell.ts';
import { tellError } from './talk/tellError.ts';
import { targetOf } from './tree/target.ts';

/** The ids of `contributes.commands`; a test holds them equal to the keys of the table. */
const idsIn = (manifest: unknown): string[] =>
  (
    manifest as { readonly contributes: { readonly commands: readonly { readonly command: string }[] } }
  ).contributes.commands.map(({ command }) => command);

/** How many of our commands run. */
export class RunningCommands {
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  async during<T>(act: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await act();
    } finally {
      this.#count -= 1;
    }
  }
}

/** Registers them all. What a handler throws is told here and nowhere else, and goes on to whoever called it by code. */
export function registerCommands(
  shell: Shell,
  manifest: unknown,
  { running, isTest }: { readonly running: RunningCommands; readonly isTest: boolean },
): vscode.Disposable[] {
  const run = async (id: string, all: readonly unknown[]): Promise<unknown> => {
    const [first] = all;
    // A key binding of the tree means what is selected there.
    const isSelection = typeof first === 'object' && first !== null && 'selected' in first;
    const argument = isSelection ? shell.tree.view.selection[0] : first;
    try {
      const { handlerOf } = await import('./commands/commandTable.ts');
      return await handlerOf(id)(shell, targetOf(argument), ...all);
    } catch (error) {
      tellError(shell.tell, error, targetOf(argument).connection);
      // VS Code would show an error of a command a second time; a test wants to see it.
      if (isTest && !Failure.is(error, 'cancelled')) throw error;
      return undefined;
    }
  };
  return idsIn(manifest).map((id) =>
    vscode.commands.registerCommand(id, (...all: unknown[]) => running.during(() => run(id, all))),
  );
}
