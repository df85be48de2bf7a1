/** A grid of rows with its tools, for a delta and for a statement's result: flags, filter, columns, distribution, export. */
import { html, nothing } from 'lit-html';
import type { DeltaCounts, Flag } from '../../src/data/change.ts';
import type { Distribution } from '../../src/protocol/engine.ts';
import type { SpoolInfo } from '../../src/protocol/panel.ts';
import { type Shown, flagWord } from '../page/spoolGrid.ts';
import { type Look, type LookChange, lookOf } from '../page/state.ts';
import { choices, type Drawn, type Page, shareBar } from './parts.ts';
import { say } from '../../src/base/say.ts';
import { countText, signs } from '../../src/words/numbers.ts';

export interface RowsOf extends Shown {
  readonly counts: DeltaCounts | null;
  readonly isDelta: boolean;
  /** File name without its ending, for Export. */
  readonly name: string;
}

export function rowsTools(page: Page, of: RowsOf): Drawn {
  const look = lookOf(page.state, of.statement);
  const set = (change: LookChange): void =>
    page.actions.dispatch({ kind: 'look', statement: of.statement, look: change });
  const setView = (change: Partial<Look['view']>): void => set({ view: change });
  return html`${of.isDelta ? flags(of, look, (flag) => setView({ flag })) : nothing}
    <vscode-text-field
      class="filter"
      placeholder=${say('Filter')}
      aria-label=${say('Filter the rows by text in any column')}
      .value=${look.view.filter}
      @input=${(event: Event) => setFilter(event, (filter) => setView({ filter }))}
    ></vscode-text-field>
    ${
      of.isDelta
        ? html`<vscode-checkbox
            .checked=${look.changed !== null}
            @change=${(event: Event) => {
              if (!(event.target as HTMLInputElement).checked) set({ changed: null });
              else void page.grid.showChanged().catch((error: unknown) => page.actions.fail(error));
            }}
            >${say('Only changed columns')}</vscode-checkbox
          >`
        : nothing
    }
    <button
      type="button"
      class="link"
      aria-pressed=${String(look.distribution !== null)}
      @click=${() => (look.distribution ? set({ distribution: null }) : page.grid.showDistribution(page.grid.activeColumn))}
    >
      ${say('Distribution')}
    </button>
    <button type="button" class="link" ?disabled=${page.state.busy.includes('spool/export')} @click=${() => page.actions.exportSpool(of.spool.id, look.view, of.name)}>
      ${say('Export…')}
    </button>`;
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** A filter reads the whole spool, so it is applied when typing pauses. */
function setFilter(event: Event, apply: (text: string) => void): void {
  const field = event.target as HTMLInputElement;
  clearTimeout(waiting);
  waiting = setTimeout(() => apply(field.value), 200);
}

function flags(of: RowsOf, look: Look, choose: (flag: Flag | null) => void): Drawn {
  const one = (flag: Flag): { value: Flag | 'all'; text: unknown; label: string } => ({
    value: flag,
    text: html`<span class=${flag}>${signs[flag]}</span>${of.counts ? html`<span class="num">${countText(of.counts[flag])}</span>` : nothing}`,
    label: of.counts ? `${countText(of.counts[flag])} ${flagWord(flag)}` : flagWord(flag),
  });
  const options = [{ value: 'all' as const, text: say('All') }, one('inserted'), one('updated'), one('deleted')];
  return choices<Flag | 'all'>(say('Which rows'), options, look.view.flag ?? 'all', (flag) =>
    choose(flag === 'all' ? null : flag),
  );
}

/** The grid itself, beside it the distribution when wanted, under it what is shown. */
export function rowsBody(page: Page, of: RowsOf, status: unknown): Drawn {
  const look = lookOf(page.state, of.statement);
  page.grid.update(of, look);
  return html`<div class="rowsbox ${look.distribution ? 'split' : ''}">
      ${page.grid.grid.element} ${look.distribution ? distribution(of, look.distribution) : nothing}
    </div>
    <div class="status num" role="status">${status} ${inView(of, look)}</div>`;
}

function inView(of: RowsOf, look: Look): Drawn {
  const { inView: total } = look;
  const parts: string[] = [];
  if ((look.view.filter !== '' || look.view.flag !== null) && total !== null)
    parts.push(say('{0} rows in view', countText(total)));
  if (look.changed) parts.push(say('{0} of {1} columns', keptColumns(of.spool, look.changed), of.spool.columns.length));
  return parts.length === 0 ? nothing : html`<span>${parts.join(' · ')}</span>`;
}

const keptColumns = (spool: SpoolInfo, changed: readonly number[]): number =>
  spool.keyColumns + changed.filter((column) => column >= spool.keyColumns).length;

const binsAtMost = 24;

/** How the values of a column are spread in the delta against the base, in bars of the same scale. */
function distribution(of: RowsOf, shown: { readonly column: number; readonly data: Distribution | null }): Drawn {
  const column = of.spool.columns[shown.column];
  const bins = shown.data?.bins.slice(0, binsAtMost) ?? [];
  const total = (which: 'delta' | 'base'): number =>
    Math.max(1, shown.data?.bins.reduce((sum, bin) => sum + bin[which], 0) ?? 1);
  const totals = { delta: total('delta'), base: total('base') };
  const most = Math.max(0.001, ...bins.map((bin) => Math.max(bin.delta / totals.delta, bin.base / totals.base)));
  const bar = (which: 'delta' | 'base', value: number): Drawn => shareBar(value / totals[which] / most, 52, which);
  const withBase = of.isDelta && totals.base > 1;
  return html`<aside class="distribution" aria-label=${say('Distribution of {0}', column?.name ?? '')}>
    <div class="dim"><strong>${column?.name}</strong> ${column?.type}</div>
    ${
      shown.data === null
        ? html`<p class="dim">${say('Counting …')}</p>`
        : html`<table class="bins" aria-label=${say('Values and how often')}>
            <thead>
              <tr>
                <th scope="col">${say('value')}</th>
                <th scope="col"><span class="key delta"></span>${of.isDelta ? say('delta') : say('rows')}</th>
                ${withBase ? html`<th scope="col"><span class="key base"></span>${say('base')}</th>` : nothing}
              </tr>
            </thead>
            <tbody>
              ${bins.map(
                (bin) => html`<tr>
                  <th scope="row" title=${bin.value}>${bin.value}</th>
                  <td>${bar('delta', bin.delta)}<span class="num">${countText(bin.delta)}</span></td>
                  ${withBase ? html`<td>${bar('base', bin.base)}<span class="num">${countText(bin.base)}</span></td>` : nothing}
                </tr>`,
              )}
            </tbody>
          </table>`
    }
  </aside>`;
}
