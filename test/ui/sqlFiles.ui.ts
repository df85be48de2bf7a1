// What a person sees of a SQL file without touching it: the lenses of the story stand there, also in a file opened later.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clickSurely, openWorkbench, type Workbench } from './workbench.ts';

const folder = mkdtempSync(join(tmpdir(), 'deltatrain-sql-'));
let workbench: Workbench;
beforeAll(async () => {
  workbench = await openWorkbench(folder);
});
afterAll(async () => {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

const lens = (text: string) => workbench.page.locator('.codelens-decoration', { hasText: text }).first();

test('Open the Sample shows the lenses of the story, though nobody types in it', async () => {
  await workbench.run('DeltaTrain: Open the Sample');
  await clickSurely(workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'In deltatrain-sql-' }));
  await workbench.page.locator('.tab', { hasText: 'story.sql' }).waitFor();
  await lens('Run on local').waitFor();
  await lens('exists').waitFor();
  // Nothing covers the story: the walkthrough is for who looks at the view by themselves.
  const tabs = await workbench.page.locator('.tab').allInnerTexts();
  expect(tabs.map((tab) => tab.replaceAll(/\s/g, ''))).toEqual(['story.sql']);
});

test('a file that comes later has its lenses too', async () => {
  writeFileSync(join(folder, 'later.sql'), "SELECT COUNT(*) FROM noaa.weather {SNAPSHOT = 'weather_v1'};\n");
  await workbench.page.keyboard.press('Control+P');
  await workbench.page.locator('.quick-input-widget input').first().fill('later.sql');
  await clickSurely(workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'later.sql' }).first());
  await workbench.page.locator('.tab.active', { hasText: 'later.sql' }).waitFor();
  await lens('Run on local').waitFor();
  await expect.poll(() => workbench.page.locator('.codelens-decoration').count()).toBe(1);
});
