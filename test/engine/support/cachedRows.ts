/** A store whose reads are counted, its cache of rows, and what is asked of both. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { at } from '../../../src/base/assert.ts';
import { rowAt } from '../../../src/data/page.ts';
import { hashBound } from '../../../src/data/rowHash.ts';
import type { RowsRequest, Store } from '../../../src/data/store.ts';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { KeptDeltas } from '../../../src/engine/keptDeltas.ts';
import { type CacheSettings, RowCache } from '../../../src/engine/rowCache/rowCache.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { createSamples, insertSamples, sql } from '../../app/support/bench.ts';

const table = { database: 'shop', table: 'samples' };
export const level = { level: 'table', table } as const;
const columns = ['x', 'colour', 'label'];
export const basis = { table, columns, order: 'hash', key: ['id'], salt: 'split:1', again: true } as const;

/** A store whose calls are counted, and its cache; both are opened again by `again`. */
export async function cached(settings: Partial<CacheSettings> = {}, rows = 900) {
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

export async function rowsOf(from: Read, request: RowsRequest): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of from.readRows(request)) {
    expect(page.hashes !== undefined).toBe(request.withHash === true);
    rows.push(...Array.from({ length: page.rows }, (_, i) => [...rowAt(page, i), page.hashes?.[i] ?? null]));
  }
  return rows;
}

/** Every way of asking, at a snapshot. */
export function requests(snapshot: string, seed: string): RowsRequest[] {
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

export async function expectSame(cache: RowCache, own: Store, snapshot: string): Promise<void> {
  for (const request of requests(snapshot, snapshot))
    expect(await rowsOf(cache, request)).toEqual(await rowsOf(own, request));
}

const changes = (round: number): string[] => [
  `UPDATE shop.samples SET x = x + ${round}, colour = 'green' WHERE id % 17 = ${round}`,
  `UPDATE shop.samples SET label = NULL WHERE id % 41 = ${round}`,
  `DELETE FROM shop.samples WHERE id % 29 = ${round}`,
];

export async function next(own: Store, round: number): Promise<string> {
  for (const change of changes(round)) await sql(own, change);
  await insertSamples(own, 10_000 + 40 * round, 10_040 + 40 * round);
  await own.createSnapshot(`v${round}`, level);
  return `v${round}`;
}
