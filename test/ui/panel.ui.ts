// The training panel in a browser, through its states, in every theme, wide and narrow.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunView, Show, TrainingState } from '../../src/protocol/panel.ts';
import type { EitherContract } from './panel/fakeHost.ts';
import { expectSound } from './panel/checks.ts';
import { openPanels, type PanelBrowser, pictures, themes } from './panel/openPanel.ts';
import { approved, checked, consistent, held, heldModel, reverted } from './panel/judgedData.ts';
import { rareClass } from './panel/measuredData.ts';
import { fourModels, interrupted, leaking, noModel, oneModel, running, worse } from './panel/panelData.ts';

let panels: PanelBrowser;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  panels = await openPanels();
});
afterAll(() => panels.close());

const viewOf = (state: TrainingState, show: Show | null = null) => ({
  strings: {},
  show,
  page: 'training' as const,
  state,
});

const emit = (page: Page, name: keyof EitherContract['events'], p: unknown): Promise<void> =>
  page.evaluate(([event, value]) => window.fakeHost.emit(event, value), [name, p] as const);

const callsOf = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate((wanted) => window.fakeHost.calls.filter((one) => one.name === wanted).map((one) => one.p), name);

const expectCall = (page: Page, name: string, p: unknown) => expect.poll(() => callsOf(page, name)).toContainEqual(p);

const text = (page: Page, selector: string): Promise<string> => page.locator(selector).innerText();

const epoch = (n: number) => ({
  kind: 'epoch',
  epoch: n,
  epochs: 12,
  loss: 0.4 + 0.4 / n,
  trainAccuracy: 0.86 - 0.2 / n,
  validationAccuracy: 0.84 - 0.2 / n,
  rowsPerSecond: 1_050_000,
  fraction: n / 14,
});

/** A run half way through its epochs. */
async function startRunning(page: Page): Promise<void> {
  await emit(page, 'run/changed', { ...running, phase: 'train' } satisfies RunView);
  const reading = { kind: 'reading', set: 'replay', rows: 400, expected: 438, rowsPerSecond: 412_000 };
  await emit(page, 'run/event', { run: 7, event: reading });
  for (let n = 1; n <= 7; n++) await emit(page, 'run/event', { run: 7, event: epoch(n) });
  await page.locator('.facts', { hasText: 'epoch 7 of 12' }).waitFor();
}

const states: [name: string, state: TrainingState, ready: string, then?: (page: Page) => Promise<void>][] = [
  ['no model', noModel, 'Train Fully'],
  ['one model', oneModel, 'm1 gets .804 right'],
  ['leaks', leaking, 'alone tells the label'],
  ['running', fourModels, 'm4 is better than m3', startRunning],
  ['worse', worse, 'The labels changed, not the model'],
  ['checked', checked, 'Look at the changes first.'],
  ['held', held, 'Approve: These Changes Are Right'],
  ['reverted', reverted, 'its data were reverted'],
  ['approved', approved, 'the station was mislabelled'],
  ['consistent', consistent, 'The changes fit what m3 knows'],
  ['rare class', rareClass, 'always "no" would get'],
  ['interrupted', interrupted, 'Run Again'],
];

describe.each(themes)('in the theme %s', (theme) => {
  test.each(states)('%s: whole, named and readable, wide and narrow', async (name, state, ready, then) => {
    for (const width of [1280, 800, 440]) {
      const show: Show | null = name === 'worse' ? { section: 'delta', from: 'weather_v4', to: 'weather_v4b' } : null;
      const page = await panels.open({ view: viewOf(state, show), theme, width });
      await page.locator('#app', { hasText: ready }).waitFor();
      if (show) await page.locator('.grid-row.is-updated').first().waitFor();
      await then?.(page);
      await expectSound(page);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({
        path: join(pictures, `panel-${name.replace(' ', '-')}-${theme}-${width}.png`),
        fullPage: true,
      });
      await page.context().close();
    }
  });
});

describe('what a person does', () => {
  test('buttons call the host, and wait until it answers', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await page.getByRole('button', { name: 'Train on Delta' }).click();
    await expectCall(page, 'run/start', { kind: 'delta' });
    await startRunning(page);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expectCall(page, 'run/cancel', { run: 7 });
    expect(await page.locator('progress').getAttribute('value')).toBe('50');
    expect(await text(page, '#run .steps li.now')).toContain('Train');
    await emit(page, 'training/changed', worse);
    await page.locator('#accuracy', { hasText: 'm5 is worse than m4' }).waitFor();
    expect(await page.getByRole('button', { name: /^m5 at weather_v4b/ }).getAttribute('aria-pressed')).toBe('true');
  });

  test('a held model has three ways out, each of them one step', async () => {
    const page = await panels.open({ view: viewOf(held) });
    const button = (name: string) => page.locator('#judgement').getByRole('button', { name });
    expect(await text(page, '#judgement strong')).toContain('all in New York');
    await page.locator('#judgement vscode-button', { hasText: 'Approve' }).click();
    await expectCall(page, 'model/approve', { model: 5, hash: heldModel.data?.hash });
    await page.locator('#judgement .judgement > .buttons vscode-button', { hasText: 'Revert…' }).click();
    await expectCall(page, 'model/revert', { model: 5, group: null });
    await button('Revert Only These…: sun became rain').first().click();
    await expectCall(page, 'model/revert', { model: 5, group: 1 });
    await button('Train Without Them: rain became sun').first().click();
    await expectCall(page, 'model/without', { model: 5, group: 0 });
  });

  test('an interrupted run is repeated or discarded', async () => {
    const page = await panels.open({ view: viewOf(interrupted) });
    await page.getByRole('button', { name: 'Run Again' }).click();
    await expectCall(page, 'run/again', { run: 7 });
    await page.getByRole('button', { name: 'Discard' }).click();
    await expectCall(page, 'run/discard', { run: 7 });
  });

  test('a point is chosen by key, and everything that belongs to it follows', async () => {
    const page = await panels.open({ view: viewOf(worse) });
    const point = (name: RegExp) => page.getByRole('button', { name });
    await point(/^m5 at/).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.locator('.finding', { hasText: 'm3 is better than m2.' }).waitFor();
    expect(await point(/^m3 at/).getAttribute('aria-pressed')).toBe('true');
    expect(await text(page, '#run .beside')).toContain('m3');
    expect(await page.locator('#lineage tbody.selected').innerText()).toContain('weather_v3');
    await expect.poll(() => page.locator('svg .point[tabindex="0"]').count()).toBe(1);
  });

  test('the selected point is in sight, at every width and wherever the selection goes', async () => {
    const page = await panels.open({ view: viewOf(worse), width: 1280 });
    const inSight = (name: RegExp) =>
      expect.poll(() =>
        page.getByRole('button', { name }).evaluate((point) => {
          const [slot, window] = [point.querySelector('.slot'), point.closest('.scroller')].map(
            (one) => one?.getBoundingClientRect() ?? new DOMRect(),
          );
          return slot && window ? slot.left >= window.left && slot.right <= window.right : false;
        }),
      );
    for (const width of [1280, 800, 440, 420]) {
      await page.setViewportSize({ width, height: 900 });
      await inSight(/^m5 at/).toBe(true);
    }
    await inSight(/^m1 at/).toBe(false);
    await page.getByRole('button', { name: 'Select m1' }).click();
    await inSight(/^m1 at/).toBe(true);
    await emit(page, 'training/changed', { ...worse, models: worse.models.slice(0, 4) });
    await inSight(/^m1 at/).toBe(true);
    await page.getByRole('button', { name: 'Select m4' }).click();
    await inSight(/^m4 at/).toBe(true);
  });

  describe('the verdict of a run that was started here comes into view', () => {
    const nothing = async (): Promise<void> => {};
    interface Person {
      readonly width?: number;
      readonly before?: (page: Page) => Promise<unknown>;
      readonly start?: (page: Page) => Promise<unknown>;
      readonly meanwhile?: (page: Page) => Promise<unknown>;
      readonly ending?: TrainingState;
      readonly verdict?: { readonly in: string; readonly text: string };
    }
    const train = (page: Page) => page.getByRole('button', { name: 'Train on Delta' }).click();

    /** Trains from the foot of a small page; tells whether the verdict of m5 is seen in the end. */
    async function isSeen({
      width = 800,
      before = nothing,
      start = train,
      meanwhile = nothing,
      ending = worse,
      verdict = { in: '.finding', text: 'm5 is worse than m4' },
    }: Person): Promise<boolean> {
      const page = await panels.open({ view: viewOf(fourModels), width, height: 600 });
      await before(page);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await start(page);
      await startRunning(page);
      await meanwhile(page);
      await emit(page, 'training/changed', ending);
      await page.getByRole('button', { name: 'Select m5' }).waitFor();
      // It comes with the drawing of the model, or in a frame soon after it.
      const seen = (awaited: { readonly in: string; readonly text: string }): boolean => {
        const finding = document.querySelector(awaited.in);
        const [at, header] = [finding, document.querySelector('header.top')].map((one) => one?.getBoundingClientRect());
        if (!at || !header || !finding?.textContent?.includes(awaited.text)) return false;
        return at.top >= header.bottom && at.bottom <= innerHeight;
      };
      const isThere = page.waitForFunction(seen, verdict, { timeout: 1_500 });
      return isThere.then(
        () => true,
        () => false,
      );
    }
    const choose = (model: string) => (page: Page) =>
      page.getByRole('button', { name: `Select ${model}` }).press('Enter');

    /** Ends when the page has heard it. */
    const turnWheel = async (page: Page): Promise<void> => {
      await page.evaluate(() => addEventListener('wheel', () => document.body.classList.add('wheeled')));
      await page.mouse.wheel(0, 30);
      await page.locator('body.wheeled').waitFor();
    };

    test('for who waits for it, whichever model was chosen before', async () => {
      expect(await isSeen({})).toBe(true);
      expect(await isSeen({ before: choose('m2'), width: 440 })).toBe(true);
    });

    test('of the data, with the ways out, where they hold the model', async () => {
      const ways = { in: '#judgement .buttons', text: 'Approve: These Changes Are Right' };
      expect(await isSeen({ ending: held, verdict: ways })).toBe(true);
      expect(await isSeen({ ending: held, verdict: ways, width: 440 })).toBe(true);
      expect(await isSeen({ ending: held, verdict: ways, meanwhile: turnWheel })).toBe(false);
    });

    test('not for who scrolled, works in another section, or chose a model since', async () => {
      expect(await isSeen({ meanwhile: turnWheel })).toBe(false);
      expect(await isSeen({ meanwhile: (page) => page.getByLabel('From version').focus() })).toBe(false);
      expect(await isSeen({ meanwhile: choose('m1') })).toBe(false);
    });

    test('not for a run that was started elsewhere', async () => {
      expect(await isSeen({ start: nothing })).toBe(false);
    });
  });

  test('no table is cut at the side, at any width', async () => {
    const [last] = worse.models.slice(-1);
    const guard = last?.guard && { ...last.guard, onBaseline: last.guard.onParent };
    const models = worse.models.map((model) => (model === last && guard ? { ...model, guard } : model));
    const page = await panels.open({ view: viewOf({ ...worse, models }) });
    const cut = () =>
      page
        .locator('.wide')
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.querySelector('table')?.ariaLabel),
        );
    for (const shown of ['charts', 'tables']) {
      if (shown === 'tables')
        for (const name of ['Show accuracy per version as a table', 'Show the epochs as a table'])
          await page.getByRole('button', { name }).click();
      for (const width of [420, 440, 560, 600, 700, 800, 990, 1100, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await cut(), `${shown} at ${width}`).toEqual([]);
      }
    }
    await expect.poll(() => page.locator('.wide').count()).toBe(6);
  });

  test('nor the suspects of a held model, with what can be done about each', async () => {
    const page = await panels.open({ view: viewOf(held) });
    const suspects = page.locator('#judgement .wide');
    await suspects.waitFor();
    for (const width of [420, 440, 560, 600, 700, 800, 880, 990, 1100, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await suspects.evaluate((one) => one.scrollWidth - one.clientWidth), `at ${width}`).toBeLessThanOrEqual(0);
    }
  });

  test('every point says what it shows, and the table says the same', async () => {
    const page = await panels.open({ view: viewOf(worse) });
    const said = await page
      .locator('svg .point')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    expect(said).toHaveLength(5);
    expect(said[4]).toMatch(/^m5 at weather_v4b: \.713, interval .*; parent m4 on the same rows \.844, .*; worse$/);
    await page.getByRole('button', { name: 'as a table' }).first().click();
    await page.getByRole('table', { name: 'Accuracy per version' }).waitFor();
    const rows = await page
      .getByRole('table', { name: 'Accuracy per version' })
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((one) => one.textContent?.trim() ?? '')));
    expect(rows).toHaveLength(5);
    for (const [i, row] of rows.entries()) {
      const [model = '', version = '', accuracy = '', , parent = ''] = row;
      expect(said[i]).toContain(`${model} at ${version}: ${accuracy}`);
      if (parent !== '–') expect(said[i]).toContain(`on the same rows ${parent}`);
    }
    await page.getByRole('button', { name: 'as a chart' }).first().click();
    await page.locator('svg .point').first().waitFor();
  });

  test('the epochs as a table equal the curve', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await startRunning(page);
    await page.getByRole('button', { name: 'Show the epochs as a table' }).click();
    const losses = await page.locator('#run tbody tr td:nth-child(2)').allInnerTexts();
    expect(losses).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => (0.4 + 0.4 / n).toFixed(4)));
  });

  test('the matrix is filled by key; a cell that cannot be filled says why', async () => {
    const page = await panels.open({ view: viewOf({ ...worse, matrix: [] }) });
    const cell = (row: number, column: number) => page.locator('.matrix tbody tr').nth(row).locator('td').nth(column);
    await cell(0, 0).focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await expectCall(page, 'matrix/cell', { model: 2, snapshot: 'weather_v3' });
    await cell(1, 2).getByText('.802').waitFor();
    await cell(1, 0).click();
    await expect.poll(() => cell(1, 0).getAttribute('aria-label')).toBe('There is no snapshot "weather_v1".');
    await page.getByRole('button', { name: /Test every model/ }).click();
    await expect.poll(() => page.locator('.matrix td.missing:not(.failed)').count()).toBe(0);
    await page.getByRole('button', { name: 'Change since the version was trained' }).click();
    await page.locator('#matrix', { hasText: 'backward transfer' }).waitFor();
  });

  test('model actions, and what restore says afterwards', async () => {
    const page = await panels.open({ view: viewOf(worse) });
    await page.getByRole('button', { name: 'Copy the hash of the weights' }).click();
    await expectCall(page, 'text/copy', { text: worse.models[4]?.weightsSha256 });
    await page.getByRole('button', { name: 'Promote' }).click();
    await expectCall(page, 'model/promote', { model: 5 });
    await page.getByRole('button', { name: 'Reproduce', exact: true }).click();
    await page.locator('.notice', { hasText: 'm5 was trained again: identical, bit for bit.' }).waitFor();
    await page.getByRole('button', { name: 'Select m4' }).click();
    await page.getByRole('button', { name: 'Restore weather_v4…' }).click();
    await page.locator('.notice', { hasText: 'Restored weather_v4: 318 rows changed back. Verified' }).waitFor();
    await page.getByRole('button', { name: 'Undo: restore weather_before_restore_1' }).click();
    await expectCall(page, 'snapshot/restore', { snapshot: 'weather_before_restore_1' });
  });

  test('the delta offered is what changed since, or, when nothing did, what the model was trained on', async () => {
    const offered = (page: Page) => page.locator('#delta vscode-button').innerText();
    const changed = await panels.open({ view: viewOf(fourModels) });
    expect(await offered(changed)).toContain('from weather_v4 to live');
    const { header } = fourModels;
    const still = { ...fourModels, header: { ...header, counts: { inserted: 0, updated: 0, deleted: 0 } } };
    const unchanged = await panels.open({ view: viewOf(still) });
    expect(await offered(unchanged)).toContain('from weather_v3 to weather_v4');
    expect(
      await unchanged.locator('vscode-button', { hasText: 'Train on Delta' }).getAttribute('disabled'),
    ).not.toBeNull();
  });

  test('a delta that cannot be opened says so in its place', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await page.getByLabel('From version').selectOption('weather_v1');
    await page.locator('#delta', { hasText: 'There is no snapshot "weather_v1".' }).waitFor();
  });

  test('a page that is asked for again shows the same from nothing', async () => {
    const page = await panels.open({ view: viewOf(worse) });
    const before = await page.locator('#app').innerText();
    await page.reload();
    await page.locator('header.top').waitFor();
    await expect.poll(() => page.locator('#app').innerText()).toBe(before);
  });

  test.each([{ toHost: 1 }, { toPage: 1 }])('a page whose messages are lost at first, %o, is shown', async (lost) => {
    const page = await panels.open({ view: viewOf(worse), lost });
    await page.locator('#accuracy', { hasText: 'm5 is worse than m4' }).waitFor();
    const results = { title: 'local', connection: 'local', environment: 'development' as const, results: [] };
    const other = await panels.open({ view: { page: 'results', state: results, show: null, strings: {} }, lost });
    await other.locator('.results', { hasText: 'Run a statement' }).waitFor();
  });

  test('motion is left out for who asked for that', async () => {
    const slow = { ...fourModels, matrix: [] };
    const page = await panels.open({ view: viewOf(slow) });
    await page.evaluate(() =>
      document.querySelector('#matrix .tools')?.append(document.createElement('vscode-progress-ring')),
    );
    expect(await page.locator('vscode-progress-ring').evaluate((ring) => getComputedStyle(ring).visibility)).toBe(
      'hidden',
    );
  });
});
