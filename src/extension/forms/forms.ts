/** The forms that are open: one for each file, and one for each training. */
import type * as vscode from 'vscode';
import { basename } from 'node:path';
import { type Disposable, Disposables } from '../../base/disposable.ts';
import { say } from '../../base/say.ts';
import type { TableName } from '../../data/table.ts';
import type { Session } from '../connections/session.ts';
import type { ConfiguredTraining } from '../connections/trainings.ts';
import type { Target } from '../tree/target.ts';
import type { FormPanel } from './formPanel.ts';
import type { FormParts, FormSubject } from './formParts.ts';
import type { openForm } from './openForm.ts';

/** Opens the form of a file or a training, or shows the one that is open. */
export class Forms implements Disposable {
  readonly #parts: FormParts;
  readonly #own = new Disposables();
  readonly #open = new Set<FormPanel>();

  constructor(parts: FormParts) {
    this.#parts = parts;
  }

  /** From a file to a table and its training; fails where the file cannot be read. */
  async showImport(file: vscode.Uri, target: Target): Promise<FormPanel> {
    const title = say('Reading {0}', basename(file.path));
    const { openForm, readImport } = await import('./openForm.ts');
    const subject = await this.#parts.tell.during(title, (signal) => readImport(this.#parts, file, target, signal));
    return this.#show(subject, openForm);
  }

  /** A training as it is written, or a new one of a table. */
  async showTraining(session: Session, table: TableName, configured: ConfiguredTraining | null): Promise<FormPanel> {
    const title = say('Reading {0}', table.table);
    const { openForm, readTraining } = await import('./openForm.ts');
    const subject = await this.#parts.tell.during(title, (signal) =>
      readTraining(this.#parts, session, table, configured, signal),
    );
    return this.#show(subject, openForm);
  }

  #show(subject: FormSubject, open: typeof openForm): FormPanel {
    const known = [...this.#open].find(({ id }) => id === subject.id);
    if (known) {
      known.reveal();
      return known;
    }
    const panel = this.#own.add(open(this.#parts, subject));
    this.#open.add(panel);
    panel.onDidDispose(() => this.#open.delete(panel));
    return panel;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
