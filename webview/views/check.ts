/** The data check of the advice: what the newest model says of the changes before anything is trained on them. */
import { html, nothing } from 'lit-html';
import type { CheckView, TrainingState } from '../../src/protocol/panel.ts';
import { say } from '../../src/base/say.ts';
import { dataSentence, groupText, noteSentence } from '../../src/words/judgement.ts';
import type { JudgementNames } from '../../src/words/reasons.ts';
import { isUnderWay } from '../page/state.ts';
import { reasons, wantedOf } from './judgement.ts';
import { type Drawn, link, type Page } from './parts.ts';

/** Nothing while nobody was asked, or a run is under way, which says it again. */
export function checkView(page: Page, { check, run }: TrainingState): Drawn {
  if (!check || check.data.verdict === 'none' || isUnderWay(run)) return nothing;
  const { data, model } = check;
  const names: JudgementNames = { parent: `m${model}`, dates: new Set(check.dates) };
  const isSuspect = data.verdict === 'suspect';
  return html`<div id="check" class="advice ${isSuspect ? 'full' : 'delta'}" role="status">
    <strong>${isSuspect ? say('Look at the changes first.') : say('The data check found nothing.')}</strong>
    ${dataSentence(data, names)} <span class="dim">${say('m{0} was asked; nothing was trained.', model)}</span>
    ${reasons(data, names)} ${suspects(page, check, names)}
    ${data.notes.map((note) => html`<div class="dim">${noteSentence(note, names)}</div>`)}
  </div>`;
}

/** A group of changed rows is a way to them. */
const suspects = ({ actions }: Page, { groups, snapshot }: CheckView, names: JudgementNames): Drawn =>
  groups.length === 0
    ? nothing
    : html`<div>
        ${say('Suspects:')}
        ${groups.map((group, i) => {
          const words = groupText(group, names);
          const shown = link(
            words,
            () => actions.openDelta(snapshot, null, wantedOf(group)),
            say('Show the rows: {0}', words),
          );
          return html`${i === 0 ? nothing : ' · '}${shown}`;
        })}
      </div>`;
