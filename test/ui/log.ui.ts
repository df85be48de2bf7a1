// The extension is found, started by one of its commands, and shows its log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkbench, type Workbench } from './workbench.ts';

const folder = mkdtempSync(join(tmpdir(), 'deltatrain-log-'));
let workbench: Workbench;
beforeAll(async () => {
  workbench = await openWorkbench(folder);
});
afterAll(async () => {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

const isShown = (target: Locator): Promise<boolean> =>
  target.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );

test('Show Log, from the palette, opens the output of DeltaTrain', async () => {
  const chosen = workbench.page.locator('.panel select, .part.panel .monaco-select-box').first();
  // On a busy machine a window that has just opened may drop what a command asks of its panel, without a word; a person asks again.
  await expect
    .poll(
      async () => {
        await workbench.run('DeltaTrain: Show Log');
        return isShown(chosen);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  expect(await chosen.evaluate((box: HTMLSelectElement) => box.selectedOptions[0]?.text ?? box.textContent)).toContain(
    'DeltaTrain',
  );
});
