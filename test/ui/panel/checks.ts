// What every page must hold in every state: nothing refused, nothing broken, every control named, text that can be read.
import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** Controls without an accessible name. */
async function unnamed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls =
      'button, select, input, textarea, vscode-button, vscode-text-field, vscode-checkbox, [role=button], [role=grid], [role=tab], [role=img], [role=group], [tabindex="0"], progress, dialog, section, table';
    const nameOf = (element: Element): string => {
      const by = element.getAttribute('aria-labelledby');
      const labelled = by === null ? '' : (document.getElementById(by)?.textContent ?? '');
      const own = element.matches('table, section, select, progress, [role=group], dialog') ? '' : element.textContent;
      return (element.getAttribute('aria-label') ?? (labelled || own || '')).trim();
    };
    return [...document.querySelectorAll(controls)]
      .filter((element) => nameOf(element) === '' && element.closest('[aria-hidden=true]') === null)
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/**
 * Texts that stand out from their ground less than they must: 4.5:1, or what the theme itself gives its weakest colour of
 * text on its own ground, if that is less. Disabled controls are exempt, as in WCAG.
 */
async function faint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [r: number, g: number, b: number, a: number];
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (!canvas) throw new Error('No canvas.');
    const read = (css: string): Colour => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
      r * a + R * (1 - a),
      g * a + G * (1 - a),
      b * a + B * (1 - a),
      1,
    ];
    const light = ([r, g, b]: Colour): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((v) =>
        v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ratio = (a: Colour, b: Colour): number => {
      const [low = 0, high = 0] = [light(a), light(b)].sort((p, q) => p - q);
      return (high + 0.05) / (low + 0.05);
    };
    const root = getComputedStyle(document.documentElement);
    const ground = read(root.getPropertyValue('--vscode-editor-background'));
    const own = [
      'charts-red',
      'charts-green',
      'charts-blue',
      'charts-yellow',
      'textLink-foreground',
      'gitDecoration-addedResourceForeground',
      'gitDecoration-modifiedResourceForeground',
      'gitDecoration-deletedResourceForeground',
    ]
      .map((name) => root.getPropertyValue(`--vscode-${name}`))
      .filter((value) => value !== '')
      .map((value) => ratio(over(read(value), ground), ground));
    const least = Math.min(4.5, ...own);
    const groundOf = (element: Element): Colour => {
      const layers: Colour[] = [];
      for (let one: Element | null = element; one; one = one.parentElement)
        layers.unshift(read(getComputedStyle(one).backgroundColor));
      return layers.reduce((below, layer) => over(layer, below), ground);
    };
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!element || text === '' || element.closest('script, style, option, [disabled], .unseen, title')) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      // What the toolkit draws is its own, from the theme's own button colours.
      if (element.closest('vscode-button, vscode-checkbox')) continue;
      const style = getComputedStyle(element);
      const behind = groundOf(element);
      const colour = over(read(element instanceof SVGElement ? style.fill : style.color), behind);
      const seen = ratio(colour, behind);
      if (seen < least * 0.94)
        found.push(
          `${seen.toFixed(2)} < ${least.toFixed(2)}: "${text.slice(0, 40)}" in ${element.className.toString()}`,
        );
    }
    return [...new Set(found)];
  });
}

/** Nothing of the page is cut off at the side. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export async function expectSound(page: Page): Promise<void> {
  expect(await page.evaluate(() => window.fakeHost.problems)).toEqual([]);
  expect(await unnamed(page)).toEqual([]);
  expect(await faint(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
}
