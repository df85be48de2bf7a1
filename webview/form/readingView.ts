/** How the file of a form is read: what was found in it, and what a person wants otherwise. */
import { html, nothing } from 'lit-html';
import { say } from '../../src/base/say.ts';
import { encodings } from '../../src/data/loading/reading.ts';
import type { FormReading } from '../../src/protocol/form.ts';
import type { FormPage } from '../page/state.ts';
import { type Drawn, section } from '../views/parts.ts';
import { said } from './columnsView.ts';
import { fieldId, type FormActions } from './formActions.ts';

type Field = keyof FormReading;

/** The section *How it is read* of an import. */
export function readingView(form: FormPage, actions: FormActions): Drawn {
  const { dialect } = form.state;
  const separator = dialect?.separator === '\t' ? 'tab' : (dialect?.separator ?? '');
  return section(
    'reading',
    say('How it is read'),
    { beside: html`<span class="dim">${say('The next file of the table is read the same way')}</span>` },
    html`<div class="fieldset">
      ${
        dialect === null
          ? nothing
          : html`${text(form, actions, 'separator', say('Separator'), separator, true)}
            ${choice(form, actions, 'encoding', say('Encoding'), [
              { id: '', text: say('as found: {0}', dialect.encoding) },
              ...encodings.map((id) => ({ id, text: id })),
            ])}
            ${choice(form, actions, 'header', say('First line'), [
              { id: '', text: dialect.header ? say('as found: names') : say('as found: a row') },
              { id: 'yes', text: say('names') },
              { id: 'no', text: say('a row') },
            ])}
            ${text(form, actions, 'na', say('Missing cells'), say('NA, NULL, - and the like'))}`
      }
      ${text(form, actions, 'skip', say('Columns left out'), say('a, b'))}
      ${text(form, actions, 'rename', say('Other names'), say('file=table, a=b'))}
    </div>`,
  );
}

const wrongIn = (form: FormPage, field: Field): boolean =>
  form.findings.problems.some((one) => one.field === `reading:${field}` && one.blocks !== null);

/** What stands in it shows what was found while it is empty. */
function text(form: FormPage, actions: FormActions, field: Field, title: string, found: string, small = false): Drawn {
  return html`<label for=${fieldId(`reading:${field}`)}>${title}</label>
    <div class="answer">
      <input
        type="text"
        class=${small ? 'small' : ''}
        id=${fieldId(`reading:${field}`)}
        spellcheck="false"
        autocomplete="off"
        placeholder=${found}
        aria-label=${title}
        aria-invalid=${wrongIn(form, field) ? 'true' : nothing}
        aria-describedby="said-reading:${field}"
        .value=${form.answers.reading[field]}
        @change=${(event: Event) => actions.read({ [field]: (event.target as HTMLInputElement).value })}
      />
      ${said(form, `reading:${field}`)}
    </div>`;
}

function choice(
  form: FormPage,
  actions: FormActions,
  field: 'encoding' | 'header',
  title: string,
  options: readonly { readonly id: string; readonly text: string }[],
): Drawn {
  const chosen = form.answers.reading[field];
  return html`<label for=${fieldId(`reading:${field}`)}>${title}</label>
    <div class="answer">
      <select
        id=${fieldId(`reading:${field}`)}
        aria-label=${title}
        @change=${(event: Event) => actions.read({ [field]: (event.target as HTMLSelectElement).value })}
      >
        ${options.map(({ id, text: shown }) => html`<option value=${id} ?selected=${id === chosen} .selected=${id === chosen}>${shown}</option>`)}
      </select>
      ${said(form, `reading:${field}`)}
    </div>`;
}
