/** The lineage, drawn as a chain: every model on its version and how that came from its parent's, versions without a model, the chosen one in full. */
import { html, nothing, svg } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { isUnderWay, type ModelView, type TrainingState, type VersionView } from '../../src/protocol/panel.ts';
import { type Chain, chainOf, type ChainRow } from '../page/chain.ts';
import { countsOf, type Drawn, link, type Page, section, tag } from './parts.ts';
import { statusWord } from '../../src/words/verdicts.ts';
import { say } from '../../src/base/say.ts';
import { countText, shortHash } from '../../src/words/numbers.ts';
import { measureBy, metricText, metricValueText } from '../../src/words/measures.ts';
import { momentText } from '../../src/words/times.ts';

/** The section *Lineage*: models newest first, the chosen one with its details. */
export function lineageView(page: Page, training: TrainingState): Drawn {
  if (training.models.length === 0) return nothing;
  const chain = chainOf(training.models, training.versions);
  const body = html`<div class="wide"><table class="rows lineage" aria-label=${say('Models by parent')}>
    <thead class="unseen">
      <tr>
        <th scope="col">${say('chain')}</th>
        <th scope="col">${say('model')}</th>
        <th scope="col">${say('status')}</th>
        <th scope="col">${say('version')}</th>
        <th scope="col">${metricText(training.header.metric)}</th>
        <th scope="col" class="lesser">${say('weights')}</th>
      </tr>
    </thead>
    ${repeat(
      chain.rows,
      ({ model, version }) => (model ? `m${model.number}` : (version?.snapshot ?? '')),
      (row) =>
        row.model
          ? modelRows(page, training, { row, chain, model: row.model })
          : row.version
            ? versionRow(page, training, { row, chain, version: row.version })
            : nothing,
    )}
  </table></div>`;
  return section('lineage', say('Lineage'), { beside: html`<span class="dim">★ ${say('baseline')}</span>` }, body);
}

const statusTone = { candidate: '', promoted: 'good', rejected: 'bad', held: 'warn', archived: 'dim' } as const;

const laneWidth = 12;
const middle = (lane: number): number => lane * laneWidth + laneWidth / 2;

/** The lines are as tall as their row, which they cannot be while they give it its width. */
const laneRoom = (lanes: number): unknown => html`<svg width=${lanes * laneWidth} height="1"></svg>`;

/** Lanes that pass, end in the dot or leave it; `tone`: what the dot is of. The other cells say the same in words. */
function graphCell({ lane, above, below }: ChainRow, { lanes }: Chain, tone: string): Drawn {
  const line = (x1: number, y1: string, x2: number, y2: string): unknown =>
    svg`<line x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>`;
  const x = middle(lane);
  return html`<td class="graph" aria-hidden="true">
    ${laneRoom(lanes)}
    <svg class="lines" width=${lanes * laneWidth} height="100%">
      ${above.map((one) => (one !== lane && below.includes(one) ? line(middle(one), '0', middle(one), '100%') : line(middle(one), '0', x, '50%')))}
      ${below.includes(lane) ? line(x, '50%', x, '100%') : nothing}
      <circle class=${tone} cx=${x} cy="50%" r=${tone === 'version' ? 2.5 : 4}></circle>
    </svg>
  </td>`;
}

/** Beside the details of a node only what goes on below it. */
const passingCell = ({ below }: ChainRow, { lanes }: Chain): Drawn =>
  html`<td class="graph" aria-hidden="true">
    ${laneRoom(lanes)}
    <svg class="lines" width=${lanes * laneWidth} height="100%">
      ${below.map((one) => svg`<line x1=${middle(one)} y1="0" x2=${middle(one)} y2="100%"></line>`)}
    </svg>
  </td>`;

/** A version that nobody trained on yet, and what is new in it. */
function versionRow(
  page: Page,
  training: TrainingState,
  { row, chain, version }: { row: ChainRow; chain: Chain; version: VersionView },
): Drawn {
  const { base } = training.header;
  const before = base && base.snapshot !== version.snapshot ? base.snapshot : null;
  return html`<tbody>
    <tr>
      ${graphCell(row, chain, 'version')}
      <th scope="row"></th>
      <td class="dim">${say('not trained on')}</td>
      <td>
        ${version.snapshot} ${version.rows === null ? nothing : html`<span class="dim">${say('{0} rows', countText(version.rows))}</span>`}
        ${before === null ? nothing : link(say('Show Delta'), () => page.actions.openDelta(before, version.snapshot), say('Show Delta from {0} to {1}', before, version.snapshot))}
      </td>
      <td></td>
      <td class="lesser"></td>
    </tr>
  </tbody>`;
}

function modelRows(
  page: Page,
  training: TrainingState,
  { row, chain, model }: { row: ChainRow; chain: Chain; model: ModelView },
): Drawn {
  const selected = model.number === page.state.selected;
  const select = (): void => page.actions.dispatch({ kind: 'select', model: model.number });
  return html`<tbody class=${selected ? 'selected' : ''}>
    <tr @click=${select}>
      ${graphCell(row, chain, model.status)}
      <th scope="row" class="whole">
        ${link(`m${model.number}`, select, say('Select m{0}', model.number), selected)}${model.isBaseline ? html` <span title=${say('baseline')}>★</span>` : nothing}
      </th>
      <td>${tag(statusTone[model.status], statusWord(model.status))}${model.exact === null ? nothing : html` <span title=${model.exact}>${tag('good', say('exact'))}</span>`}${model.reproduced === 'identical' ? html` ${tag('good', say('reproduced'))}` : nothing}</td>
      <td>
        ${model.snapshot}${
          model.snapshotState === 'there'
            ? nothing
            : html` ${tag('warn', model.snapshotState === 'gone' ? say('gone') : say('replaced'))}`
        }
        ${model.delta && model.baseSnapshot ? html`<span class="dim">= ${model.baseSnapshot}</span> ${countsOf(model.delta)}` : html`<span class="dim">${say('{0} rows, in full', countText(model.rows))}</span>`}
      </td>
      <td class="num end">${measureCell(model, training.header.metric)}</td>
      <td class="mono dim end lesser">${shortHash(model.weightsSha256)}</td>
    </tr>
    ${selected ? html`<tr class="detail">${passingCell(row, chain)}<td colspan="5">${detail(page, training, model)}</td></tr>` : nothing}
  </tbody>`;
}

/** By the measure that the training goes by. */
function measureCell({ metrics }: ModelView, metric: string): string {
  const found = metrics && measureBy(metrics, metric);
  return found ? metricValueText(metric, found.value) : '–';
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
      ${model.settled === null ? nothing : html`<dt>${say('status')}</dt><dd>${model.settled.sentence}${model.settled.note === '' ? nothing : html` · ${model.settled.note}`}</dd>`}
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
  return html`${model.status === 'promoted' || model.status === 'archived' || model.status === 'held' ? nothing : button(say('Promote'), 'model/promote', () => actions.promote(model.number))}
  ${there ? button(say('Reproduce'), 'model/reproduce', () => actions.reproduce(model.number, false)) : nothing}
  ${there && model.parent !== null ? button(say('Reproduce from the Root'), 'model/reproduce', () => actions.reproduce(model.number, true)) : nothing}
  ${there && base !== null ? button(say('Show Delta'), 'delta/open', () => actions.openDelta(base, model.snapshot)) : nothing}
  ${compareButton(page, training, model)}
  ${there && !training.header.readOnly ? button(say('Restore {0}…', model.snapshot), 'snapshot/restore', () => actions.restore(model.snapshot)) : nothing}
  ${model.status === 'archived' || model.status === 'promoted' ? nothing : button(say('Archive'), 'model/archive', () => actions.archive(model.number))}`;
}

/** With its parent, else with the baseline: two that differ by what somebody wants to know. */
function compareButton({ actions }: Page, { models }: TrainingState, { number, parent }: ModelView): Drawn {
  const other = parent ?? models.find((one) => one.isBaseline && one.number !== number)?.number ?? null;
  if (other === null || !models.some((one) => one.number === other)) return nothing;
  return html`<vscode-button appearance="secondary" @click=${() => actions.compare([number, other])}
    >${say('Compare with m{0}', other)}</vscode-button
  >`;
}
