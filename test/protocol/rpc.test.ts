/** The rpc, over a loopback pair and over a real forked process: the same behaviour on both. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { childPort } from '../../src/protocol/processPort.ts';
import { type Caller, connect, type NoContract } from '../../src/protocol/rpc.ts';
import { answersFor, type TestContract, type Witness } from './support/contract.ts';
import { loopback } from './support/loopback.ts';

interface Pair {
  caller: Caller<TestContract>;
  heard: string[];
  /** Ends the answering side. */
  end: () => void;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function looped(witness: Witness = { produced: 0, ended: 0, heard: [] }): Pair & { witness: Witness } {
  const [near, far] = loopback();
  const heard: string[] = [];
  const other = connect<TestContract, NoContract>(far, answersFor(witness), {});
  const caller = connect<NoContract, TestContract>(near, {}, { 'text/said': (text) => heard.push(text) });
  other.emit('text/said', 'ready');
  return { caller, heard, end: () => far.close('closed by the test'), witness };
}

function forked(): Pair & { child: ChildProcess } {
  const child = fork(fileURLToPath(new URL('./support/child.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
  });
  children.push(child);
  const heard: string[] = [];
  const caller = connect<NoContract, TestContract>(childPort(child), {}, { 'text/said': (text) => heard.push(text) });
  return { caller, heard, end: () => child.kill('SIGKILL'), child };
}

const caught = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return { resolved: await promise };
  } catch (error) {
    return error;
  }
};

const pairs: [string, () => Pair][] = [
  ['loopback', looped],
  ['fork', forked],
];

describe.each(pairs)('rpc over %s', (_, open) => {
  it('answers calls, in parallel and in any order', async () => {
    const { caller } = open();
    expect(await Promise.all([1, 2, 3].map((n) => caller.call('number/double', n)))).toEqual([2, 4, 6]);
  });

  it('carries typed arrays, bigints, bytes, dates of structured clone and undefined', async () => {
    const { caller } = open();
    const value = {
      f: Float64Array.of(1, Number.NaN, -0),
      i: BigInt64Array.of(-(2n ** 63n)),
      b: Uint8Array.of(0, 255),
      n: 2n ** 70n,
      t: 'ä\u0000\u{1F600}',
      m: new Map([[1, [null, undefined]]]),
    };
    expect(await caller.call('value/echo', value)).toEqual(value);
  });

  it('delivers events', async () => {
    const { caller, heard } = open();
    await caller.call('number/double', 1);
    expect(heard).toEqual(['ready']);
  });

  it('keeps the code, the data and the sentence of a failure', async () => {
    const { caller } = open();
    const error = await caught(caller.call('failure/throw', { table: 'a.b' }));
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'table.unknown', data: { table: 'a.b', near: null } });
    expect((error as Failure).message).toBe('There is no table "a.b".');
  });

  it('lets a bug cross as a bug, with where it happened', async () => {
    const { caller } = open();
    const error = await caught(caller.call('bug/throw', null));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Failure);
    expect((error as Error).message).toContain('a mistake of ours');
    expect((error as Error).message).toContain('contract.ts');
  });

  it('says who answers nothing', async () => {
    const { caller } = open();
    const error = await caught(caller.call('no/such' as 'number/double', 1));
    expect((error as Error).message).toContain('Nobody answers "no/such"');
    expect((await caught(caller.call('toString' as 'number/double', 1))) as Error).toBeInstanceOf(Error);
  });

  it('fails a call whose parameter or result cannot be sent, and works on', async () => {
    const { caller } = open();
    expect(await caught(caller.call('value/echo', () => 1))).toBeInstanceOf(Error);
    expect(await caught(caller.call('result/unclonable', null))).toBeInstanceOf(Error);
    expect(await caller.call('number/double', 4)).toBe(8);
  });

  it('streams items and then the end', async () => {
    const { caller } = open();
    const stream = caller.stream('numbers/count', { to: 5 });
    const items: number[] = [];
    for (;;) {
      const step = await stream.next();
      if (step.done) {
        expect(step.value).toEqual({ total: 5 });
        break;
      }
      items.push(step.value);
    }
    expect(items).toEqual([1, 2, 3, 4, 5]);
  });

  it('streams pages of columns without loss', async () => {
    const { caller } = open();
    let rows = 0;
    for await (const page of caller.stream('pages/read', { pages: 7, rows: 1000 })) {
      const [n, i] = page.cells;
      expect(n?.kind === 'number' && n.values[999]).toBe(rows + 999);
      expect(n?.kind === 'number' && n.nulls?.[0]).toBe(1);
      expect(i?.kind === 'integer' && i.values[999]).toBe(BigInt(rows + 999) + 2n ** 60n);
      rows += page.rows;
    }
    expect(rows).toBe(7000);
  });

  it('never has more than two items under way', async () => {
    const { caller } = open();
    const stream = caller.stream('numbers/count', { to: 50 });
    for (let taken = 1; taken <= 20; taken++) {
      await stream.next();
      // Two round trips: whatever the other side was allowed to produce, it has produced by now.
      await caller.call('number/double', 0);
      await caller.call('number/double', 0);
      expect(await caller.call('produced/count', null)).toBe(taken + 1);
    }
    await stream.return({ total: 0 });
  });

  it('delivers the items before a failure, then the failure', async () => {
    const { caller } = open();
    const items: number[] = [];
    const error = await caught(
      (async () => {
        for await (const n of caller.stream('numbers/fail', { after: 5 })) items.push(n);
      })(),
    );
    expect(items).toEqual([0, 1, 2, 3, 4]);
    expect(error).toMatchObject({ code: 'file.badLine', data: { line: 5, column: 2 } });
  });

  it('cancels a call and a stream', async () => {
    const { caller } = open();
    const controller = new AbortController();
    const call = caught(caller.call('wait/forCancel', null, controller.signal));
    const stream = caller.stream('numbers/count', { to: 1e9 }, controller.signal);
    await stream.next();
    controller.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    const rest = await caught(
      (async () => {
        for await (const n of stream) expect(n).toBeLessThan(10);
      })(),
    );
    expect(rest).toMatchObject({ code: 'cancelled' });
    expect(await caught(caller.call('number/double', 1, controller.signal))).toMatchObject({ code: 'cancelled' });
  });

  it('fails everything under way when the other side dies, and everything after', async () => {
    const { caller, end } = open();
    await caller.call('number/double', 1);
    const call = caught(caller.call('wait/forCancel', null));
    const stream = caller.stream('numbers/count', { to: 1e9 });
    await stream.next();
    end();
    expect(await call).toMatchObject({ code: 'process.ended' });
    const rest = await caught(
      (async () => {
        for await (const n of stream) expect(n).toBeLessThan(10);
      })(),
    );
    expect(rest).toMatchObject({ code: 'process.ended' });
    expect(await caught(caller.call('number/double', 1))).toMatchObject({ code: 'process.ended' });
    expect(await caught(caller.stream('numbers/count', { to: 1 }).next())).toMatchObject({ code: 'process.ended' });
  });
});

describe('rpc', () => {
  it('ends the source when the reader leaves early', async () => {
    const { caller, witness } = looped();
    for await (const n of caller.stream('numbers/count', { to: 1000 })) if (n === 3) break;
    await caller.call('number/double', 1);
    expect(witness.ended).toBe(1);
    expect(witness.produced).toBeLessThanOrEqual(5);
  });

  it('aborts what it serves when the caller goes', async () => {
    const { caller, end, witness } = looped();
    const stream = caller.stream('numbers/count', { to: 1e9 });
    await stream.next();
    end();
    await expect.poll(() => witness.ended).toBe(1);
  });

  it('is symmetric: both sides call and answer', async () => {
    const [near, far] = loopback();
    const first = connect<TestContract, TestContract>(near, answersFor({ produced: 0, ended: 0, heard: [] }), {});
    const second = connect<TestContract, TestContract>(far, answersFor({ produced: 0, ended: 0, heard: [] }), {});
    expect(await Promise.all([first.call('number/double', 1), second.call('number/double', 2)])).toEqual([2, 4]);
  });

  it('leaves words of others on the channel alone', async () => {
    const [near, far] = loopback();
    connect<TestContract, NoContract>(far, answersFor({ produced: 0, ended: 0, heard: [] }), {});
    const caller = connect<NoContract, TestContract>(near, {}, {});
    near.post('hello');
    near.post(null);
    near.post({ other: 1 });
    expect(await caller.call('number/double', 2)).toBe(4);
  });
});

describe('a forked process', () => {
  it.each([
    ['exit', 'exit code 3'],
    ['kill', 'signal SIGKILL'],
    ['disconnect', 'it closed its channel'],
  ] as const)('that ends by %s is reported with its reason', async (how, reason) => {
    const { caller } = forked();
    const error = await caught(caller.call('process/end', { how }));
    // A child without a channel has nothing to wait for, so it may exit at once: both reasons are true then.
    const reasons = how === 'disconnect' ? [reason, 'exit code 0'] : [reason];
    expect(error).toMatchObject({ code: 'process.ended' });
    expect(reasons).toContain((error as Failure<'process.ended'>).data.reason);
  });

  it('that cannot be started fails the first call', async () => {
    const child = fork('/nowhere/at/all.js', { serialization: 'advanced', execArgv: [], stdio: 'ignore' });
    const caller = connect<NoContract, TestContract>(childPort(child), {}, {});
    expect(await caught(caller.call('number/double', 1))).toMatchObject({ code: 'process.ended' });
  });

  it('sees its parent go and ends', async () => {
    const { child, caller } = forked();
    await caller.call('number/double', 1);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await ended).toBe(0);
  });
});
