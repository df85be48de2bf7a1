// The pipe between host and worker: what goes through it moves, one worker at a time, and a loss is told once.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buffersOf, TrainerRelay } from '../../webview/page/relay.ts';

class FakeWorker {
  static made: FakeWorker[] = [];
  readonly got: unknown[] = [];
  isEnded = false;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;
  onmessageerror: (() => void) | undefined;

  constructor() {
    FakeWorker.made.push(this);
  }

  /** As a browser's: what is in the list changes hands, and whoever sent it has an empty buffer. */
  postMessage(message: unknown, transfer: Transferable[]): void {
    this.got.push(structuredClone(message, { transfer }));
  }

  terminate(): void {
    this.isEnded = true;
  }
}

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('// the trainer')));
});
afterEach(() => vi.unstubAllGlobals());

function setUp() {
  const sent: unknown[] = [];
  const lost: string[] = [];
  const relay = new TrainerRelay({
    trainer: 'https://page/trainer.js',
    send: (message) => sent.push(message),
    lost: (reason) => lost.push(reason),
  });
  return { relay, sent, lost };
}

test('the buffers of a message move to the worker and are not copied', async () => {
  const { relay } = setUp();
  await relay.start();
  const values = new Float64Array([1, 2, 3]);
  relay.forward({ t: 'item', id: 1, item: { cells: [{ values }] } });
  expect(FakeWorker.made[0]?.got).toEqual([
    { t: 'item', id: 1, item: { cells: [{ values: new Float64Array([1, 2, 3]) }] } },
  ]);
  expect(values.byteLength).toBe(0);
});

test('the buffers of a message are found at any depth, each once', () => {
  const shared = new ArrayBuffer(16);
  const own = new Uint8Array(4);
  const message = {
    t: 'item',
    cells: [{ values: new Float64Array(shared) }, { values: new Uint8Array(shared, 8) }],
    deep: [[own]],
    none: null,
  };
  expect(new Set(buffersOf(message))).toEqual(new Set([shared, own.buffer]));
  expect(buffersOf('text')).toEqual([]);
});

test('what the worker says goes to the host unread', async () => {
  const { relay, sent } = setUp();
  await relay.start();
  FakeWorker.made[0]?.onmessage?.({ data: 'anything' });
  expect(sent).toEqual(['anything']);
});

test('a start that was overtaken by a stop makes no worker', async () => {
  const { relay } = setUp();
  const starting = relay.start();
  relay.stop();
  await starting;
  expect(FakeWorker.made).toEqual([]);
  expect(relay.isStarted).toBe(false);
});

test('a second start ends the worker of the first', async () => {
  const { relay } = setUp();
  await relay.start();
  await relay.start();
  expect(FakeWorker.made.map(({ isEnded }) => isEnded)).toEqual([true, false]);
});

test('a worker that fails is told as lost, once, and one that was ended before is not', async () => {
  const { relay, lost } = setUp();
  await relay.start();
  await relay.start();
  const [old, now] = FakeWorker.made;
  old?.onerror?.({ message: 'late' });
  now?.onerror?.({ message: 'out of memory' });
  now?.onmessageerror?.();
  expect(lost).toEqual(['out of memory']);
  expect(relay.isStarted).toBe(false);
  relay.forward({ t: 'more' });
});
