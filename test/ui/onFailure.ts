// Where a walk fails, what its windows showed: a picture in reports/pictures, the text of what may have been in the way, and the log.
import { afterEach } from 'vitest';
import { openWindows } from './workbench.ts';

const TELLING = [
  '.quick-input-widget:visible',
  '.notification-toast:visible',
  '.monaco-dialog-box:visible',
  '.part.panel:visible',
  '.editor-group-container .tabs-container:visible',
];

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const { page, picture, log } of openWindows) {
    const name = `failed-${task.name.replaceAll(/\W+/g, '-')}`;
    await picture(name);
    console.log(`"${task.name}" failed: reports/pictures/${name}.png`);
    for (const selector of TELLING)
      for (const one of await page.locator(selector).allInnerTexts())
        console.log(`${selector}: ${one.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    console.log(`the log:\n${log().slice(-8000)}`);
  }
});
