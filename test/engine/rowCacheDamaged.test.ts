/** Cached rows that are not what they were, by another hand or a broken disk, are not believed. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { at } from '../../src/base/assert.ts';
import type { RowPage } from '../../src/data/page.ts';
import { atSnapshot } from '../../src/data/version.ts';
import type { CacheSettings } from '../../src/engine/rowCache/rowCache.ts';
import { insertSamples, sql } from '../app/support/bench.ts';
import { level, basis, cached, rowsOf, expectSame, next } from './support/cachedRows.ts';

vi.setConfig({ testTimeout: 300_000 });

describe('a cache that is wrong is not believed', () => {
  async function withVersions(settings: Partial<CacheSettings> = {}) {
    const all = await cached(settings);
    await all.own.createSnapshot('v0', level);
    await rowsOf(all.cache, { ...basis, at: atSnapshot('v0') });
    await rowsOf(all.cache, { ...basis, at: atSnapshot(await next(all.own, 1)) });
    all.cache.close();
    const of = (end: string): string => path.join(all.place, at(all.files(end), 0));
    return { ...all, base: of('.rows'), overlay: of('.over') };
  }

  test.each(['base', 'overlay'] as const)('a bit of the %s that is another one, wherever it is', async (which) => {
    const { own, again, ...files } = await withVersions();
    const whole = { base: readFileSync(files.base), overlay: readFileSync(files.overlay) };
    const random = seededRandom('flip');
    for (let flip = 0; flip < 60; flip++) {
      const bytes = Buffer.from(whole[which]);
      const place = flip < 16 ? bytes.length - 1 - flip : random.below(bytes.length);
      bytes[place] = at(bytes, place) ^ (1 << random.below(8));
      writeFileSync(files.base, whole.base);
      writeFileSync(files.overlay, whole.overlay);
      writeFileSync(files[which], bytes);
      const cache = again();
      const request = { ...basis, at: atSnapshot('v1'), withHash: true };
      expect(await rowsOf(cache, request)).toEqual(await rowsOf(own, request));
      cache.close();
    }
  });

  test.each(['base', 'overlay'] as const)('a %s that is cut anywhere, or empty', async (which) => {
    const { own, again, ...files } = await withVersions();
    const whole = { base: readFileSync(files.base), overlay: readFileSync(files.overlay) };
    const length = whole[which].length;
    for (const left of [0, 5, 12, Math.floor(length / 3), Math.floor(length / 2), length - 300, length - 1]) {
      writeFileSync(files.base, whole.base);
      writeFileSync(files.overlay, whole.overlay);
      truncateSync(files[which], left);
      await expectSame(again(), own, 'v1');
    }
  });

  test('a file of another salt in its place, and columns that it does not have', async () => {
    const { own, again, place, files, base } = await withVersions();
    const request = { ...basis, at: atSnapshot('v1') };
    const other = again();
    await rowsOf(other, { ...request, salt: 'split:2' });
    other.close();
    const second = at(
      files('.rows').filter((name) => path.join(place, name) !== base),
      0,
    );
    writeFileSync(base, readFileSync(path.join(place, second)));
    await expectSame(again(), own, 'v1');
    const few = { ...request, columns: ['x'] };
    const cache = again();
    cache.clear();
    expect(await rowsOf(cache, few)).toEqual(await rowsOf(own, few));
    expect(await rowsOf(cache, request)).toEqual(await rowsOf(own, request));
  });

  test('an overlay that is one delta too old, and one of another base', async () => {
    const { own, again, place, files, base, overlay } = await withVersions();
    const old = { base: readFileSync(base), overlay: readFileSync(overlay) };
    const cache = again();
    await expectSame(cache, own, await next(own, 2));
    cache.close();
    for (const file of files('.over')) writeFileSync(path.join(place, file), old.overlay);
    await expectSame(again(), own, 'v2');
    const anew = again();
    anew.clear();
    await expectSame(anew, own, 'v2');
    anew.close();
    const strange = Buffer.from(old.overlay);
    writeFileSync(overlay, strange);
    await expectSame(again(), own, 'v1');
  });

  test('one that another user wrote, or that came with a folder', async () => {
    const { own, again, base, cache } = await withVersions();
    cache.close();
    const stranger = again({ secret: Buffer.alloc(32, 8) });
    await expectSame(stranger, own, 'v1');
    stranger.close();
    const theirs = readFileSync(base);
    const ours = again();
    await expectSame(ours, own, 'v1');
    expect(readFileSync(base).equals(theirs)).toBe(false);
  });

  test('a snapshot that was dropped and made again under its name, and a table that was', async () => {
    const { own, again } = await withVersions();
    await own.dropSnapshot('v1');
    await sql(own, `UPDATE shop.samples SET x = -1`);
    await own.createSnapshot('v1', level);
    await expectSame(again(), own, 'v1');
    await sql(own, 'DROP TABLE shop.samples');
    await sql(own, 'CREATE TABLE shop.samples (id INT PRIMARY KEY, x DOUBLE, colour VARCHAR(10), label VARCHAR(10))');
    await insertSamples(own, 0, 500);
    await own.createSnapshot('v9', level);
    await expectSame(again(), own, 'v9');
  });

  test('a column that has another type by now', async () => {
    const { own, again } = await withVersions();
    await sql(own, 'ALTER TABLE shop.samples DROP COLUMN colour');
    await sql(own, 'ALTER TABLE shop.samples ADD COLUMN colour INT');
    await own.createSnapshot('v3', level);
    await expectSame(again(), own, 'v3');
  });

  test('a block that fails in the middle of a read: the rest comes from the store', async () => {
    const { own, again, base } = await withVersions();
    const bytes = readFileSync(base);
    const place = Math.floor(bytes.length / 2.5);
    bytes[place] = at(bytes, place) ^ 4;
    writeFileSync(base, bytes);
    const cache = again();
    for (const limit of [undefined, 600]) {
      const request = { ...basis, at: atSnapshot('v1'), withHash: true, ...(limit && { limit }) };
      expect(await rowsOf(cache, request)).toEqual(await rowsOf(own, request));
    }
  });

  test('a place that cannot be written changes nothing but speed', async () => {
    const { own, again, place } = await cached();
    await own.createSnapshot('v0', level);
    writeFileSync(place, 'a file, where a folder is wanted');
    await expectSame(again(), own, 'v0');
    expect(readFileSync(place, 'utf8')).toContain('a file');
  });

  test('two programs that make and bring forward the same one at once', async () => {
    const { own, again, files } = await cached();
    await own.createSnapshot('v0', level);
    const request = { ...basis, at: atSnapshot('v0'), withHash: true };
    const wanted = await rowsOf(own, request);
    expect(await Promise.all([again(), again(), again()].map((cache) => rowsOf(cache, request)))).toEqual([
      wanted,
      wanted,
      wanted,
    ]);
    const later = { ...request, at: atSnapshot(await next(own, 1)) };
    const now = await rowsOf(own, later);
    expect(await Promise.all([again(), again(), again()].map((cache) => rowsOf(cache, later)))).toEqual([
      now,
      now,
      now,
    ]);
    expect(files('.part')).toEqual([]);
  });

  test('a cancelled read leaves no half of a file', async () => {
    const { own, again, files } = await cached({}, 3_000);
    await own.createSnapshot('v0', level);
    const stop = new AbortController();
    stop.abort();
    const read = async (): Promise<RowPage[]> => {
      const pages: RowPage[] = [];
      for await (const page of again().readRows({ ...basis, at: atSnapshot('v0') }, stop.signal)) pages.push(page);
      return pages;
    };
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
    expect(files()).toEqual([]);
  });
});
