/** The columns of a form, a row each: type, part in the key, label, features and slices, and the first values. */
import { html, nothing } from 'lit-html';
import type { FormAnswers, FormColumn, FormProblem } from '../../src/protocol/form.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';
import type { FormPage } from '../page/state.ts';
import { type Drawn, link, section } from '../views/parts.ts';
import { fieldId, type FormActions } from './formActions.ts';

type List = 'key' | 'features' | 'slices';

/** The section *Columns* of a form. */
export function columnsView(form: FormPage, actions: FormActions): Drawn {
  const { columns } = form.state;
  const isImport = form.state.kind === 'import';
  const shown = Math.max(0, ...columns.map(({ first }) => first.length));
  return section(
    'columns',
    say('Columns'),
    { beside: html`<span class="dim num">${countText(columns.length)}</span>` },
    html`${summary(form, actions)}
      <div class="wide" tabindex="0" role="group" aria-label=${say('Columns and their first values')}>
        <table class="rows fields" aria-label=${say('Columns')}>
          <thead>
            <tr>
              <th scope="col">${say('column')}</th>
              <th scope="col">${say('type')}</th>
              <th scope="col" class="mid">${say('key')}</th>
              <th scope="col" class="mid">${say('label')}</th>
              <th scope="col" class="mid">${say('feature')}</th>
              <th scope="col" class="mid">${say('slice')}</th>
              <th scope="col">${say('values')}</th>
              ${shown > 0 ? html`<th scope="col" colspan=${shown}>${isImport ? say('first rows of the file') : say('first rows')}</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${columns.map((column) => row(form, actions, column))}
          </tbody>
        </table>
      </div>`,
  );
}

/** What the columns are for, in a line each, with what is said of it. */
function summary(form: FormPage, actions: FormActions): Drawn {
  const { answers } = form;
  const { key, label, features, slices } = answers;
  const used = features.filter((name) => name !== label);
  const names = (all: readonly string[]): string =>
    all.length > 8 ? say('{0} columns', countText(all.length)) : all.length === 0 ? '–' : all.join(', ');
  const line = (field: 'key' | 'label' | 'features' | 'slices', title: string, text: string, more: Drawn = nothing) =>
    html`<dt>${title}</dt>
      <dd>${text} ${more} ${said(form, field)}</dd>`;
  const all = html`${link(say('All'), () => actions.tickAll(true), say('All columns that can be learnt from'))}
    ${link(say('None'), () => actions.tickAll(false), say('None of the columns'))}`;
  return html`<dl class="facts summary">
    ${line('key', say('Key'), names(key))} ${line('label', say('Label'), label ?? '–')}
    ${line('features', say('Learns from'), names(used), all)} ${line('slices', say('Slices'), names(slices))}
  </dl>`;
}

/** What is said of a field; the place is always there, as only a change in it is read out. */
export function said(form: FormPage, field: FormProblem['field']): Drawn {
  const problems = form.findings.problems.filter((one) => one.field === field);
  return html`<span class="said" role="status" id="said-${field}"
    >${problems.map(({ sentence, blocks }) => html`<span class=${blocks === null ? 'dim' : 'bad'}>${sentence}</span> `)}</span
  >`;
}

function row(form: FormPage, actions: FormActions, column: FormColumn): Drawn {
  const { name } = column;
  const { answers, state } = form;
  const keyIsSettled = state.kind === 'training' || form.findings.existing !== null;
  const isLabel = answers.label === name;
  return html`<tr class=${isLabel ? 'selected' : ''}>
    <th scope="row" class="whole" id=${fieldId(`column:${name}`)} tabindex="-1">${name}</th>
    <td>${typeOf(form, actions, column)}</td>
    <td class="mid">${box(form, actions, 'key', name, say('{0} in the key', name), keyIsSettled)}</td>
    <td class="mid">
      <input
        type="radio"
        name="label"
        id=${form.state.columns[0] === column ? fieldId('label') : nothing}
        aria-label=${say('{0} is the label', name)}
        .checked=${isLabel}
        @change=${() => actions.choose(name)}
      />
    </td>
    <td class="mid">${box(form, actions, 'features', name, say('{0} is a feature', name), isLabel)}</td>
    <td class="mid">${box(form, actions, 'slices', name, say('{0} is a slice', name), false)}</td>
    <td class="dim num">${about(column)} ${said(form, `column:${name}`)}</td>
    ${column.first.map((cell) => html`<td class="cell mono" title=${cell}>${cell}</td>`)}
  </tr>`;
}

function about({ unique, distinct, empty }: FormColumn): string {
  const values = unique ? say('unique') : distinct === null ? say('many') : countText(distinct);
  return empty > 0 ? `${values} · ${say('{0} empty', countText(empty))}` : values;
}

function typeOf(form: FormPage, actions: FormActions, { name, type, typeCanChange }: FormColumn): Drawn {
  if (!typeCanChange || form.findings.existing) return html`<span class="dim">${type}</span>`;
  const { types } = form.answers;
  const chosen = types[name] ?? type;
  const options = [type, ...form.state.types.filter((one) => one !== type)];
  const choose = (wanted: string): void => {
    const { [name]: _before, ...others } = types;
    actions.change({ types: wanted === type ? others : { ...others, [name]: wanted } });
  };
  return html`<select
    id=${fieldId(`type:${name}`)}
    aria-label=${say('Type of {0}', name)}
    class=${chosen === type ? '' : 'changed'}
    @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
  >
    ${options.map((one) => html`<option value=${one} ?selected=${one === chosen} .selected=${one === chosen}>${one}</option>`)}
  </select>`;
}

function box(form: FormPage, actions: FormActions, list: List, name: string, label: string, settled: boolean): Drawn {
  const answers: FormAnswers = form.answers;
  const isFirst = form.state.columns[0]?.name === name;
  const isOn = answers[list].includes(name) && !(list === 'features' && answers.label === name);
  return html`<input
    type="checkbox"
    id=${isFirst ? fieldId(list) : nothing}
    aria-label=${label}
    ?disabled=${settled}
    .checked=${isOn}
    @change=${(event: Event) => actions.tick(list, name, (event.target as HTMLInputElement).checked)}
  />`;
}
