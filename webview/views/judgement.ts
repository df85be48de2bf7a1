/** The verdict on the chosen model, its data's first: one sentence, what a person can do about it, and then why. */
import { html, nothing } from 'lit-html';
import type { DataVerdict } from '../../src/data/judgement.ts';
import {
  type CheckView,
  isUnderWay,
  type ModelView,
  type SuspectView,
  type TrainingState,
} from '../../src/protocol/panel.ts';
import { say } from '../../src/base/say.ts';
import { countText, percentText, shareText } from '../../src/words/numbers.ts';
import { dataSentence, groupText, kindsText, noteSentence } from '../../src/words/judgement.ts';
import { type JudgementNames, reasonSentence } from '../../src/words/reasons.ts';
import { statusWord } from '../../src/words/verdicts.ts';
import { modelOf } from '../page/state.ts';
import { type Drawn, link, type Page, section, tag } from './parts.ts';
import { rowsOfSuspects } from '../page/suspectRows.ts';

const namesOf = ({ parent, dates }: ModelView): JudgementNames => ({
  parent: parent === null ? say('the parent') : `m${parent}`,
  dates: new Set(dates),
});

/** The section *Data*; nothing for a model whose data nobody judged. */
export function judgementView(page: Page, training: TrainingState): Drawn {
  const model = modelOf(page.state, page.state.selected);
  if (!model?.data || model.data.verdict === 'none') return nothing;
  const { data } = model;
  const held = model.status === 'held';
  const names = namesOf(model);
  return section(
    'judgement',
    say('Data'),
    {
      beside: html`<span class="dim">m${model.number} · ${model.snapshot}</span> ${held ? tag('warn', statusWord('held')) : nothing}`,
    },
    html`<div class="judgement ${held ? 'held' : ''}">
      <p role=${held ? 'status' : nothing}>
        <strong class=${data.verdict === 'suspect' ? 'warned' : ''}>${dataSentence(data, names)}</strong>
      </p>
      ${settledNote(model)}
      ${held ? waysOut(page, training, model, data) : nothing}
      ${reasons(data, names)} ${groups(page, training, model)}
      <p class="dim num">${kindsText(data.kinds)}</p>
      ${data.notes.map((note) => html`<p class="dim">${noteSentence(note, names)}</p>`)}
    </div>`,
  );
}

const settledNote = ({ settled, status }: ModelView): Drawn =>
  settled === null || status === 'held' ? nothing : html`<p class="dim">${settled.sentence}</p>`;

/** True while a button of this name, or a run, is under way. */
const waits = (page: Page, training: TrainingState, name: string): boolean =>
  page.state.busy.includes(name) || isUnderWay(training.run);

function waysOut(page: Page, training: TrainingState, model: ModelView, { hash }: DataVerdict): Drawn {
  const { actions } = page;
  const { readOnly } = training.header;
  const wait = (name: string): boolean => readOnly || waits(page, training, name);
  return html`<div class="buttons">
    ${
      hash === null
        ? nothing
        : html`<vscode-button
            ?disabled=${wait('model/approve')}
            title=${say('m{0} becomes a candidate, and the lineage goes on from it', model.number)}
            @click=${() => actions.approve(model.number, hash)}
            >${say('Approve: These Changes Are Right')}</vscode-button
          >`
    }
    <vscode-button appearance="secondary" ?disabled=${wait('model/revert')} @click=${() => actions.revert(model.number, null)}
      >${say('Revert…')}</vscode-button
    >
    ${
      model.groups.length === 0
        ? nothing
        : html`<vscode-button
            appearance="secondary"
            ?disabled=${wait('model/without')}
            title=${say('Trains again without the rows of the first group, which stay in the table')}
            @click=${() => actions.without(model.number, 0)}
            >${say('Train Without Them')}</vscode-button
          >`
    }
  </div>`;
}

/** The strongest reason is the sentence above. */
const reasons = ({ reasons: [, ...others] }: DataVerdict, names: JudgementNames): Drawn =>
  others.length === 0
    ? nothing
    : html`<ul class="reasons" aria-label=${say('More reasons to look')}>
        ${others.map((reason) => html`<li>${reasonSentence(reason, names)}</li>`)}
      </ul>`;

/** The changed rows that cost most, with what can be done about one group of them. */
function groups(page: Page, training: TrainingState, model: ModelView): Drawn {
  if (model.groups.length === 0) return nothing;
  const parent = model.parent === null ? say('parent') : `m${model.parent}`;
  const held = model.status === 'held' && !training.header.readOnly;
  return html`<div class="wide"><table class="rows tight" aria-label=${say('Suspects: the changed rows that cost most')}>
    <thead>
      <tr>
        <th scope="col">${say('suspects')}</th>
        <th scope="col" class="end">${say('rows')}</th>
        <th scope="col" class="end">${say('share of the loss')}</th>
        <th scope="col" class="end lesser">${say('{0} before', parent)}</th>
        <th scope="col" class="end lesser">${say('{0} after', parent)}</th>
        ${held ? html`<th scope="col"><span class="unseen">${say('actions')}</span></th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${model.groups.map((group, place) => groupRow(page, training, model, group, held ? place : null))}
    </tbody>
  </table></div>`;
}

const share = (value: number | null): string => (value === null ? '–' : shareText(value));

function groupRow(
  page: Page,
  training: TrainingState,
  model: ModelView,
  group: SuspectView,
  place: number | null,
): Drawn {
  const { actions } = page;
  const { baseSnapshot, snapshot } = model;
  const names = namesOf(model);
  const words = groupText(group, names);
  const open = (from: string, { kinds }: DataVerdict): void =>
    actions.openDelta(
      from,
      snapshot,
      rowsOfSuspects(group, { label: training.header.label, dates: names.dates, kinds }),
    );
  const { data } = model;
  const name =
    baseSnapshot === null || data === null
      ? words
      : link(words, () => open(baseSnapshot, data), say('Show the rows: {0}', words));
  const act = (text: string, call: string, work: () => void): Drawn =>
    html`<vscode-button appearance="secondary" ?disabled=${waits(page, training, call)} aria-label="${text}: ${words}" @click=${work}
      >${text}</vscode-button
    >`;
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="num end">${countText(group.rows)}</td>
    <td class="num end">${percentText(group.share)}</td>
    <td class="num end lesser">${share(group.before)}</td>
    <td class="num end lesser">${share(group.after)}</td>
    ${
      place === null
        ? nothing
        : html`<td class="whole">
            ${act(say('Revert Only These…'), 'model/revert', () => actions.revert(model.number, place))}
            ${act(say('Train Without Them'), 'model/without', () => actions.without(model.number, place))}
          </td>`
    }
  </tr>`;
}

/** Nothing while nobody was asked, or a run is under way, which says it again. */
export function checkView(page: Page, { check, run, header }: TrainingState): Drawn {
  if (!check || check.data.verdict === 'none' || isUnderWay(run)) return nothing;
  const { data, model } = check;
  const names: JudgementNames = { parent: `m${model}`, dates: new Set(check.dates) };
  const isSuspect = data.verdict === 'suspect';
  return html`<div id="check" class="advice ${isSuspect ? 'full' : 'delta'}" role="status">
    <strong>${isSuspect ? say('Look at the changes first.') : say('The data check found nothing.')}</strong>
    ${dataSentence(data, names)} <span class="dim">${say('m{0} was asked; nothing was trained.', model)}</span>
    ${reasons(data, names)} ${suspects(page, check, { ...names, label: header.label })}
    ${data.notes.map((note) => html`<div class="dim">${noteSentence(note, names)}</div>`)}
  </div>`;
}

/** A group of changed rows is a way to them. */
const suspects = (
  { actions }: Page,
  { groups, snapshot, data: { kinds } }: CheckView,
  names: JudgementNames & { readonly label: string },
): Drawn =>
  groups.length === 0
    ? nothing
    : html`<div>
        ${say('Suspects:')}
        ${groups.map((group, i) => {
          const words = groupText(group, names);
          const shown = link(
            words,
            () => actions.openDelta(snapshot, null, rowsOfSuspects(group, { ...names, kinds })),
            say('Show the rows: {0}', words),
          );
          return html`${i === 0 ? nothing : ' · '}${shown}`;
        })}
      </div>`;
