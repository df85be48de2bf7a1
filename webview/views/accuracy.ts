/** Accuracy per version: each model with its parent on the same test rows, and what the guard says of the chosen pair. */
import { html, nothing, svg, type SVGTemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { ref } from 'lit-html/directives/ref.js';
import type { GuardResult } from '../../src/data/trainer.ts';
import type { ModelView, TrainingState } from '../../src/protocol/panel.ts';
import { modelOf } from '../page/state.ts';
import {
  type AccuracyLayout,
  type AccuracyPoint,
  accuracyLayout,
  type Estimate,
  type Mark,
  pairsOf,
  type PlacedPair,
} from '../ui/chart.ts';
import { type Drawn, link, moveFocus, type Page, section, toneOf } from './parts.ts';
import { findingOfModel, isActedOn } from '../page/finding.ts';
import type { JudgedTest } from '../../src/words/finding.ts';
import { type FindingNames, labelledText, lookText } from '../../src/words/findingText.ts';
import { say } from '../../src/base/say.ts';
import { chanceText, countText, intervalText, pointsText, shareText } from '../../src/words/numbers.ts';
import { isShare, metricText, metricTitle, metricValueText } from '../../src/words/measures.ts';
import { verdictWord } from '../../src/words/verdicts.ts';

const height = 216;
const axisWidth = 38;

/** The section *Accuracy*, as a chart or as its table. */
export function accuracyView(page: Page, training: TrainingState): Drawn {
  const { state, actions } = page;
  const { metric } = training.header;
  const table = state.twins.includes('accuracy');
  const legend = html`<span class="legend" aria-hidden="true"
    ><i class="dot child"></i>${say('model')}<i class="dot parent"></i>${say('its parent, same rows')}<i class="bar95"></i>95 %</span
  >`;
  const tools = html`${table ? nothing : legend}
  ${link(
    table ? say('Chart') : say('Table'),
    () => actions.dispatch({ kind: 'twin', twin: 'accuracy', shown: !table }),
    table ? say('Show {0} as a chart', chartName(metric)) : say('Show {0} as a table', chartName(metric)),
  )}`;
  const some = training.models.length > 0;
  const body = !some
    ? html`<p class="empty">${say('A point appears here for every model that is trained.')}</p>`
    : html`${table ? accuracyTable(page, training) : chart(page, training)} ${findingView(page)}`;
  return section('accuracy', chartTitle(metric), { tools: some ? tools : nothing }, body);
}

function chart(page: Page, { models, header: { metric } }: TrainingState): Drawn {
  const width = page.measures.widthOf('accuracy', 640) - axisWidth;
  const layout = accuracyLayout(models, metric, width, height);
  return html`<div class="chart" ${ref(page.measures.follow('accuracy'))}>
    <svg class="axis" width=${axisWidth} height=${height} aria-hidden="true">
      ${layout.ticks.map((tick) => svg`<text x=${axisWidth - 6} y=${tick.at} dy=".32em" text-anchor="end">${tickText(metric, tick.value)}</text>`)}
    </svg>
    <div class="scroller" ${ref((element) => showSelected(element, layout, width, page.state.selected))}>
      <svg
        width=${Math.max(layout.width, width)}
        height=${height}
        role="group"
        aria-label=${chartTitle(metric)}
        @keydown=${(event: KeyboardEvent) => moveFocus(event, '.point', 1)}
      >
        ${marks(page, layout, metric, Math.max(layout.width, width))}
      </svg>
    </div>
  </div>`;
}

/**
 * Scrolls the selected model's slot into sight, when another one is selected, models come or go, or the page gets another
 * width; a person who scrolled is left alone until then.
 */
function showSelected(
  element: Element | undefined,
  layout: AccuracyLayout,
  width: number,
  selected: number | null,
): void {
  const point = layout.points.find(({ model }) => model.number === selected);
  if (!(element instanceof HTMLElement) || !point) return;
  const shown = [selected, layout.width, width].join(' ');
  if (element.dataset['shown'] === shown) return;
  element.dataset['shown'] = shown;
  const [left, right] = [point.x - layout.slot / 2, point.x + layout.slot / 2];
  // The chart inside has its new width when the drawing that this is part of is done.
  queueMicrotask(() => {
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
  });
}

function marks(page: Page, layout: AccuracyLayout, metric: string, width: number): SVGTemplateResult {
  const { selected } = page.state;
  return svg`
    ${layout.ticks.map((tick) => svg`<line class="rule" x1="0" x2=${width} y1=${tick.at} y2=${tick.at}></line>`)}
    ${layout.links.map(({ from, to, rejected }) => svg`<line class="link ${rejected ? 'rejected' : ''}" x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y}></line>`)}
    ${repeat(
      layout.points,
      (point) => point.model.number,
      (point) => pointMark(page, layout, point, metric, point.model.number === selected),
    )}`;
}

function pointMark(
  page: Page,
  layout: AccuracyLayout,
  point: AccuracyPoint,
  metric: string,
  selected: boolean,
): SVGTemplateResult {
  const { model, x, main, other } = point;
  const tone = main.pair.verdict === 'worse' && isActedOn(model) ? 'worse' : '';
  const verdict = verdictWord(model.guard?.verdict ?? 'none');
  const select = (): void => page.actions.dispatch({ kind: 'select', model: model.number });
  return svg`<g
      class="point ${tone} ${model.status} ${selected ? 'selected' : ''}"
      role="button"
      tabindex=${selected ? 0 : -1}
      aria-pressed=${String(selected)}
      aria-label=${describe(point, metric)}
      @click=${select}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        select();
      }}
    >
      <title>${describe(point, metric)}</title>
      <rect class="slot" x=${x - layout.slot / 2 + 2} y="2" width=${layout.slot - 4} height=${layout.height - 4} rx="3"></rect>
      ${other ? pairMarks(other, true) : nothing}
      ${pairMarks(main, false)}
      <text class="name" x=${x} y=${layout.height - 24} text-anchor="middle">m${model.number}${model.isBaseline ? ' ★' : ''}${verdict === '' ? '' : ` ${verdict}`}</text>
      <text class="version" x=${x} y=${layout.height - 9} text-anchor="middle">${clipped(model.snapshot, layout.slot)}</text>
    </g>`;
}

function pairMarks({ child, parent }: PlacedPair, faint: boolean): SVGTemplateResult {
  return svg`<g class="pair ${faint ? 'faint' : ''}">
    ${parent ? svg`<line class="join" x1=${parent.x} y1=${parent.y} x2=${child.x} y2=${child.y}></line>${interval(parent, 'parent')}<circle class="parent" cx=${parent.x} cy=${parent.y} r=${faint ? 2.5 : 4}></circle>` : nothing}
    ${interval(child, 'child')}
    <circle class="child" cx=${child.x} cy=${child.y} r=${faint ? 2.5 : 4.5}></circle>
  </g>`;
}

const interval = (mark: Mark, whose: string): SVGTemplateResult =>
  svg`<line class="interval ${whose}" x1=${mark.x} x2=${mark.x} y1=${mark.low} y2=${mark.high}></line>`;

/** Snapshot names share their beginning, so what is cut is the front. */
const clipped = (name: string, slot: number): string => {
  const fits = Math.floor((slot - 8) / 6.2);
  return name.length <= fits ? name : `…${name.slice(1 - fits)}`;
};

function rangeOf(one: Estimate, metric: string): string {
  const text = (value: number): string => metricValueText(metric, value);
  if (one.low === one.high) return text(one.value);
  return say('{0}, interval {1} to {2}', text(one.value), text(one.low), text(one.high));
}

/** What the section is called in the middle of a sentence, and as its heading. */
const chartName = (metric: string): string =>
  metric === 'accuracy' ? say('accuracy per version') : say('{0} per version', metricText(metric));
const chartTitle = (metric: string): string =>
  metric === 'accuracy' ? say('Accuracy per version') : say('{0} per version', metricTitle(metric));

/** Ticks of shares are round, so two digits do. */
const tickText = (metric: string, value: number): string =>
  isShare(metric) ? shareText(value).slice(0, 3) : metricValueText(metric, value);

function describe({ model, main, other }: AccuracyPoint, metric: string): string {
  const words = [say('m{0} at {1}: {2}', model.number, model.snapshot, rangeOf(main.pair.child, metric))];
  if (main.pair.parent)
    words.push(say('parent m{0} on the same rows {1}', model.parent ?? 0, rangeOf(main.pair.parent, metric)));
  if (main.pair.test === 'onParent') words.push(labelledText(null));
  if (other)
    words.push(
      say(
        'the other test: {0} against {1}',
        shareText(other.pair.child.value),
        shareText(other.pair.parent?.value ?? 0),
      ),
    );
  const verdict = verdictWord(model.guard?.verdict ?? 'none');
  if (verdict !== '') words.push(verdict);
  return words.join('; ');
}

function accuracyTable(page: Page, { models, header: { metric } }: TrainingState): Drawn {
  const text = (value: number): string => metricValueText(metric, value);
  const range = ({ low, high }: Estimate): string => (low === high ? '' : `${text(low)} … ${text(high)}`);
  const cells = (model: ModelView): Drawn => {
    const { main } = pairsOf(model, metric);
    const where = main?.test === 'onParent' ? say('parent’s labels') : say('new labels');
    return html`<td class="num end">${main ? text(main.child.value) : '–'}</td>
      <td class="num end dim lesser">${main ? range(main.child) : ''}</td>
      <td class="num end">${main?.parent ? text(main.parent.value) : '–'}</td>
      <td class="num end dim lesser">${main?.parent ? range(main.parent) : ''}</td>
      <td>${main?.parent ? where : ''}</td>
      <td class=${toneOf(model.guard?.verdict ?? 'none')}>${verdictWord(model.guard?.verdict ?? 'none')}</td>`;
  };
  return html`<div class="wide"><table class="rows" aria-label=${chartTitle(metric)}>
    <thead>
      <tr>
        <th scope="col">${say('model')}</th>
        <th scope="col">${say('version')}</th>
        <th scope="col" class="end">${metricText(metric)}</th>
        <th scope="col" class="end lesser">95 %</th>
        <th scope="col" class="end">${say('parent')}</th>
        <th scope="col" class="end lesser">95 %</th>
        <th scope="col">${say('tested on')}</th>
        <th scope="col">${say('verdict')}</th>
      </tr>
    </thead>
    <tbody>
      ${models.map(
        (model) =>
          html`<tr class=${model.number === page.state.selected ? 'selected' : ''}>
            <th scope="row">
              ${link(
                `m${model.number}`,
                () => page.actions.dispatch({ kind: 'select', model: model.number }),
                say('Select m{0}', model.number),
              )}
            </th>
            <td>${model.snapshot}</td>
            ${cells(model)}
          </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** What the guard found of the selected model: a sentence, and its two tests as figures. */
function findingView(page: Page): Drawn {
  const model = modelOf(page.state, page.state.selected);
  if (!model) return nothing;
  const { guard } = model;
  const found = findingOfModel(model, page.state.training?.models ?? []);
  const { sentence, warning, verdict } = found;
  const tests = guard ? testsOf(guard, model, found.names) : [];
  const look = guard && lookText(guard);
  return html`<div class="finding" aria-live="polite">
    <p>
      <strong class=${found.isActedOn ? toneOf(verdict) : 'dim'}>${sentence}</strong>
      ${warning === null ? nothing : html`<strong>${warning}</strong>`}
    </p>
    ${
      tests.length > 0
        ? html`<div class="wide"><table class="rows tight" aria-label=${say('The tests of m{0} against its parent', model.number)}>
            <thead>
              <tr>
                <th scope="col">${say('the same test rows')}</th>
                <th scope="col" class="end">${say('rows')}</th>
                <th scope="col" class="end">${say('parent')}</th>
                <th scope="col" class="end">m${model.number}</th>
                <th scope="col" class="end">${say('difference, points')}</th>
                <th scope="col" class="end lesser">${say('chance')}</th>
                <th scope="col">${say('verdict')}</th>
              </tr>
            </thead>
            <tbody>
              ${tests.map(({ name, test }) => testRow(name, test))}
            </tbody>
          </table></div>`
        : nothing
    }
    ${look ? html`<p class="dim">${look}</p>` : nothing}
  </div>`;
}

/** The tests that were made, by what they were made on: of a model of today the first three, of an older one the others. */
function testsOf(guard: GuardResult, model: ModelView, names: FindingNames): { name: string; test: JudgedTest }[] {
  const baseline = names.baseline ?? say('the baseline');
  const all: readonly [string, JudgedTest | null | undefined][] = [
    [say('that did not change, validation rows too'), guard.unchanged],
    [say('as they are now'), guard.now],
    [say('against {0}, that did not change', baseline), guard.baseline],
    [labelledText(names.baseSnapshot), guard.onParent],
    [labelledText(model.snapshot), guard.onSnapshot],
    [say('against {0}, at {1}', baseline, model.snapshot), guard.onBaseline],
  ];
  return all.flatMap(([name, test]) => (test ? [{ name, test }] : []));
}

function testRow(name: string, test: JudgedTest): Drawn {
  const tone = toneOf(test.verdict);
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="num end">${countText(test.n)}</td>
    <td class="num end">${shareText(test.parent)}</td>
    <td class="num end">${shareText(test.child)}</td>
    <td class="num end">
      <span class=${tone === 'dim' ? '' : tone}>${pointsText(test.difference)}</span>
      <span class="dim">(${intervalText(test)})</span>
    </td>
    <td class="num end dim lesser">${chanceText(test.p)}</td>
    <td class="whole ${tone}">${verdictWord(test.verdict)}</td>
  </tr>`;
}
