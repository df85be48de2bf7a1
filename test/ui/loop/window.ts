// What the walk through the loop finds in the window of VS Code, named as a person would name it.
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Workbench } from '../workbench.ts';

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

  /** Clicks an action that stands in a row while the mouse is over it. */
  async act(label: string, action: string): Promise<void> {
    await this.row(label).hover();
    await this.row(label).locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** The page in the tab that is shown, by something that only it has. */
  async frameWith(selector: string): Promise<FrameLocator> {
    for (;;) {
      const frames = this.page.locator('iframe.webview.ready');
      for (let i = 0; i < (await frames.count()); i++) {
        const frame = frames.nth(i).contentFrame().frameLocator('#active-frame');
        if (await frame.locator(selector).first().isVisible()) return frame;
      }
      await frames.first().waitFor();
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
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

  /** Brings a statement of the shown file into view and clicks one of the lenses above it. */
  async clickLens(statement: RegExp, line: number, lens: string): Promise<void> {
    await this.page.locator('.view-lines').first().click();
    await this.page.keyboard.press('Control+G');
    await this.page.locator('.quick-input-widget input').first().fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    const text = this.page.locator('.view-line', { hasText: statement }).first();
    await text.waitFor();
    const wanted = await this.#lensAbove(text, lens);
    await wanted.click();
  }

  async #lensAbove(text: Locator, lens: string): Promise<Locator> {
    for (;;) {
      const below = await text.boundingBox();
      const all = this.page.locator('.codelens-decoration a', { hasText: lens });
      for (let i = 0; below && i < (await all.count()); i++) {
        const box = await all.nth(i).boundingBox();
        if (box && box.y < below.y && below.y - box.y < below.height * 1.5) return all.nth(i);
      }
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
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
