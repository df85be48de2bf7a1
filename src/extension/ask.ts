/** Questions to the user. Every "no" is `Failure('cancelled')`, so that a handler goes straight on with the answers it got. */
import * as vscode from 'vscode';
import { Failure } from '../base/failure.ts';

export interface Choice<T> {
  readonly label: string;
  readonly value: T;
  readonly description?: string;
  readonly detail?: string;
  /** A codicon. */
  readonly icon?: string;
}

export interface TextQuestion {
  readonly title: string;
  readonly value?: string;
  readonly placeholder?: string;
  /** What is wrong with the text, as a sentence; undefined when nothing is. */
  readonly check?: (text: string) => string | undefined;
}

export interface FileQuestion {
  readonly title: string;
  readonly button: string;
  readonly filters: Record<string, string[]>;
  readonly near?: vscode.Uri | undefined;
  /** For files to be written: the proposed name. */
  readonly name?: string;
}

export interface Ask {
  /** One of several, the sensible default first. */
  pick<T>(title: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Any number of several; those in `chosen` are ticked. */
  pickMany<T>(title: string, choices: readonly Choice<T>[], chosen: readonly T[]): Promise<T[]>;
  text(question: TextQuestion): Promise<string>;
  /** A modal dialog with one way on. */
  confirm(message: string, detail: string, yes: string): Promise<void>;
  fileToRead(question: FileQuestion): Promise<vscode.Uri>;
  fileToWrite(question: FileQuestion): Promise<vscode.Uri>;
}

const given = <T>(answer: T | undefined): T => {
  if (answer === undefined) throw new Failure('cancelled');
  return answer;
};

type Item<T> = vscode.QuickPickItem & { value: T };

const itemOf = <T>({ label, value, description, detail, icon }: Choice<T>, picked = false): Item<T> => ({
  label: icon === undefined ? label : `$(${icon}) ${label}`,
  value,
  picked,
  ...(description === undefined ? {} : { description }),
  ...(detail === undefined ? {} : { detail }),
});

const fieldsMatched = { matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };

export const dialogs: Ask = {
  async pick(title, choices) {
    const items = choices.map((choice) => itemOf(choice));
    return given(await vscode.window.showQuickPick(items, { title, placeHolder: title, ...fieldsMatched })).value;
  },

  async pickMany(title, choices, chosen) {
    const items = choices.map((choice) => itemOf(choice, chosen.includes(choice.value)));
    const picked = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: title,
      ...fieldsMatched,
      canPickMany: true,
    });
    return given(picked).map(({ value }) => value);
  },

  async text({ title, value, placeholder, check }) {
    const answer = await vscode.window.showInputBox({
      title,
      prompt: title,
      ignoreFocusOut: true,
      ...(value === undefined ? {} : { value }),
      ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
      ...(check === undefined ? {} : { validateInput: check }),
    });
    return given(answer);
  },

  async confirm(message, detail, yes) {
    given(await vscode.window.showWarningMessage(message, { modal: true, detail }, yes));
  },

  async fileToRead({ title, button, filters, near }) {
    const files = await vscode.window.showOpenDialog({
      title,
      openLabel: button,
      filters,
      canSelectMany: false,
      ...(near === undefined ? {} : { defaultUri: near }),
    });
    return given(files?.[0]);
  },

  async fileToWrite({ title, button, filters, near, name }) {
    const place = near !== undefined && name !== undefined ? vscode.Uri.joinPath(near, name) : near;
    return given(
      await vscode.window.showSaveDialog({
        title,
        saveLabel: button,
        filters,
        ...(place === undefined ? {} : { defaultUri: place }),
      }),
    );
  },
};

/** What a test answers: a choice by its label (or a part of it), a text, a file, yes or no. */
export type Answer = string | readonly string[] | vscode.Uri | boolean;

/**
 * Answers questions from a list, in order, as a person would: a text that its question refuses is an error here. A question
 * that nobody answers is an error too, so that no test waits for a dialog.
 */
export class ScriptedAsk implements Ask {
  readonly asked: string[] = [];
  #answers: Answer[] = [];

  answer(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Answers that nobody asked for. */
  get left(): readonly Answer[] {
    return this.#answers;
  }

  /** Forgets what was asked and what was still to be answered. */
  reset(): void {
    this.asked.length = 0;
    this.#answers = [];
  }

  #next(question: string): Answer {
    this.asked.push(question);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`Nobody answers "${question}"`);
    if (answer === false) throw new Failure('cancelled');
    return answer;
  }

  pick<T>(title: string, choices: readonly Choice<T>[]): Promise<T> {
    return settled(() => this.#choose(choices, this.#next(title), title));
  }

  pickMany<T>(title: string, choices: readonly Choice<T>[]): Promise<T[]> {
    return settled(() => {
      const answer = this.#next(title);
      const wanted = Array.isArray(answer) ? (answer as string[]) : [answer as Answer];
      return wanted.map((one) => this.#choose(choices, one, title));
    });
  }

  #choose<T>(choices: readonly Choice<T>[], answer: Answer, title: string): T {
    const found =
      answer === true
        ? choices[0]
        : (choices.find(({ label }) => label === answer) ??
          choices.find(({ label }) => label.includes(String(answer))));
    if (!found)
      throw new Error(`"${title}" does not offer "${String(answer)}": ${choices.map((c) => c.label).join(', ')}`);
    return found.value;
  }

  text({ title, value, check }: TextQuestion): Promise<string> {
    return settled(() => {
      const answer = this.#next(title);
      const text = answer === true ? (value ?? '') : String(answer);
      const wrong = check?.(text);
      if (wrong !== undefined) throw new Error(`"${title}" refuses "${text}": ${wrong}`);
      return text;
    });
  }

  confirm(message: string): Promise<void> {
    return settled(() => void this.#next(message));
  }

  fileToRead({ title }: FileQuestion): Promise<vscode.Uri> {
    return settled(() => this.#next(title) as vscode.Uri);
  }

  fileToWrite({ title }: FileQuestion): Promise<vscode.Uri> {
    return settled(() => this.#next(title) as vscode.Uri);
  }
}

const settled = async <T>(run: () => T): Promise<T> => run();
