// The first minutes of a new user: from a file of their own in a folder to a trained model, with every click and key counted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clickSurely, openWorkbench, type Workbench } from '../workbench.ts';
import { LoopWindow } from './window.ts';

/** Customers of a shop, some of whom left: 20,000 rows, of which a model can learn something, with a comment nobody learns from. */
function customers(rows: number): string {
  let state = 7;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const lines = ['customer_id,region,since,orders,spent,comment,left'];
  for (let i = 0; i < rows; i++) {
    const orders = Math.floor(random() * 40);
    const spent = (orders * (10 + random() * 20)).toFixed(2);
    const region = ['north', 'south', 'east', 'west'][Math.floor(random() * 4)] ?? 'north';
    const since = `20${String(10 + (i % 15)).padStart(2, '0')}-0${1 + (i % 9)}-1${i % 10}`;
    const left = random() < 1 / (1 + Math.exp(orders / 4 - 3)) ? 'yes' : 'no';
    lines.push(`${100_000 + i},${region},${since},${orders},${spent},"said ${i} things, once",${left}`);
  }
  return `${lines.join('\n')}\n`;
}

let folder: string;
let workbench: Workbench;
let window: LoopWindow;
/** Every click and every key that the window or one of its pages heard. */
const inputs: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deltatrain-first-'));
  writeFileSync(join(folder, 'customers.csv'), customers(20_000));
  workbench = await openWorkbench(folder, { 'workbench.colorTheme': 'Default Dark Modern' });
  window = new LoopWindow(workbench);
  await workbench.page.exposeBinding('countInput', (_, what: string) => void inputs.push(what));
});
afterEach(({ task }) => (task.result?.state === 'fail' ? window.picture('first-failed') : undefined));
afterAll(async () => {
  await workbench?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** In this frame from now on. */
async function listen(frame: { evaluate(work: () => void): Promise<unknown> }): Promise<void> {
  await frame.evaluate(() => {
    const count = (globalThis as unknown as { countInput: (what: string) => void }).countInput;
    addEventListener('pointerdown', () => count('click'), { capture: true });
    addEventListener('keydown', ({ key }) => count(`key ${key}`), { capture: true });
  });
}

let began = 0;

test('a file in the Explorer leads to its form', async () => {
  const file = window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'customers.csv' });
  await file.waitFor();
  await listen(window.page.mainFrame());
  began = performance.now();
  await file.click({ button: 'right' });
  const import_ = window.page.locator('.context-view .action-menu-item', { hasText: 'Import…' });
  await import_.waitFor();
  await import_.click();
  const form = await window.frameWith('form.form');
  await form.locator('#columns').waitFor();
  await listen(form.locator('body').page().frames().at(-1) ?? window.page.mainFrame());
});

test('the form has found types, key, label, features and slices', async () => {
  const form = await window.frameWith('form.form');
  const summary = (await form.locator('.summary').innerText()).replace(/\s+/g, ' ');
  expect(summary).toContain('Key customer_id Unique in every row.');
  expect(summary).toContain('Label left 2 different values.');
  expect(summary).toMatch(/Learns from region, since, orders, spent /);
  expect(summary).toContain('Slices region');
  expect(await form.locator('header.top').innerText()).toContain('20,000 rows');
  await window.page.mouse.move(800, 790);
  await window.picture('first-form', true);
});

test('Import and Train leads to a model in its own panel, in no more than eight clicks and keys', async () => {
  const form = await window.frameWith('form.form');
  await clickSurely(form.locator('vscode-button', { hasText: 'Import and Train' }));
  const panel = await window.frameWith('.finding');
  await panel.locator('svg .point[aria-label^="m1 at customers_v1"]').waitFor();
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `from the file to m1: ${inputs.length} inputs (${inputs.join(', ')}), ${seconds.toFixed(1)} s with this walk's pictures`,
  );
  expect(inputs.length).toBeGreaterThan(0);
  expect(inputs.length).toBeLessThanOrEqual(8);
  await window.picture('first-model', true);
});

test('what was chosen is in deltatrain.json, and the store is not for version control', () => {
  const written = JSON.parse(readFileSync(join(folder, 'deltatrain.json'), 'utf8')) as {
    trainings: Record<string, Record<string, unknown>>;
  };
  expect(written.trainings['customers']).toMatchObject({
    connection: 'local',
    table: 'data.customers',
    key: ['customer_id'],
    label: 'left',
    features: ['region', 'since', 'orders', 'spent'],
    slices: ['region'],
  });
  expect(readFileSync(join(folder, '.deltatrain/.gitignore'), 'utf8')).toBe('*\n');
});

test('the training is edited in the same form, from its panel', async () => {
  const panel = await window.frameWith('.finding');
  await clickSurely(panel.locator('button.link', { hasText: 'Edit…' }));
  const form = await window.frameWith('form.form');
  await form.locator('h1', { hasText: 'Training customers' }).waitFor();
  await form.getByLabel('Seed').fill('7');
  await clickSurely(form.locator('vscode-button', { hasText: /^\s*Save\s*$/ }));
  await panel.locator('.plan', { hasText: 'seed 7' }).waitFor();
});

test('the light theme shows the same form', async () => {
  await workbench.run('Preferences: Toggle between Light/Dark Themes');
  await window.page.locator('.monaco-workbench.vs').waitFor();
  const panel = await window.frameWith('.finding');
  await clickSurely(panel.locator('button.link', { hasText: 'Edit…' }));
  const form = await window.frameWith('form.form');
  await form.locator('body.vscode-light').waitFor();
  await window.picture('first-form-light', true);
});

test('nothing broke and nothing was refused in any page', () => {
  expect(workbench.problems).toEqual([]);
});
