/** Cached rows are the store's, whatever became of the table, of the files and of those who use them. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { at } from '../../src/base/assert.ts';
import { rowAt, type RowPage } from '../../src/data/page.ts';
import { hashBound } from '../../src/data/rowHash.ts';
import type { RowsRequest, Store } from '../../src/data/store.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot } from '../../src/data/version.ts';
import { KeptDeltas } from '../../src/engine/keptDeltas.ts';
import { type CacheSettings, RowCache } from '../../src/engine/rowCache/rowCache.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { createSamples, insertSamples, sql } from '../app/support/bench.ts';

vi.setConfig({ testTimeout: 300_000 });

const table = { database: 'shop', table: 'samples' };
const level = { level: 'table', table } as const;
const columns = ['x', 'colour', 'label'];
const basis = { table, columns, order: 'hash', key: ['id'], salt: 'split:1', again: true } as const;

/** A store whose calls are counted, and its cache; both are opened again by `again`. */
async function cached(settings: Partial<CacheSettings> = {}, rows = 900) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-rows-'));
  const own = EmbeddedStore.open({ path: path.join(folder, 'store.db'), readOnly: false, create: true });
  const caches: RowCache[] = [];
  onTestFinished(async () => {
    for (const cache of caches) cache.close();
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await createSamples(own, rows);
  const calls: string[] = [];
  const store: Store = new Proxy<Store>(own, {
    get(target, name: keyof Store) {
      const value = target[name];
      return (...given: unknown[]) => {
        calls.push(name);
        return (value as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
  const place = path.join(folder, 'store.db.rows');
  const again = (more: Partial<CacheSettings> = {}): RowCache => {
    const deltas = new KeptDeltas(store);
    const all = {
      folder: place,
      maxBytes: 1e8,
      secret: Buffer.alloc(32, 7),
      leastRows: 10,
      blockRows: 64,
      ...settings,
      ...more,
    };
    const cache = new RowCache(store, (request, signal) => deltas.read(request, signal), all);
    caches.push(cache);
    return cache;
  };
  return {
    own,
    calls,
    place,
    again,
    cache: again(),
    files: (end = '') =>
      existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(end) && !name.startsWith('.')) : [],
    /** How often the store was asked for rows or a delta. */
    reads: () => calls.filter((name) => name === 'readRows' || name === 'readDelta').length,
  };
}

type Read = Pick<Store, 'readRows'> | RowCache;

async function rowsOf(from: Read, request: RowsRequest): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of from.readRows(request)) {
    expect(page.hashes !== undefined).toBe(request.withHash === true);
    rows.push(...Array.from({ length: page.rows }, (_, i) => [...rowAt(page, i), page.hashes?.[i] ?? null]));
  }
  return rows;
}

/** Every way of asking, at a snapshot. */
function requests(snapshot: string, seed: string): RowsRequest[] {
  const random = seededRandom(seed);
  const all = { ...basis, at: atSnapshot(snapshot) };
  const bounds = Array.from({ length: 12 }, () => hashBound(random.fraction()) ?? '').sort();
  const range = (i: number) => ({ from: at(bounds, i), below: at(bounds, i + 1) });
  return [
    { ...all, withHash: true },
    { ...all, range: { from: null, below: at(bounds, 3) } },
    { ...all, range: { from: at(bounds, 8), below: null }, withHash: true },
    ...Array.from({ length: 8 }, (_, i) => ({ ...all, range: range(i), limit: 1 + random.below(90) })),
    { ...all, columns: ['label', 'id'], sample: { salt: 'other', share: 0.3 }, withHash: true },
    { ...all, columns: ['x'], sample: { salt: 'other', share: 0.3 }, range: range(5), limit: 7 },
    { ...all, limit: 1 },
  ];
}

async function expectSame(cache: RowCache, own: Store, snapshot: string): Promise<void> {
  for (const request of requests(snapshot, snapshot))
    expect(await rowsOf(cache, request)).toEqual(await rowsOf(own, request));
}

const changes = (round: number): string[] => [
  `UPDATE shop.samples SET x = x + ${round}, colour = 'green' WHERE id % 17 = ${round}`,
  `UPDATE shop.samples SET label = NULL WHERE id % 41 = ${round}`,
  `DELETE FROM shop.samples WHERE id % 29 = ${round}`,
];

async function next(own: Store, round: number): Promise<string> {
  for (const change of changes(round)) await sql(own, change);
  await insertSamples(own, 10_000 + 40 * round, 10_040 + 40 * round);
  await own.createSnapshot(`v${round}`, level);
  return `v${round}`;
}

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
