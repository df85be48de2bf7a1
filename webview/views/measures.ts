/** Measures: what a model is worth beside always the same answer and beside its parent, class by class, mistakes, calibration. */
import { html, nothing } from 'lit-html';
import { say } from '../../src/base/say.ts';
import type { ClassMeasures, MeasuredPair } from '../../src/data/measuring/measures.ts';
import { isLoss } from '../../src/data/measuring/measures.ts';
import type { Metrics } from '../../src/data/trainer.ts';
import type { ModelView, TrainingState } from '../../src/protocol/panel.ts';
import { measureBy, metricDifferenceText, metricText, metricValueText } from '../../src/words/measures.ts';
import { alwaysBy, alwaysText, calibrationText } from '../../src/words/measuresBeside.ts';
import { chanceText, countText, shareText } from '../../src/words/numbers.ts';
import { modelOf } from '../page/state.ts';
import { type Drawn, type Page, section, tag } from './parts.ts';

/** Classes whose mistakes fit a square; of more the most frequent pairs are listed. */
const squareOf = 8;
const mostPairs = 12;
const mostClasses = 30;

/** The section *Measures* of the chosen model; nothing of one that an older version measured. */
export function measuresView(page: Page, { header }: TrainingState): Drawn {
  const model = modelOf(page.state, page.state.selected);
  const metrics = model?.metrics;
  const always = metrics ? alwaysText(metrics) : null;
  if (!model || !metrics || always === null) return nothing;
  const beside = html`<span class="dim">${always}</span>`;
  const classes = metrics.task === 'regression' ? null : (metrics.beside ?? null);
  return section(
    'measures',
    say('Measures'),
    { beside },
    html`${wholeTable(model, metrics, header.metric)}
    ${classes ? html`${classTable(model, classes, header.metric)} ${mistakes(classes)} ${calibration(classes)}` : nothing}`,
  );
}

const pairOf = ({ guard }: ModelView, metric: string): MeasuredPair | undefined =>
  guard?.measures?.find((one) => one.metric === metric);

/** A difference that is more than chance, good or bad. */
function toneOfPair({ metric, low, high }: MeasuredPair): string {
  if (low <= 0 && high >= 0) return '';
  return high < 0 === isLoss(metric) ? 'good' : 'bad';
}

const differenceCell = (pair: MeasuredPair | undefined): Drawn => {
  if (!pair) return html`<td class="num end dim">–</td>`;
  const text = (value: number): string => metricDifferenceText(pair.metric, value);
  return html`<td class="num end">
    <span class=${toneOfPair(pair)}>${text(pair.difference)}</span>
    <span class="dim">(${text(pair.low)} … ${text(pair.high)})</span>
  </td>`;
};

function wholeTable(model: ModelView, metrics: Metrics, chosen: string): Drawn {
  const names =
    metrics.task === 'regression' ? ['rmse', 'mae', 'r2'] : ['accuracy', 'logLoss', 'balancedAccuracy', 'auc'];
  const rows = names.flatMap((metric) => {
    const found = measureBy(metrics, metric);
    return found ? [{ metric, found, always: alwaysBy(metrics, metric), pair: pairOf(model, metric) }] : [];
  });
  const hasParent = model.parent !== null;
  return html`<div class="wide"><table class="rows tight" aria-label=${say('Measures of m{0}', model.number)}>
    <thead>
      <tr>
        <th scope="col">${say('measure')}</th>
        <th scope="col" class="end">${say('always the same')}</th>
        ${hasParent ? html`<th scope="col" class="end">m${model.parent}</th>` : nothing}
        <th scope="col" class="end">m${model.number}</th>
        ${hasParent ? html`<th scope="col" class="end">${say('difference')}</th><th scope="col" class="end lesser">${say('chance')}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ metric, found, always, pair }) => html`<tr class=${metric === chosen ? 'selected' : ''}>
          <th scope="row">${metricText(metric)}${metric === chosen ? html` ${tag('', say('goes by it'))}` : nothing}</th>
          <td class="num end dim">${always === undefined ? '–' : metricValueText(metric, always)}</td>
          ${hasParent ? html`<td class="num end">${pair ? metricValueText(metric, pair.parent) : '–'}</td>` : nothing}
          <td class="num end">${metricValueText(metric, found.value)}</td>
          ${hasParent ? html`${differenceCell(pair)}<td class="num end dim lesser">${pair ? chanceText(pair.p) : ''}</td>` : nothing}
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

function classTable(model: ModelView, { classes }: ClassMeasures, chosen: string): Drawn {
  const share = (value: number | null): string => (value === null ? '–' : shareText(value));
  const hasPairs = model.parent !== null;
  const isChosen = (label: string): boolean => chosen.slice(chosen.indexOf(':') + 1) === label && chosen.includes(':');
  return html`<div class="wide"><table class="rows tight" aria-label=${say('Classes of m{0}', model.number)}>
    <thead>
      <tr>
        <th scope="col">${say('class')}</th>
        <th scope="col" class="end">${say('test rows')}</th>
        <th scope="col" class="end">${say('recall')}</th>
        ${hasPairs ? html`<th scope="col" class="end">${say('to m{0}', model.parent ?? 0)}</th>` : nothing}
        <th scope="col" class="end">${say('precision')}</th>
        <th scope="col" class="end">F1</th>
      </tr>
    </thead>
    <tbody>
      ${classes.slice(0, mostClasses).map(
        ({ label, rows, recall, precision, f1 }) => html`<tr class=${isChosen(label) ? 'selected' : ''}>
          <th scope="row">${label}${isChosen(label) ? html` ${tag('', metricText(chosen))}` : nothing}</th>
          <td class="num end">${countText(rows)}</td>
          <td class="num end">${share(recall)}</td>
          ${hasPairs ? differenceCell(pairOf(model, `recall:${label}`)) : nothing}
          <td class="num end">${share(precision)}</td>
          <td class="num end">${shareText(f1)}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** A square of label by answer, or the most frequent mistakes. */
function mistakes({ confusion, classes }: ClassMeasures): Drawn {
  const names = classes.map(({ label }) => label);
  if (names.length > squareOf || confusion.left > 0) return mistakeList(confusion);
  const rowsOf = (label: string, answer: string): number =>
    confusion.pairs.find((one) => one.label === label && one.answer === answer)?.rows ?? 0;
  return html`<div class="wide"><table class="rows tight" aria-label=${say('Test rows by label and answer')}>
    <thead>
      <tr>
        <th scope="col">${say('label')}</th>
        ${names.map((answer) => html`<th scope="col" class="end">${say('answered {0}', answer)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${names.map(
        (label) => html`<tr>
          <th scope="row">${label}</th>
          ${names.map((answer) => {
            const rows = rowsOf(label, answer);
            return html`<td class="num end ${rows === 0 || label === answer ? 'dim' : ''}">${countText(rows)}</td>`;
          })}
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

function mistakeList({ pairs }: ClassMeasures['confusion']): Drawn {
  const wrong = pairs.filter(({ label, answer }) => label !== answer).slice(0, mostPairs);
  if (wrong.length === 0) return nothing;
  return html`<div class="wide"><table class="rows tight" aria-label=${say('The most frequent mistakes')}>
    <thead>
      <tr>
        <th scope="col">${say('label')}</th>
        <th scope="col">${say('answer')}</th>
        <th scope="col" class="end">${say('test rows')}</th>
      </tr>
    </thead>
    <tbody>
      ${wrong.map(
        ({ label, answer, rows }) =>
          html`<tr><th scope="row">${label}</th><td>${answer}</td><td class="num end">${countText(rows)}</td></tr>`,
      )}
    </tbody>
  </table></div>`;
}

const calibration = ({ calibration: found }: ClassMeasures): Drawn =>
  html`<p class="dim">${say('Calibration: {0}.', calibrationText(found))}</p>`;
