/** Brings the verdict of a run that was started on this page into view when the run ends, unless the person went elsewhere. */
import type { TrainingState } from '../../src/protocol/panel.ts';

/** Knows which run was started on this page, and whether the person stayed to see how it ends. */
export class VerdictWatch {
  /** The run that was started here last and has not been shown; null while its start is unanswered, or when there is none. */
  #run: number | null = null;
  #left = false;

  /** A run is asked for: what the person does from now on counts. */
  ask(): void {
    this.#run = null;
    this.#left = false;
  }

  started(run: number): void {
    this.#run = run;
  }

  /** The person scrolled, chose a model, or works in another section. */
  leave(): void {
    this.#left = true;
  }

  /** The model whose verdict is to be shown now; told once. */
  due(training: TrainingState | null): number | null {
    const run = training?.run;
    if (!run || run.id !== this.#run || run.phase !== 'finished') return null;
    const model = training.models.find(({ number }) => number === run.model);
    if (!model) return null;
    this.#run = null;
    return this.#left ? null : model.number;
  }
}

const scrollingKeys = ['PageUp', 'PageDown', 'Home', 'End', 'ArrowUp', 'ArrowDown', ' '];

/**
 * Tells of a person who goes elsewhere. Their means of scrolling are heard, not the scrolling: the page scrolls by itself as well, when
 * a section above what is seen grows.
 */
export function watchPerson(leave: () => void): void {
  addEventListener('wheel', leave, { passive: true });
  addEventListener('touchmove', leave, { passive: true });
  addEventListener('keydown', ({ key, target }) => {
    const onControl = target instanceof Element && target.matches('button, vscode-button');
    if (scrollingKeys.includes(key) && !(key === ' ' && onControl)) leave();
  });
  addEventListener('pointerdown', ({ clientX }) => {
    const isOnScrollbar = clientX >= document.documentElement.clientWidth;
    if (isOnScrollbar) leave();
  });
  addEventListener('focusin', ({ target }) => {
    const section = target instanceof Element ? target.closest('section') : null;
    if (section && section.id !== 'accuracy') leave();
  });
}

/** To be called when the verdict is drawn: that on the data where they hold the model, as it waits for a person there. */
export function showVerdict(): void {
  const behavior = isStill() ? 'auto' : 'smooth';
  const data = document.querySelector('#judgement:has(.held)');
  if (data) {
    data.scrollIntoView({ block: 'start', behavior });
    return;
  }
  const section = document.getElementById('accuracy');
  const fits =
    section && section.offsetHeight < innerHeight - Number.parseFloat(getComputedStyle(section).scrollMarginTop);
  const shown = fits ? section : section?.querySelector('.finding');
  shown?.scrollIntoView({ block: 'nearest', behavior });
}

const isStill = (): boolean =>
  matchMedia('(prefers-reduced-motion: reduce)').matches || document.body.classList.contains('vscode-reduce-motion');
