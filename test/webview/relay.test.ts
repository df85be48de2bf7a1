import { expect, test } from 'vitest';
import { buffersOf } from '../../webview/page/relay.ts';

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
