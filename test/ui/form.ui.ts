// The page from a file to a training in a browser, in every theme, wide and narrow, by mouse and by keyboard alone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FormState } from '../../src/protocol/form.ts';
import { expectSound } from './panel/checks.ts';
import { importForm, wrongForm } from './panel/formData.ts';
import { openPanels, type PanelBrowser, pictures, themes } from './panel/openPanel.ts';

let panels: PanelBrowser;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  panels = await openPanels();
});
afterAll(() => panels.close());

const viewOf = (state: FormState) => ({ strings: {}, show: null, page: 'form' as const, state });

const callsOf = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate((wanted) => window.fakeHost.calls.filter((one) => one.name === wanted).map((one) => one.p), name);

/** A table of a thousand columns, the widest that is taken. */
const wide: FormState = {
  ...importForm,
  columns: Array.from({ length: 1000 }, (_, i) => ({
    name: `column_${i}`,
    type: i % 3 === 0 ? 'TEXT' : 'DOUBLE',
    typeCanChange: true,
    unique: i === 0,
    distinct: i % 3 === 0 ? 4 : null,
    empty: 0,
    first: ['1', '2', '3', '4', '5', '6'],
  })),
  answers: { ...importForm.answers, key: ['column_0'], label: 'column_3', features: ['column_1'], slices: [] },
};

describe.each(themes)('in the theme %s', (theme) => {
  test.each([
    ['import', importForm],
    ['wrong', wrongForm],
  ] as const)('%s: whole, named and readable, wide and narrow', async (name, state) => {
    for (const width of [1280, 800, 440]) {
      const page = await panels.open({ view: viewOf(state), theme, width });
      await page.getByRole('button', { name: 'Import and Train' }).waitFor();
      await expectSound(page);
      await page.screenshot({ path: join(pictures, `form-${name}-${theme}-${width}.png`), fullPage: true });
      await page.context().close();
    }
  });
});

describe('what a person does', () => {
  test('another label is chosen: it is no feature any more, and the one before is one again', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    await page.getByRole('radio', { name: 'location is the label' }).click();
    await expect
      .poll(async () => (await callsOf(page, 'form/change')).at(-1))
      .toMatchObject({
        answers: {
          label: 'location',
          key: ['date'],
          features: ['precipitation', 'temp_max', 'temp_min', 'wind', 'weather'],
        },
      });
  });

  test('a wrong answer is said beside its field, and what was typed stays', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    await page.getByLabel('Table').fill('weather');
    await page.locator('#said-table', { hasText: 'Write database.table.' }).waitFor();
    expect(await page.getByLabel('Table').inputValue()).toBe('weather');
    expect(await page.getByLabel('Table').getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Import and Train' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('field-table');
    await page.getByLabel('Table').fill('noaa.weather');
    await expect.poll(() => page.locator('#said-table').innerText()).toBe('');
  });

  test('how the file is read stands there, and another reading goes with the answers once a field is left', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    expect(await page.getByLabel('Separator').getAttribute('placeholder')).toBe(',');
    await page.getByLabel('Encoding').selectOption('latin-1');
    await page.getByLabel('Missing cells').fill('none, T');
    await page.getByLabel('Separator').fill(';;');
    await page.getByLabel('Separator').blur();
    await page.locator('[id="said-reading:separator"]', { hasText: 'Write one character, or tab.' }).waitFor();
    await page.getByLabel('Separator').fill(';');
    await page.getByLabel('Separator').blur();
    await expect
      .poll(async () => (await callsOf(page, 'form/change')).at(-1))
      .toMatchObject({ answers: { reading: { separator: ';', encoding: 'latin-1', na: 'none, T' } } });
    expect(await page.locator('[id="said-reading:separator"]').innerText()).toBe('');
  });

  test('a file that is read another way shows its columns as they are by now', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    await page.getByLabel('First line').selectOption('no');
    await page.getByRole('radio', { name: 'column_8 is the label' }).waitFor();
    expect(await page.getByRole('radio', { name: 'weather is the label' }).count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'column_8 is the label' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect
      .poll(() => callsOf(page, 'form/submit'))
      .toMatchObject([{ answers: { reading: { header: 'no' }, key: ['column_1'], label: 'column_8' } }]);
  });

  test('another type is chosen, and goes with the answers', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    await page.getByLabel('Type of wind').selectOption('DECIMAL(18,2)');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect
      .poll(() => callsOf(page, 'form/submit'))
      .toMatchObject([{ answers: { types: { wind: 'DECIMAL(18,2)' } }, train: false }]);
    await page.getByText('Importing weather.csv: 4,096 rows').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => callsOf(page, 'form/cancel')).toHaveLength(1);
  });

  test('the keyboard alone goes through it', async () => {
    const page = await panels.open({ view: viewOf(importForm) });
    const focused = (): Promise<string> =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      );
    const reach = async (name: string): Promise<void> => {
      for (let i = 0; i < 60 && (await focused()).trim() !== name; i++) await page.keyboard.press('Tab');
      expect((await focused()).trim()).toBe(name);
    };
    await reach('wind is a feature');
    await page.keyboard.press('Space');
    await reach('Test rows, %');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('20');
    await page.keyboard.press('Shift+Tab');
    for (let i = 0; i < 80 && (await focused()).trim() !== 'Import and Train'; i++)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => callsOf(page, 'form/submit'))
      .toMatchObject([
        {
          answers: { test: '20', features: ['location', 'date', 'precipitation', 'temp_max', 'temp_min'] },
          train: true,
        },
      ]);
  });

  test('a thousand columns are shown, and a tick among them takes no longer than a blink', async () => {
    const page = await panels.open({ view: viewOf(wide) });
    const box = page.getByRole('checkbox', { name: 'column_999 is a feature' });
    await box.scrollIntoViewIfNeeded();
    const ms = await box.evaluate(async (element: HTMLInputElement) => {
      const began = performance.now();
      element.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - began;
    });
    expect(ms).toBeLessThan(1000);
    await expect
      .poll(async () => (await callsOf(page, 'form/change')).at(-1))
      .toMatchObject({ answers: { features: ['column_1', 'column_999'] } });
    await expectSound(page);
  });
});
