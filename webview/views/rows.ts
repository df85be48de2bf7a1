/** A grid of rows with its tools, for a delta and for a statement's result: flags, filters, columns, distribution, export. */
import { html, nothing } from 'lit-html';
import type { Flag } from '../../src/data/change.ts';
import { splitRanges } from '../../src/data/rowHash.ts';
import type { CellFilter } from '../../src/protocol/engine.ts';
import type { SpoolInfo } from '../../src/protocol/panel.ts';
import { shownColumns, sideWord } from '../page/spoolColumns.ts';
import { flagWord } from '../page/spoolGrid.ts';
import { type Look, type LookChange, lookOf, type Side } from '../page/state.ts';
import { distribution } from './distribution.ts';
import { choices, type Drawn, link, type Page } from './parts.ts';
import type { RowsOf } from '../page/rowsOf.ts';
import { say } from '../../src/base/say.ts';
import { countText, signs } from '../../src/words/numbers.ts';

export function rowsTools(page: Page, of: RowsOf): Drawn {
  const look = lookOf(page.state, of.statement);
  const set = (change: LookChange): void =>
    page.actions.dispatch({ kind: 'look', statement: of.statement, look: change });
  const setView = (change: Partial<Look['view']>): void => set({ view: change });
  const hasSides = of.isDelta && of.shares !== null;
  return html`${of.isDelta ? flags(of, look, (flag) => setView({ flag })) : nothing}
    ${hasSides ? sides(of, look, set) : nothing}
    <vscode-text-field
      class="filter"
      placeholder=${say('Filter, or column = value')}
      aria-label=${say('Filter the rows by text in any column, or by column = value and Enter')}
      .value=${look.view.filter}
      @input=${(event: Event) => setFilter(event, (filter) => typedFilter(of.spool, filter) ?? setView({ filter }))}
      @keydown=${(event: KeyboardEvent) => takeTyped(page, of, event)}
    ></vscode-text-field>
    ${link(say('Filter by cell'), () => page.grid.filterByActive(), say('Filter by cell: rows that have what the active cell has (F)'))}
    ${
      of.isDelta
        ? html`<vscode-checkbox
            .checked=${look.onlyChanged}
            ?disabled=${look.changes === null}
            @change=${(event: Event) => set({ onlyChanged: (event.target as HTMLInputElement).checked })}
            >${say('Only changed columns')}</vscode-checkbox
          >`
        : nothing
    }
    <button
      type="button"
      class="link"
      aria-pressed=${String(look.distribution !== null)}
      @click=${() => (look.distribution ? set({ distribution: null }) : page.grid.showDistribution(page.grid.likelyColumn))}
    >
      ${say('Distribution')}
    </button>
    ${of.hasHistory ? link(say('Row History'), () => showHistory(page, of, look), say('Row History: what the active row was in every version')) : nothing}
    <button type="button" class="link" ?disabled=${page.state.busy.includes('spool/export')} @click=${() => page.actions.exportSpool(of.spool.id, look.view, shownOnly(of.spool, look), of.name)}>
      ${say('Export…')}
    </button>`;
}

/** The columns that an export leaves, where some are left out. */
const shownOnly = (spool: SpoolInfo, look: Look): readonly number[] | null =>
  look.onlyChanged ? shownColumns(spool, look) : null;

function showHistory(page: Page, of: RowsOf, look: Look): void {
  const row = page.grid.activeRow;
  if (row !== null) page.actions.showHistory(of.spool.id, look.view, row);
}

/** `column = value`, typed where a text is searched for; null when it is none. NULL without quotes is no value. */
function typedFilter({ columns }: SpoolInfo, text: string): CellFilter | null {
  const [, name = '', value = ''] = /^\s*(.+?)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  const column = columns.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
  if (column < 0) return null;
  const quoted = /^'(.*)'$/.exec(value)?.[1];
  return { kind: 'is', column, value: quoted ?? (value === 'NULL' ? null : value) };
}

function takeTyped(page: Page, of: RowsOf, event: KeyboardEvent): void {
  if (event.key !== 'Enter') return;
  const field = event.target as HTMLInputElement;
  const filter = typedFilter(of.spool, field.value);
  if (!filter) return;
  clearTimeout(waiting);
  field.value = '';
  page.actions.dispatch({ kind: 'look', statement: of.statement, look: { view: { filter: '' } } });
  page.grid.filterBy(filter);
}

const sideNames: readonly Side[] = ['test', 'validation', 'train'];

/** Rows of one side of the split. */
function sides(of: RowsOf, look: Look, set: (change: LookChange) => void): Drawn {
  const ranges = of.shares && splitRanges(of.shares);
  if (!ranges) return nothing;
  const choose = (value: string): void => {
    const side = sideNames.find((one) => one === value) ?? null;
    set({ side, view: { hashes: side ? ranges[side] : null } });
  };
  return html`<select aria-label=${say('Rows of which side of the split')} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
    <option value="" ?selected=${look.side === null} .selected=${look.side === null}>${say('all sides')}</option>
    ${sideNames.map((side) => html`<option value=${side} ?selected=${look.side === side} .selected=${look.side === side}>${say('{0} rows', sideWord(side))}</option>`)}
  </select>`;
}

const valueText = (value: string | null): string =>
  value === null ? 'NULL' : value === '' || value === 'NULL' ? `'${value}'` : value;

/** A condition as a person reads it. */
function filterText({ columns }: SpoolInfo, filter: CellFilter): string {
  const name = columns[filter.column]?.name ?? '';
  if (filter.kind === 'changed') return say('{0} changed', name);
  if (filter.kind === 'is') return `${name} = ${valueText(filter.value)}`;
  if (filter.kind === 'between') return say('{0} from {1} to {2}', name, filter.from, filter.to);
  return `${name}: ${valueText(filter.from)} → ${valueText(filter.to)}`;
}

/** The conditions that hold together, each of which can be taken away. */
function filterChips(page: Page, of: RowsOf, look: Look): Drawn {
  const { cells } = look.view;
  if (cells.length === 0) return nothing;
  const leave = (kept: readonly CellFilter[]): void =>
    page.actions.dispatch({ kind: 'look', statement: of.statement, look: { view: { cells: kept } } });
  return html`<div class="chips" role="group" aria-label=${say('Filters')}>
    ${cells.map((one) => {
      const text = filterText(of.spool, one);
      const label = say('{0} ✕ remove this filter', text);
      return html`<button type="button" class="chip" aria-label=${label} @click=${() => leave(cells.filter((other) => other !== one))}>
        ${text} <span aria-hidden="true">✕</span>
      </button>`;
    })}
    ${cells.length > 1 ? link(say('Remove all'), () => leave([])) : nothing}
  </div>`;
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** A filter reads the whole spool, so it is applied when typing pauses. */
function setFilter(event: Event, apply: (text: string) => unknown): void {
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
  return html`${filterChips(page, of, look)}
    <div class="rowsbox ${look.distribution ? 'split' : ''}">
      ${page.grid.grid.element} ${look.distribution ? distribution(page, of, look.distribution) : nothing}
    </div>
    <div class="status num" role="status">${status} ${inView(of, look)}</div>`;
}

const isFiltered = ({ view }: Look): boolean =>
  view.filter !== '' || view.flag !== null || view.cells.length > 0 || view.hashes !== null;

function inView(of: RowsOf, look: Look): Drawn {
  const { inView: total } = look;
  const parts: string[] = [];
  if (isFiltered(look) && total !== null) parts.push(say('{0} rows in view', countText(total)));
  if (look.onlyChanged)
    parts.push(say('{0} of {1} columns', shownColumns(of.spool, look).length, of.spool.columns.length));
  return parts.length === 0 ? nothing : html`<span>${parts.join(' · ')}</span>`;
}
