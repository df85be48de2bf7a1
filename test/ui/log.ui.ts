// The extension is found, started by one of its commands, and shows its log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('Show Log, from the palette, opens the output of DeltaTrain', async () => {
  await workbench.run('DeltaTrain: Show Log');
  const chosen = workbench.page.locator('.panel select, .part.panel .monaco-select-box').first();
  await chosen.waitFor();
  expect(await chosen.evaluate((box: HTMLSelectElement) => box.selectedOptions[0]?.text ?? box.textContent)).toContain(
    'DeltaTrain',
  );
});
