/**
 * A run, a load and a restore on recorded answers, with the connection ended at every place of the conversation: each ends, says
 * what was wrong, and neither repeats a change nor commits what was not heard.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { MatrixoneStore } from '../../../src/stores/matrixone/store.ts';
import { type AnswerFault, cutPoints } from '../../stores/matrixone/replay/faults.ts';
import { load } from '../../stores/matrixone/replay/recording.ts';
import { serve } from '../../stores/matrixone/replay/serve.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { faultsAccount, over, userAt, works } from './support/works.ts';
import { optionsOf, sayAs, serverTime, steady } from './support/account.ts';
import { makeSamples, samplesTable } from './support/samples.ts';

const account = faultsAccount;

const { MATRIXONE_URL, MATRIXONE_RECORD } = process.env;
const live = MATRIXONE_RECORD === '1' ? MATRIXONE_URL : undefined;

async function tearDown(): Promise<void> {
  if (live) await sayAs(optionsOf(live), [`DROP ACCOUNT IF EXISTS ${account}`]);
}

/** The table as the works find it, made past the recording: only what they say themselves is in it. */
async function setUp(): Promise<void> {
  if (!live) return;
  await sayAs(optionsOf(live), [
    `DROP ACCOUNT IF EXISTS ${account}`,
    `CREATE ACCOUNT ${account} ADMIN_NAME 'admin' IDENTIFIED BY '111'`,
  ]);
  const store = await MatrixoneStore.open(userAt(live));
  try {
    await makeSamples(store, 10);
    await store.createSnapshot('faults_v1', { level: 'table', table: samplesTable });
    await store.write([{ sql: "UPDATE shop.samples SET label = 'b' WHERE id = 1", values: [] }]);
  } finally {
    await store.close();
  }
}

/** A change that must not be said twice, and must not be committed when it was not heard to be done. */
const change = /^(?:INSERT INTO|UPDATE|DELETE FROM|CREATE (?:SNAPSHOT|TABLE|DATABASE)|RESTORE|LOAD DATA)\b/;

/** What was said to the faulty server: nothing twice, and after the break no COMMIT of the transaction that it broke. */
function checkSaid(seen: readonly string[], fault: AnswerFault, isHeard: boolean): void {
  const sql = String(fault.sql);
  const said = seen.flatMap((one, at) => (one === sql ? [at] : []));
  // The lease's row is written again when nobody heard how the model's transaction ended: that waits for its end.
  const isLease = /^UPDATE deltatrain\.leases/.test(sql);
  if (change.test(sql) && !isLease) expect(said, sql.slice(0, 60)).toHaveLength(1);
  const at = said[fault.nth ?? 0] ?? seen.length;
  const begun = seen.lastIndexOf('BEGIN', at);
  const isInside = begun >= 0 && !seen.slice(begun, at).some((one) => one === 'COMMIT' || one === 'ROLLBACK');
  // What was heard to the end is gone on from, until it is seen that the connection is gone.
  if (!isInside || isHeard || sql === 'COMMIT') return;
  const next = seen.slice(at + 1).find((one) => one === 'BEGIN' || one === 'COMMIT');
  expect(next, `after ${sql.slice(0, 60)}`).not.toBe('COMMIT');
}

// The driver says of every packet out of turn that it is.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

/** A conversation that goes on for ever is a hang. */
const patience = 20_000;

for (const [name, work] of Object.entries(works))
  describe(name, () => {
    test(
      'goes through on what was recorded',
      async () => {
        await setUp();
        await withServer(name, (url) => steady(() => over(url, work).then(() => undefined)));
        await tearDown();
      },
      serverTime,
    );

    const recording = load(`own/${name}`);
    const first = recording.exchanges.findIndex(({ sql }) => !/^(?:SELECT version|SET )/.test(sql));
    const cuts = cutPoints({ ...recording, exchanges: recording.exchanges.slice(first) }, 2);
    const misnumbered = cuts.filter(({ packets, half }) => packets === 0 && !half);
    const faults: AnswerFault[] = [
      ...cuts,
      ...misnumbered.map(({ sql, nth = 0 }): AnswerFault => ({ kind: 'misnumber', sql, nth, packets: 0 })),
    ];

    const lengthOf = new Map(recording.exchanges.map(({ sql, answer }) => [sql, answer.length]));
    const isWhole = ({ sql, packets }: AnswerFault): boolean => packets >= (lengthOf.get(String(sql)) ?? 0);

    test.each(['cut', 'misnumber'] as const)(
      'ends in a sentence wherever the answers break (%s)',
      async (kind) => {
        const chosen = faults.filter((fault) => fault.kind === kind);
        expect(chosen.length).toBeGreaterThan(20);
        for (const fault of chosen) {
          const replay = await serve(recording, { faults: [fault] });
          try {
            const ended = await Promise.race([
              steady(() => over(replay.url, work)).catch((error: unknown) => error),
              new Promise<string>((resolve) => setTimeout(resolve, patience, 'hang').unref()),
            ]);
            expect(ended, JSON.stringify(fault)).not.toBe('hang');
            if (ended instanceof Error) {
              expect(ended, JSON.stringify(fault)).toBeInstanceOf(Failure);
              expect(ended.message).toMatch(/[.!]$/);
            }
            checkSaid(replay.seen, fault, isWhole(fault));
          } finally {
            await replay.close();
          }
        }
      },
      serverTime,
    );

    test('waits for an answer that is late', async () => {
      const late = cuts.find(({ sql }) => change.test(String(sql))) ?? cuts[0];
      let answer = (): void => {};
      const until = new Promise<void>((resolve) => (answer = resolve));
      const fault: AnswerFault = { kind: 'delay', sql: late?.sql ?? '', nth: late?.nth ?? 0, packets: 0, until };
      const replay = await serve(recording, { faults: [fault] });
      try {
        const done = steady(() => over(replay.url, work));
        await expect.poll(() => replay.seen).toContain(String(fault.sql));
        answer();
        await done;
        expect(replay.unknown).toEqual([]);
      } finally {
        await replay.close();
      }
    });
  });

test('a load whose COMMIT nobody heard keeps the safety snapshot, and says so; one that ended before it does not', async () => {
  const recording = load('own/faults-load');
  const work = works['faults-load'] as (store: MatrixoneStore) => Promise<unknown>;
  for (const [sql, isKept] of [
    ['COMMIT', true],
    ['DELETE x FROM', false],
  ] as const) {
    const text = recording.exchanges.find((one) => one.sql.startsWith(sql))?.sql ?? '';
    const replay = await serve(recording, { faults: [{ kind: 'cut', sql: text, nth: 0, packets: 0 }] });
    try {
      let error: unknown;
      const heard = (store: MatrixoneStore): Promise<unknown> =>
        work(store).catch((thrown: unknown) => (error = thrown));
      // The recording has no answer for who clears up after a lost connection, and closing tells what stays.
      const closed = await steady(() => over(replay.url, heard)).catch((thrown: unknown) => thrown);
      expect(closed).toMatchObject({ code: 'scratch.leftRows' });
      const dropped = replay.seen.some((one) => one.startsWith('DROP SNAPSHOT'));
      expect([String(error).includes('samples_before_import_1'), dropped], text).toEqual([isKept, !isKept]);
    } finally {
      await replay.close();
    }
  }
});
