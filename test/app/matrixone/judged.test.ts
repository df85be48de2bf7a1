// A bad import on a MatrixOne server, from the verdict to each way out, against the same loop on the embedded engine: the same words,
// the same rows and the same bits.
import { expect, test, vi } from 'vitest';
import { Registry } from '../../../src/app/registry/registry.ts';
import type { Model } from '../../../src/data/model.ts';
import type { LocalStore } from '../../../src/data/store.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { openStore } from '../support/bench.ts';
import { inAccount, serverTime, steady, workbenchOf } from './support/account.ts';
import { type JudgedAccount, judgedLoop } from './support/judged.ts';

// Copies of versions are named by chance and time; what is replayed by its text has the same names each time.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

/** Who writes into the record, at one moment: a recording holds the same texts each time. */
const writer = { who: 'ann@laptop', tool: 'deltatrain, test', now: () => Date.UTC(2026, 0, 1) };

const loop = (store: LocalStore): Promise<JudgedAccount> =>
  judgedLoop(store, workbenchOf(store, new Registry(store, undefined, writer)));

/** Without what names this very snapshot: time and table id are each store's own. */
const comparable = ({ base, snapshot, ...rest }: Model) => ({
  ...rest,
  base: base?.name ?? null,
  snapshot: snapshot.name,
});

test(
  'pin, train, a bad import held, its rows back and undone, the table back and undone, left out, lifted, approved: as on the embedded engine',
  async () => {
    const here = await steady(() => loop(openStore()));
    const ends = (status: string): unknown[] => here.models.filter((model) => model.status === status);
    expect([ends('archived').length, ends('candidate').length]).toEqual([1, 5]);
    await withServer('judged', async (url) => {
      await inAccount(url, 'dt_judged', async (store) => {
        const there = await loop(store);
        expect(there.told).toEqual(here.told);
        expect(there.events).toEqual(here.events);
        expect(there.models.map(comparable)).toEqual(here.models.map(comparable));
      });
    });
  },
  serverTime,
);
