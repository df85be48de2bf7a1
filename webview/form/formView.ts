/** The page of a form: from a file to a table and its training, or a training that is changed. */
import { html, nothing } from 'lit-html';
import type { FormAnswers } from '../../src/protocol/form.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';
import type { FormPage } from '../page/state.ts';
import { choices, type Drawn, section } from '../views/parts.ts';
import { columnsView, said } from './columnsView.ts';
import { fieldId, type FormActions } from './formActions.ts';
import { readingView } from './readingView.ts';

/** All of the page. */
export const formView = (form: FormPage, actions: FormActions): Drawn =>
  html`<form class="form" @submit=${(event: Event) => event.preventDefault()}>
    ${head(form, actions)} ${form.state.kind === 'import' ? html`${placeView(form, actions)} ${readingView(form, actions)}` : nothing}
    ${columnsView(form, actions)} ${trainingView(form, actions)}
  </form>`;

function head(form: FormPage, actions: FormActions): Drawn {
  const { kind, title, place, rows, whole } = form.state;
  const counted = rows !== null && whole ? say('{0} rows', countText(rows)) : null;
  const looked = rows !== null && !whole ? say('the first {0} rows were looked at', countText(rows)) : null;
  return html`<header class="top">
      <div class="names">
        <h1>${kind === 'import' ? say('Import {0}', title) : say('Training {0}', title)}</h1>
        <div class="path">
          <span>${place}</span> ${counted === null ? nothing : html`<span class="num">${counted}</span>`}
          ${looked === null ? nothing : html`<span>${looked}</span>`}
        </div>
      </div>
      <div class="acts">${buttons(form, actions)}</div>
    </header>
    ${notesView(form)}
    <p class="work" role="status">${form.findings.work ?? nothing} ${said(form, 'file')}</p>`;
}

/** What was found in the file that a person may want to have otherwise. */
const notesView = ({ state }: FormPage): Drawn =>
  state.notes.length === 0
    ? nothing
    : html`<ul class="notes" aria-label=${say('What was found in the file')}>
        ${state.notes.map((note) => html`<li>${note}</li>`)}
      </ul>`;

function buttons(form: FormPage, actions: FormActions): Drawn {
  const { findings, state } = form;
  if (findings.work !== null)
    return html`<vscode-button appearance="secondary" @click=${() => actions.cancel()}>${say('Cancel')}</vscode-button>`;
  const isImport = state.kind === 'import';
  return html`<vscode-button @click=${() => actions.submit(true)}
      >${isImport ? say('Import and Train') : say('Save and Train')}</vscode-button
    >
    <vscode-button appearance="secondary" @click=${() => actions.submit(false)}
      >${isImport ? say('Import') : say('Save')}</vscode-button
    >`;
}

type TextField = 'table' | 'name' | 'test' | 'validation' | 'seed';

/** A text with its title before it and what is said of it after it. */
function textField(form: FormPage, actions: FormActions, field: TextField, title: string, small = false): Drawn {
  const wrong = form.findings.problems.some((one) => one.field === field && one.blocks !== null);
  return html`<label for=${fieldId(field)}>${title}</label>
    <div class="answer">
      <input
        type="text"
        class=${small ? 'small' : ''}
        id=${fieldId(field)}
        spellcheck="false"
        autocomplete="off"
        aria-label=${title}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby="said-${field}"
        .value=${form.answers[field]}
        @input=${(event: Event) => actions.change({ [field]: (event.target as HTMLInputElement).value })}
      />
      ${said(form, field)}
    </div>`;
}

function choiceField(
  form: FormPage,
  actions: FormActions,
  field: 'store' | 'learner',
  title: string,
  options: readonly { readonly id: string; readonly text: string }[],
): Drawn {
  const chosen = form.answers[field];
  return html`<label for=${fieldId(field)}>${title}</label>
    <div class="answer">
      <select
        id=${fieldId(field)}
        aria-label=${title}
        @change=${(event: Event) => actions.change({ [field]: (event.target as HTMLSelectElement).value })}
      >
        ${options.map(({ id, text }) => html`<option value=${id} ?selected=${id === chosen} .selected=${id === chosen}>${text}</option>`)}
      </select>
      ${said(form, field)}
    </div>`;
}

const modes = (): readonly { value: FormAnswers['mode']; text: string }[] => [
  { value: 'upsert', text: say('Insert and update rows') },
  { value: 'sync', text: say('Make it the same as the file') },
];

function placeView(form: FormPage, actions: FormActions): Drawn {
  const { existing } = form.findings;
  return section(
    'place',
    say('Where to'),
    {},
    html`<div class="fieldset">
      ${choiceField(form, actions, 'store', say('Store'), form.state.stores)}
      ${textField(form, actions, 'table', say('Table'))}
      ${
        existing
          ? html`<span>${say('Rows')}</span>
            <div class="answer">
              ${choices(say('What becomes of its rows'), modes(), form.answers.mode, (mode) => actions.change({ mode }))}
              <span class="dim">${form.answers.mode === 'sync' ? say('Rows that are not in the file are deleted. A safety snapshot is made first.') : say('Rows that are not in the file stay.')}</span>
            </div>`
          : nothing
      }
    </div>`,
  );
}

function trainingView(form: FormPage, actions: FormActions): Drawn {
  const learners = form.state.learners.map((id) => ({ id, text: id }));
  const isNew = form.state.kind === 'import' || form.findings.existing?.trainings.length === 0;
  return section(
    'training',
    say('Training'),
    { beside: html`<span class="dim">${say('Written to deltatrain.json')}</span>` },
    html`<div class="fieldset">
      ${isNew ? textField(form, actions, 'name', say('Name')) : nothing}
      ${choiceField(form, actions, 'learner', say('Learner'), learners)}
      ${textField(form, actions, 'test', say('Test rows, %'), true)}
      ${textField(form, actions, 'validation', say('Validation rows, %'), true)}
      ${textField(form, actions, 'seed', say('Seed'), true)}
    </div>`,
  );
}
