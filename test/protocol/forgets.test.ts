// Nothing is kept of a call or stream that is over: a session lasts for days, and what comes late would stay for as long.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Caller, connect, type NoContract } from '../../src/protocol/rpc.ts';
import type { TestContract } from './support/contract.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The caller's side, with the other side played by the test. */
function setUp() {
  let deliver: (message: unknown) => void = () => {};
  const sent: { t: string; id: number }[] = [];
  const port = {
    post: (message: unknown) => void sent.push(message as { t: string; id: number }),
    onMessage: (listener: (message: unknown) => void) => {
      deliver = listener;
    },
    onClose: () => {},
  };
  const caller: Caller<TestContract> = connect<NoContract, TestContract>(port, {}, { 'text/said': () => {} });
  return { caller, sent, deliver: (message: unknown) => deliver(message) };
}

/** Delivers a page that nobody waits for any more; whether it can be collected afterwards. */
async function isForgotten(deliver: (message: unknown) => void, id: number): Promise<boolean> {
  const late = new WeakRef(
    (() => {
      const item = { rows: new Float64Array(1000) };
      deliver({ t: 'item', id, item });
      return item;
    })(),
  );
  // A reference that was just made is held until the turn of the loop is over.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  return late.deref() === undefined;
}

test('a page that comes while a stream is read is held', async () => {
  const { caller, sent, deliver } = setUp();
  const stream = caller.stream('numbers/count', { to: 9 });
  const first = stream.next();
  deliver({ t: 'item', id: sent[0]?.id, item: 1 });
  await first;
  expect(await isForgotten(deliver, sent[0]?.id ?? 0)).toBe(false);
  await stream.return({ total: 0 });
});

test('a page that comes after a stream was given up is let go', async () => {
  const { caller, sent, deliver } = setUp();
  const stream = caller.stream('numbers/count', { to: 9 });
  const first = stream.next();
  deliver({ t: 'item', id: sent[0]?.id, item: 1 });
  await first;
  await stream.return({ total: 0 });
  expect(await isForgotten(deliver, sent[0]?.id ?? 0)).toBe(true);
});

test.each([
  ['its end', { t: 'end', value: { total: 0 } }],
  ['a failure', { t: 'error', error: { code: 'cancelled', data: undefined } }],
])('a page that comes after %s is let go', async (_, message) => {
  const { caller, sent, deliver } = setUp();
  const stream = caller.stream('numbers/count', { to: 9 });
  const last = stream.next().catch(() => undefined);
  deliver({ ...message, id: sent[0]?.id });
  await last;
  expect(await isForgotten(deliver, sent[0]?.id ?? 0)).toBe(true);
});
