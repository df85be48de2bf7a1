/** Cached rows are the store's, whatever became of the table and of those who use them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { atSnapshot } from '../../src/data/version.ts';
import { sql } from '../app/support/bench.ts';
import { level, basis, cached, rowsOf, requests, expectSame, next } from './support/cachedRows.ts';

vi.setConfig({ testTimeout: 300_000 });

describe('cached rows', () => {
  test.each([
    { blockRows: 7, sortedRows: 50 },
    { blockRows: 64, sortedRows: 100_000 },
    { blockRows: 8_192, sortedRows: 300 },
  ])(
    'are those of the store at every snapshot, in every range, sample and number ($blockRows a block)',
    async (sizes) => {
      const { own, cache, again } = await cached(sizes);
      await own.createSnapshot('v0', level);
      await expectSame(cache, own, 'v0');
      for (let round = 1; round <= 4; round++) await expectSame(cache, own, await next(own, round));
      for (const snapshot of ['v4', 'v2', 'v0']) await expectSame(again(sizes), own, snapshot);
    },
  );

  test('are read from the store once, and later only what changed', async () => {
    const { own, cache, again, calls, reads } = await cached();
    await own.createSnapshot('v0', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v0') });
    expect(reads()).toBe(2);
    await expectSame(cache, own, 'v0');
    expect(reads()).toBe(2);
    await next(own, 1);
    calls.length = 0;
    for (const request of requests('v1', 'one')) await rowsOf(cache, request);
    for (const request of requests('v1', 'other')) await rowsOf(again(), request);
    expect(calls.filter((name) => name === 'readRows')).toEqual([]);
    expect(calls.filter((name) => name === 'readDelta')).toEqual(['readDelta']);
  });

  test('of an overlay that has grown become a new base when nobody waits', async () => {
    const { own, cache, again, files, reads } = await cached({ mostEntries: 10 });
    await own.createSnapshot('v0', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v0') });
    await expectSame(cache, own, await next(own, 1));
    expect(files('.over')).toHaveLength(1);
    await cache.settle();
    expect([files('.rows').length, files('.over').length]).toEqual([1, 0]);
    const before = reads();
    await expectSame(again(), own, 'v1');
    expect(reads()).toBe(before);
    await expectSame(again(), own, await next(own, 2));
  });

  test('are not made of a small table, of the live table, and of a key that is none', async () => {
    const { own, cache, again, place } = await cached();
    await own.createSnapshot('v0', level);
    await rowsOf(again({ leastRows: 901 }), { ...basis, at: atSnapshot('v0') });
    await rowsOf(cache, { ...basis, at: { kind: 'live' } });
    const wrong = { ...basis, key: ['colour'], at: atSnapshot('v0') };
    await expect(rowsOf(cache, wrong)).rejects.toMatchObject({ code: 'table.duplicateKey' });
    expect(readdirSync(path.dirname(place)).includes('store.db.rows') ? readdirSync(place) : []).not.toContain('.rows');
    await sql(own, `INSERT INTO shop.samples VALUES (5000, NULL, NULL, NULL)`);
    await own.createSnapshot('v1', level);
    await expect(rowsOf(cache, { ...basis, key: ['x'], at: atSnapshot('v1') })).rejects.toMatchObject({
      code: 'value.refused',
    });
  });

  test('are not made for who looks at a row once, and are used by them where they are there', async () => {
    const { own, cache, files, reads } = await cached();
    await own.createSnapshot('v0', level);
    const { again: _again, ...once } = { ...basis, at: atSnapshot('v0'), limit: 3 };
    await rowsOf(cache, once);
    expect(files()).toEqual([]);
    await rowsOf(cache, { ...basis, at: atSnapshot('v0') });
    const before = reads();
    expect(await rowsOf(cache, once)).toEqual(await rowsOf(own, once));
    expect(reads()).toBe(before);
  });

  test('lie in a folder of its owner, out of version control', async () => {
    const { own, cache, place, files } = await cached();
    await own.createSnapshot('v0', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v0') });
    await rowsOf(cache, { ...basis, at: atSnapshot(await next(own, 1)) });
    expect(files()).toHaveLength(2);
    if (process.platform !== 'win32') {
      for (const file of files()) expect(statSync(path.join(place, file)).mode & 0o777).toBe(0o600);
      expect(statSync(place).mode & 0o777).toBe(0o700);
    }
    expect(readFileSync(path.join(place, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('of a snapshot, a table or all of them go when those do', async () => {
    const { own, cache, again, files } = await cached();
    await own.createSnapshot('v0', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v0') });
    await rowsOf(cache, { ...basis, at: atSnapshot(await next(own, 1)) });
    await own.dropSnapshot('v1');
    cache.dropSnapshot('v1');
    expect(files()).toHaveLength(1);
    await own.dropSnapshot('v0');
    cache.dropSnapshot('v0');
    expect(files()).toEqual([]);
    await own.createSnapshot('v2', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v2') });
    // Another program drops it.
    await own.dropSnapshot('v2');
    await again().settle();
    expect(files()).toEqual([]);
    await own.createSnapshot('v3', level);
    await rowsOf(cache, { ...basis, at: atSnapshot('v3') });
    expect(cache.clear()).toBeGreaterThan(1_000);
    expect(cache.bytes()).toBe(0);
    await expectSame(cache, own, 'v3');
  });

  test('take no more room than they may', async () => {
    const { own, again, files } = await cached();
    await own.createSnapshot('v0', level);
    const small = again({ maxBytes: 20_000 });
    await expectSame(small, own, 'v0');
    expect(files()).toEqual([]);
    const roomy = again({ maxBytes: 110_000 });
    for (const salt of ['a', 'b', 'c', 'd']) await rowsOf(roomy, { ...basis, salt, at: atSnapshot('v0') });
    expect(roomy.bytes()).toBeLessThanOrEqual(110_000);
    expect(files('.rows').length).toBeGreaterThan(0);
    expect(files('.rows').length).toBeLessThan(4);
  });
});
