// What is counted without being asked: what is unfolded and in sight, where nothing is left to a click.
import { expect, test } from 'vitest';
import type { Node, Subject } from '../../../src/app/tree/nodeText.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Snapshot } from '../../../src/data/version.ts';
import { CountScheduler } from '../../../src/extension/tree/countScheduler.ts';
import { type Element, Elements } from '../../../src/extension/tree/elements.ts';

const orders = { database: 'shop', table: 'orders' };

const nodeOf = (id: string, subject: Subject, children: Node['children'] = 'closed'): Node => ({
  id,
  subject,
  label: id,
  description: '',
  tooltip: '',
  icon: '',
  children,
  context: '',
  click: null,
});

const snapshot = (name: string, day: number): Snapshot =>
  ({
    name,
    createdAt: String(BigInt(day) * 86_400_000_000_000n),
    level: 'table',
    tables: [{ table: orders, id: '1', rows: 1 }],
    unsure: null,
  }) as unknown as Snapshot;

/** A connection, its table and the table's snapshots, with everything folded. */
function setUp({ onClick = false, isVisible = true, isWanted = true, isClosed = false } = {}) {
  const elements = new Elements();
  const [connection] = elements.of([nodeOf('local', { kind: 'connection', connection: 'local' })], undefined);
  const [table] = elements.of([nodeOf('orders', { kind: 'table', connection: 'local', table: orders })], connection);
  const group: Subject = { kind: 'group', connection: 'local', table: orders, group: 'snapshots' };
  const [snapshots] = elements.of([nodeOf('snapshots', group)], table);
  const counted: string[] = [];
  const drawn: string[] = [];
  const failed: unknown[] = [];
  let fails: unknown = null;
  const overview = {
    countsOnClick: () => onClick,
    count: () => {
      if (fails !== null) return Promise.reject(fails as Error);
      counted.push('orders');
      return Promise.resolve(true);
    },
    countBetween: (_: unknown, __: unknown, pairs: readonly (readonly [Snapshot, Snapshot])[]) => {
      counted.push(...pairs.map(([from, to]) => `${from.name} → ${to.name}`));
      return Promise.resolve(pairs.length > 0);
    },
    facts: () =>
      Promise.resolve({
        connection: 'local',
        table: orders,
        rows: 3,
        snapshots: [snapshot('v1', 1), snapshot('orders_before_restore_1', 2), snapshot('v2', 3)],
        models: [],
        live: { state: 'unknown' },
        branch: null,
        listable: true,
      }),
  };
  const counts = new CountScheduler({
    connections: { sessionUnlessClosed: () => Promise.resolve(isClosed ? null : ({} as never)) },
    overview: overview as never,
    elements,
    isVisible: () => isVisible,
    isWanted: () => isWanted,
    changed: ({ id }) => drawn.push(id),
    failed: (error) => failed.push(error),
  });
  return {
    elements,
    counts,
    counted,
    drawn,
    failed,
    all: { connection, table, snapshots } as Record<'connection' | 'table' | 'snapshots', Element>,
    fail: (error: unknown) => (fails = error),
  };
}

test('a table that is in sight is counted and drawn anew', async () => {
  const { elements, counts, counted, drawn, all } = setUp();
  elements.expand(all.connection);
  await counts.count(all.table);
  expect(counted).toEqual(['orders']);
  expect(drawn).toEqual(['orders']);
  expect(all.table.node.label).toBe('orders');
});

test('what lies in a folded part of the tree is not counted', async () => {
  const { elements, counts, counted, all } = setUp();
  await counts.count(all.table);
  elements.expand(all.connection);
  elements.collapse(all.connection);
  await counts.count(all.table);
  elements.expand(all.connection);
  await counts.count(all.snapshots);
  expect(counted).toEqual([]);
});

test.each([
  ['is hidden', { isVisible: false }],
  ['counts on a click alone', { onClick: true }],
  ['was told not to count', { isWanted: false }],
  ['lost its connection to the user', { isClosed: true }],
])('a tree that %s counts nothing', async (_, options) => {
  const { elements, counts, counted, drawn, all } = setUp(options);
  elements.expand(all.connection);
  elements.expand(all.table);
  await counts.count(all.table);
  await counts.count(all.snapshots);
  expect(counted).toEqual([]);
  expect(drawn).toEqual([]);
});

test('between snapshots each is counted from the one before, without those that a restore made', async () => {
  const { elements, counts, counted, drawn, all } = setUp();
  elements.expand(all.connection);
  elements.expand(all.table);
  await counts.count(all.snapshots);
  expect(counted).toEqual(['v1 → v2']);
  expect(drawn).toEqual(['snapshots']);
});

test('a count that fails is told to the log, and a cancelled one to nobody', async () => {
  const { elements, counts, drawn, failed, all, fail } = setUp();
  elements.expand(all.connection);
  const failure = new Failure('store.lost', { store: 'local' });
  fail(failure);
  await counts.count(all.table);
  fail(new Failure('cancelled'));
  await counts.count(all.table);
  expect(failed).toEqual([failure]);
  expect(drawn).toEqual([]);
});

test('an element stays the same object while its node changes', () => {
  const { elements, all } = setUp();
  const subject: Subject = { kind: 'table', connection: 'local', table: orders };
  const [again] = elements.of([{ ...nodeOf('orders', subject), label: 'orders (3)' }], all.connection);
  expect(again).toBe(all.table);
  expect(all.table.node.label).toBe('orders (3)');
  expect(elements.parentOf(all.snapshots)).toBe(all.table);
});

test('the unfolded elements of one connection are told from those of another', () => {
  const { elements, all } = setUp();
  const [other] = elements.of([nodeOf('far', { kind: 'connection', connection: 'far' })], undefined);
  elements.expand(all.table);
  elements.expand(other as Element);
  expect(elements.expanded('local')).toEqual([all.table]);
  expect(elements.expanded(undefined)).toEqual([all.table, other]);
});
