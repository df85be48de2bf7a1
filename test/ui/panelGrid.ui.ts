// The grid in a browser: a million rows of a result, and the changed rows of a delta.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResultsState, StatementResult } from '../../src/protocol/panel.ts';
import { expectSound } from './panel/checks.ts';
import { openPanels, type PanelBrowser, pictures, type Theme } from './panel/openPanel.ts';
import { worse } from './panel/panelData.ts';
import { resultColumns } from './panel/resultColumns.ts';

let panels: PanelBrowser;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  panels = await openPanels();
});
afterAll(() => panels.close());

const plain = {
  sentence: null,
  spool: null,
  delta: null,
  rows: null,
  affected: 0,
  ms: 8,
  shape: 'none',
  state: 'done',
} as const;

function resultsOf(rows: number, columns: readonly { name: string; type: string }[] = resultColumns): ResultsState {
  const spool = { id: 2, columns, keyColumns: 0, rows, complete: true, truncated: false };
  const results: StatementResult[] = [
    { ...plain, id: 1, sql: 'CREATE SNAPSHOT weather_v5 FOR TABLE noaa weather' },
    {
      ...plain,
      id: 2,
      sql: 'SELECT * FROM noaa.weathr',
      state: 'failed',
      sentence: 'There is no table "noaa.weathr".',
    },
    { ...plain, id: 3, sql: 'SELECT * FROM many', shape: 'rows', spool, ms: 2_345 },
  ];
  return { title: 'story.sql', connection: 'local', environment: 'development', results };
}

const openResults = (
  options: { rows?: number; scale?: number; width?: number; height?: number; columns?: typeof resultColumns } = {},
): Promise<Page> => {
  const { rows = 1_000_000, columns, ...rest } = options;
  const view = { strings: {}, show: null, page: 'results' as const, state: resultsOf(rows, columns) };
  return panels.open({ view, resultRows: rows, height: 600, ...rest });
};

const openDelta = async (options: { theme?: Theme; width?: number } = {}): Promise<Page> => {
  const show = { section: 'delta', from: 'weather_v4', to: 'weather_v4b' } as const;
  const page = await panels.open({ view: { strings: {}, show, page: 'training', state: worse }, ...options });
  await page.locator('.grid-row.is-updated').first().waitFor();
  return page;
};

const grid = (page: Page) => page.getByRole('grid', { name: /rows/i });
const cell = (page: Page, row: number, column: number) =>
  page.locator(`.grid-row[data-row="${row}"] .grid-cell[data-column="${column}"]`);
const active = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const id = document.querySelector('[role=grid].grid')?.getAttribute('aria-activedescendant') ?? '';
    const found = document.getElementById(id) as HTMLElement | null;
    return found ? `${found.closest<HTMLElement>('[data-row]')?.dataset['row']},${found.dataset['column']}` : undefined;
  });
/** The sample's columns as a delta shows them, which changed in the weather alone. */
const columnsOf = ['location', 'date', 'weather', 'precipitation', 'temp_max', 'temp_min', 'wind'];
const heads = (page: Page): Promise<string[]> => page.locator('.grid-head .grid-title').allInnerTexts();
const lastView = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      (window.fakeHost.calls.findLast((one) => one.name === 'spool/page')?.p as { view: unknown } | undefined)?.view,
  );
const lastCopy = (page: Page): Promise<string | undefined> =>
  page.evaluate(
    () => (window.fakeHost.calls.findLast((one) => one.name === 'text/copy')?.p as { text: string } | undefined)?.text,
  );
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe('a million rows', () => {
  test.each([1, 2, 3])('the last row is reached by key and by scroll bar at device scale %i', async (scale) => {
    const page = await openResults({ scale });
    await cell(page, 0, 0).waitFor();
    await grid(page).focus();
    await press(page, 'Control+End');
    await expect.poll(() => active(page)).toBe('999999,11');
    await press(page, 'Home');
    await expect.poll(() => cell(page, 999_999, 0).innerText()).toBe('999999');
    const inside = await cell(page, 999_999, 0).evaluate((one) => {
      const box = one.closest('.grid')?.getBoundingClientRect();
      return box !== undefined && one.getBoundingClientRect().bottom <= box.bottom + 1;
    });
    expect(inside).toBe(true);
    await press(page, 'Control+Home');
    await expect.poll(() => cell(page, 0, 0).innerText()).toBe('0');
    await grid(page).evaluate((one) => one.scrollTo(0, one.scrollHeight));
    await expect.poll(() => cell(page, 999_999, 0).innerText()).toBe('999999');
    await page.context().close();
  });

  test('scrolling draws few elements, asks for few pages, and keeps 64-bit integers whole', async () => {
    const page = await openResults();
    await cell(page, 0, 0).waitFor();
    await grid(page).evaluate(async (one) => {
      for (let i = 0; i < 60; i++) {
        one.scrollBy(0, 40_000);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    await expect.poll(() => page.locator('.grid-row:not([hidden])[aria-busy=false]').count()).toBeGreaterThan(15);
    expect(await page.locator('.grid-row').count()).toBeLessThan(60);
    expect(
      await page.evaluate(() => window.fakeHost.calls.filter((one) => one.name === 'spool/page').length),
    ).toBeLessThan(260);
    await grid(page).focus();
    await press(page, 'Control+End');
    await expect.poll(() => cell(page, 999_999, 1).innerText()).toBe((999_999n ** 3n).toString());
    await page.screenshot({ path: join(pictures, 'results-end-dark.png') });
  });

  test('counts and indexes are told, one tab stop, the active cell is named', async () => {
    const page = await openResults();
    await cell(page, 0, 0).waitFor();
    const one = grid(page);
    expect(await one.getAttribute('aria-rowcount')).toBe('1000001');
    expect(await one.getAttribute('aria-colcount')).toBe('13');
    await expect.poll(() => page.locator('.grid [tabindex="0"]').count()).toBe(0);
    await one.focus();
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowRight', 'PageDown');
    const at = await active(page);
    expect(at).toMatch(/^\d+,1$/);
    expect(Number(at?.split(',')[0])).toBeGreaterThan(12);
    await expectSound(page);
  });

  test('a zoomed or resized window keeps its rows', async () => {
    const page = await openResults();
    await grid(page).focus();
    await press(page, 'Control+End');
    await expect.poll(() => cell(page, 999_999, 11).count()).toBe(1);
    await page.setViewportSize({ width: 900, height: 420 });
    await press(page, 'ArrowUp', 'ArrowDown');
    await expect.poll(() => active(page)).toBe('999999,11');
    expect(await cell(page, 999_999, 11).isVisible()).toBe(true);
  });

  test('hundreds of columns: only those in view have cells, the last is reached', async () => {
    const columns = [...resultColumns, ...Array.from({ length: 300 }, (_, i) => ({ name: `extra_${i}`, type: 'INT' }))];
    const page = await openResults({ columns, rows: 500 });
    await cell(page, 0, 0).waitFor();
    await grid(page).focus();
    await press(page, 'End');
    await expect.poll(() => active(page)).toBe('0,311');
    expect(await page.locator('.grid-row[data-row="0"] .grid-cell').count()).toBeLessThan(40);
  });
});

describe('copy, cell view, columns', () => {
  test('one cell is copied as it is, several as a table with their names', async () => {
    const page = await openResults();
    await cell(page, 0, 0).waitFor();
    await cell(page, 1, 2).click();
    await press(page, 'Control+c');
    await expect.poll(() => lastCopy(page)).toBe('"word ""1""\tof a row"');
    await cell(page, 0, 0).click();
    await press(page, 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c');
    await expect.poll(() => lastCopy(page)).toBe('id\tbig\n0\t0\n1\t1');
    await expect.poll(() => page.locator('.grid-cell.selected').count()).toBe(4);
  });

  test('rows that are not here are fetched to be copied; too many are refused with a way out', async () => {
    const page = await openResults();
    await cell(page, 0, 0).waitFor();
    await cell(page, 0, 0).click();
    for (let i = 0; i < 60; i++) await page.keyboard.press('Shift+PageDown');
    await press(page, 'Control+c');
    await expect.poll(async () => (await lastCopy(page))?.split('\n').length ?? 0).toBeGreaterThan(1_000);
    const lines = (await lastCopy(page))?.split('\n') ?? [];
    expect(lines[1_000]).toBe('999');
    await press(page, 'Control+a', 'Control+c');
    await page.locator('.notice', { hasText: '12,000,000 cells are too many to copy' }).waitFor();
  });

  test('Enter opens the whole value; Escape closes and gives the focus back', async () => {
    const page = await openResults();
    await cell(page, 3, 2).click();
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'Value of word' });
    await dialog.waitFor();
    expect(await dialog.locator('pre').innerText()).toBe('word "3"\tof a row');
    await expectSound(page);
    await press(page, 'Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await grid(page).evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test('a column is resized by pointer and by key', async () => {
    const page = await openResults();
    await cell(page, 0, 0).waitFor();
    const head = page.locator('.grid-head .grid-cell[data-column="2"]');
    const width = () => cell(page, 0, 2).evaluate((one) => one.getBoundingClientRect().width);
    const before = await width();
    const box = await head.locator('.grid-grip').boundingBox();
    if (!box) throw new Error('The grip is not drawn.');
    await page.mouse.move(box.x + 3, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 63, box.y + 8, { steps: 4 });
    await page.mouse.up();
    await expect.poll(width).toBe(before + 60);
    await cell(page, 0, 2).click();
    await press(page, 'Alt+ArrowLeft');
    await expect.poll(width).toBe(before + 44);
  });

  test('statements are tabs; a failed one shows its sentence', async () => {
    const page = await openResults();
    await page.getByRole('tab', { name: /SELECT \* FROM many/ }).focus();
    await press(page, 'ArrowLeft', 'Enter');
    await page.getByRole('alert').filter({ hasText: 'There is no table "noaa.weathr".' }).waitFor();
    await press(page, 'ArrowLeft', 'Enter');
    await page.locator('.status', { hasText: '0 rows changed · 8 ms' }).waitFor();
    await expectSound(page);
  });
});

describe('a delta', () => {
  test('changed cells show before and after in place; flags, key and sides are there', async () => {
    const page = await openDelta();
    // What changed stands right behind the key.
    await expect.poll(() => heads(page)).toEqual([...columnsOf, 'used for']);
    expect(await cell(page, 1, 2).locator('del').innerText()).toBe('sun');
    expect(await cell(page, 1, 2).locator('ins').innerText()).toBe('rain');
    expect(await page.locator('.grid-row[data-row="0"]').getAttribute('class')).toContain('is-deleted');
    const gutter = (row: number) => page.locator(`.grid-row[data-row="${row}"] .grid-gutter`);
    expect(await gutter(1).getAttribute('aria-label')).toMatch(/^updated, (train|validation|test)$/);
    expect(['train', 'validation', 'test']).toContain(await cell(page, 1, 7).innerText());
    // The rows that models are tested on are marked, and can be looked at alone.
    await page.getByRole('combobox', { name: 'Rows of which side of the split' }).selectOption('test');
    await page.locator('.status', { hasText: /rows in view/ }).waitFor();
    await expect.poll(() => gutter(0).innerText()).toMatch(/^[~+−]T$/);
    await expect.poll(() => cell(page, 0, 7).innerText()).toBe('test');
    await page.locator('.status', { hasText: '331 changed rows · 12 ms' }).waitFor();
  });

  test('rows are chosen by flag and by text, and sorted by column, at the host', async () => {
    const page = await openDelta();
    await page.getByRole('button', { name: '1 inserted' }).click();
    await page.locator('.status', { hasText: '1 rows in view' }).waitFor();
    await expect.poll(() => cell(page, 0, 1).innerText()).toBe('2015-01-01');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('textbox').fill('2014-03');
    await expect.poll(() => cell(page, 0, 1).innerText()).toContain('2014-03');
    await page.getByRole('textbox').fill('');
    await page.locator('.status', { hasText: /^331 changed rows/ }).waitFor();
    const head = (column: number) => page.locator(`.grid-head .grid-cell[data-column="${column}"]`);
    await head(4).click();
    await page.locator('.grid-head .grid-cell[data-column="4"][aria-sort=ascending]').waitFor();
    await head(4).click();
    await page.locator('.grid-head .grid-cell[data-column="4"][aria-sort=descending]').waitFor();
    await expect.poll(async () => Number(await cell(page, 0, 4).innerText())).toBeGreaterThan(30);
    // A second column besides: the first counts most.
    await head(2).click();
    await head(4).click({ modifiers: ['Shift'] });
    await expect.poll(() => head(2).locator('.grid-sort').innerText()).toBe('↑1');
    await expect.poll(() => head(4).locator('.grid-sort').innerText()).toBe('↑2');
    const sort = [
      { column: 6, descending: false },
      { column: 3, descending: false },
    ];
    await expect.poll(() => lastView(page)).toMatchObject({ sort });
  });

  test('conditions on columns hold together, and each can be taken away', async () => {
    const page = await openDelta();
    const filter = page.getByRole('textbox');
    await filter.fill('weather = rain');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'weather = rain ✕ remove this filter' }).waitFor();
    expect(await filter.inputValue()).toBe('');
    const inView = async (): Promise<number> =>
      Number(/([\d,]+) rows in view/.exec(await page.locator('.status').innerText())?.[1]?.replace(',', '') ?? -1);
    await expect.poll(inView).toBeGreaterThan(100);
    const rain = await inView();
    // What the active cell has: here the same change.
    await cell(page, 0, 2).click();
    await press(page, 'f');
    await page.getByRole('button', { name: 'weather: sun → rain ✕ remove this filter' }).waitFor();
    await expect.poll(() => page.locator('.chip').count()).toBe(1);
    await filter.fill('location = New York');
    await press(page, 'Enter');
    await expect.poll(() => page.locator('.chip').count()).toBe(2);
    await expectSound(page);
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.locator('.notice', { hasText: /rows written/ }).waitFor();
    await page.screenshot({ path: join(pictures, 'delta-filtered-dark-1280.png') });
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.locator('.status', { hasText: /^331 changed rows/ }).waitFor();
    expect(rain).toBeLessThan(331);
  });

  test('what a column changed from and to is told with its counts, and a click shows the rows', async () => {
    for (const [theme, width] of [
      ['dark', 1280],
      ['light', 1280],
      ['dark', 800],
      ['light', 800],
    ] as const) {
      const page = await openDelta({ theme, width });
      await expect.poll(() => heads(page)).toEqual([...columnsOf, 'used for']);
      await page.getByRole('button', { name: 'Distribution' }).click();
      const beside = page.getByRole('complementary', { name: 'Distribution of weather' });
      const pair = beside.locator('.pairs tbody tr').first();
      await pair.waitFor();
      expect((await pair.innerText()).replace(/\s+/g, ' ')).toMatch(/^(sun → rain|rain → sun) \d+$/);
      await beside.locator('.bins:not(.pairs) tbody tr').first().waitFor();
      await expectSound(page);
      await page.screenshot({ path: join(pictures, `delta-pairs-${theme}-${width}.png`), fullPage: true });
      const rows = Number((await pair.locator('td').innerText()).trim());
      await pair.getByRole('button').click();
      await page.locator('.status', { hasText: `${rows} rows in view` }).waitFor();
      await page.context().close();
    }
  });

  test('a row is followed through the versions', async () => {
    const page = await openDelta();
    await cell(page, 3, 2).click();
    await page.getByRole('button', { name: /^Row History/ }).click();
    await expect
      .poll(() =>
        page.evaluate(() => window.fakeHost.calls.filter(({ name }) => name === 'row/history').map(({ p }) => p)),
      )
      .toMatchObject([{ spool: 1, row: 3 }]);
  });

  test('a slice leads to its rows', async () => {
    const page = await openDelta();
    await page.getByRole('button', { name: 'New York: show its rows' }).click();
    await expect
      .poll(() => page.evaluate(() => window.fakeHost.calls.findLast(({ name }) => name === 'rows/show')?.p))
      .toEqual({ snapshot: 'weather_v4b', column: 'location', value: 'New York' });
  });

  test('the keyboard reaches the header and sorts there', async () => {
    const page = await openDelta();
    await cell(page, 0, 2).click();
    await press(page, 'ArrowUp', 'Enter');
    await page.locator('.grid-head .grid-cell[data-column="2"][aria-sort=ascending]').waitFor();
    await expect.poll(() => active(page)).toBe('-1,2');
  });

  test('only changed columns: the key and what differs', async () => {
    const page = await openDelta();
    await page.getByRole('checkbox').click();
    await page.locator('.status', { hasText: '3 of 7 columns' }).waitFor();
    expect(await heads(page)).toEqual(['location', 'date', 'weather', 'used for']);
    await page.getByRole('checkbox').click();
    await expect.poll(() => page.locator('.grid-head .grid-title').count()).toBe(8);
  });

  test('the distribution follows the active column', async () => {
    const page = await openDelta();
    await page.getByRole('button', { name: 'Distribution' }).click();
    // Not the key, which says nothing: what changed, the label first.
    await page.getByRole('complementary', { name: 'Distribution of weather' }).waitFor();
    await cell(page, 1, 4).click();
    const beside = page.getByRole('complementary', { name: 'Distribution of temp_max' });
    await beside.locator('tbody tr').first().waitFor();
    await expectSound(page);
  });

  test('export takes the rows in view', async () => {
    const page = await openDelta();
    await page.getByRole('button', { name: '329 updated' }).click();
    await page.locator('.status', { hasText: '329 rows in view' }).waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.locator('.notice', { hasText: '329 rows written to delta.csv.' }).waitFor();
  });
});
