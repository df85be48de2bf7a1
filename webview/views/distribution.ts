/** What one column of the rows holds: which pairs of before and after there are, and how its values are spread against the base. */
import { html, nothing, svg } from 'lit-html';
import type { ChangedPairs, Distribution } from '../../src/protocol/engine.ts';
import type { Look } from '../page/state.ts';
import { type Drawn, type Page, shareBar } from './parts.ts';
import type { RowsOf } from '../page/rowsOf.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';

const binsAtMost = 24;
const pairsAtMost = 12;
const histogram = { width: 250, height: 70 };

type ShownDistribution = NonNullable<Look['distribution']>;

const textOf = (value: string | null): string => value ?? 'NULL';

/** The column beside the grid, for the column that is active there. */
export function distribution(page: Page, of: RowsOf, shown: ShownDistribution): Drawn {
  const column = of.spool.columns[shown.column];
  return html`<aside class="distribution" aria-label=${say('Distribution of {0}', column?.name ?? '')}>
    <div class="dim"><strong>${column?.name}</strong> ${column?.type}</div>
    ${of.isDelta && shown.pairs ? pairsView(page, shown.pairs) : nothing}
    ${shown.data === null ? html`<p class="dim">${say('Counting …')}</p>` : spreadView(page, of, shown.column, shown.data)}
  </aside>`;
}

/** Before → after, the most frequent first; a click shows their rows. */
function pairsView(page: Page, { column, pairs, others }: ChangedPairs): Drawn {
  if (pairs.length === 0) return nothing;
  const shown = pairs.slice(0, pairsAtMost);
  const restPairs = others.pairs + pairs.length - shown.length;
  const restRows = others.rows + pairs.slice(pairsAtMost).reduce((sum, { rows }) => sum + rows, 0);
  return html`<table class="bins pairs" aria-label=${say('What it changed from and to')}>
    <thead>
      <tr>
        <th scope="col">${say('before → after')}</th>
        <th scope="col" class="end">${say('rows')}</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        ({ from, to, rows }) => html`<tr>
          <th scope="row">
            <button type="button" class="link" title=${say('Show only these rows')} @click=${() => page.grid.filterBy({ kind: 'became', column, from, to })}>
              <span class="deleted">${textOf(from)}</span> → <span class="inserted">${textOf(to)}</span>
            </button>
          </th>
          <td class="num end">${countText(rows)}</td>
        </tr>`,
      )}
      ${restPairs > 0 ? html`<tr><th scope="row" class="dim">${say('{0} other pairs', countText(restPairs))}</th><td class="num end dim">${countText(restRows)}</td></tr>` : nothing}
    </tbody>
  </table>`;
}

/** Values with bars of the same scale; of numbers with many values a histogram before them. */
function spreadView(page: Page, of: RowsOf, column: number, data: Distribution): Drawn {
  const bins = data.bins.slice(0, binsAtMost);
  const total = (which: 'delta' | 'base'): number =>
    Math.max(
      1,
      data.bins.reduce((sum, bin) => sum + bin[which], 0),
    );
  const totals = { delta: total('delta'), base: total('base') };
  const most = Math.max(0.001, ...bins.map((bin) => Math.max(bin.delta / totals.delta, bin.base / totals.base)));
  const bar = (which: 'delta' | 'base', value: number): Drawn => shareBar(value / totals[which] / most, 52, which);
  const withBase = of.isDelta && totals.base > 1;
  return html`${data.isRanges ? histogramView(data, totals, most, withBase) : nothing}
    <table class="bins" aria-label=${say('Values and how often')}>
      <thead>
        <tr>
          <th scope="col">${data.isRanges ? say('from') : say('value')}</th>
          <th scope="col"><span class="key delta"></span>${of.isDelta ? say('delta') : say('rows')}</th>
          ${withBase ? html`<th scope="col"><span class="key base"></span>${say('base')}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${bins.map(
          (bin) => html`<tr>
            <th scope="row" title=${textOf(bin.value)}>${valueCell(page, column, data, bin.value)}</th>
            <td>${bar('delta', bin.delta)}<span class="num">${countText(bin.delta)}</span></td>
            ${withBase ? html`<td>${bar('base', bin.base)}<span class="num">${countText(bin.base)}</span></td>` : nothing}
          </tr>`,
        )}
      </tbody>
    </table>`;
}

/** A value that rows can be shown by; what stands for several values is none. */
const valueCell = (page: Page, column: number, { isRanges }: Distribution, value: string | null): unknown =>
  isRanges || value === '…'
    ? value
    : html`<button
        type="button"
        class="link"
        title=${say('Show only these rows')}
        @click=${() => page.grid.filterBy({ kind: 'is', column, value })}
      >
        ${textOf(value)}
      </button>`;

/** The delta's bars before the base's, each as shares of its own rows; the table below it says the same in figures. */
function histogramView(
  { bins }: Distribution,
  totals: { readonly delta: number; readonly base: number },
  most: number,
  withBase: boolean,
): Drawn {
  const { width, height } = histogram;
  const step = width / Math.max(1, bins.length);
  const bars = (which: 'delta' | 'base', inset: number): Drawn[] =>
    bins.map((bin, i) => {
      const tall = (bin[which] / totals[which] / most) * height;
      return svg`<rect class=${which} x=${i * step + inset} y=${height - tall} width=${Math.max(1, step - 2 * inset)} height=${tall}></rect>`;
    });
  return html`<svg class="histogram" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${withBase ? bars('base', 0.5) : nothing} ${bars('delta', withBase ? step * 0.25 : 0.5)}
  </svg>`;
}
