// The built webview in a real browser, in a page like VS Code's: strict content policy, its colours, a host that answers.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { PageKind, PanelView } from '../../../src/protocol/panel.ts';
import { panelHtml } from '../../../src/protocol/panelPage.ts';
import { ensureBrowser } from '../../../tools/browser.mjs';
import type { Given, GivenChange } from './fakeHost.ts';

const root = join(import.meta.dirname, '../../..');
export const pictures = join(root, 'reports/pictures');

export const themes = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type Theme = (typeof themes)[number];

const pageKinds: readonly PageKind[] = ['training', 'results', 'form'];

interface ThemeFile {
  readonly kind: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

const themeOf = (theme: Theme): ThemeFile =>
  JSON.parse(readFileSync(join(root, `test/fixtures/themes/${theme}.json`), 'utf8')) as ThemeFile;

export interface PanelBrowser {
  /** A page of its own; closed with the browser. */
  open(options: {
    readonly view: PanelView;
    readonly theme?: Theme;
    readonly width?: number;
    readonly height?: number;
    readonly scale?: number;
    readonly reducedMotion?: boolean;
    readonly resultRows?: number;
    /** Messages that are lost at first. */
    readonly lost?: Partial<Given['lost']>;
    /** Without it the worker is a small one that answers what it is sent. */
    readonly realTrainer?: boolean;
  }): Promise<Page>;
  close(): Promise<void>;
}

/** New York's rain and sun of 2014 exchanged, as the sample's bad import does, and two rows that came and went. */
function sampleDelta(): { columns: Given['columns']; delta: GivenChange[] } {
  const [head = '', ...lines] = readFileSync(join(root, 'media/sample/weather.csv'), 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const types: Record<string, string> = { location: 'VARCHAR(20)', date: 'DATE', weather: 'VARCHAR(20)' };
  const columns = names.map((name) => ({ name, type: types[name] ?? 'DOUBLE' }));
  const label = names.indexOf('weather');
  const rows = lines.map((line) =>
    line.split(',').map((text, i) => (columns[i]?.type === 'DOUBLE' ? Number(text) : text)),
  );
  const delta: GivenChange[] = [];
  rows.forEach((row, i) => {
    const [location, date] = row as [string, string];
    const hash = ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0').padEnd(32, '0');
    const swapped = row.map((value, c) =>
      c !== label ? value : value === 'rain' ? 'sun' : value === 'sun' ? 'rain' : value,
    );
    if (location === 'New York' && date.startsWith('2014') && swapped[label] !== row[label])
      delta.push({ flag: 'updated', before: row, after: swapped, hash });
    if (location === 'New York' && date === '2015-01-01')
      delta.push({ flag: 'inserted', before: null, after: row, hash });
    if (location === 'Seattle' && date === '2012-02-29')
      delta.push({ flag: 'deleted', before: row, after: null, hash });
  });
  return { columns, delta };
}

/** What VS Code puts before a webview's own styles, as far as it shows. */
const defaultStyles = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
}`;

/** A worker that answers what it is sent, and tells whether it was given the buffer or a copy of it. */
const echoTrainer = `onmessage = ({ data }) => {
  if (data === 'fail') throw new Error('the kernel broke');
  if (data.bytes) data.bytes[0]++;
  postMessage({ got: data });
};`;

export async function openPanels(): Promise<PanelBrowser> {
  const found = ensureBrowser();
  const browser: Browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox'] });
  const bundled = await build({
    entryPoints: [join(import.meta.dirname, 'fakeHost.ts')],
    bundle: true,
    format: 'iife',
    write: false,
  });
  const hostScript = bundled.outputFiles[0]?.text ?? '';
  const { columns, delta } = sampleDelta();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/') {
      const source = `http://${request.headers.host}`;
      const page = pageKinds.find((kind) => kind === url.searchParams.get('page')) ?? 'training';
      const at = (file: string): string => `${source}/${file}`;
      const html = panelHtml({
        ...{ page, title: 'weather', nonce: 'n0nce', source },
        ...{
          script: at('webview.js'),
          style: at('webview.css'),
          trainer: at(url.searchParams.has('real') ? 'trainer.js' : 'echo.js'),
        },
      });
      // VS Code writes its styles with the page's nonce as well.
      const { kind, name, variables } = themeOf((url.searchParams.get('theme') ?? 'dark') as Theme);
      const colours = Object.entries(variables).map(([variable, value]) => `${variable}: ${value};`);
      const styled = html
        .replace('<link', `<style nonce="n0nce">:root { ${colours.join(' ')} } ${defaultStyles}</style><link`)
        .replace('<body', `<body class="${kind}" data-vscode-theme-kind="${kind}" data-vscode-theme-name="${name}"`);
      response.setHeader('content-type', 'text/html; charset=utf-8').end(styled);
    } else if (url.pathname === '/echo.js') response.setHeader('content-type', 'text/javascript').end(echoTrainer);
    else if (/^\/(webview\.js|webview\.css|trainer\.js)$/.test(url.pathname))
      response
        .setHeader('content-type', url.pathname.endsWith('css') ? 'text/css' : 'text/javascript')
        .end(readFileSync(join(root, 'dist', url.pathname)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    async open({
      view,
      theme = 'dark',
      width = 1280,
      height = 900,
      scale = 1,
      reducedMotion = true,
      resultRows = 1_000_000,
      lost = {},
      realTrainer = false,
    }) {
      const context = await browser.newContext({
        viewport: { width, height },
        deviceScaleFactor: scale,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      const page = await context.newPage();
      const losses = { toHost: 0, toPage: 0, ...lost };
      const given: Given = { view, columns, keyColumns: 2, delta, resultRows, lost: losses };
      await page.addInitScript((handed) => {
        window.given = handed;
      }, given);
      await page.addInitScript(hostScript);
      await page.goto(`http://127.0.0.1:${port}/?page=${view.page}&theme=${theme}${realTrainer ? '&real' : ''}`);
      await page.locator(view.page === 'results' ? '.results' : 'header.top').waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
