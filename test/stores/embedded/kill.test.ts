/** Killed at random points, also inside transactions larger than the page cache, the store loses nothing that was acknowledged and keeps nothing half. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import type { TableName } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot, live, type Version } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';
import { loadRows, rowsOf } from '../reading.ts';

/** `DELTATRAIN_KILLS=50` for a long run. */
const kills = Number(process.env['DELTATRAIN_KILLS'] ?? 3);
const isLong = process.env['DELTATRAIN_KILLS'] !== undefined;
const t: TableName = { database: 'd', table: 't' };
const seq: TableName = { database: 'd', table: 'seq' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'n', type: 'INT', nullable: true },
  { name: 'x', type: 'DOUBLE', nullable: true },
];
const script = fileURLToPath(new URL('child.ts', import.meta.url));

const start = (path: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', script, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** What a child said until it ended, and the signal that ended it; `until` may end it with SIGKILL at a line. */
async function listen(
  child: ChildProcess,
  until: (line: string) => boolean,
): Promise<{ readonly lines: readonly string[]; readonly signal: string | null }> {
  const lines: string[] = [];
  const ended = once(child, 'close');
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (until(line)) child.kill('SIGKILL');
  }
  const [, signal] = (await ended) as [number | null, string | null];
  return { lines, signal };
}

/** Rounds that were acknowledged with this word. */
const rounds = (lines: readonly string[], word: string): number[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(' ')[1]));

describe('a store whose process is killed', () => {
  let folder: ReturnType<typeof scratchFolder>;
  const path = () => join(folder.path, 'store.db');
  const open = () => EmbeddedStore.open({ path: path(), readOnly: false, create: true });
  beforeEach(async () => {
    folder = scratchFolder();
    const store = open();
    await loadRows(
      store,
      t,
      columns,
      ['id'],
      Array.from({ length: 3000 }, (_, i) => [i, 0, 0]),
    );
    await loadRows(store, seq, columns, ['id'], [[1, 0, null]]);
    await store.createSnapshot('a', { level: 'table', table: t });
    await store.write([
      { sql: 'UPDATE d.t SET n = -2, x = x + 1', values: [] },
      { sql: 'DELETE FROM d.t WHERE id % 10 = 0', values: [] },
    ]);
    await store.createSnapshot('b', { level: 'table', table: t });
    await store.write([
      { sql: 'CREATE DATABASE many', values: [] },
      ...Array.from({ length: 40 }, (_, i) => [
        { sql: `CREATE TABLE many.t${i} (id INT PRIMARY KEY, n INT)`, values: [] },
        { sql: `INSERT INTO many.t${i} VALUES (1, 0), (2, 0)`, values: [] },
      ]).flat(),
    ]);
    await store.close();
  });
  afterEach(() => folder.remove());

  const numbers = async (store: EmbeddedStore, table: TableName, at: Version): Promise<number[]> =>
    (await rowsOf(store, table, at, ['n'])).map(([n]: Value[]) => Number(n));

  async function checkCommits(store: EmbeddedStore, lines: readonly string[]): Promise<void> {
    const [counted = 0] = await numbers(store, seq, live);
    const last = Math.max(0, ...rounds(lines, 'commit'));
    if (last > 0) expect([last, last + 1]).toContain(counted);
    const written = await numbers(store, t, live);
    if (counted === 0) return;
    expect(Math.max(...written)).toBe(counted);
    expect(written.filter((n) => n === counted)).toHaveLength(40);
  }

  async function checkSnapshots(store: EmbeddedStore, lines: readonly string[]): Promise<void> {
    const there = (await store.snapshots()).map(({ name }) => name);
    const mayBeGone = new Set([...rounds(lines, 'drop'), Math.max(...rounds(lines, 'snapshot'), 0) - 3]);
    for (const round of rounds(lines, 'snapshot')) {
      if (!mayBeGone.has(round)) expect(there).toContain(`n${round}`);
      if (!there.includes(`n${round}`)) continue;
      expect(await numbers(store, seq, atSnapshot(`n${round}`))).toEqual([round]);
      expect((await numbers(store, t, atSnapshot(`n${round}`))).filter((n) => n === round)).toHaveLength(40);
    }
  }

  /** What every row had after each child that merged. */
  const merged = [-2];
  const checks: Readonly<Record<string, (store: EmbeddedStore, lines: readonly string[]) => Promise<void>>> = {
    commit: checkCommits,
    async snapshot(store, lines) {
      await checkCommits(store, lines);
      await checkSnapshots(store, lines);
    },
    async restore(store) {
      const toA = await store.countDelta({ table: t, from: atSnapshot('a'), to: live });
      const toB = await store.countDelta({ table: t, from: atSnapshot('b'), to: live });
      expect([toA, toB]).toContainEqual({ inserted: 0, updated: 0, deleted: 0 });
    },
    async many(store) {
      const whole = (await store.snapshots()).filter(({ database }) => database === 'many');
      for (const { name, tables } of whole) {
        expect(tables).toHaveLength(40);
        for (const table of ['t0', 't1', 't39'])
          expect(await store.countRows({ database: 'many', table }, atSnapshot(name))).toBe(2);
      }
      // What is left can be pinned again, and forgotten.
      await store.createSnapshot('after', { level: 'database', database: 'many' });
      for (const { name } of [...whole, { name: 'after' }]) await store.dropSnapshot(name);
      expect(await store.keptDisk({ database: 'many', table: 't1' })).toMatchObject({ bytes: 0 });
    },
    async merge(store, lines) {
      // Every row as it was before a merge, or every row as after it.
      const most = Math.max(...merged);
      const found = new Set(await numbers(store, t, live));
      expect(found.size).toBe(1);
      const merges = rounds(lines, 'merged').length;
      const [now = 0] = found;
      expect([merges, merges + 1]).toContain(now - most);
      merged.push(now);
      const branches = await store.branches();
      const tables = (await store.tables('d')).map(({ name }) => name.table);
      expect(tables.filter((name) => name === 'mb')).toHaveLength(branches.length);
    },
    async load(store, lines) {
      const found = new Set(await numbers(store, t, live));
      const last = rounds(lines, 'load').at(-1);
      // Either the table before the first load, or one whole load and nothing else.
      if (last === undefined && found.has(-2)) expect(found.size).toBe(1);
      else {
        expect(found.size).toBe(1);
        expect(await store.countRows(t)).toBe(20_000);
        if (last !== undefined) expect([...found][0]).toBeGreaterThanOrEqual(last);
      }
    },
  };

  /** Dies at the n-th line of this round, whatever it says: between two steps or in the middle of one. */
  const dieAt = (random: Random) => {
    let left = 2 + random.below(12);
    return (): boolean => --left === 0;
  };

  test.each(Object.keys(checks))(
    'during %s',
    async (task) => {
      const random = seededRandom(`kill ${task}`);
      let said = 0;
      for (let i = 0; i < kills; i++) {
        const { lines, signal } = await listen(start(path(), task), dieAt(random));
        // One that ended by itself has failed at what it did, or was never in the middle of it.
        expect(signal).toBe('SIGKILL');
        said += lines.length;
        // Opening after an unclean end checks every page.
        const store = open();
        await checks[task]?.(store, lines);
        expect((await store.snapshots()).every(({ unsure }) => unsure === null)).toBe(true);
        await store.close();
      }
      if (isLong) process.stdout.write(`${task}: ${kills} kills, ${said} steps said, every store whole\n`);
    },
    Math.max(60_000, kills * 20_000),
  );

  test('two processes write, and every commit and snapshot is whole', async () => {
    const store = open();
    await store.write([{ sql: 'TRUNCATE TABLE d.t', values: [] }]);
    const children = ['1', '2'].map((who) => listen(start(path(), 'count', who), () => false));
    const said = (await Promise.all(children)).flatMap(({ lines }) => lines);
    expect(said).toEqual(['done 120', 'done 120']);
    expect(await numbers(store, seq, live)).toEqual([240]);
    expect(await store.countRows(t)).toBe(240);
    expect((await store.snapshots()).filter(({ name }) => name.startsWith('p'))).toHaveLength(12);
    await store.close();
  });
});
