// Real VS Code on a workspace in a real browser, for the walks beside this file. The extension is the built
// tree, or the VSIX that DELTATRAIN_VSIX names, which is what `npm test` walks.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { installVsix, linkTree } from '../../tools/extension.mjs';
import { startBrowser, startServer } from '../../tools/vscode-web.mjs';

const root = join(import.meta.dirname, '../..');

export interface Workbench {
  readonly page: Page;
  /** Runs a command by its title, as a person does with F1. */
  run(title: string): Promise<void>;
  /** The document of the panel that is shown. */
  panel(): FrameLocator;
  /** What the pages inside VS Code reported so far: errors, and what their content policy refused. */
  readonly problems: readonly string[];
  /** What the log of DeltaTrain says so far. */
  log(this: void): string;
  /** Keeps a picture of the window in reports/pictures. */
  picture(this: void, name: string): Promise<void>;
  close(): Promise<void>;
}

/** The windows of the walk that runs, for what is told of one that fails. */
export const openWindows = new Set<Workbench>();

/** Opens a folder, or no folder, in a window of its own; `settings` are the user's. */
export async function openWorkbench(
  folder: string | undefined,
  settings: Record<string, unknown> = {},
): Promise<Workbench> {
  const own = mkdtempSync(join(tmpdir(), 'deltatrain-ui-'));
  const extensionsFolder = join(own, 'extensions');
  const vsix = process.env['DELTATRAIN_VSIX'];
  if (vsix === undefined) linkTree(extensionsFolder);
  else installVsix(vsix, extensionsFolder, join(own, 'install'));
  // Not in development mode, which hides the notifications that a person sees.
  const server = await startServer({ development: false, extensionsFolder, settings });
  const { browser, page } = await startBrowser();
  const problems = problemsOf(page);
  await page.goto(server.url({ workspace: folder }));
  await page.waitForSelector('.monaco-workbench .statusbar-item');
  // Before it has settled, VS Code drops what a command asks of its panel, without a word. Nobody is as fast as a test.
  await page.waitForFunction(() => performance.getEntriesByName('code/LifecyclePhase/Eventually').length > 0);
  const workbench: Workbench = {
    page,
    async run(title) {
      const palette = page.locator('.quick-input-widget').first();
      const row = palette.locator('.monaco-list-row.focused', { hasText: title });
      const ran = async (): Promise<boolean> => {
        await page.keyboard.press('F1');
        await palette.locator('input').first().fill(`>${title}`);
        if (!(await came(row.waitFor({ timeout: 3000 })))) return false;
        await page.keyboard.press('Enter');
        return came(row.waitFor({ state: 'hidden', timeout: 3000 }));
      };
      // The palette lists what is known when it opens, and a window that has just opened does not know its extensions.
      const deadline = performance.now() + 60_000;
      while (!(await ran())) {
        if (performance.now() > deadline) throw new Error(`the palette has no command "${title}"`);
        await page.keyboard.press('Escape');
      }
    },
    problems,
    log: () => logOf(server.folder),
    panel: () => page.frameLocator('iframe.webview.ready').frameLocator('#active-frame'),
    async picture(name) {
      const pictures = join(root, 'reports/pictures');
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    },
    async close() {
      openWindows.delete(workbench);
      await browser.close();
      await server.stop();
      rmSync(own, { recursive: true, force: true });
    },
  };
  openWindows.add(workbench);
  return workbench;
}

/** The server keeps a file for each channel of each window. */
const logOf = (serverFolder: string): string =>
  globSync('data/logs/**/DeltaTrain.log', { cwd: serverFolder })
    .map((file) => readFileSync(join(serverFolder, file), 'utf8'))
    .join('');

/** Whether what is waited for came in its time. */
const came = (wait: Promise<unknown>): Promise<boolean> =>
  wait.then(
    () => true,
    () => false,
  );

/**
 * Clicks what VS Code may draw anew at any moment: where that happens between the press and the release of the button, the
 * element never hears of the click, and a person clicks again. `over` is what shows the target while the mouse is over it.
 */
export async function clickSurely(target: Locator, over?: Locator): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    await over?.hover();
    const element = await target.elementHandle();
    if (element === null) continue;
    await element.evaluate((one: Element) => {
      one.removeAttribute('data-clicked');
      one.addEventListener('click', () => one.setAttribute('data-clicked', ''), { capture: true, once: true });
    });
    await came(element.click({ timeout: 5000 }));
    // What a click removes has heard it.
    if (await element.evaluate((one: Element) => one.hasAttribute('data-clicked'))) return;
  }
  throw new Error(`nothing hears a click on ${String(target)}`);
}

/** The workbench has errors of its own, such as files that only its desktop has; those of a webview name its frame. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    const { url } = message.location();
    const isOurs = /deltatrain|\/webview\/|[?&]id=/.test(url);
    const isRefusal = /Content Security Policy/i.test(message.text());
    if (message.type() === 'error' && (isOurs || isRefusal)) problems.push(`${message.text()} (${url})`);
  });
  return problems;
}
