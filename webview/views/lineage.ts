/** The lineage: every model, what version it stands on and how that came from its parent's; the chosen one in full. */
import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { ModelView, TrainingState } from '../../src/protocol/panel.ts';
import { isUnderWay } from '../page/state.ts';
import { countsOf, type Drawn, link, type Page, section, tag } from './parts.ts';
import { statusWord } from '../../src/words/verdicts.ts';
import { say } from '../../src/base/say.ts';
import { countText, shareText, shortHash } from '../../src/words/numbers.ts';
import { momentText } from '../../src/words/times.ts';

/** The section *Lineage*: models newest first, the chosen one with its details. */
export function lineageView(page: Page, training: TrainingState): Drawn {
  if (training.models.length === 0) return nothing;
  const newestFirst = [...training.models].reverse();
  const body = html`<div class="wide"><table class="rows lineage" aria-label=${say('Models by parent')}>
    <thead class="unseen">
      <tr>
        <th scope="col">${say('model')}</th>
        <th scope="col">${say('status')}</th>
        <th scope="col">${say('version')}</th>
        <th scope="col">${say('accuracy')}</th>
        <th scope="col" class="lesser">${say('weights')}</th>
      </tr>
    </thead>
    ${repeat(
      newestFirst,
      (model) => model.number,
      (model) => modelRows(page, training, model),
    )}
  </table></div>`;
  return section('lineage', say('Lineage'), { beside: html`<span class="dim">★ ${say('baseline')}</span>` }, body);
}

const statusTone = { candidate: '', promoted: 'good', rejected: 'bad', held: 'warn', archived: 'dim' } as const;

function modelRows(page: Page, training: TrainingState, model: ModelView): Drawn {
  const selected = model.number === page.state.selected;
  const select = (): void => page.actions.dispatch({ kind: 'select', model: model.number });
  return html`<tbody class=${selected ? 'selected' : ''}>
    <tr @click=${select}>
      <th scope="row" class="whole">
        ${link(`m${model.number}`, select, say('Select m{0}', model.number), selected)}${model.anchor ? html` <span title=${say('baseline')}>★</span>` : nothing}
      </th>
      <td>${tag(statusTone[model.status], statusWord(model.status))}${model.exact === null ? nothing : html` <span title=${model.exact}>${tag('good', say('exact'))}</span>`}</td>
      <td>
        ${model.snapshot}${
          model.snapshotState === 'there'
            ? nothing
            : html` ${tag('warn', model.snapshotState === 'gone' ? say('gone') : say('replaced'))}`
        }
        ${model.delta && model.baseSnapshot ? html`<span class="dim">= ${model.baseSnapshot}</span> ${countsOf(model.delta)}` : html`<span class="dim">${say('{0} rows, in full', countText(model.rows))}</span>`}
      </td>
      <td class="num end">${model.metrics ? shareText(model.metrics.accuracy) : '–'}</td>
      <td class="mono dim end lesser">${shortHash(model.weightsSha256)}</td>
    </tr>
    ${selected ? html`<tr class="detail"><td colspan="5">${detail(page, training, model)}</td></tr>` : nothing}
  </tbody>`;
}

function detail(page: Page, training: TrainingState, model: ModelView): Drawn {
  const { actions } = page;
  const hash = (name: string, value: string): Drawn =>
    html`<dt>${name}</dt>
      <dd class="mono hash">
        <span>${value}</span>${link(say('Copy'), () => actions.copy(value), say('Copy the hash of the {0}', name))}
      </dd>`;
  return html`<dl class="facts">
      <dt>${say('made')}</dt>
      <dd>${momentText(model.madeAt)} ${say('by {0}', model.madeBy)} · ${say('seed {0}', model.seed)}${model.parent === null ? nothing : html` · ${say('parent m{0}', model.parent)}`}</dd>
      ${hash(say('weights'), model.weightsSha256)} ${hash(say('artifact'), model.artifactSha256)} ${hash(say('kernel'), model.kernelSha256)}
      ${model.reproduced === null ? nothing : html`<dt>${say('reproduced')}</dt><dd class=${model.reproduced === 'identical' ? 'good' : 'bad'}>${model.reproduced === 'identical' ? say('identical, bit for bit') : say('came out different')}</dd>`}
      ${model.exact === null ? nothing : html`<dt>${say('exact')}</dt><dd class="good">${model.exact}</dd>`}
      ${model.note === '' ? nothing : html`<dt>${say('note')}</dt><dd>${model.note}</dd>`}
    </dl>
    <div class="buttons">${actionsOf(page, training, model)}</div>`;
}

function actionsOf(page: Page, training: TrainingState, model: ModelView): Drawn {
  const { actions, state } = page;
  const waits = (name: string): boolean => state.busy.includes(name) || isUnderWay(training.run);
  const there = model.snapshotState === 'there';
  const base = model.baseSnapshot;
  const button = (text: string, name: string, act: () => void): Drawn =>
    html`<vscode-button appearance="secondary" ?disabled=${waits(name)} @click=${act}>${text}</vscode-button>`;
  return html`${model.status === 'promoted' || model.status === 'archived' ? nothing : button(say('Promote'), 'model/promote', () => actions.promote(model.number))}
  ${there ? button(say('Reproduce'), 'model/reproduce', () => actions.reproduce(model.number, false)) : nothing}
  ${there && model.parent !== null ? button(say('Reproduce from the Root'), 'model/reproduce', () => actions.reproduce(model.number, true)) : nothing}
  ${there && base !== null ? button(say('Show Delta'), 'delta/open', () => actions.openDelta(base, model.snapshot)) : nothing}
  ${there && !training.header.readOnly ? button(say('Restore {0}…', model.snapshot), 'snapshot/restore', () => actions.restore(model.snapshot)) : nothing}
  ${model.status === 'archived' || model.status === 'promoted' ? nothing : button(say('Archive'), 'model/archive', () => actions.archive(model.number))}`;
}
