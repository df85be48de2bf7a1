// A MatrixOne server as a person meets it, in the window: the form, the tree, a delta with its way, the dialog of a restore.
// On a live server only: MATRIXONE_URL=mysql://root:111@127.0.0.1:6001; without it nothing of this is run, aloud.
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConnectionUri } from '../../src/app/config/connectionUri.ts';
import { MatrixoneStore } from '../../src/stores/matrixone/store.ts';
import { LoopWindow } from './loop/window.ts';
import { clickSurely, openWorkbench, type Workbench } from './workbench.ts';

const url = process.env['MATRIXONE_URL'] ?? '';
const mark = `dtui${process.pid}`;
const database = `${mark}_shop`;
const role = `${mark}_role`;

async function withStore(work: (store: MatrixoneStore) => Promise<void>): Promise<void> {
  const { host, port, user, password } = parseConnectionUri(url);
  const store = await MatrixoneStore.open({
    ...{ host, port, user: user ?? 'root', password, database: null, tls: 'off', ca: null },
    readOnly: false,
    statementTimeoutSeconds: 60,
  });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

async function run(store: MatrixoneStore, statements: readonly string[]): Promise<void> {
  for (const sql of statements) for await (const page of store.query({ sql })) expect(page).toBeDefined();
}

const rows = Array.from({ length: 400 }, (_, i) => `(${i + 1}, 'item ${i + 1}', 'new', ${(i % 90) + 0.5})`).join(', ');

const prepare = (store: MatrixoneStore): Promise<void> =>
  run(store, [
    `CREATE DATABASE ${database}`,
    `CREATE TABLE ${database}.orders (id INT PRIMARY KEY, name VARCHAR(40), state ENUM('new', 'sent', 'paid'), price DECIMAL(10, 2))`,
    `INSERT INTO ${database}.orders VALUES ${rows}`,
    `CREATE TABLE ${database}.stock (id INT PRIMARY KEY, name VARCHAR(40), n INT)`,
    `INSERT INTO ${database}.stock VALUES (1, 'bolt', 5), (2, 'nut', 7), (3, 'washer', 9)`,
    `CREATE SNAPSHOT ${mark}_orders FOR TABLE ${database} orders`,
    `CREATE SNAPSHOT ${mark}_stock FOR TABLE ${database} stock`,
    `CREATE PITR ${mark}_week FOR DATABASE ${database} RANGE 7 'd'`,
    `CREATE ROLE ${role}`,
    `GRANT SELECT ON TABLE ${database}.orders TO ${role}`,
    `UPDATE ${database}.orders SET state = 'sent', price = price + 1 WHERE id % 7 = 0`,
    `DELETE FROM ${database}.orders WHERE id % 50 = 0`,
    `INSERT INTO ${database}.stock VALUES (4, 'rivet', 1)`,
  ]);

async function cleanUp(store: MatrixoneStore): Promise<void> {
  const all = await store.snapshots();
  for (const { name, database: of } of all)
    if (of === database || name.startsWith(mark)) await store.dropSnapshot(name);
  await run(store, [
    `DROP PITR IF EXISTS ${mark}_week`,
    `DROP DATABASE IF EXISTS ${database}`,
    `DROP ROLE IF EXISTS ${role}`,
  ]);
}

const themes = url === '' ? [] : (['Default Dark Modern', 'Default Light Modern'] as const);

describe.skipIf(url !== '')('a server in the window (SKIPPED: set MATRIXONE_URL to a live MatrixOne server)', () => {
  test('is not shown', () => expect(url).toBe(''));
});

describe.each(themes)('a server in the window, %s', (theme) => {
  let workbench: Workbench;
  let window: LoopWindow;
  const picture = async (name: string): Promise<void> => {
    const tone = theme.includes('Dark') ? 'dark' : 'light';
    await workbench.picture(`matrixone-${name}-${tone}`);
    await window.page.setViewportSize({ width: 800, height: 800 });
    await workbench.picture(`matrixone-${name}-${tone}-800`);
    await window.page.setViewportSize({ width: 1280, height: 800 });
  };
  /** The box of a question; a choice has it where nothing is typed yet. */
  const question = (text: string): Locator =>
    window.page
      .locator(`.quick-input-widget:has-text("${text}"), .quick-input-widget:has(input[placeholder*="${text}"])`)
      .first();
  const answer = async (asked: string, text?: string): Promise<void> => {
    await question(asked).waitFor();
    if (text !== undefined) await question(asked).locator('input').last().fill(text);
    await window.page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    await withStore(prepare);
    workbench = await openWorkbench(undefined, { 'workbench.colorTheme': theme });
    window = new LoopWindow(workbench);
  });
  afterEach(({ task }) => (task.result?.state === 'fail' ? workbench.picture('matrixone-failed') : undefined));
  afterAll(async () => {
    await workbench?.close();
    await withStore(cleanUp);
  });

  test('is added by a form that tries it first', async () => {
    const { host, port, user, password } = parseConnectionUri(url);
    await clickSurely(window.page.locator('.activitybar [aria-label="DeltaTrain"]').first());
    await window.page.locator('.welcome-view-content', { hasText: 'add a connection' }).waitFor();
    await clickSurely(window.page.locator('.welcome-view-content a', { hasText: 'add a connection' }));
    await answer('MatrixOne server', 'MatrixOne');
    await question('Host and port, or a URI').waitFor();
    await picture('form');
    await answer('Host and port, or a URI', `mysql://${user}@${host}:${port}/${database}`);
    await answer('User: user');
    await answer('Password of', 'not it');
    await answer('Database of unqualified names');
    await question('Encrypt the connection?').waitFor();
    await picture('tls');
    await answer('Encrypt the connection');
    await question('refused the password').waitFor();
    await picture('refused');
    await answer('refused the password', password ?? '');
    await question('What is it for?').waitFor();
    await picture('tried');
    await answer('What is it for');
    await answer('Name of the connection', 'shop');
    await answer('Keep the password', 'window');
    await window.row('shop').waitFor();
    await window.toast('shop: MatrixOne').waitFor();
    await window.page.keyboard.press('Escape');
  });

  test('stands in the tree with its tables, which are counted on a click', async () => {
    await window.row('orders').waitFor();
    await window.row('Recovery Windows').waitFor();
    await clickSurely(window.row('orders'));
    await window.row('orders, +0 ~').waitFor();
    // A click counts where there is something to count; the keys open what is below.
    await window.page.keyboard.press('ArrowRight');
    await window.row(`${mark}_orders`).waitFor();
    await clickSurely(window.row('Recovery Windows'));
    await window.row(`${mark}_week`).waitFor();
    await window.page.mouse.move(800, 790);
    await picture('tree');
    await window.row('shop').hover();
    await window.page.locator('.workbench-hover', { hasText: 'for this window only' }).waitFor();
    await picture('tooltip');
    await window.page.mouse.move(800, 790);
  });

  test('shows a delta, and why it was found by comparing', async () => {
    await window.act(`${mark}_orders`, 'Show Delta', window.tab('Results: shop'));
    const results = await window.frameWith('.results .grid-row');
    await results.locator('.status', { hasText: 'Found by comparing' }).waitFor();
    await picture('delta');
  });

  test('says before a restore what it costs, and gives the grants back after it', async () => {
    await window.act(`${mark}_orders`, 'Restore', window.dialog('Restore'));
    await window.dialog('GRANT').waitFor();
    await picture('restore');
    await clickSurely(window.dialog('Restore').locator('.monaco-button', { hasText: /^Restore$/ }));
    await window.toast('verified').waitFor();
    await picture('restored');
    await clickSurely(window.toast('verified').locator('.monaco-button', { hasText: 'Open GRANT Statements' }));
    await window.page.locator('.view-line', { hasText: 'GRANT' }).first().waitFor();
    await picture('grants');
  });
});
