// What is known of a connection: read once until something changed, counted one at a time, and remembered where it cannot change.
import { expect, test } from 'vitest';
import type { Session } from '../../../src/extension/connections/session.ts';
import { Catalogs } from '../../../src/extension/tree/catalogs.ts';
import { Overview } from '../../../src/extension/tree/overview.ts';
import { type Bench, insertSamples, openBench, sql } from '../../app/support/bench.ts';
import { MapMemory } from '../support/mapMemory.ts';

const table = { database: 'shop', table: 'samples' };

/** A session on a bench's store that writes down what the store is asked. */
async function sessionOf(bench: Bench, id = 'local') {
  const asked: string[] = [];
  const store = new Proxy(bench.store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...all: unknown[]): unknown => {
        asked.push(String(name));
        return Reflect.apply(value, target, all);
      };
    },
  });
  const session = {
    connection: { id, place: { kind: 'embedded', path: '/w/store.db' } },
    store,
    registry: bench.registry,
    facts: await bench.store.facts(),
  } as unknown as Session;
  return { session, asked, times: (name: string): number => asked.filter((one) => one === name).length };
}

const pin = (bench: Bench, name: string) => bench.store.createSnapshot(name, { level: 'table', table });

function overviewOf(memory = new MapMemory(), countsOnClick = false) {
  const overview = new Overview({ memory, countsOnClick: () => countsOnClick });
  let told = 0;
  overview.onDidCount(() => (told += 1));
  return { overview, timesTold: () => told };
}

test('a catalog is read once, by whoever asks first, and again after a change', async () => {
  const bench = await openBench(4);
  const { session, times } = await sessionOf(bench);
  const { overview } = overviewOf();
  await Promise.all([overview.catalog(session), overview.facts(session, { name: table })]);
  await overview.catalog(session);
  expect(times('snapshots')).toBe(1);
  await pin(bench, 'v1');
  overview.changed('local');
  expect((await overview.catalog(session)).snapshots.map(({ name }) => name)).toEqual(['v1']);
});

test('a catalog that could not be read is read again, and takes no newer one away', async () => {
  const catalogs = new Catalogs();
  let reads = 0;
  const failing: ((error: Error) => void)[] = [];
  const session = (snapshots: () => Promise<unknown>) =>
    ({
      connection: { id: 'local' },
      store: { snapshots, branches: () => Promise.resolve([]) },
      registry: { summaries: () => Promise.resolve([]) },
    }) as unknown as Parameters<Catalogs['of']>[0];
  const slow = session(() => new Promise((_, reject) => failing.push(reject)));
  const good = session(() => {
    reads += 1;
    return Promise.resolve([]);
  });
  const first = catalogs.of(slow);
  catalogs.forget('local');
  await catalogs.of(good);
  failing[0]?.(new Error('the server went away'));
  await expect(first).rejects.toThrow('went away');
  await catalogs.of(good);
  expect(reads).toBe(1);
  catalogs.forget('local');
  const second = catalogs.of(slow);
  failing[1]?.(new Error('again'));
  await expect(second).rejects.toThrow('again');
  await catalogs.of(good);
  expect(reads).toBe(2);
});

test('the rows of a table are counted once, until something was written', async () => {
  const bench = await openBench(4);
  const { session, times } = await sessionOf(bench);
  const { overview, timesTold } = overviewOf();
  expect(await overview.count(session, table)).toBe(true);
  expect((await overview.facts(session, { name: table })).rows).toBe(4);
  expect(await overview.count(session, table)).toBe(false);
  await insertSamples(bench.store, 4, 6);
  expect(await overview.count(session, table)).toBe(true);
  expect((await overview.facts(session, { name: table })).rows).toBe(6);
  expect(times('countRows')).toBe(2);
  expect(timesTold()).toBe(2);
});

test('what changed since the newest model is counted from its snapshot', async () => {
  const bench = await openBench(400);
  await bench.run('full');
  await insertSamples(bench.store, 400, 403);
  const { session } = await sessionOf(bench);
  const { overview } = overviewOf();
  await overview.count(session, table);
  expect((await overview.facts(session, { name: table })).live).toMatchObject({
    state: 'counted',
    from: 'samples_v1',
    counts: { inserted: 3, updated: 0, deleted: 0 },
  });
});

test('where a click counts, a change makes it unknown again', async () => {
  const bench = await openBench(4);
  await pin(bench, 'v1');
  const { session } = await sessionOf(bench);
  const { overview } = overviewOf(new MapMemory(), true);
  const liveNow = async () => (await overview.facts(session, { name: table })).live.state;
  expect(await liveNow()).toBe('uncounted');
  await overview.count(session, table, new AbortController().signal);
  expect(await liveNow()).toBe('counted');
  overview.forget('local');
  expect(await liveNow()).toBe('counted');
  overview.changed('local');
  expect(await liveNow()).toBe('uncounted');
});

test('a delta between snapshots is counted once, also for the next window, and for no other snapshot of its name', async () => {
  const bench = await openBench(4);
  const memory = new MapMemory();
  const from = await pin(bench, 'v1');
  await insertSamples(bench.store, 4, 6);
  const to = await pin(bench, 'v2');
  const { session, times } = await sessionOf(bench);
  const { overview } = overviewOf(memory);
  expect(overview.known(session, table, from, to)).toBeNull();
  expect(await overview.countBetween(session, table, [[from, to]])).toBe(true);
  expect(await overview.countBetween(session, table, [[from, to]])).toBe(false);
  const next = overviewOf(memory).overview;
  expect(next.known(session, table, from, to)).toEqual({
    counts: { inserted: 2, updated: 0, deleted: 0 },
    columns: null,
  });
  expect(await next.deltas(session, [table])).toEqual([
    { table, from: 'v1', to: 'v2', counts: { inserted: 2, updated: 0, deleted: 0 }, columns: null },
  ]);
  expect(times('countDelta')).toBe(1);
  await bench.store.dropSnapshot('v2');
  const other = await pin(bench, 'v2');
  expect(next.known(session, table, from, other)).toBeNull();
});

test('columns that came and went are known with the counts, of now and between snapshots', async () => {
  const bench = await openBench(400);
  await bench.run('full');
  await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN size DOUBLE');
  const { session } = await sessionOf(bench);
  const { overview } = overviewOf();
  await overview.count(session, table);
  const { live } = await overview.facts(session, { name: table });
  const came = { added: [{ name: 'size', type: 'DOUBLE' }], dropped: [], renamed: [], retyped: [] };
  expect(live).toMatchObject({ state: 'counted', columns: came });
  expect(await overview.deltas(session, [table])).toMatchObject([{ from: 'samples_v1', to: null, columns: came }]);
  const to = await pin(bench, 'v2');
  const from = (await bench.store.snapshots()).find(({ name }) => name === 'samples_v1');
  if (!from) throw new Error('the snapshot of the model is there');
  await overview.countBetween(session, table, [[from, to]]);
  expect(overview.known(session, table, from, to)?.columns).toEqual(came);
});

test('connections of two names to one store share what is known of its snapshots', async () => {
  const bench = await openBench(4);
  const [from, to] = [await pin(bench, 'v1'), await pin(bench, 'v2')];
  const memory = new MapMemory();
  const { overview } = overviewOf(memory);
  await overview.countBetween((await sessionOf(bench)).session, table, [[from, to]]);
  const other = (await sessionOf(bench, 'other name')).session;
  expect(overview.known(other, table, from, to)).toEqual({
    counts: { inserted: 0, updated: 0, deleted: 0 },
    columns: null,
  });
  const elsewhere = { connection: { id: 'x', place: { kind: 'embedded', path: '/elsewhere.db' } } };
  expect(overview.known(elsewhere as unknown as Session, table, from, to)).toBeNull();
});

test('one count at a time, in the order they were asked for', async () => {
  const bench = await openBench(4);
  const [v1, v2] = [await pin(bench, 'v1'), await pin(bench, 'v2')];
  const { session, times } = await sessionOf(bench);
  let underWay = 0;
  let most = 0;
  const store = new Proxy(session.store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'countDelta') return value;
      return async (...all: unknown[]): Promise<unknown> => {
        underWay += 1;
        most = Math.max(most, underWay);
        try {
          return await (Reflect.apply(value as (...of: unknown[]) => unknown, target, all) as Promise<unknown>);
        } finally {
          underWay -= 1;
        }
      };
    },
  });
  const slow = Object.assign(Object.create(session) as Session, { store });
  const { overview } = overviewOf();
  await Promise.all([
    overview.countBetween(slow, table, [[v1, v2]]),
    overview.countBetween(slow, table, [[v2, v1]]),
    overview.count(slow, table, new AbortController().signal),
  ]);
  expect(most).toBe(1);
  expect(times('countDelta')).toBe(2);
});
