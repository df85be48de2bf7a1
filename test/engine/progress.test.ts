// Work whose reader leaves: what was done all the same, or may have been, is heard over the border; what was given up is a cancel.
import { expect, test } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { progressOf } from '../../src/engine/progress.ts';
import { type Caller, connect, type NoContract, type Stream } from '../../src/protocol/rpc.ts';
import { loopback } from '../protocol/support/loopback.ts';

interface Loading {
  calls: Record<never, never>;
  streams: { load: (p: null) => Stream<{ rows: number }, { rows: number }> };
  events: Record<never, never>;
}

const unsure = (done: boolean): Failure =>
  new Failure('write.unsure', { store: 's', what: 'the import', seconds: null, done, kept: null });

/** Reads the first count, cancels, and answers how the stream ended; `work` then ends in its own way. */
async function cancelledAfterFirst(work: () => Promise<{ rows: number }>): Promise<unknown> {
  const [near, far] = loopback();
  let finish = (): void => {};
  const goOn = new Promise<void>((resolve) => {
    finish = resolve;
  });
  connect<Loading, NoContract>(
    far,
    {
      load: (_: null, signal: AbortSignal) =>
        progressOf(
          async (onProgress) => {
            for (let rows = 1; rows < 6; rows++) {
              onProgress({ rows });
              await new Promise((turn) => setImmediate(turn));
            }
            signal.addEventListener('abort', finish);
            if (signal.aborted) finish();
            await goOn;
            return work();
          },
          () => unsure(true),
        ),
    },
    {},
  );
  const caller: Caller<Loading> = connect<NoContract, Loading>(near, {}, {});
  const abort = new AbortController();
  const pages = caller.stream('load', null, abort.signal);
  await pages.next();
  await new Promise((turn) => setImmediate(turn));
  abort.abort();
  try {
    for (let next = await pages.next(); ; next = await pages.next()) if (next.done) return next.value;
  } catch (error) {
    return error;
  }
}

test('it was given up: cancelled', async () => {
  const ended = await cancelledAfterFirst(async () => {
    throw new Failure('cancelled');
  });
  expect(ended).toMatchObject({ code: 'cancelled' });
});

test('nobody knows how it ended: that is told', async () => {
  const ended = await cancelledAfterFirst(async () => {
    throw unsure(false);
  });
  expect(ended).toMatchObject({ code: 'write.unsure', data: { done: false } });
});

test('it was done: that is told, by its result or as too late', async () => {
  const ended = await cancelledAfterFirst(async () => ({ rows: 5 }));
  if (ended instanceof Failure) expect(ended).toMatchObject({ code: 'write.unsure', data: { done: true } });
  else expect(ended).toEqual({ rows: 5 });
});
