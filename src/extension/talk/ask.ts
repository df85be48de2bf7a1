/** Questions to the user. Every "no" is `Failure('cancelled')`, so that a handler goes straight on with the answers it got. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import { iconless, visible } from '../../base/shown.ts';

/** One of the answers to a question; `value` is what the question gives back. */
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

export interface PasswordQuestion {
  readonly title: string;
  readonly value?: string;
  readonly placeholder?: string;
}

/** Where a question stands in a form: `Add connection (2/7)`, with a way back from the second on. */
export interface Step {
  readonly title: string;
  readonly step: number;
  readonly of: number;
  readonly canGoBack: boolean;
}

/** A person wants to answer the question before this one again. */
export class WentBack extends Error {}

export interface FileQuestion {
  readonly title: string;
  readonly button: string;
  readonly filters: Record<string, string[]>;
  readonly near?: vscode.Uri | undefined;
  /** For files to be written: the proposed name. */
  readonly name?: string;
}

/** The questions that a command may ask. Whoever closes one has said no: `cancelled`. */
export interface Ask {
  /** One of several, the sensible default first. */
  pick<T>(title: string, choices: readonly Choice<T>[], step?: Step): Promise<T>;
  /** Any number of several; those in `chosen` are ticked. */
  pickMany<T>(title: string, choices: readonly Choice<T>[], chosen: readonly T[]): Promise<T[]>;
  text(question: TextQuestion, step?: Step): Promise<string>;
  /** A text that is not shown. */
  password(question: PasswordQuestion, step?: Step): Promise<string>;
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
  label: icon === undefined ? iconless(label) : `$(${icon}) ${iconless(label)}`,
  value,
  picked,
  ...(description === undefined ? {} : { description: iconless(description) }),
  ...(detail === undefined ? {} : { detail: iconless(detail) }),
});

const fieldsMatched = { matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };

/** Shows a question of a form until it is answered, left or taken back. */
function inForm<T>(
  input: vscode.QuickPick<Item<T>> | vscode.InputBox,
  { title, step, of, canGoBack }: Step,
  answer: () => T | undefined,
): Promise<T> {
  const { Back } = vscode.QuickInputButtons;
  Object.assign(input, { title, step, totalSteps: of, ignoreFocusOut: true, buttons: canGoBack ? [Back] : [] });
  return new Promise<T>((resolve, reject) => {
    input.onDidAccept(() => {
      const given = answer();
      if (given === undefined) return;
      resolve(given);
      input.hide();
    });
    input.onDidTriggerButton((button) => {
      if (button !== Back) return;
      reject(new WentBack());
      input.hide();
    });
    input.onDidHide(() => {
      reject(new Failure('cancelled'));
      input.dispose();
    });
    input.show();
  });
}

function boxInForm({ title, value, placeholder, check }: TextQuestion, step: Step, isSecret: boolean): Promise<string> {
  const box = vscode.window.createInputBox();
  const show = (problem: string | undefined): void => {
    box.validationMessage = problem;
  };
  box.prompt = title;
  box.password = isSecret;
  box.value = value ?? '';
  box.placeholder = placeholder;
  box.onDidChangeValue((text) => show(check?.(text)));
  return inForm(box, step, () => {
    const problem = check?.(box.value);
    show(problem);
    return problem === undefined ? box.value : undefined;
  });
}

/** The questions as VS Code's own dialogs. */
export const dialogs: Ask = {
  async pick(title, choices, step) {
    const items = choices.map((choice) => itemOf(choice));
    if (step) {
      const picker = vscode.window.createQuickPick<(typeof items)[number]>();
      Object.assign(picker, { items, placeholder: title, ...fieldsMatched });
      return inForm(picker, step, () => picker.selectedItems[0]?.value);
    }
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

  async text(question, step) {
    if (step) return boxInForm(question, step, false);
    const { title, value, placeholder, check } = question;
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

  async password(question, step) {
    if (step) return boxInForm(question, step, true);
    const { title, value, placeholder } = question;
    const answer = await vscode.window.showInputBox({
      title,
      prompt: title,
      password: true,
      ignoreFocusOut: true,
      ...(value === undefined ? {} : { value }),
      ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
    });
    return given(answer);
  },

  async confirm(message, detail, yes) {
    given(await vscode.window.showWarningMessage(visible(message), { modal: true, detail: visible(detail) }, yes));
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
