/** The delta of the training page: which two versions, their changed rows in a grid, and the way back. */
import { html, nothing } from 'lit-html';
import { changedRows } from '../../src/data/change.ts';
import type { TrainingState } from '../../src/protocol/panel.ts';
import { type DeltaView, modelOf } from '../page/state.ts';
import { type Drawn, type Page, section } from './parts.ts';
import { rowsBody, rowsTools } from './rows.ts';
import type { RowsOf } from '../page/rowsOf.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';
import { durationText } from '../../src/words/times.ts';

const liveValue = '';

/** The section *Delta*: an invitation, the counts, and the grid of the changed rows. */
export function deltaView(page: Page, training: TrainingState): Drawn {
  if (training.versions.length === 0) return nothing;
  const { delta } = page.state;
  const beside = versionChoice(page, training);
  if (!delta) return section('delta', say('Delta'), { beside }, invitation(page, training));
  if (delta.sentence !== null)
    return section('delta', say('Delta'), { beside }, html`<p class="empty bad" role="alert">${delta.sentence}</p>`);
  const of = rowsOf(training, delta);
  if (!of) {
    const ring = html`<p class="empty"><vscode-progress-ring class="small" aria-hidden="true"></vscode-progress-ring> ${say('Reading the first changed rows …')}</p>`;
    return section('delta', say('Delta'), { beside }, ring);
  }
  const restore = restoreButton(page, training, delta);
  const unchanged = delta.counts !== null && of.spool.rows === 0;
  const body = unchanged
    ? html`<p class="empty">${say('Nothing changed between the two versions.')}</p>`
    : rowsBody(page, of, status(delta));
  return section(
    'delta',
    say('Delta'),
    { beside, tools: unchanged ? nothing : html`${rowsTools(page, of)}${restore}` },
    body,
  );
}

function rowsOf(training: TrainingState, delta: DeltaView): RowsOf | null {
  if (!delta.spool) return null;
  const { label, test, validation, split } = training.header;
  return {
    spool: delta.spool,
    statement: null,
    label,
    shares: split === null ? { test, validation } : null,
    counts: delta.counts,
    isDelta: true,
    hasHistory: delta.spool.keyColumns > 0,
    name: `${training.header.table}-${delta.from}-${delta.to ?? 'live'}`,
  };
}

function restoreButton(page: Page, training: TrainingState, delta: DeltaView): Drawn {
  const back = delta.restorable;
  if (back === null || training.header.readOnly) return nothing;
  return html`<vscode-button
    appearance="secondary"
    ?disabled=${page.state.busy.includes('snapshot/restore')}
    @click=${() => page.actions.restore(back)}
    >${say('Restore {0}…', back)}</vscode-button
  >`;
}

function status(delta: DeltaView): Drawn {
  const { spool, ms, way, columns } = delta;
  if (!spool) return nothing;
  const rows = spool.rows === 1 ? say('1 changed row') : say('{0} changed rows', countText(spool.rows));
  if (ms === null) return html`<span>${rows} ${say('so far …')}</span>`;
  const cut = spool.truncated
    ? html`<span class="bad">${say('Only these were read: the delta is longer.')}</span>`
    : nothing;
  return html`<span>${rows} · ${durationText(ms / 1000)}</span><span class="dim">${delta.from} → ${delta.fixedTo ?? say('live')}</span>${columns === null ? nothing : html`<span>${columns}</span>`}${way === null ? nothing : html`<span class="dim">${way}</span>`}${cut}`;
}

/** The two versions, chosen from all there are; the older one is the left one. */
function versionChoice(page: Page, training: TrainingState): Drawn {
  const { delta } = page.state;
  const wanted = delta ?? proposed(page, training);
  const from = wanted?.from ?? training.versions.at(-1)?.snapshot ?? '';
  const to = wanted?.to ?? null;
  const choose = (a: string, b: string): void => page.actions.openDelta(a, b === liveValue ? null : b);
  const option = (value: string, chosen: boolean, text: string): Drawn =>
    html`<option value=${value} ?selected=${chosen} .selected=${chosen}>${text}</option>`;
  const names = training.versions.map((version) => version.snapshot);
  return html`<span class="versions">
    <select aria-label=${say('From version')} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value, to ?? liveValue)}>
      ${names.map((name) => option(name, name === from, name))}
    </select>
    →
    <select aria-label=${say('To version')} @change=${(event: Event) => choose(from, (event.target as HTMLSelectElement).value)}>
      ${names.map((name) => option(name, name === to, name))} ${option(liveValue, to === null, say('live'))}
    </select>
  </span>`;
}

/** What a person most likely wants to see: what the chosen model was trained on, or what has changed since. */
function proposed(page: Page, training: TrainingState): { from: string; to: string | null } | null {
  const model = modelOf(page.state, page.state.selected);
  const newest = training.models.at(-1);
  const there = (name: string | null | undefined): name is string =>
    training.versions.some((version) => version.snapshot === name);
  const { counts } = training.header;
  const nothingNew = counts !== null && changedRows(counts) === 0;
  if (
    model &&
    (model !== newest || model.status === 'rejected' || nothingNew) &&
    there(model.baseSnapshot) &&
    there(model.snapshot)
  )
    return { from: model.baseSnapshot, to: model.snapshot };
  const base = training.header.base?.snapshot ?? training.versions.at(-1)?.snapshot;
  return there(base) ? { from: base, to: null } : null;
}

function invitation(page: Page, training: TrainingState): Drawn {
  const wanted = proposed(page, training);
  if (!wanted) return html`<p class="empty">${say('There is no snapshot to compare with.')}</p>`;
  return html`<p class="empty">
    <vscode-button appearance="secondary" @click=${() => page.actions.openDelta(wanted.from, wanted.to)}
      >${say('Show the rows that changed from {0} to {1}', wanted.from, wanted.to ?? say('live'))}</vscode-button
    >
  </p>`;
}
