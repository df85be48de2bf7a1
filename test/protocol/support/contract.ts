/** The contract that the rpc tests speak, and one implementation of it for the loopback pair and the forked child alike. */
import { setTimeout as wait } from 'node:timers/promises';
import { Failure, throwIfCancelled } from '../../../src/base/failure.ts';
import type { RowPage } from '../../../src/data/page.ts';
import type { Answers, Stream } from '../../../src/protocol/rpc.ts';

export interface TestContract {
  calls: {
    'number/double': (p: number) => number;
    'value/echo': (p: unknown) => unknown;
    'failure/throw': (p: { table: string }) => null;
    'bug/throw': (p: null) => null;
    'wait/forCancel': (p: null) => null;
    'result/unclonable': (p: null) => unknown;
    'produced/count': (p: null) => number;
    'process/end': (p: { how: 'exit' | 'kill' | 'disconnect' }) => null;
  };
  streams: {
    'numbers/count': (p: { to: number }) => Stream<number, { total: number }>;
    'pages/read': (p: { pages: number; rows: number }) => Stream<RowPage>;
    'numbers/fail': (p: { after: number }) => Stream<number>;
  };
  events: { 'text/said': (p: string) => void };
}

/** How often the stream `numbers/count` was asked for an item, and whether it was ended early. */
export interface Witness {
  produced: number;
  ended: number;
  heard: string[];
}

export function answersFor(witness: Witness): Answers<TestContract> {
  return {
    'number/double': (p) => p * 2,
    'value/echo': (p) => p,
    'failure/throw': (p) => {
      throw new Failure('table.unknown', { table: p.table, near: null });
    },
    'bug/throw': () => {
      throw new TypeError('a mistake of ours');
    },
    'wait/forCancel': async (_, signal) => {
      while (!signal.aborted) await wait(1);
      throwIfCancelled(signal);
      return null;
    },
    'result/unclonable': () => () => 1,
    'produced/count': () => witness.produced,
    'process/end': ({ how }) => {
      if (how === 'exit') process.exit(3);
      if (how === 'kill') process.kill(process.pid, 'SIGKILL');
      process.disconnect();
      return null;
    },
    async *'numbers/count'({ to }, signal) {
      try {
        for (let i = 1; i <= to; i++) {
          throwIfCancelled(signal);
          witness.produced += 1;
          yield i;
        }
        return { total: to };
      } finally {
        witness.ended += 1;
      }
    },
    async *'pages/read'({ pages, rows }) {
      for (let p = 0; p < pages; p++) {
        const values = Float64Array.from({ length: rows }, (_, i) => p * rows + i);
        yield {
          rows,
          columns: [
            { name: 'n', type: 'DOUBLE' },
            { name: 'i', type: 'BIGINT' },
            { name: 'b', type: 'BLOB' },
          ],
          cells: [
            { kind: 'number', values, nulls: Uint8Array.from({ length: rows }, (_, i) => (i === 0 ? 1 : 0)) },
            { kind: 'integer', values: BigInt64Array.from(values, (v) => BigInt(v) + 2n ** 60n), nulls: null },
            { kind: 'bytes', values: [...values].map((v) => Uint8Array.of(v & 255)) },
          ],
        };
      }
    },
    async *'numbers/fail'({ after }) {
      for (let i = 0; i < after; i++) yield i;
      throw new Failure('file.badLine', { file: 'a.csv', line: after, column: 2, reason: 'it is ragged' });
    },
  };
}
