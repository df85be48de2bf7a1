/** Two models side by side: each on the test rows of either version, their slices, what they were made with, and the delta between them. */
import { html, nothing } from 'lit-html';
import type { ModelView, TrainingState } from '../../src/protocol/panel.ts';
import { cellKey, modelOf } from '../page/state.ts';
import { matrixOf } from '../page/matrix.ts';
import { type Drawn, link, type Page, section } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { metricDifferenceText, metricTitle, metricValueText } from '../../src/words/measures.ts';
import { countText, differenceText, shareText } from '../../src/words/numbers.ts';
import { statusWord } from '../../src/words/verdicts.ts';

/** The section *Compare*, while two models are compared. */
export function compareView(page: Page, training: TrainingState): Drawn {
  const [left, right] = (page.state.compared ?? []).map((number) => modelOf(page.state, number));
  if (!left || !right) return nothing;
  const { actions } = page;
  const choose = (models: readonly [number, number]): void => actions.compare(models);
  const beside = html`<span class="versions">
    ${modelChoice(training, left, say('Model'), (number) => choose([number, right.number]))} ${say('against')}
    ${modelChoice(training, right, say('Compared with'), (number) => choose([left.number, number]))}
  </span>`;
  const tools = html`${link(say('Swap'), () => choose([right.number, left.number]), say('Swap the two models'))}
    ${link(say('Close'), () => actions.dispatch({ kind: 'compare', models: null }), say('Close the comparison'))}`;
  return section(
    'compare',
    say('Compare'),
    { beside, tools },
    html`<div class="columns">
      <div>${accuracies(page, training, left, right)} ${facts(page, left, right)}</div>
      <div>${slices(left, right)}</div>
    </div>`,
  );
}

function modelChoice(training: TrainingState, chosen: ModelView, label: string, choose: (n: number) => void): Drawn {
  return html`<select aria-label=${label} @change=${(event: Event) => choose(Number((event.target as HTMLSelectElement).value))}>
    ${[...training.models].reverse().map((model) => {
      const isChosen = model.number === chosen.number;
      return html`<option value=${model.number} ?selected=${isChosen} .selected=${isChosen}>m${model.number}</option>`;
    })}
  </select>`;
}

/** Either model on the same test rows, once for each version: nothing else is a fair difference. */
function accuracies(page: Page, training: TrainingState, left: ModelView, right: ModelView): Drawn {
  const matrix = matrixOf(training.models, training.versions, training.matrix, training.header.metric);
  const versions = [...new Set([right.snapshot, left.snapshot])];
  const cellOf = (model: ModelView, snapshot: string): unknown => {
    const known = matrix.cell(model.number, snapshot);
    if (known) return metricValueText(matrix.metric, known.accuracy);
    const waiting = page.state.cells[cellKey({ model: model.number, snapshot })];
    if (waiting === undefined) return '–';
    return waiting === null ? say('measuring …') : html`<span class="bad">${waiting}</span>`;
  };
  const differenceOf = (snapshot: string): string => {
    const [a, b] = [matrix.cell(left.number, snapshot), matrix.cell(right.number, snapshot)];
    return a && b ? metricDifferenceText(matrix.metric, a.accuracy - b.accuracy) : '–';
  };
  return html`<div class="wide"><table class="rows compared" aria-label=${matrix.metric === 'accuracy' ? say('Accuracy on the same test rows') : say('{0} on the same test rows', metricTitle(matrix.metric))}>
    <thead>
      <tr>
        <th scope="col">${say('test rows of')}</th>
        <th scope="col" class="end mine">m${left.number}</th>
        <th scope="col" class="end">m${right.number}</th>
        <th scope="col" class="end">${say('difference')}</th>
      </tr>
    </thead>
    <tbody>
      ${versions.map(
        (snapshot) => html`<tr>
          <th scope="row">${snapshot}</th>
          <td class="num end mine">${cellOf(left, snapshot)}</td>
          <td class="num end">${cellOf(right, snapshot)}</td>
          <td class="num end">${differenceOf(snapshot)}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** What the two were made with, where that differs; the rest is said once. */
function facts(page: Page, left: ModelView, right: ModelView): Drawn {
  const lines: readonly (readonly [string, string, string])[] = [
    [say('status'), statusWord(left.status), statusWord(right.status)],
    [say('version'), left.snapshot, right.snapshot],
    [say('rows'), countText(left.rows), countText(right.rows)],
    [say('trained'), kindWord(left), kindWord(right)],
    [say('seed'), String(left.seed), String(right.seed)],
    [say('made by'), left.madeBy, right.madeBy],
  ];
  const [older, newer] = left.number < right.number ? [left, right] : [right, left];
  const isThere = older.snapshotState === 'there' && newer.snapshotState === 'there';
  return html`<dl class="facts">
      ${lines.map(([name, mine, other]) => html`<dt>${name}</dt><dd>${mine === other ? mine : `${mine} · ${other}`}</dd>`)}
    </dl>
    ${
      isThere && older.snapshot !== newer.snapshot
        ? link(say('Show the rows that changed from {0} to {1}', older.snapshot, newer.snapshot), () =>
            page.actions.openDelta(older.snapshot, newer.snapshot),
          )
        : nothing
    }`;
}

const kindWord = ({ kind, parent }: ModelView): string =>
  kind === 'full' || parent === null ? say('in full') : say('on the delta of m{0}', parent);

/** Slices of either, the greatest loss first; each model's on the test rows of its own version. */
function slices(left: ModelView, right: ModelView): Drawn {
  const values = new Map<string, { name: string; mine: number | null; other: number | null }>();
  for (const model of [left, right])
    for (const { column, value, accuracy } of model.slices) {
      const key = JSON.stringify([column, value]);
      const known = values.get(key) ?? { name: `${column} = ${value}`, mine: null, other: null };
      values.set(key, model === left ? { ...known, mine: accuracy } : { ...known, other: accuracy });
    }
  if (values.size === 0) return nothing;
  const lossOf = ({ mine, other }: { mine: number | null; other: number | null }): number => (mine ?? 0) - (other ?? 0);
  const rows = [...values.values()].sort((a, b) => lossOf(a) - lossOf(b));
  const share = (value: number | null): string => (value === null ? '–' : shareText(value));
  return html`<div class="wide short"><table class="rows compared" aria-label=${say('Slices of the two models')}>
      <thead>
        <tr>
          <th scope="col">${say('slice')}</th>
          <th scope="col" class="end mine">m${left.number}</th>
          <th scope="col" class="end">m${right.number}</th>
          <th scope="col" class="end">${say('difference')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, mine, other }) => html`<tr>
            <th scope="row">${name}</th>
            <td class="num end mine">${share(mine)}</td>
            <td class="num end">${share(other)}</td>
            <td class="num end">${mine === null || other === null ? '–' : differenceText(mine - other)}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
    <p class="dim">${say('Each on the test rows of its own version.')}</p>`;
}
