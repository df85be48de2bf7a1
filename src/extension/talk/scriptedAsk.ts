/** Answers to questions from a script, for tests inside VS Code. */
import type * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import { type Ask, type Choice, type FileQuestion, type PasswordQuestion, type TextQuestion, WentBack } from './ask.ts';

/** What a test answers: a choice by its label (or a part of it), a text, a file, yes or no. */
export type Answer = string | readonly string[] | vscode.Uri | boolean | typeof back;

/** An answer that takes the question before this one back. */
export const back = Symbol.for('deltatrain.back');

/**
 * Answers questions from a list, in order, as a person would: a text that its question refuses is an error here. A question
 * that nobody answers is an error too, so that no test waits for a dialog.
 */
export class ScriptedAsk implements Ask {
  readonly asked: string[] = [];
  /** The small print of what was to be confirmed. */
  readonly details: string[] = [];
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
    this.details.length = 0;
    this.#answers = [];
  }

  #next(question: string): Answer {
    this.asked.push(question);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`Nobody answers "${question}"`);
    if (answer === false) throw new Failure('cancelled');
    if (answer === back) throw new WentBack();
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

  password({ title, value }: PasswordQuestion): Promise<string> {
    return settled(() => {
      const answer = this.#next(title);
      return answer === true ? (value ?? '') : String(answer);
    });
  }

  confirm(message: string, detail: string): Promise<void> {
    return settled(() => {
      this.details.push(detail);
      this.#next(message);
    });
  }

  fileToRead({ title }: FileQuestion): Promise<vscode.Uri> {
    return settled(() => this.#next(title) as vscode.Uri);
  }

  fileToWrite({ title }: FileQuestion): Promise<vscode.Uri> {
    return settled(() => this.#next(title) as vscode.Uri);
  }
}

const settled = async <T>(run: () => T): Promise<T> => run();
