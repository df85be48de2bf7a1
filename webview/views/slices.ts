/** Slices: child and parent on the test rows that share a value, with intervals; small slices are listed, not judged. */
import { html, nothing, svg } from 'lit-html';
import type { PairedTest, SliceResult } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { modelOf } from '../page/state.ts';
import { differenceScale } from '../ui/chart.ts';
import { type Drawn, link, type Page, section } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { countText, intervalText, pointsText, shareText } from '../../src/words/numbers.ts';
import { sliceToParent, tellingTests } from '../../src/words/finding.ts';
import { labelledText } from '../../src/words/findingText.ts';
import { comparedSnapshotOf } from '../page/finding.ts';

const half = 62;

/** The section *Slices* of the chosen model. */
export function slicesView(page: Page): Drawn {
  const model = modelOf(page.state, page.state.selected);
  if (!model) return nothing;
  const columns = [...new Set(model.slices.map((slice) => slice.column))];
  const beside = html`<span class="dim">${columns.join(' · ')}</span>`;
  if (model.slices.length === 0)
    return section(
      'slices',
      say('Slices'),
      {},
      html`<p class="empty">
        ${say('No column is named whose values are groups of rows to be judged apart.')}
        ${link(say('Choose slices…'), () => page.actions.editTraining())}
      </p>`,
    );
  return section(
    'slices',
    say('Slices'),
    { beside },
    table(page, model, comparedSnapshotOf(model, page.state.training?.models ?? [])),
  );
}

/** The test that tells, and whether it is on the parent's labels though there is one on the new ones. */
interface Told {
  readonly test: PairedTest | null;
  readonly onParent: boolean;
}

/** Whether it says more than chance, among all slices that were looked at. */
interface ToldRow extends Told {
  readonly isTelling: boolean;
}

const tellingText = (tests: number): string =>
  say('Coloured: more than chance, of {0} tests that were looked at together (Holm).', countText(tests));

function toldBy(slice: SliceResult): Told {
  const found = sliceToParent(slice);
  return { test: found?.test ?? null, onParent: found?.by === 'onParent' && slice.onSnapshot !== null };
}

function table(page: Page, model: ModelView, baseSnapshot: string | null): Drawn {
  const rows = model.slices.map((slice) => ({ slice, ...toldBy(slice) }));
  rows.sort(
    (a, b) => Number(b.slice.judged) - Number(a.slice.judged) || (a.test?.difference ?? 0) - (b.test?.difference ?? 0),
  );
  const scale = differenceScale(
    rows.flatMap(({ slice, test }) => (slice.judged && test ? [test] : [])),
    half,
  );
  const { telling, tests } = tellingTests(model.slices);
  const old = rows.some(({ slice, onParent }) => slice.judged && onParent);
  const several = new Set(model.slices.map((slice) => slice.column)).size > 1;
  return html`<div class="wide"><table class="rows" aria-label=${say('Slices of the test rows')}>
    <thead>
      <tr>
        <th scope="col">${say('slice')}</th>
        <th scope="col" class="end">${say('test rows')}</th>
        ${model.parent === null ? nothing : html`<th scope="col" class="end">m${model.parent}</th>`}
        <th scope="col" class="end">m${model.number}</th>
        ${model.parent === null ? nothing : html`<th scope="col" class="end" colspan="2">${say('difference, points')}</th>`}
      </tr>
    </thead>
    <tbody>
      ${rows.map(({ slice, ...told }) => row(page, model, slice, { ...told, isTelling: told.test !== null && telling.has(told.test) }, scale, several))}
    </tbody>
  </table></div>${telling.size > 0 ? html`<p class="dim">${tellingText(tests)}</p>` : nothing}${old ? html`<p class="dim">† ${labelledText(baseSnapshot)}</p>` : nothing}`;
}

function row(
  page: Page,
  model: ModelView,
  slice: SliceResult,
  { test, onParent, isTelling }: ToldRow,
  scale: (difference: number) => number,
  several: boolean,
): Drawn {
  const dim = slice.judged ? '' : 'dim';
  const labels = onParent ? labelledText(null) : '';
  return html`<tr class=${dim} title=${labels}>
    <th scope="row">${several ? html`<span class="dim">${slice.column} = </span>` : nothing}${sliceLink(page, model, slice)}</th>
    <td class="num end">${countText(slice.n)}</td>
    ${model.parent === null ? nothing : html`<td class="num end">${test ? shareText(test.parent) : '–'}</td>`}
    <td class="num end">${shareText(test ? test.child : slice.accuracy)}</td>
    ${model.parent === null ? nothing : differenceCells(slice, { test, onParent, isTelling }, scale)}
  </tr>`;
}

/** A click shows the rows of the slice at the model's snapshot, where that is still there. */
const sliceLink = (page: Page, model: ModelView, { column, value }: SliceResult): unknown =>
  model.snapshotState === 'there'
    ? link(value, () => page.actions.showSlice(model.snapshot, column, value), say('{0}: show its rows', value))
    : value;

function differenceCells(
  slice: SliceResult,
  { test, onParent, isTelling }: ToldRow,
  scale: (difference: number) => number,
): Drawn {
  if (!slice.judged || !test) return html`<td class="end dim" colspan="2">${say('too few rows to judge')}</td>`;
  const tone = !isTelling ? '' : test.difference < 0 ? 'bad' : 'good';
  return html`<td class="forest least">
      <svg width=${half * 2} height="14" aria-hidden="true" class=${tone}>
        <line class="rule" x1=${half} x2=${half} y1="0" y2="14"></line>
        <line class="interval" x1=${scale(test.low)} x2=${scale(test.high)} y1="7" y2="7"></line>
        ${svg`<circle cx=${scale(test.difference)} cy="7" r="3"></circle>`}
      </svg>
    </td>
    <td class="num end">
      <span class=${tone}>${pointsText(test.difference)}</span> <span class="dim">(${intervalText(test)})</span>${
        onParent ? html`<span class="dim"> †</span>` : nothing
      }
    </td>`;
}
