/** The matrix model × version, filled on demand, as accuracy or as what was gained and lost since. */
import { html, nothing } from 'lit-html';
import type { ModelView, TrainingState } from '../../src/protocol/panel.ts';
import { changeSince, type Matrix, matrixOf, shadeOf, shortVersion, transferOf } from '../page/matrix.ts';
import { cellKey, modelOf } from '../page/state.ts';
import { choices, type Drawn, link, moveFocus, type Page, section } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { isLoss } from '../../src/data/measuring/measures.ts';
import { isShare, metricDifferenceText, metricTitle, metricValueText } from '../../src/words/measures.ts';
import { countText, pointsText, sizeText } from '../../src/words/numbers.ts';

/** The section *Matrix*: cells that are known, and a click for each that is not. */
export function matrixView(page: Page, training: TrainingState): Drawn {
  if (training.models.length === 0) return nothing;
  const { state, actions } = page;
  const matrix = matrixOf(training.models, training.versions, training.matrix, training.header.metric);
  const missing = missingOf(page, matrix);
  const waits = Object.values(state.cells).includes(null);
  const tools = html`${
    missing.length > 0 && !waits
      ? link(
          say('Fill'),
          () => actions.fillCells(missing),
          say('Test every model at every version: {0} cells', missing.length),
        )
      : nothing
  }
  ${waits ? html`<vscode-progress-ring class="small" aria-label=${say('Testing models')}></vscode-progress-ring>` : nothing}
  ${choices(
    say('What the matrix shows'),
    [
      {
        value: 'accuracy',
        text: training.header.metric === 'accuracy' ? say('Accuracy') : metricTitle(training.header.metric),
      },
      { value: 'forgetting', text: say('Change'), label: say('Change since the version was trained') },
    ],
    state.matrix,
    (mode) => actions.dispatch({ kind: 'matrix', mode }),
  )}`;
  return section(
    'matrix',
    say('Model × version'),
    { tools },
    html`${table(page, matrix)} ${transferView(page, matrix)}`,
  );
}

/** Above 0 where it is better now: of a loss, where there is less of it. */
const changeText = (metric: string, change: number): string =>
  isShare(metric) ? pointsText(change) : metricDifferenceText(metric, change);

const changeWords = (metric: string, change: number): string =>
  isShare(metric)
    ? say('{0} points since it was trained', pointsText(change))
    : say('{0} since it was trained, above zero where it is better now', metricDifferenceText(metric, change));

function missingOf(page: Page, matrix: Matrix): { model: number; snapshot: string }[] {
  return matrix.models.flatMap(({ number }) =>
    matrix.versions
      .map((snapshot) => ({ model: number, snapshot }))
      .filter((cell) => !matrix.cell(cell.model, cell.snapshot) && !Object.hasOwn(page.state.cells, cellKey(cell))),
  );
}

function table(page: Page, matrix: Matrix): Drawn {
  const values = matrix.models.flatMap(({ number }) =>
    matrix.versions
      .flatMap((snapshot) => matrix.cell(number, snapshot)?.accuracy ?? [])
      .map((value) => (isLoss(matrix.metric) ? -value : value)),
  );
  const columns = matrix.versions.length;
  let first = true;
  const stop = (): number => {
    const at = first ? 0 : -1;
    first = false;
    return at;
  };
  return html`<div class="wide">
    <table
      class="matrix"
      role="grid"
      aria-label=${
        matrix.metric === 'accuracy'
          ? say('Accuracy of each model at each version')
          : say('{0} of each model at each version', metricTitle(matrix.metric))
      }
      @keydown=${(event: KeyboardEvent) => moveFocus(event, 'td', columns)}
    >
      <thead>
        <tr>
          <td class="corner"></td>
          ${matrix.versions.map((snapshot) => html`<th scope="col" title=${snapshot}>${shortVersion(snapshot, matrix.versions)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${matrix.models.map(
          (model) =>
            html`<tr class=${model.number === page.state.selected ? 'selected' : ''}>
              <th scope="row">m${model.number}${model.isBaseline ? ' ★' : ''}</th>
              ${matrix.versions.map((snapshot) => cellView(page, matrix, model, snapshot, values, stop()))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellView(
  page: Page,
  matrix: Matrix,
  model: ModelView,
  snapshot: string,
  values: readonly number[],
  tabindex: number,
): Drawn {
  const cell = matrix.cell(model.number, snapshot);
  const own = model.snapshot === snapshot ? 'own' : '';
  if (!cell) return missingCell(page, model, snapshot, tabindex);
  const words = say(
    'm{0} at {1}: {2}, interval {3} to {4}, {5} test rows',
    model.number,
    snapshot,
    metricValueText(matrix.metric, cell.accuracy),
    metricValueText(matrix.metric, cell.low),
    metricValueText(matrix.metric, cell.high),
    countText(cell.n),
  );
  if (page.state.matrix === 'accuracy')
    return html`<td role="gridcell" tabindex=${tabindex} class="num shade${shadeOf(isLoss(matrix.metric) ? -cell.accuracy : cell.accuracy, values)} ${own}" title=${words} aria-label=${words}>
      ${metricValueText(matrix.metric, cell.accuracy)}
    </td>`;
  const change = changeSince(matrix, model, snapshot);
  const tone = change === undefined || Math.abs(change) < 0.0005 ? 'dim' : change < 0 ? 'lost' : 'gained';
  const said = change === undefined ? words : `${words}; ${changeWords(matrix.metric, change)}`;
  return html`<td role="gridcell" tabindex=${tabindex} class="num ${tone} ${own}" title=${said} aria-label=${said}>
    ${change === undefined ? '–' : changeText(matrix.metric, change)}
  </td>`;
}

/** Enter, or a click, tests the model there; a cell that could not be filled says why. */
function missingCell(page: Page, model: ModelView, snapshot: string, tabindex: number): Drawn {
  const cell = { model: model.number, snapshot };
  const why = page.state.cells[cellKey(cell)];
  const waits = why === null;
  const words = waits
    ? say('m{0} at {1}: being tested', model.number, snapshot)
    : (why ?? say('m{0} at {1}: not tested yet; press Enter to test', model.number, snapshot));
  const fill = (): void => {
    if (!waits) page.actions.fillCells([cell]);
  };
  return html`<td
    role="gridcell"
    class="missing ${why ? 'failed' : ''}"
    tabindex=${tabindex}
    title=${words}
    aria-label=${words}
    @click=${fill}
    @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && fill()}
  >
    ${waits ? '…' : why ? '!' : '·'}
  </td>`;
}

function transferView(page: Page, matrix: Matrix): Drawn {
  const model = modelOf(page.state, page.state.selected);
  if (!model || page.state.matrix !== 'forgetting') return nothing;
  const { forgetting, backward, known, versions } = transferOf(matrix, model);
  if (versions === 0) return html`<p class="dim">${say('m{0} has no earlier version to forget.', model.number)}</p>`;
  if (forgetting === null || backward === null)
    return html`<p class="dim">${say('Fill the row of m{0} to see what it forgot.', model.number)}</p>`;
  const scope =
    known < versions
      ? say('on {0} of {1} earlier versions', known, versions)
      : say('on {0} earlier versions', versions);
  return html`<p>
    ${say('m{0}, {1}:', model.number, scope)}
    ${say('forgetting')} <span class="num">${isShare(matrix.metric) ? `${sizeText(Math.max(0, forgetting))} ${say('points')}` : metricValueText(matrix.metric, Math.max(0, forgetting))}</span>,
    ${say('backward transfer')} <span class="num">${changeText(matrix.metric, backward)}</span>.
  </p>`;
}
