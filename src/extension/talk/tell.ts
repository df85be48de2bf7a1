/** What the user is told: messages with ways on, progress with cancel, and the log. */
import * as vscode from 'vscode';
import { linkless, visible } from '../../base/shown.ts';

/** A button below a message, and the command it runs. */
export interface Action {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export type Level = 'info' | 'warning' | 'error';

/** `fraction` in [0, 1]; undefined while it is not known. */
export type Report = (message: string, fraction?: number) => void;

/** What the user is told. `tellError` says a failure with it; a cancelled one says nothing. */
export interface Tell {
  /** Does not wait for the user; an action that is chosen runs its command. */
  say(level: Level, message: string, ...actions: readonly Action[]): void;
  /** Shows the work while it lasts, with cancel. */
  during<T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T>;
  log(level: Level, message: string): void;
  showLog(): void;
}

export interface Said {
  readonly level: Level;
  readonly message: string;
  readonly actions: readonly string[];
}

const show = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} satisfies Record<Level, unknown>;

/** Tells with VS Code's own messages, progress and output channel. */
export class Messages implements Tell, vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('DeltaTrain', { log: true });
  /** What was said, in order; kept only when a test reads it. */
  readonly said: Said[] | null;

  constructor(isRecording: boolean) {
    this.said = isRecording ? [] : null;
  }

  get channel(): vscode.LogOutputChannel {
    return this.#channel;
  }

  say(level: Level, message: string, ...actions: readonly Action[]): void {
    this.said?.push({ level, message, actions: actions.map(({ title }) => title) });
    this.log(level, message);
    void this.#ask(level, message, actions);
  }

  async #ask(level: Level, message: string, actions: readonly Action[]): Promise<void> {
    const chosen = await show[level](linkless(message), ...actions.map(({ title }) => title));
    const action = actions.find(({ title }) => title === chosen);
    if (action) await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
  }

  async during<T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Promise<T> {
    const options = { location: vscode.ProgressLocation.Notification, title: linkless(title), cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      let done = 0;
      return work(controller.signal, (message, fraction) => {
        const percent = fraction === undefined ? done : Math.min(100, fraction * 100);
        progress.report({ message: linkless(message), increment: Math.max(0, percent - done) });
        done = Math.max(done, percent);
      });
    });
  }

  log(level: Level, text: string): void {
    const message = visible(text);
    if (level === 'error') this.#channel.error(message);
    else if (level === 'warning') this.#channel.warn(message);
    else this.#channel.info(message);
  }

  showLog(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
