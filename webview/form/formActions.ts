/** What a person does in a form: answers change here at once, and go to the host, which says what is wrong with them. */
import type { FormAnswers, FormFindings, FormProblem, FormReading } from '../../src/protocol/form.ts';
import type { Actions, Store } from '../page/actions.ts';

/** While somebody types, the host is asked when there is a pause. */
const pause = 150;

/** The id of a field's control in the page. */
export const fieldId = (field: FormProblem['field']): string => `field-${field}`;

/** A key of one column is another value in every row, which nothing can be learnt from. */
const withoutLoneKey = (features: readonly string[], key: readonly string[]): readonly string[] =>
  key.length === 1 ? features.filter((name) => name !== key[0]) : features;

/** All that can be done in a form. */
export class FormActions {
  readonly #actions: Actions;
  readonly #store: Store;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** Grows with every question, so that an answer to older ones changes nothing. */
  #turn = 0;

  constructor(actions: Actions, store: Store) {
    this.#actions = actions;
    this.#store = store;
  }

  change(change: Partial<FormAnswers>): void {
    const { form } = this.#store.state;
    if (!form) return;
    this.#actions.dispatch({ kind: 'form', change: { answers: { ...form.answers, ...change } } });
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#check(), pause);
  }

  async #check(): Promise<void> {
    const { form } = this.#store.state;
    if (!form) return;
    const turn = ++this.#turn;
    try {
      const findings = await this.#actions.host.form.call('form/change', { answers: form.answers });
      if (turn === this.#turn) this.#take(findings);
    } catch (error) {
      this.#actions.fail(error);
    }
  }

  /** What is said of the answers; with the file as it is read by now, where that changed. */
  #take(findings: FormFindings): void {
    const { form } = this.#store.state;
    if (!form || !findings.file) return this.#actions.dispatch({ kind: 'form', change: { findings } });
    const { answers, ...found } = findings.file;
    this.#actions.dispatch({ kind: 'form', change: { findings, answers, state: { ...form.state, ...found } } });
  }

  /** How the file is read: it is read again at once, so this comes when a field is left. */
  read(change: Partial<FormReading>): void {
    const { form } = this.#store.state;
    if (form) this.change({ reading: { ...form.answers.reading, ...change } });
  }

  /** The column that is learnt: it is no feature and no part of the key; the one before it is a feature again. */
  choose(label: string): void {
    const { form } = this.#store.state;
    if (!form) return;
    const { answers, state } = form;
    const before = answers.label;
    const features = new Set(answers.features.filter((name) => name !== label));
    if (before !== null && before !== label && !answers.key.includes(before)) features.add(before);
    const inOrder = state.columns.map(({ name }) => name).filter((name) => features.has(name));
    const key = answers.key.filter((name) => name !== label);
    this.change({ label, key, features: withoutLoneKey(inOrder, key) });
  }

  /** Ticks or unticks a column, in the order of the columns. */
  tick(list: 'key' | 'features' | 'slices', name: string, on: boolean): void {
    const { form } = this.#store.state;
    if (!form) return;
    const { answers, state } = form;
    const names = state.columns.map((column) => column.name);
    const ticked = names.filter((one) => (one === name ? on : answers[list].includes(one)));
    this.change(
      list === 'key' ? { key: ticked, features: withoutLoneKey(answers.features, ticked) } : { [list]: ticked },
    );
  }

  /** Every column that can be one, or none. */
  tickAll(on: boolean): void {
    const { form } = this.#store.state;
    if (!form) return;
    const { answers, state } = form;
    const { key, label } = answers;
    const can = state.columns.filter(
      ({ name, type }) =>
        name !== label && !(key.length === 1 && key[0] === name) && !/^(JSON|TIME|.*BLOB|.*BINARY)\b/i.test(type),
    );
    this.change({ features: on ? can.map(({ name }) => name) : [] });
  }

  submit(train: boolean): void {
    const { form } = this.#store.state;
    if (!form || form.findings.work !== null) return;
    clearTimeout(this.#waiting);
    this.#turn++;
    void (async () => {
      try {
        const findings = await this.#actions.host.form.call('form/submit', { answers: form.answers, train });
        this.#take(findings);
        const first = findings.problems.find(({ blocks }) => blocks === 'all' || (blocks === 'training' && train));
        if (first) requestAnimationFrame(() => document.getElementById(fieldId(first.field))?.focus());
      } catch (error) {
        this.#actions.fail(error);
      }
    })();
  }

  cancel(): void {
    this.#actions.host.form.call('form/cancel', null).catch((error: unknown) => this.#actions.fail(error));
  }
}
