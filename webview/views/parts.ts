/** Small pieces that several views draw. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { DeltaCounts } from '../../src/data/change.ts';
import type { Verdict } from '../../src/data/trainer.ts';

import type { Actions } from '../page/actions.ts';
import type { SpoolGrid } from '../page/spoolGrid.ts';
import type { State } from '../page/state.ts';
import type { Measures } from '../ui/measure.ts';
import { say } from '../../src/base/say.ts';
import { countText, signs } from '../../src/words/numbers.ts';

/** What every view draws from. */
export interface Page {
  readonly state: State;
  readonly actions: Actions;
  readonly measures: Measures;
  readonly grid: SpoolGrid;
}

/** What a view gives: a piece of the page, or nothing. */
export type Drawn = TemplateResult | typeof nothing;

/** `+3,000 ~200 −0`, with words for who cannot see the colours. */
export function countsOf(counts: DeltaCounts): TemplateResult {
  const words = say(
    '{0} inserted, {1} updated, {2} deleted',
    countText(counts.inserted),
    countText(counts.updated),
    countText(counts.deleted),
  );
  const one = (flag: keyof DeltaCounts): TemplateResult =>
    html`<span class="${counts[flag] === 0 ? 'dim' : flag}">${signs[flag]}${countText(counts[flag])}</span>`;
  return html`<span class="counts num" role="img" aria-label=${words} title=${words}
    >${one('inserted')} ${one('updated')} ${one('deleted')}</span
  >`;
}

export const tag = (tone: string, text: string): TemplateResult => html`<span class="tag ${tone}">${text}</span>`;

export const toneOf = (verdict: Verdict): string =>
  verdict === 'worse' ? 'bad' : verdict === 'better' ? 'good' : 'dim';

/** A section with its heading, what stands beside it, and its tools at the right. */
export function section(
  id: string,
  title: string,
  parts: { readonly beside?: unknown; readonly tools?: unknown },
  body: unknown,
): TemplateResult {
  return html`<section id=${id} aria-labelledby="${id}-title">
    <div class="bar">
      <h2 id="${id}-title">${title}</h2>
      <div class="beside">${parts.beside ?? nothing}</div>
      <div class="tools">${parts.tools ?? nothing}</div>
    </div>
    ${body}
  </section>`;
}

/** A quiet button that reads as text. */
export const link = (text: string, act: () => void, label: string = text, pressed?: boolean): TemplateResult =>
  html`<button
    type="button"
    class="link"
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${act}
  >
    ${text}
  </button>`;

/** Radio-like buttons in a row: one is on. */
export function choices<T extends string>(
  label: string,
  options: readonly { readonly value: T; readonly text: unknown; readonly label?: string }[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult {
  return html`<div class="choices" role="group" aria-label=${label}>
    ${options.map(
      ({ value, text, label: words }) =>
        html`<button
          type="button"
          aria-pressed=${String(value === chosen)}
          aria-label=${words ?? nothing}
          @click=${() => choose(value)}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}

/** A share of a whole as a bar; `words` when nothing beside it says the figure. */
export function shareBar(part: number, width: number, tone: string, words?: string): TemplateResult {
  const filled = part <= 0 ? 0 : Math.max(1, Math.min(1, part) * width);
  return html`<svg
    class="share ${tone}"
    width=${width}
    height="8"
    role=${words === undefined ? nothing : 'img'}
    aria-label=${words ?? nothing}
    aria-hidden=${words === undefined ? 'true' : nothing}
  >
    <rect class="track" width=${width} height="8"></rect>
    <rect class="part" width=${filled} height="8"></rect>
  </svg>`;
}

/** Arrow keys among the elements of `selector` inside the container: one of them is in the tab order. */
export function moveFocus(event: KeyboardEvent, selector: string, columns: number): void {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const container = event.currentTarget as Element;
  const items = [...container.querySelectorAll<HTMLElement | SVGElement>(selector)];
  const here = items.indexOf(event.target as HTMLElement);
  const step = steps[event.key];
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? items.length - 1 : here + (step ?? Number.NaN);
  const next = items[to];
  if (here < 0 || !next) return;
  event.preventDefault();
  for (const item of items) item.tabIndex = item === next ? 0 : -1;
  next.focus();
}
