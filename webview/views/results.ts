/** The results page: what each statement that was run gave, one at a time, in a grid. */
import { html, nothing } from 'lit-html';
import type { ResultsState, StatementResult } from '../../src/protocol/panel.ts';
import { statementOf } from '../page/state.ts';
import { type Drawn, moveFocus, type Page, tag } from './parts.ts';
import { rowsBody, rowsTools } from './rows.ts';
import type { RowsOf } from '../page/rowsOf.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';
import { durationText } from '../../src/words/times.ts';

/** The results page: a tab for each statement, and the grid of the chosen one. */
export function resultsView(page: Page, results: ResultsState): Drawn {
  const chosen = statementOf(page.state);
  return html`<div class="results">
    ${results.results.length > 1 ? tabs(page, results, chosen) : nothing} ${chosen ? resultView(page, results, chosen) : html`<p class="empty">${say('Run a statement to see its rows here.')}</p>`}
  </div>`;
}

function tabs(page: Page, { results }: ResultsState, chosen: StatementResult | null): Drawn {
  return html`<div class="tabs" role="tablist" aria-label=${say('Statements')} @keydown=${(event: KeyboardEvent) => moveFocus(event, '[role=tab]', 1)}>
    ${results.map(
      (one, i) =>
        html`<button
          type="button"
          role="tab"
          class=${one.state}
          aria-selected=${String(one === chosen)}
          aria-controls="result"
          tabindex=${one === chosen ? 0 : -1}
          title=${one.sql}
          @click=${() => page.actions.dispatch({ kind: 'statement', id: one.id })}
        >
          <span class="num">${i + 1}</span> ${firstLine(one.sql)} ${mark(one)}
        </button>`,
    )}
  </div>`;
}

const firstLine = (sql: string): string => {
  const line = sql.trim().replace(/\s+/g, ' ');
  return line.length > 28 ? `${line.slice(0, 27)}…` : line;
};

const mark = (one: StatementResult): Drawn => {
  switch (one.state) {
    case 'running':
      return html`<vscode-progress-ring class="small" aria-label=${say('running')}></vscode-progress-ring>`;
    case 'failed':
      return html`<span class="bad" role="img" aria-label=${say('failed')}>✕</span>`;
    case 'cancelled':
      return html`<span class="dim" role="img" aria-label=${say('cancelled')}>–</span>`;
    case 'done':
      return nothing;
  }
};

function resultView(page: Page, results: ResultsState, one: StatementResult): Drawn {
  const rows = rowsOf(one);
  const waits = page.state.busy.includes('statement/cancel') || page.state.busy.includes('statement/again');
  const act =
    one.state === 'running'
      ? html`<vscode-button appearance="secondary" ?disabled=${waits} @click=${() => page.actions.cancelStatement(one.id)}>${say('Cancel')}</vscode-button>`
      : html`<vscode-button appearance="secondary" ?disabled=${waits} @click=${() => page.actions.repeatStatement(one.id)}>${say('Run Again')}</vscode-button>`;
  return html`<div id="result" class="result" role=${results.results.length > 1 ? 'tabpanel' : 'group'} aria-label=${firstLine(one.sql)}>
    <div class="bar">
      <div class="beside statement">
        ${titleOf(one)}
        ${results.environment === 'development' ? nothing : tag(results.environment === 'production' ? 'bad' : 'warn', results.environment)}
      </div>
      <div class="tools">${rows ? rowsTools(page, rows) : nothing} ${act}</div>
    </div>
    ${one.sentence === null ? nothing : html`<p class="outcome ${one.state}" role=${one.state === 'failed' ? 'alert' : 'status'}>${one.sentence}</p>`}
    ${rows ? rowsBody(page, rows, statusOf(results, one)) : html`<div class="status num" role="status">${statusOf(results, one)}</div>`}
  </div>`;
}

/** What was asked for: two versions, a table at one, or the statement as it was written. */
function titleOf({ delta, rows, sql }: StatementResult): Drawn {
  if (delta) return html`<span class="versions">${delta.table} · ${delta.from} → ${delta.to}</span>`;
  if (rows) return html`<span class="versions" title=${sql}>${rows.table} · ${rows.at ?? say('live')}</span>`;
  return html`<code title=${sql}>${sql.trim().replace(/\s+/g, ' ')}</code>`;
}

function rowsOf(one: StatementResult): RowsOf | null {
  if (!one.spool) return null;
  return {
    spool: one.spool,
    statement: one.id,
    label: null,
    shares: null,
    counts: null,
    isDelta: one.shape === 'delta',
    hasHistory: (one.rows !== null || one.delta !== null) && one.spool.keyColumns > 0,
    name: one.delta
      ? `${one.delta.table}-${one.delta.from}-${one.delta.to}`
      : (one.rows?.at ?? one.rows?.table ?? 'rows'),
  };
}

function statusOf(results: ResultsState, one: StatementResult): Drawn {
  const parts: string[] = [];
  if (one.spool) parts.push(one.spool.rows === 1 ? say('1 row') : say('{0} rows', countText(one.spool.rows)));
  if (one.shape === 'none' && one.state === 'done') parts.push(say('{0} rows changed', countText(one.affected)));
  if (one.state === 'running') parts.push(one.spool ? say('so far …') : say('Running …'));
  if (one.ms !== null) parts.push(durationText(one.ms / 1000));
  const cut = one.spool?.truncated
    ? html`<span class="bad">${say('Only these were read: there are more rows.')}</span>`
    : nothing;
  const way = one.delta?.way ? html`<span class="dim">${one.delta.way}</span>` : nothing;
  const old = one.delta?.outdated
    ? html`<span>${say('Something changed since: Run Again shows what differs now.')}</span>`
    : nothing;
  return html`<span>${parts.join(' · ')}</span><span class="dim">${results.connection}</span>${way}${old}${cut}`;
}
