/** An account of its own on a server, live or replayed, and the use cases over it with nothing in them that differs from run to run. */
import { vi } from 'vitest';
import { Registry } from '../../../../src/app/registry/registry.ts';
import type { Workbench } from '../../../../src/app/training/workbench.ts';
import type { Store } from '../../../../src/data/store.ts';
import type { Trainer } from '../../../../src/data/trainer.ts';
import { MatrixoneStore, type StoreOptions } from '../../../../src/stores/matrixone/store.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { optionsAt } from '../../../stores/matrixone/liveServer.ts';
import { HandClock } from '../../support/bench.ts';

/** Milliseconds of a test: a live server may be busy with others. */
export const serverTime = 600_000;

export const forever = new AbortController().signal;

/** Of the user in a URL; another user of the same server with `more`. */
export const optionsOf = (url: string, more: Partial<StoreOptions> = {}): StoreOptions => ({
  ...optionsAt(url),
  readOnly: false,
  ...more,
});

const password = '111';

/** The statements, each by itself, as the user of the options. */
export async function sayAs(options: StoreOptions, statements: readonly string[]): Promise<void> {
  const store = await MatrixoneStore.open(options);
  try {
    for (const sql of statements) await store.write([{ sql, values: [] }]);
  } finally {
    await store.close();
  }
}

/** What is drawn, and the time, goes into statements, which are replayed by their text. */
export async function steady<T>(work: () => Promise<T>): Promise<T> {
  const drawn = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
    drawn.mockRestore();
  }
}

/**
 * Works as the administrator of an account that is made for it and dropped after it: no database or snapshot of anybody else
 * is in the way. `as` gives the options of another user of the account.
 */
export async function inAccount(
  url: string,
  name: string,
  work: (store: MatrixoneStore, as: (user: string) => StoreOptions) => Promise<void>,
): Promise<void> {
  const root = optionsOf(url);
  const as = (user: string): StoreOptions => optionsOf(url, { user: `${name}:${user}`, password });
  await sayAs(root, [
    `DROP ACCOUNT IF EXISTS ${name}`,
    `CREATE ACCOUNT ${name} ADMIN_NAME 'admin' IDENTIFIED BY '${password}'`,
  ]);
  try {
    const store = await MatrixoneStore.open(as('admin'));
    try {
      await steady(() => work(store, as));
    } finally {
      await store.close();
    }
  } finally {
    await sayAs(root, [`DROP ACCOUNT IF EXISTS ${name}`]);
  }
}

/** The real trainer without a clock: how long it took is in the model's row. */
function steadyTrainer(): Trainer {
  const trainer = createTrainer();
  return {
    ...trainer,
    async run(job, rows, signal, on) {
      const result = await trainer.run(job, rows, signal, on);
      return { ...result, cost: { ...result.cost, readSeconds: 0, trainSeconds: 0 } };
    },
  };
}

export const workbenchOf = (store: Store, registry = new Registry(store), trainer = steadyTrainer()): Workbench => ({
  store,
  registry,
  trainer,
  clock: new HandClock(),
  owner: 'ann@laptop',
  toolVersion: '0.0.0',
});
