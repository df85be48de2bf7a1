/** The third store for the contract suites: what they write goes into a store in memory, and is frozen before it is read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStore } from '../../../src/data/store.ts';
import type { Backend } from '../backend.ts';
import { memoryChanger } from '../memoryBackend.ts';
import { MemoryStore } from '../memory/store.ts';
import { freeze } from './format.ts';
import { FrozenStore } from './frozenStore.ts';

export const frozenBackend: Backend = {
  name: 'frozen',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
    const file = join(folder, 'store.json');
    const master = new MemoryStore();
    let changes = -1;
    const reading = async (): Promise<FrozenStore> => {
      const now = await master.changeCount();
      if (now !== changes) await freeze(master, file);
      changes = now;
      return new FrozenStore(file);
    };
    const store: LocalStore = {
      facts: async () => (await reading()).facts(),
      databases: async () => (await reading()).databases(),
      tables: async (...of) => (await reading()).tables(...of),
      table: async (...of) => (await reading()).table(...of),
      countRows: async (...of) => (await reading()).countRows(...of),
      snapshots: async () => (await reading()).snapshots(),
      findSnapshot: async (...of) => (await reading()).findSnapshot(...of),
      keptDisk: async () => null,
      recoveryWindows: async () => [],
      branches: async () => [],
      readRows: async function* (...of) {
        yield* (await reading()).readRows(...of);
      },
      countDelta: async (...of) => (await reading()).countDelta(...of),
      readDelta: async function* (...of) {
        yield* (await reading()).readDelta(...of);
      },
      readSides: async function* (request) {
        yield* (await reading()).readSides(request);
      },
      deltaWay: async () => (await reading()).deltaWay(),
      query: (request) => master.query(request),
      changeCount: () => master.changeCount(),
      holds: () => master.holds(),
      createSnapshot: (...of) => master.createSnapshot(...of),
      dropSnapshot: (...of) => master.dropSnapshot(...of),
      previewRestore: (target, to) => master.previewRestore(target, to),
      restore: (preview, safety) => master.restore(preview, safety),
      editRows: (...of) => master.editRows(...of),
      write: (...of) => master.write(...of),
      load: (...of) => master.load(...of),
      compact: () => master.compact(),
      close: () => master.close(),
    };
    const close = async (): Promise<void> => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { store, change: memoryChanger(master), close };
  },
};
