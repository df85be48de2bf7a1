// The trainer’s worker inside the panel, in a browser: the same bits as in Node, and what becomes of one that breaks.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Show, TrainingState } from '../../src/protocol/panel.ts';
import { expectSound } from './panel/checks.ts';
import { openPanels, type PanelBrowser, pictures } from './panel/openPanel.ts';
import { fourModels, oneModel } from './panel/panelData.ts';
import { qualityOf } from '../../src/words/measures.ts';
import { trainCase, trainInNode } from './panel/trainCase.ts';

let panels: PanelBrowser;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  panels = await openPanels();
});
afterAll(() => panels.close());

const viewOf = (state: TrainingState, show: Show | null = null) => ({
  strings: {},
  show,
  page: 'training' as const,
  state,
});

describe('the trainer’s worker', () => {
  test('trains on real rows inside the page: the same bits as in Node, nothing refused', async () => {
    const one = trainCase();
    const inNode = await trainInNode(one);
    const page = await panels.open({ view: viewOf(oneModel), realTrainer: true });
    const inPage = await page.evaluate(({ plan, columns, sets }) => window.fakeHost.train(plan, columns, sets), one);
    expect(inPage).toMatchObject({ weightsSha256: inNode.weightsSha256, accuracy: qualityOf(inNode.metrics) });
    expect(new Set(inPage.events)).toEqual(new Set(['reading', 'epoch', 'testing']));
    await expectSound(page);
  });

  const start = (page: Page): Promise<unknown> =>
    page.evaluate(() => window.fakeHost.caller.call('trainer/start', null));

  test('starts from a blob, gets the host’s messages with their buffers, and answers', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await start(page);
    await page.evaluate(() =>
      window.fakeHost.toTrainer({ t: 'item', bytes: Uint8Array.of(1, 2), big: BigInt64Array.of(2n ** 62n) }),
    );
    await page.waitForFunction(() => window.fakeHost.fromTrainer.length === 1);
    const got = await page.evaluate(() => {
      const { got: message } = window.fakeHost.fromTrainer[0] as { got: { bytes: Uint8Array; big: BigInt64Array } };
      return { bytes: [...message.bytes], big: message.big[0] === 2n ** 62n };
    });
    expect(got).toEqual({ bytes: [2, 2], big: true });
    await expectSound(page);
  });

  test('one that breaks is told as lost, and another can be started', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await start(page);
    await page.evaluate(() => window.fakeHost.toTrainer('fail'));
    await page.waitForFunction(() => window.fakeHost.lost.length === 1);
    expect(await page.evaluate(() => window.fakeHost.lost[0])).toContain('the kernel broke');
    await start(page);
    await page.evaluate(() => window.fakeHost.toTrainer({ again: true }));
    await page.waitForFunction(() => window.fakeHost.fromTrainer.length === 1);
  });

  test('one that is stopped answers nothing and is not told as lost', async () => {
    const page = await panels.open({ view: viewOf(fourModels) });
    await start(page);
    await page.evaluate(async () => {
      await window.fakeHost.caller.call('trainer/stop', null);
      window.fakeHost.toTrainer({ late: true });
      await window.fakeHost.caller.call('trainer/start', null);
      window.fakeHost.toTrainer({ next: true });
    });
    await page.waitForFunction(() => window.fakeHost.fromTrainer.length === 1);
    expect(await page.evaluate(() => window.fakeHost.fromTrainer)).toEqual([{ got: { next: true } }]);
    expect(await page.evaluate(() => window.fakeHost.lost)).toEqual([]);
  });
});
