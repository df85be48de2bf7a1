// What the walk through the loop finds in the window of VS Code, named as a person would name it.
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { vi } from 'vitest';
import { clickSurely, type Workbench } from '../workbench.ts';

/** Looks until there is something. */
async function found<T>(look: () => Promise<T | null>): Promise<T> {
  const thing = await vi.waitUntil(look, { timeout: 60_000, interval: 100 });
  if (thing === null) throw new Error('Broken invariant: it was waited for');
  return thing;
}

export class LoopWindow {
  readonly page: Page;
  readonly #workbench: Workbench;
  #step = 0;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.page = workbench.page;
  }

  /** A row of the tree by what it begins with, as a screen reader says it. */
  row(label: string): Locator {
    return this.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  }

  /** Clicks an action that stands in a row while the mouse is over it, and waits for what it shows. */
  async act(label: string, action: string, shown: Locator): Promise<void> {
    await clickSurely(this.row(label).locator(`.action-label[aria-label^="${action}"]`), this.row(label));
    await shown.waitFor();
  }

  /** The page of the tab that is shown, by something that only it has. */
  async frameWith(selector: string): Promise<FrameLocator> {
    return found(async () => {
      for (const frame of await this.page.locator('iframe.webview.ready').all()) {
        const inside = frame.contentFrame().frameLocator('#active-frame');
        if (await inside.locator(selector).first().isVisible()) return inside;
      }
      return null;
    });
  }

  tab(name: string): Locator {
    return this.page.locator('.tab', { hasText: name }).first();
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  dialog(text: string): Locator {
    return this.page.locator('.monaco-dialog-box', { hasText: text });
  }

  /** Brings a statement of the file on the left into view and clicks one of the lenses above it. */
  async clickLens(statement: string, line: number, lens: string): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await this.page.keyboard.press('Control+G');
    await this.page.locator('.quick-input-widget input').first().fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    while (!(await this.#clickLens(statement, lens)));
  }

  /** Whether the lens heard the click: it may have been drawn anew at another place. */
  async #clickLens(statement: string, lens: string): Promise<boolean> {
    let last = '';
    const at = await found(async () => {
      const now = await this.#lensAbove(statement, lens);
      // Lines may still be on their way to where they stay.
      const isStill = JSON.stringify(now) === last;
      last = JSON.stringify(now);
      return isStill ? now : null;
    });
    await this.page.evaluate((title) => {
      const hear = ({ target }: Event): void => {
        document.body.classList.toggle(
          'heard',
          target instanceof Element && target.closest('a')?.textContent === title,
        );
      };
      document.body.classList.remove('heard');
      addEventListener('click', hear, { capture: true, once: true });
    }, lens);
    await this.page.mouse.click(at.x, at.y);
    return this.page.evaluate(() => document.body.classList.contains('heard'));
  }

  /** The middle of the lens that stands right above the line that begins so. */
  #lensAbove(statement: string, lens: string): Promise<{ x: number; y: number } | null> {
    return this.page.evaluate(
      ([start, title]) => {
        const textOf = (element: Element): string => (element.textContent ?? '').replaceAll('\u00a0', ' ');
        const line = [...document.querySelectorAll('.view-line')].find((one) => textOf(one).startsWith(start));
        const below = line?.getBoundingClientRect();
        for (const one of document.querySelectorAll('.codelens-decoration a')) {
          const box = one.getBoundingClientRect();
          if (!below || textOf(one) !== title || box.height === 0) continue;
          if (box.top < below.top && below.top - box.top < below.height * 1.5)
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        }
        return null;
      },
      [statement, lens] as const,
    );
  }

  /** Keeps a picture of the step, wide and narrow. */
  async picture(name: string, narrow = false): Promise<void> {
    const step = String(++this.#step).padStart(2, '0');
    await this.#workbench.picture(`loop-${step}-${name}`);
    if (!narrow) return;
    await this.page.setViewportSize({ width: 800, height: 800 });
    await this.#workbench.picture(`loop-${step}-${name}-800`);
    await this.page.setViewportSize({ width: 1280, height: 800 });
  }
}
