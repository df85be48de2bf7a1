/** Two ports joined in this process; every message goes through structuredClone, which proves that it can be sent. */
import type { Port } from '../../../src/protocol/rpc.ts';

export interface LoopbackEnd extends Port {
  close(reason: string): void;
}

export function loopback(): [LoopbackEnd, LoopbackEnd] {
  type Side = { messages: ((message: unknown) => void)[]; closes: ((reason: string) => void)[] };
  const sides: [Side, Side] = [
    { messages: [], closes: [] },
    { messages: [], closes: [] },
  ];
  let open = true;
  const end = (own: Side, other: Side): LoopbackEnd => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        if (open) for (const listener of other.messages) listener(copy);
      });
    },
    onMessage: (listener) => void own.messages.push(listener),
    onClose: (listener) => void own.closes.push(listener),
    close(reason) {
      open = false;
      for (const side of sides) for (const listener of side.closes) listener(reason);
    },
  });
  return [end(sides[0], sides[1]), end(sides[1], sides[0])];
}
