/**
 * A run, a load and a restore on recorded answers, each statement cut off and each held back while the work is cancelled: only what
 * changes data says that it may have run, and then it says so whatever ended the waiting.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure, mayHaveRun } from '../../../src/base/failure.ts';
import type { AnswerFault } from '../../stores/matrixone/replay/faults.ts';
import { load } from '../../stores/matrixone/replay/recording.ts';
import { serve } from '../../stores/matrixone/replay/serve.ts';
import { serverTime, steady } from './support/account.ts';
import { each, outcome, stepsOf } from './support/steps.ts';
import { over, type Work, works } from './support/works.ts';

/** What a cancel is answered on, whatever it comes upon. */
const isHeard = (sql: string): boolean => /^RESTORE/.test(sql);

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(works))('%s', (name, work) => {
  const recording = load(`own/${name}`);
  const steps = stepsOf(recording.exchanges);

  test('has changes and reads', () => {
    expect(steps.filter(({ changes }) => changes).length).toBeGreaterThan(0);
    expect(steps.filter(({ changes }) => !changes).length).toBeGreaterThan(5);
  });

  test(
    'cut off: a read is asked again, and never said to have run',
    () =>
      steady(() =>
        each(steps, async ({ sql, nth, changes }) => {
          const cut: AnswerFault = { kind: 'cut', sql, nth, packets: 0 };
          const replay = await serve(recording, { faults: [cut] });
          try {
            const failure = await outcome(() => over(replay.url, work));
            if (!changes) expect(mayHaveRun(failure), `${sql.slice(0, 80)}: ${failure?.message}`).toBe(false);
          } finally {
            await replay.close();
          }
        }),
      ),
    serverTime,
  );

  test(
    'held back, and cancelled meanwhile: what changes data says that it may have run, and nothing else does',
    () =>
      steady(() =>
        each(
          steps.filter((step) => step.nth === 0),
          async ({ sql, nth, changes }) => {
            const held: AnswerFault = { kind: 'delay', sql, nth, packets: 0, until: new Promise(() => {}) };
            const replay = await serve(recording, { faults: [held] });
            const abort = new AbortController();
            const isAsked = (): boolean => replay.seen.filter((one) => one === sql).length > nth;
            try {
              const ending = outcome(() => over(replay.url, work, abort.signal));
              const ended = { value: false };
              void ending.finally(() => {
                ended.value = true;
              });
              await vi.waitUntil(() => isAsked() || ended.value, { timeout: 60_000, interval: 5 });
              abort.abort();
              const failure = await Promise.race([
                ending,
                new Promise<'late'>((resolve) => setTimeout(resolve, isHeard(sql) ? 60_000 : 5_000, 'late').unref()),
              ]);
              const of = `${sql.slice(0, 80)}: ${failure === 'late' ? failure : failure?.message}`;
              // What takes no signal is ended by who asked: the command line, or the window.
              if (isHeard(sql)) expect(failure, of).toBeInstanceOf(Failure);
              if (failure === 'late' || failure === null) return;
              if (changes) expect(mayHaveRun(failure) || failure.code === 'cancelled', of).toBe(true);
              else expect(mayHaveRun(failure), of).toBe(false);
              if (/^RESTORE/.test(sql)) {
                expect(failure.code, of).toBe('write.unsure');
                expect(failure.message).toMatch(/^Cancelled too late: the RESTORE was .*samples_before_restore_1\.$/);
              }
              if (name === 'faults-load' && sql === 'COMMIT') {
                expect(failure.code, of).toBe('write.unsure');
                expect(failure.message).toContain('What was before is kept as samples_before_import_1.');
              }
            } finally {
              await replay.close();
            }
          },
        ),
      ),
    serverTime,
  );
});

test('a RESTORE that was cut off is looked for: where it was done, that is the answer', async () => {
  const recording = load('own/faults-restore');
  const sql = recording.exchanges.find((one) => one.sql.startsWith('RESTORE'))?.sql ?? '';
  const replay = await serve(recording, { faults: [{ kind: 'cut', sql, packets: 0 }] });
  try {
    const done = await steady(() => over(replay.url, works['faults-restore'] as Work));
    expect(done).toMatchObject({ safetySnapshot: 'samples_before_restore_1', verified: true });
    expect(replay.seen.filter((one) => one === sql)).toHaveLength(1);
  } finally {
    await replay.close();
  }
});
