/** The same random histories on a live MatrixOne server and on the embedded engine: every delta the same, row by row. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { live } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import type { MatrixoneStore } from '../../../src/stores/matrixone/store.ts';
import { MemoryStore } from '../memory/store.ts';
import { scratchFolder, sqlChanger } from '../embeddedBackend.ts';
import { LiveAccount } from '../matrixoneBackend.ts';
import { describeLive } from './liveServer.ts';
import { memoryChanger } from '../memoryBackend.ts';
import { History, type Side } from './history.ts';
import { type HistoryTable, historyTables } from './historyTables.ts';

/** `DELTATRAIN_MODEL_SEEDS=20` for a long run. */
const seeds = Number(process.env['DELTATRAIN_MODEL_SEEDS'] ?? 1);
const operations = Number(process.env['DELTATRAIN_MODEL_OPERATIONS'] ?? 30);
const cases = historyTables.flatMap((shape) => Array.from({ length: seeds }, (_, i) => ({ shape, seed: i + 1 })));

describeLive('histories on a live server', () => {
  const account = new LiveAccount('histories');
  let server: MatrixoneStore;
  beforeAll(async () => {
    server = await account.open();
  });
  afterAll(async () => {
    await server.close();
    await account.drop();
  });

  function reference(shape: HistoryTable): { side: Side; close: () => Promise<void> } {
    if (shape.reference === 'memory') {
      const store = new MemoryStore();
      return { side: { store, change: memoryChanger(store) }, close: () => store.close() };
    }
    const folder = scratchFolder();
    const store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
    const close = async (): Promise<void> => {
      await store.close();
      folder.remove();
    };
    return { side: { store, change: sqlChanger(store) }, close };
  }

  test.each(cases)('$shape.name, seed $seed', { timeout: 300_000 }, async ({ shape, seed }) => {
    const right = reference(shape);
    const left: Side = { store: server, change: sqlChanger(server) };
    const history = new History(String(seed), shape, `h${seed}`, left, right.side);
    try {
      await history.begin();
      for (let i = 0; i < operations; i++) await history.step();
      await history.checkPairs(6);
      expect(history.checks).toBeGreaterThan(operations / 8);
      if (shape.way === 'compare') expect([...history.ways]).toEqual(['compare']);
      else expect([...history.ways]).toContain('diff');
      if (shape.key.length > 0) {
        const [found, expected] = await history.hashes(live);
        expect(found).toEqual(expected);
      }
    } catch (error) {
      throw new Error(`seed ${seed}: ${history.said.slice(-40).join('\n  ')}`, { cause: error });
    } finally {
      await history.end();
      await right.close();
    }
  });

  test('no scratch database is left', async () => {
    const names = (await server.databases()).filter((name) => name.startsWith('deltatrain_scratch'));
    expect(names).toEqual([]);
  });
});
