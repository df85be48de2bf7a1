import { expect, test } from 'vitest';
import { PageCache } from '../../webview/ui/pageCache.ts';

/** A page as its source gives it: where it starts, and the rows that there were. */
interface Page {
  readonly start: number;
  readonly total: number;
}

/** A source of `total` rows whose pages come when the test lets them. */
function source(total = 100_000) {
  let inAll = total;
  const grow = (to: number): void => {
    inAll = to;
  };
  const asked: { start: number; resolve(): Promise<void>; reject(): Promise<void>; signal: AbortSignal }[] = [];
  const arrived: number[] = [];
  const failed: unknown[] = [];
  const settled = () => new Promise<void>((resolve) => void setTimeout(resolve));
  const cache = new PageCache<Page>({
    pageRows: 100,
    fetch: (start, rows, signal) =>
      new Promise((resolve, reject) => {
        expect(rows).toBe(100);
        asked.push({
          start,
          signal,
          resolve: () => (resolve({ start, total: inAll }), settled()),
          reject: () => (reject(new Error(`page at ${start}`)), settled()),
        });
      }),
    total: (page) => page.total,
    arrived: ({ start }) => arrived.push(start),
    failed: (error) => failed.push(error),
  });
  const starts = () => asked.map((one) => one.start);
  return { cache, asked, arrived, failed, starts, grow };
}

test('what is in view comes first, then the page on either side, two at a time', async () => {
  const { cache, asked, starts, arrived } = source();
  cache.need(250, 290, 1_000);
  expect(starts()).toEqual([200, 300]);
  expect(cache.find(255)).toBeUndefined();
  await asked[0]?.resolve();
  expect(cache.find(255)).toMatchObject({ page: { start: 200 }, index: 55 });
  expect(starts()).toEqual([200, 300, 100]);
  expect(arrived).toEqual([200]);
});

test('wishes that were overtaken lapse: a long scroll asks only for where it ends', async () => {
  const { cache, asked, starts } = source();
  for (let row = 0; row < 90_000; row += 500) cache.need(row, row + 30, 100_000);
  expect(starts()).toEqual([0, 100]);
  await asked[0]?.resolve();
  await asked[1]?.resolve();
  expect(starts().slice(2)).toEqual([89_500, 89_600]);
});

test('nothing beyond the last row is asked for', () => {
  const { cache, starts } = source();
  cache.need(0, 40, 37);
  expect(starts()).toEqual([0]);
  cache.need(0, 0, 0);
  expect(starts()).toEqual([0]);
});

test('a page that was the last one is asked for again when more rows are there', async () => {
  const { cache, asked, starts, grow } = source(140);
  cache.need(0, 40, 140);
  await asked[0]?.resolve();
  await asked[1]?.resolve();
  cache.need(100, 140, 140);
  expect(starts()).toEqual([0, 100]);
  grow(180);
  cache.need(100, 160, 180);
  expect(starts()).toEqual([0, 100, 100]);
  // What is there is shown meanwhile.
  expect(cache.find(120)).toEqual({ page: { start: 100, total: 140 }, index: 20 });
  await asked[2]?.resolve();
  cache.need(100, 160, 180);
  expect(starts()).toEqual([0, 100, 100]);
});

test('a page that failed is told once, and asked for again only with the next wish', async () => {
  const { cache, asked, starts, failed } = source();
  cache.need(0, 10, 50);
  await asked[0]?.reject();
  expect(failed).toHaveLength(1);
  expect(starts()).toEqual([0]);
  cache.need(0, 10, 50);
  expect(starts()).toEqual([0, 0]);
});

test('clear forgets pages, and what arrives late is dropped', async () => {
  const { cache, asked, arrived } = source();
  cache.need(0, 10, 50);
  cache.clear();
  expect(asked[0]?.signal.aborted).toBe(true);
  await asked[0]?.resolve();
  expect(arrived).toEqual([]);
  expect(cache.find(0)).toBeUndefined();
});

test('the pages used longest ago are forgotten', async () => {
  let arrived = (): void => {};
  const cache = new PageCache<Page>({
    pageRows: 100,
    fetch: (start) => Promise.resolve({ start, total: 8_000 }),
    total: (page) => page.total,
    arrived: () => arrived(),
    failed: () => expect.fail(),
  });
  for (let page = 0; page < 80; page++) {
    const here = new Promise<void>((resolve) => {
      arrived = () => cache.find(page * 100) !== undefined && resolve();
    });
    cache.need(page * 100, page * 100 + 10, 8_000);
    if (cache.find(page * 100) === undefined) await here;
  }
  expect(cache.find(0)).toBeUndefined();
  expect(cache.find(7_900)).toBeDefined();
});
