/** What lies over the page: a notice at its foot, and the dialog with one cell's whole value. */
import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { Notice, OpenCell } from '../page/state.ts';
import { type Drawn, link, type Page } from './parts.ts';
import { say } from '../../src/base/say.ts';

/** Overlays stand also over a page that has nothing else to show yet. */
type About = Pick<Page, 'state' | 'actions'>;

/** The notice at the foot of the page; the region is always there, as only a change in it is read out. */
export function noticeView(page: About): Drawn {
  const { notice } = page.state;
  // The region stays in the page, as only a change inside it is read out.
  return html`<div class="notices" role=${notice?.kind === 'error' ? 'alert' : 'status'}>${notice ? noticeBox(page, notice) : nothing}</div>`;
}

function noticeBox(page: About, notice: Notice): Drawn {
  const { undo } = notice;
  return html`<div class="notice ${notice.kind}">
    <span>${notice.text}</span>
    ${undo === null ? nothing : link(say('Undo…'), () => page.actions.restore(undo), say('Undo: restore {0}', undo))}
    ${link('✕', () => page.actions.dispatch({ kind: 'notice', notice: null }), say('Close'))}
  </div>`;
}

/** The dialog with the whole value of a cell, while one is open. */
export function cellDialog(page: About): Drawn {
  const { openCell } = page.state;
  if (!openCell) return nothing;
  const close = (): void => page.actions.dispatch({ kind: 'openCell', cell: null });
  return html`<dialog class="cellview" aria-label=${say('Value of {0}', openCell.column)} ${ref(showModal)} @close=${close}>
    <div class="bar">
      <h2>${openCell.column}</h2>
      <div class="beside dim">${[openCell.type, openCell.row].filter((one) => one !== '').join(' · ')}</div>
      <div class="tools">
        <vscode-button appearance="secondary" @click=${() => page.actions.copy(openCell.value)}>${say('Copy')}</vscode-button>
        <vscode-button @click=${(event: Event) => (event.target as Element).closest('dialog')?.close()}>${say('Close')}</vscode-button>
      </div>
    </div>
    ${values(openCell)}
  </dialog>`;
}

const values = (cell: OpenCell): Drawn =>
  cell.before === null
    ? html`<pre tabindex="0">${cell.value}</pre>`
    : html`<div class="pairview">
        <figure><figcaption>${say('before')}</figcaption><pre tabindex="0">${cell.before}</pre></figure>
        <figure><figcaption>${say('after')}</figcaption><pre tabindex="0">${cell.value}</pre></figure>
      </div>`;

/** Modal: focus moves in, stays in, and goes back to where it was; Escape closes. */
function showModal(element: Element | undefined): void {
  if (element instanceof HTMLDialogElement && !element.open)
    requestAnimationFrame(() => element.isConnected && element.showModal());
}
