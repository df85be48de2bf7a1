// The trainer in a browser's worker, started as the panel starts it and under its content policy: the same bits as in Node.
import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeltaPage } from '../../src/data/change.ts';
import type { RowPage } from '../../src/data/page.ts';
import type { RowSet } from '../../src/data/trainer.ts';
import type { Plan } from '../../src/data/training.ts';
import { panelPolicy } from '../../src/protocol/panelPage.ts';
import { ensureBrowser } from '../../tools/browser.mjs';
import { type Bundle, bundleTrainer, forkTrainer } from '../train/support/bundle.ts';
import { changedTable, shop, shopRows } from '../train/support/shop.ts';
import { type Case, caseOf } from '../train/support/cases.ts';

const root = path.resolve(import.meta.dirname, '../..');
const nonce = 'n0nce';
const sets: readonly RowSet[] = ['train', 'replay', 'validation', 'test'];

/** What the page is given for a run, and what it answers; `parent` is the artifact of the run before. */
export interface PageRun {
  readonly plan: Plan;
  readonly withParent: boolean;
  readonly pages: Readonly<Record<RowSet, readonly RowPage[]>>;
  readonly changes: readonly DeltaPage[];
}
export interface PageAnswer {
  readonly weightsSha256: string;
  readonly artifactSha256: string;
  readonly events: number;
}

let bundle: Bundle;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  bundle = await bundleTrainer();
  const client = await build({
    absWorkingDir: root,
    entryPoints: ['test/ui/trainerPage.ts'],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  const files: Record<string, { type: string; body: string }> = {
    '/': {
      type: 'text/html',
      body: `<!doctype html><title>Trainer</title><script nonce="${nonce}" src="/page.js"></script>`,
    },
    '/page.js': { type: 'text/javascript', body: client.outputFiles[0]?.text ?? '' },
    '/trainer.js': { type: 'text/javascript', body: readFileSync(bundle.file, 'utf8') },
  };
  server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    const policy = panelPolicy(nonce, `http://${request.headers.host}`);
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.type ?? 'text/plain',
      'content-security-policy': policy,
    });
    response.end(file?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
  bundle.remove();
});

async function pagesOf(one: Case): Promise<Pick<PageRun, 'pages' | 'changes'>> {
  const pages = {} as Record<RowSet, RowPage[]>;
  for (const set of sets) {
    pages[set] = [];
    for await (const page of one.rows.read(set)) pages[set].push(page);
  }
  const changes: DeltaPage[] = [];
  for await (const page of one.rows.changes('parent')) changes.push(page);
  return { pages, changes };
}

test('a full fit and a delta run give the same artifact as in Node', async () => {
  const first = shop(0, 2_000);
  const second = changedTable(first, shopRows(2_000, 2_400));
  const cases = [caseOf(first), caseOf(second, { before: first })];
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const node = forkTrainer(bundle.file, []);
  let parent: Uint8Array | null = null;
  for (const one of cases) {
    const job = { plan: one.plan, parent, baseline: null };
    const expected = await node.trainer.run(job, one.rows, new AbortController().signal, () => {});
    const given: PageRun = { plan: one.plan, withParent: parent !== null, ...(await pagesOf(one)) };
    const answer = (await page.evaluate(
      (run) => (globalThis as unknown as { train(run: unknown): Promise<unknown> }).train(run),
      given,
    )) as PageAnswer;
    expect(answer.weightsSha256).toBe(expected.weightsSha256);
    expect(answer.artifactSha256).toBe(expected.artifactSha256);
    expect(answer.events).toBeGreaterThan(3);
    parent = expected.artifact;
  }
  await node.stop();
});
