/** The panel of one form: it keeps what a person answered, says what is wrong with it, and does it. */
import * as vscode from 'vscode';
import { checkAnswers, isBlocked } from '../../app/form/checkAnswers.ts';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import { say, translations } from '../../base/say.ts';
import type { FormAnswers, FormFindings, FormProblem } from '../../protocol/form.ts';
import type { FormContract } from '../../protocol/panelContracts.ts';
import { WebPanel } from '../panels/webPanel.ts';
import type { FormParts, FormSubject } from './formParts.ts';

/** The field that a failure is about; what is wrong elsewhere stands beside the buttons. */
function fieldOf(failure: Failure): FormProblem['field'] {
  if (Failure.is(failure, 'value.refused')) return `column:${failure.data.column}`;
  if (Failure.is(failure, 'column.unknown')) return `column:${failure.data.column}`;
  const { code } = failure;
  if (code === 'table.duplicateKey' || code === 'table.noKey') return 'key';
  if (code.startsWith('table.') || code.startsWith('database.')) return 'table';
  if (code.startsWith('store.') || code.startsWith('connection.')) return 'store';
  return 'file';
}

/** A form from its first view to its end; `submit` is what its buttons do. */
export class FormPanel implements vscode.Disposable {
  readonly #parts: FormParts;
  readonly #subject: FormSubject;
  readonly #own = new Disposables();
  readonly #web: WebPanel<FormContract>;
  #answers: FormAnswers;
  #findings: FormFindings = { problems: [], existing: null, work: null };
  #running: AbortController | null = null;
  /** Grows with every change, so that findings of older answers are not shown. */
  #turn = 0;

  constructor(parts: FormParts, subject: FormSubject) {
    this.#parts = parts;
    this.#subject = subject;
    this.#answers = subject.state.answers;
    const { title, kind } = subject.state;
    this.#web = new WebPanel<FormContract>({
      page: 'form',
      title: kind === 'import' ? say('Import {0}', title) : say('Training {0}', title),
      extensionUri: parts.extensionUri,
      column: vscode.ViewColumn.Active,
      preserveFocus: false,
      // What is being typed stays while another tab is looked at.
      retained: true,
      answers: {
        'panel/ready': async () => {
          this.#web.pageIsReady();
          const findings = await this.change(this.#answers);
          const state = { ...subject.state, answers: this.#answers, findings };
          return { page: 'form', state, show: null, strings: translations() };
        },
        'form/change': ({ answers }) => this.change(answers),
        'form/submit': ({ answers, train }) => this.submit(answers, train),
        'form/cancel': () => {
          this.#running?.abort();
          return null;
        },
      },
      log: (message) => parts.tell.log('error', `form: ${message}`),
    });
    this.#own.add(
      this.#web.onDidDispose(() => {
        this.#running?.abort();
        this.#own.dispose();
      }),
    );
  }

  get id(): string {
    return this.#subject.id;
  }

  get answers(): FormAnswers {
    return this.#answers;
  }

  get onDidDispose(): vscode.Event<void> {
    return this.#web.onDidDispose;
  }

  reveal(): void {
    this.#web.reveal(false);
  }

  /** Keeps the answers, and says what is wrong with them. */
  async change(answers: FormAnswers): Promise<FormFindings> {
    this.#answers = answers;
    const turn = ++this.#turn;
    const findings = await this.#look(false);
    if (turn === this.#turn) this.#findings = findings;
    return this.#findings;
  }

  async #look(opening: boolean): Promise<FormFindings> {
    const work = this.#running ? this.#findings.work : null;
    try {
      const { signal } = new AbortController();
      const file = (await this.#subject.reread?.(this.#answers, signal)) ?? null;
      if (file) this.#answers = file.answers;
      const facts = await this.#subject.facts(this.#answers, opening, signal);
      const existing = facts.table && { trainings: facts.trainings };
      return { problems: checkAnswers(this.#answers, facts), existing, work, ...(file && { file }) };
    } catch (error) {
      return { problems: [this.#problemOf(error)], existing: null, work };
    }
  }

  /** Does what was answered, unless something stands in its way; then that is the answer. */
  async submit(answers: FormAnswers, train: boolean): Promise<FormFindings> {
    if (this.#running) return this.#findings;
    this.#answers = answers;
    this.#turn++;
    const existedBefore = this.#findings.existing !== null || this.#subject.state.kind === 'training';
    this.#findings = await this.#look(true);
    const { problems, existing, file } = this.#findings;
    // Columns that nobody has seen yet are shown first.
    if (file && JSON.stringify(file.answers) !== JSON.stringify(answers)) return this.#findings;
    // A table that nobody knew of is asked about before anything of it is changed.
    if (isBlocked(problems, train) || (existing !== null && !existedBefore)) return this.#findings;
    const running = new AbortController();
    this.#running = running;
    this.#report(say('Working …'));
    try {
      const then = await this.#subject.submit(answers, train, running.signal, (sentence) => this.#report(sentence));
      this.#running = null;
      this.dispose();
      await then?.();
    } catch (error) {
      this.#running = null;
      const more = Failure.is(error, 'cancelled') ? [] : [this.#problemOf(error)];
      this.#findings = { problems: [...problems, ...more], existing, work: null };
      this.#web.emit('form/changed', this.#findings);
    }
    return this.#findings;
  }

  #report(work: string): void {
    this.#findings = { ...this.#findings, work };
    this.#web.emit('form/changed', this.#findings);
  }

  #problemOf(error: unknown): FormProblem {
    const isExpected = error instanceof Failure;
    this.#parts.tell.log('warning', isExpected ? error.message : String(error));
    const sentence = isExpected ? error.message : say('Something broke: {0}', String(error).split('\n', 1)[0] ?? '');
    return { field: isExpected ? fieldOf(error as Failure) : 'file', sentence, blocks: 'nothing' };
  }

  dispose(): void {
    this.#web.dispose();
  }
}
