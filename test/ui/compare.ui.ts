// Two models side by side, and the chain drawn, in a browser: every theme, wide and narrow.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainingState } from '../../src/protocol/panel.ts';
import { expectSound } from './panel/checks.ts';
import { openPanels, type PanelBrowser, pictures, themes } from './panel/openPanel.ts';
import { worse } from './panel/panelData.ts';

let panels: PanelBrowser;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  panels = await openPanels();
});
afterAll(() => panels.close());

/** After the rejected m5 the next one is trained from m4 again, and a version waits for its model. */
const forked: TrainingState = {
  ...worse,
  models: worse.models.flatMap((model) =>
    model.number === 5
      ? [
          model,
          {
            ...model,
            number: 6,
            parent: 4,
            status: 'candidate',
            snapshot: 'weather_v5',
            madeAt: '2026-11-23T10:00:00.000Z',
          },
        ]
      : [model],
  ),
  versions: [
    ...worse.versions,
    { snapshot: 'weather_v6', createdAt: '2026-11-23T11:00:00.000Z', rows: 2_930, safety: false },
  ],
};

const viewOf = (state: TrainingState, models: readonly [number, number]) => ({
  strings: {},
  show: { section: 'compare' as const, models },
  page: 'training' as const,
  state,
});

describe.each(themes)('in the theme %s', (theme) => {
  test('two models and the chain: whole, named and readable', async () => {
    for (const width of [1280, 800]) {
      const page = await panels.open({ view: viewOf(forked, [5, 4]), theme, width });
      await page.locator('#compare').waitFor();
      await page.locator('#compare td', { hasText: '.781' }).first().waitFor();
      await expectSound(page);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: join(pictures, `compare-${theme}-${width}.png`), fullPage: true });
      await page.context().close();
    }
  });
});

test('each is measured on the rows of the other, sides are swapped, and it stays until it is closed', async () => {
  const page = await panels.open({ view: viewOf(forked, [6, 3]) });
  const cells = () =>
    page.evaluate(() => window.fakeHost.calls.filter(({ name }) => name === 'matrix/cell').map(({ p }) => p));
  await expect.poll(cells).toContainEqual({ model: 6, snapshot: 'weather_v3' });
  const heads = () => page.locator('#compare table').first().locator('thead th').allInnerTexts();
  expect((await heads()).slice(1, 3)).toEqual(['m6', 'm3']);
  await page.getByRole('button', { name: 'Swap the two models' }).click();
  await expect.poll(async () => (await heads()).slice(1, 3)).toEqual(['m3', 'm6']);
  await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('4');
  await expect.poll(async () => (await heads()).slice(1, 3)).toEqual(['m4', 'm6']);
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  await page.locator('#compare').waitFor({ state: 'detached' });
});

test('the chain forks where a model was trained from an older one, and a version without a model is in it', async () => {
  const page = await panels.open({ view: { ...viewOf(forked, [6, 4]), show: null } });
  const rows = page.locator('#lineage tbody > tr:not(.detail)');
  const names = (await rows.locator('th').allInnerTexts()).map((text) => text.replace(/[^m\d]/g, ''));
  expect(names).toEqual(['', 'm6', 'm5', 'm4', 'm3', 'm2', 'm1']);
  expect(await rows.first().innerText()).toContain('weather_v6');
  const laneOf = (i: number) => rows.nth(i).locator('circle').getAttribute('cx');
  expect(await laneOf(3)).toBe(await laneOf(6));
  expect(await laneOf(1)).not.toBe(await laneOf(2));
  await page.getByRole('button', { name: 'Select m5' }).click();
  await page.locator('#lineage vscode-button', { hasText: 'Compare with m4' }).click();
  await page.locator('#compare').waitFor();
});
