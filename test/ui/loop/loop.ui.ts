// The whole loop as a person goes through it, by mouse and keyboard, from an empty window to a restore that is verified.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clickSurely, openWorkbench, type Workbench } from '../workbench.ts';
import { LoopWindow } from './window.ts';

const story = readFileSync(join(import.meta.dirname, '../../../media/sample/story.sql'), 'utf8').split('\n');
const lineOf = (start: string): number => story.findIndex((line) => line.startsWith(start)) + 1;

let workbench: Workbench;
let window: LoopWindow;
beforeAll(async () => {
  workbench = await openWorkbench(undefined, { 'workbench.colorTheme': 'Default Dark Modern' });
  window = new LoopWindow(workbench);
});
afterEach(({ task }) => (task.result?.state === 'fail' ? window.picture('failed') : undefined));
afterAll(() => workbench?.close());

test('an empty window says what to do', async () => {
  await clickSurely(window.page.locator('.activitybar [aria-label="DeltaTrain"]').first());
  await window.page.locator('.welcome-view-content .monaco-button', { hasText: 'Open the Sample' }).waitFor();
  await window.picture('welcome', true);
});

test('Open the Sample builds it and shows its story, with lenses', async () => {
  await clickSurely(window.page.locator('.welcome-view-content .monaco-button', { hasText: 'Open the Sample' }));
  await window.toast('Opening the sample').waitFor();
  await window.tab('story.sql').waitFor();
  await window.page.locator('.codelens-decoration', { hasText: 'Run on local' }).first().waitFor();
  await window.page.locator('.codelens-decoration', { hasText: 'exists' }).first().waitFor();
  await window.picture('story', true);
});

test('the tree shows versions and models, and what changed since', async () => {
  await clickSurely(window.row('weather'));
  for (const label of ['weather_v4', 'weather_v1', 'm4', 'm1']) await window.row(label).waitFor();
  await window.row('weather, +730 ~0 −0 since weather_v4').waitFor();
  await window.row('weather_v4, +730 ~0 −0').waitFor();
  await window.page.mouse.move(800, 790);
  await window.picture('tree');
});

test('Show Delta shows the rows that came with a version', async () => {
  await window.act('weather_v4', 'Show Delta', window.tab('weather'));
  const panel = await window.frameWith('header.top');
  await panel.locator('#delta .grid-row').first().waitFor();
  await panel.locator('#delta', { hasText: '730 changed rows' }).waitFor();
  await window.page.mouse.move(800, 790);
  await window.picture('delta', true);
});

test('Train on Delta trains in the panel, with progress, and a point joins the chart', async () => {
  const panel = await window.frameWith('header.top');
  await clickSurely(panel.locator('header.top vscode-button', { hasText: 'Train on Delta' }));
  await panel.locator('#run .steps').waitFor();
  await panel.locator('svg .point[aria-label^="m5 at weather_v5"]').waitFor();
  await expect.poll(() => panel.locator('svg .point').count()).toBe(5);
  await window.row('m5').waitFor();
  await clickSurely(panel.locator('svg .point[aria-label^="m5 at weather_v5"]'));
  await window.picture('trained', true);
});

test('the bad import of the story is run from its lens, and its result says what it changed', async () => {
  await clickSurely(window.tab('story.sql'));
  await window.clickLens('UPDATE', lineOf('UPDATE'), 'Run on local');
  await window.tab('Results: local').waitFor();
  const results = await window.frameWith('.results');
  await results.locator('.results', { hasText: /[1-9]\d* rows changed/ }).waitFor();
  await window.row('weather, +0 ~329 −0 since weather_v5').waitFor();
  await window.picture('bad-import');
});

test('a SELECT at a version shows its rows', async () => {
  await window.clickLens('SELECT location', lineOf('SELECT location'), 'Run on local');
  const results = await window.frameWith('.results .grid-row');
  await results.locator('.grid-row', { hasText: 'Seattle' }).first().waitFor();
  await window.picture('results', true);
});

test('the model of the bad import is held, the panel says why, and offers the ways out', async () => {
  await clickSurely(window.tab('Results: local').locator('.action-label[aria-label^="Close"]'));
  await window.act('weather, +0 ~329', 'Train on Delta', window.row('m6, held'));
  const panel = await window.frameWith('header.top');
  await panel.locator('svg .point.held[aria-label^="m6 at weather_v6"]').waitFor();
  const data = panel.locator('#judgement');
  await data
    .getByRole('status')
    .filter({ hasText: /became rain|became sun|label changed/i })
    .waitFor();
  for (const way of ['Approve: These Changes Are Right', 'Revert…', 'Train Without Them'])
    await data.locator('vscode-button', { hasText: way }).first().waitFor();
  const said = window.toast('m6');
  for (const way of ['Approve: These Changes Are Right', 'Revert…', 'Train Without Them'])
    await said.locator('.monaco-button', { hasText: way }).waitFor();
  await window.picture('held');
  await said.hover();
  await clickSurely(said.locator('.codicon-notifications-clear'));
  await clickSurely(panel.locator('svg .point[aria-label^="m6 at"]'));
  await window.picture('verdict', true);
});

test('Restore asks with a preview, restores, verifies, and offers Undo', async () => {
  const dialog = window.dialog('Restore noaa.weather?');
  await window.act('weather_v5', 'Restore…', dialog);
  expect(await dialog.innerText()).toMatch(/329/);
  await window.picture('restore-preview');
  await clickSurely(dialog.locator('.monaco-button', { hasText: 'Restore' }).first());
  const said = window.toast('329 rows changed, verified');
  await said.waitFor();
  await said.locator('.monaco-button', { hasText: 'Undo…' }).waitFor();
  await window.row('weather, +0 ~0 −0 since weather_v5').waitFor();
  await window.row('Safety').waitFor();
  // Its data are gone, so nothing is left to decide.
  await window.row('m6, archived').waitFor();
  await window.toast('Restoring').waitFor({ state: 'hidden' });
  await window.picture('restored', true);
});

test('an unknown snapshot is underlined while it is written', async () => {
  await clickSurely(window.tab('story.sql'));
  await clickSurely(window.page.locator('.view-lines').first());
  await window.page.keyboard.press('Control+End');
  // After the restore nothing is left to show, and the lenses know it.
  await window.page.locator('.codelens-decoration', { hasText: 'Show rows (+0 ~0 −0)' }).first().waitFor();
  await window.page.keyboard.type("\nSELECT 1 FROM noaa.weather\n{SNAPSHOT = 'weather_v77");
  await window.page.keyboard.press('Escape');
  await window.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  await window.picture('unknown-snapshot');
});

test('the light theme shows the same', async () => {
  await workbench.run('Preferences: Toggle between Light/Dark Themes');
  await window.page.locator('.monaco-workbench.vs').waitFor();
  await clickSurely(window.tab('weather'));
  const panel = await window.frameWith('header.top');
  await panel.locator('body.vscode-light').waitFor();
  await panel.locator('.finding').waitFor();
  await window.picture('light', true);
});

test('nothing broke and nothing was refused in any page, and what is refused would be noticed', async () => {
  expect(workbench.problems).toEqual([]);
  const panel = await window.frameWith('header.top');
  await panel.locator('body').evaluate((body) => {
    const picture = document.createElement('img');
    picture.src = 'https://example.invalid/picture.png';
    body.append(picture);
  });
  await expect.poll(() => workbench.problems.length).toBeGreaterThan(0);
});
