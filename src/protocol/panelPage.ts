/** The HTML that hosts the panel's bundle, under a policy that lets nothing else in; also what the browser tests open. */
import type { PageKind } from './panel.ts';

export interface PanelPage {
  readonly page: PageKind;
  readonly title: string;
  /** Fresh for every page: letters and digits. */
  readonly nonce: string;
  /** `webview.cspSource` */
  readonly source: string;
  /** Addresses of dist/webview.js, dist/webview.css and dist/trainer.js as the page can load them. */
  readonly script: string;
  readonly style: string;
  readonly trainer: string;
}

/** `worker-src blob:`: the trainer is fetched as text and started from a blob. `wasm-unsafe-eval`: its kernel is WASM. */
export const panelPolicy = (nonce: string, source: string): string =>
  [
    `default-src 'none'`,
    `img-src ${source} data:`,
    `font-src ${source}`,
    `style-src ${source} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `worker-src blob:`,
    `connect-src ${source} blob:`,
  ].join('; ');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The page as text. `nonce` must be new for every page: it is what lets the one script run. */
export function panelHtml(page: PanelPage): string {
  const { nonce } = page;
  // The toolkit looks for the nonce in a meta element of this property when it makes style elements.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(panelPolicy(nonce, page.source))}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${escaped(page.style)}">
</head>
<body data-page="${page.page}" data-trainer="${escaped(page.trainer)}">
<main id="app"></main>
<script type="module" nonce="${escaped(nonce)}" src="${escaped(page.script)}"></script>
</body>
</html>
`;
}
