/** What forms work with, and what one form is made of. */
import type * as vscode from 'vscode';
import type { FormFacts } from '../../app/form/checkAnswers.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import type { FormAnswers, FormFile, FormState } from '../../protocol/form.ts';
import type { Connections } from '../connections/connections.ts';
import type { Session } from '../connections/session.ts';
import type { Trainings } from '../connections/trainings.ts';
import type { Ask } from '../talk/ask.ts';
import type { Tell } from '../talk/tell.ts';

export interface FormParts {
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly trainings: Trainings;
  readonly ask: Ask;
  readonly tell: Tell;
  /** Tells the record what was done to data. */
  readonly record: (session: Session, happening: Happening) => Promise<void>;
}

/** What a form is about: a file that becomes a table, or a table whose training is written. */
export interface FormSubject {
  /** The same for the same file or training, so that it is opened once. */
  readonly id: string;
  /** As it is at first; `findings` are worked out from the facts. */
  readonly state: Omit<FormState, 'findings'>;
  /** What is known besides the answers; `opening`: a connection may be opened for it, and asked for its password. */
  facts(
    answers: FormAnswers,
    opening: boolean,
    signal: AbortSignal,
  ): Promise<FormFacts & { trainings: readonly string[] }>;
  /** Reads the file anew where the answers say another reading; null where it is read as before. */
  reread?(answers: FormAnswers, signal: AbortSignal): Promise<FormFile | null>;
  /** Does what was answered. What goes on meanwhile is reported; the answer is what to do when the page is gone. */
  submit(
    answers: FormAnswers,
    train: boolean,
    signal: AbortSignal,
    report: (sentence: string) => void,
  ): Promise<(() => unknown) | null>;
}
