/**
 * Promoting, archiving, pinning, dropping and statements of a person's, with each statement cut off and each held back: what may have
 * happened is said, what did is found, and a read is only asked again. The registry is answered by its double, after what was recorded.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { mayHaveRun } from '../../../src/base/failure.ts';
import { MatrixoneStore, type StoreOptions } from '../../../src/stores/matrixone/store.ts';
import { Deriving } from '../../stores/matrixone/replay/deriving.ts';
import type { AnswerFault } from '../../stores/matrixone/replay/faults.ts';
import { load, type Recording } from '../../stores/matrixone/replay/recording.ts';
import { serve } from '../../stores/matrixone/replay/serve.ts';
import { optionsOf, serverTime, steady } from './support/account.ts';
import { samplesTable } from './support/samples.ts';
import { each, outcome, type Step, stepsOf } from './support/steps.ts';
import { userAt } from './support/works.ts';

interface Act {
  readonly recording: Recording;
  readonly user: (url: string) => StoreOptions;
  readonly run: (store: MatrixoneStore, signal?: AbortSignal) => Promise<unknown>;
  /** What nobody heard the end of is looked for, and told as done where it was. */
  readonly isLookedFor?: true;
}

const writer = { who: 'ann@laptop', tool: 'deltatrain, test', now: () => Date.UTC(2026, 0, 1) };
const ofAgain = (url: string): StoreOptions => optionsOf(url, { user: 'dt_again:admin', password: '111' });
/** A recording with the answer to a statement that nobody recorded: rows changed, nothing besides. */
const withAnswer = (recording: Recording, sql: string): Recording => ({
  ...recording,
  exchanges: [...recording.exchanges, { sql, answer: [Buffer.from([7, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0])] }],
});

const sqlOf = (sql: string): Act => ({
  recording: withAnswer(load('own/faults-train'), sql),
  user: userAt,
  run: async (store, signal) => {
    for await (const page of runStatement(store, { sql, database: null }, () => Promise.resolve(true), signal))
      void page;
  },
});

const first = async (store: MatrixoneStore): Promise<[Registry, Awaited<ReturnType<Registry['model']>>]> => {
  const registry = new Registry(store, undefined, writer);
  return [registry, await registry.model('samples/m1')];
};

const acts: Readonly<Record<string, Act>> = {
  promote: {
    recording: load('own/faults-train'),
    user: userAt,
    run: async (store) => {
      const [registry, model] = await first(store);
      return registry.promote(model);
    },
    isLookedFor: true,
  },
  archive: {
    recording: load('own/faults-train'),
    user: userAt,
    run: async (store) => {
      const [registry, model] = await first(store);
      return registry.archive(model, 'old');
    },
    isLookedFor: true,
  },
  'snapshot create': {
    recording: load('own/made-again'),
    user: ofAgain,
    run: (store) => store.createSnapshot('again_v1', { level: 'table', table: samplesTable }),
  },
  'snapshot delete': {
    recording: load('own/made-again'),
    user: ofAgain,
    run: (store) => store.dropSnapshot('again_v1'),
  },
  'sql that changes rows': sqlOf('UPDATE shop.samples SET x = 1 WHERE id = 2'),
  'sql that changes a shape': sqlOf('ALTER TABLE shop.samples ADD COLUMN y INT'),
  'sql that reads': sqlOf('SELECT 41 + 1'),
};

const isChange = ({ sql, changes }: Step): boolean => changes || /^(?:ALTER)\b/.test(sql);

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

/** Serves the recording, does it, and gives what was said; the registry is as the recording left it. */
async function over<T>(
  { recording, user }: Act,
  faults: readonly AnswerFault[],
  work: (of: { readonly open: () => Promise<MatrixoneStore>; readonly seen: readonly string[] }) => Promise<T>,
): Promise<T> {
  const deriving = new Deriving(recording, { goesOn: true });
  const replay = await serve(recording, { faults, deriving });
  try {
    return await work({ open: () => MatrixoneStore.open(user(replay.url)), seen: replay.seen });
  } finally {
    await replay.close();
  }
}

async function done(act: Act, open: () => Promise<MatrixoneStore>, signal?: AbortSignal): Promise<unknown> {
  const store = await open();
  try {
    return await act.run(store, signal);
  } finally {
    await store.close();
  }
}

describe.each(Object.entries(acts))('%s', (name, act) => {
  const conversation = (): Promise<Step[]> =>
    over(act, [], async ({ open, seen }) => {
      await steady(() => done(act, open));
      return stepsOf(seen.map((sql) => ({ sql })));
    });

  test(
    'cut off at each statement: what changes is never said twice, and may have run; what reads never may',
    async () => {
      const steps = await conversation();
      expect(steps.some(isChange)).toBe(name !== 'sql that reads');
      await steady(() =>
        each(steps, (step) =>
          over(act, [{ kind: 'cut', sql: step.sql, nth: step.nth, packets: 0 }], async ({ open, seen }) => {
            const failure = await outcome(() => done(act, open));
            const of = `${step.sql.slice(0, 80)}: ${failure?.message}`;
            if (!isChange(step)) return expect(mayHaveRun(failure), of).toBe(false);
            expect(
              seen.filter((sql) => sql === step.sql),
              of,
            ).toHaveLength(step.nth + 1);
            // Where it can be looked for, it is: then it is done, and no failure.
            if (failure) expect(mayHaveRun(failure), of).toBe(true);
            else expect(act.isLookedFor, of).toBe(true);
          }),
        ),
      );
    },
    serverTime,
  );

  test(
    'held back at each statement and ended meanwhile: a change says that it may have run, a read that it was cancelled',
    async () => {
      const steps = (await conversation()).filter(({ nth }) => nth === 0);
      await steady(() =>
        each(steps, ({ sql, nth, changes }) => {
          const held: AnswerFault = { kind: 'delay', sql, nth, packets: 0, until: new Promise(() => {}) };
          return over(act, [held], async ({ open, seen }) => {
            const abort = new AbortController();
            const store = await Promise.race([open(), after(seen, sql)]);
            // Opening it is held back: nothing was done.
            if (store === null) return;
            const ended = outcome(() => act.run(store, abort.signal));
            await Promise.race([ended, after(seen, sql)]);
            abort.abort();
            // What takes no signal is given up with its connection, as the command line and a closed window do.
            const closing = Promise.race([ended, soon()]).then(() => store.close());
            const failure = await ended;
            await closing;
            const of = `${sql.slice(0, 80)}: ${failure?.message}`;
            if (isChange({ sql, nth, changes })) expect(failure === null || mayHaveRun(failure), of).toBe(true);
            else expect(mayHaveRun(failure), of).toBe(false);
          });
        }),
      );
    },
    serverTime,
  );
});

const soon = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1_000).unref());

/** Once the statement was sent. */
async function after(seen: readonly string[], sql: string): Promise<null> {
  await vi.waitUntil(() => seen.includes(sql), { timeout: 60_000, interval: 5 });
  return null;
}
