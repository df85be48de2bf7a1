// The results of a connection: replaced by their id, the oldest let go with their rows, deltas to live outdated by a change.
import { expect, test } from 'vitest';
import type { StatementResult } from '../../../src/protocol/panel.ts';
import { ResultList } from '../../../src/extension/panels/resultList.ts';

const result = (id: number, more: Partial<StatementResult> = {}): StatementResult =>
  ({ id, sql: 'SELECT 1', state: 'done', sentence: null, shape: 'rows', spool: null, delta: null, ...more }) as never;

const deltaTo = (to: string, outdated = false): Partial<StatementResult> => ({
  shape: 'delta',
  delta: { table: 'shop.orders', from: 'v1', to, outdated } as never,
});

test('a result that goes on takes the place it had', () => {
  const list = new ResultList();
  list.put(result(1, { state: 'running' }));
  list.put(result(2));
  expect(list.put(result(1))).toEqual([]);
  expect(list.all.map(({ id, state }) => `${id} ${state}`)).toEqual(['1 done', '2 done']);
});

test('the twenty newest are kept, and those that go are answered', () => {
  const list = new ResultList();
  for (let id = 1; id <= 20; id++) expect(list.put(result(id))).toEqual([]);
  expect(list.put(result(21)).map(({ id }) => id)).toEqual([1]);
  expect(list.all.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
});

test('a change outdates the deltas to live, once, and nothing else', () => {
  const list = new ResultList();
  list.put(result(1, deltaTo('live')));
  list.put(result(2, deltaTo('v2')));
  list.put(result(3, { ...deltaTo('live'), state: 'running' }));
  list.put(result(4));
  expect(list.outdate()).toBe(true);
  expect(list.all.map(({ delta }) => delta?.outdated ?? null)).toEqual([true, false, false, null]);
  expect(list.outdate()).toBe(false);
});
