// What the tree shows: order, words, pages, and the SQL that gives the same answer.
import { describe, expect, it } from 'vitest';
import {
  baseSnapshotOf,
  connectionNode,
  groupNodes,
  modelNodes,
  type Node,
  paged,
  snapshotNodes,
  type TableFacts,
  tableNode,
} from '../../src/app/nodes.ts';
import { plainly } from '../../src/app/say.ts';
import type { Model } from '../../src/data/model.ts';
import type { Snapshot } from '../../src/data/version.ts';

const table = { database: 'noaa', table: 'weather' };
const day = 86_400_000_000_000n;
const start = 1_700_000_000_000_000_000n;

const snapshot = (name: string, days: number, rows: number, more: Partial<Snapshot> = {}): Snapshot => ({
  name,
  level: 'table',
  ...table,
  createdAt: String(start + BigInt(days) * day),
  tables: [{ ...table, id: '7', rows }],
  unsure: null,
  ...more,
});

const model = (number: number, base: Snapshot, more: Partial<Model> = {}): Model =>
  ({
    training: 'weather',
    trainingId: 'a1',
    number,
    parent: number > 1 ? number - 1 : null,
    kind: number > 1 ? 'delta' : 'full',
    status: 'candidate',
    snapshot: { name: base.name, createdAt: base.createdAt, tableId: '7' },
    metrics: { accuracy: 0.842, low: 0.8, high: 0.88, logLoss: 0.4, n: 146 },
    guard: { verdict: 'none', onParent: null, onSnapshot: null, onAnchor: null },
    madeAt: `2026-01-0${number}T00:00:00Z`,
    note: '',
    ...more,
  }) as Model;

const v1 = snapshot('weather_v1', 0, 366);
const v2 = snapshot('weather_v2', 1, 731);
const v3 = snapshot('weather_v3', 2, 1462);
const safety = snapshot('weather_before_restore_1', 3, 1462);
const facts: TableFacts = {
  connection: 'local',
  table,
  rows: null,
  snapshots: [v1, v3, safety, v2],
  models: [model(2, v2), model(3, v3, { status: 'promoted' })],
  live: { state: 'counted', from: 'weather_v3', counts: { inserted: 730, updated: 1, deleted: 2 } },
};
const now = Number((start + 5n * day) / 1_000_000n);
const line = (node: Node): string => `${node.label} | ${node.description}`;

describe('the table', () => {
  it('shows its rows and what changed since the base of its newest model', () => {
    expect(line(tableNode(facts, plainly))).toBe('weather | +730 ~1 −2 since weather_v3 · 2,190 rows');
  });

  it('gives the SQL of the same answer in its tooltip', () => {
    expect(tableNode(facts, plainly).tooltip).toContain(
      "DATA BRANCH DIFF noaa.weather AGAINST noaa.weather{SNAPSHOT = 'weather_v3'} OUTPUT SUMMARY;",
    );
  });

  it('offers to count what could not be counted in time', () => {
    const node = tableNode({ ...facts, live: { state: 'changed', from: 'weather_v3' } }, plainly);
    expect(line(node)).toBe('weather | changed since weather_v3 (click to count)');
    expect(node.click?.command).toBe('deltatrain.tree.count');
  });

  it('says nothing about changes it does not know', () => {
    expect(line(tableNode({ ...facts, rows: 1, live: { state: 'unknown' } }, plainly))).toBe('weather | 1 row');
  });
});

describe('the base that changes are counted from', () => {
  it.each([
    ['the newest model that may be a parent', facts, 'weather_v3'],
    ['not a rejected one', { ...facts, models: [model(2, v2), model(3, v3, { status: 'rejected' })] }, 'weather_v2'],
    ['the newest snapshot without a model, never a safety snapshot', { ...facts, models: [] }, 'weather_v3'],
    [
      'not a snapshot that was dropped and made again',
      { ...facts, models: [model(1, snapshot('weather_v1', 9, 1))] },
      'weather_v3',
    ],
    ['nothing without snapshots', { ...facts, models: [], snapshots: [] }, undefined],
  ])('is %s', (_, given, expected) => {
    expect(baseSnapshotOf(given)?.name).toBe(expected);
  });
});

describe('the groups', () => {
  it('are Snapshots, Safety and Models with their counts', () => {
    expect(groupNodes(facts, plainly).map(line)).toEqual(['Snapshots | 3', 'Safety | 1', 'Models | 2']);
  });

  it('leave out what has no members, but not Snapshots', () => {
    expect(groupNodes({ ...facts, snapshots: [], models: [] }, plainly).map(line)).toEqual(['Snapshots | 0']);
  });
});

describe('snapshots', () => {
  const deltas = (from: Snapshot, to: Snapshot) =>
    from === v2 && to === v3 ? { inserted: 731, updated: 0, deleted: 0 } : null;

  it('stand newest first, with the changes since the one before and the models that need them', () => {
    expect(snapshotNodes(facts, 'snapshots', deltas, now, plainly).map(line)).toEqual([
      'weather_v3 | +731 ~0 −0 · m3 · 1,462 rows · 3 days ago',
      'weather_v2 | m2 · 731 rows · 4 days ago',
      'weather_v1 | 366 rows · 5 days ago',
    ]);
  });

  it('are apart from safety snapshots', () => {
    const [only] = snapshotNodes(facts, 'safety', deltas, now, plainly);
    expect(only?.label).toBe('weather_before_restore_1');
    expect(only?.context).toBe('snapshot;safety');
  });

  it('get another id when a name is made again', () => {
    const again = { ...facts, snapshots: [snapshot('weather_v3', 4, 1)] };
    const ids = [facts, again].map((one) => snapshotNodes(one, 'snapshots', deltas, now, plainly)[0]?.id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('say when they can no longer be trusted', () => {
    const [node] = snapshotNodes(
      { ...facts, snapshots: [{ ...v1, unsure: 'another program changed the table' }] },
      'snapshots',
      deltas,
      now,
      plainly,
    );
    expect(node?.description).toContain('can no longer be trusted');
    expect(node?.icon).toBe('warning');
  });
});

describe('models', () => {
  const pair = {
    n: 146,
    child: 0.842,
    parent: 0.831,
    difference: 0.011,
    low: -0.01,
    high: 0.03,
    p: 0.3,
    detectable: 0,
  };
  const guard = (verdict: 'better' | 'unclear'): Model['guard'] => ({
    verdict,
    onParent: null,
    onSnapshot: { ...pair, verdict },
    onAnchor: null,
  });

  it.each([
    ['candidate', {}, '.842 · on weather_v3 · delta of m2'],
    [
      'promoted',
      { status: 'promoted', guard: guard('better') },
      'promoted · .842 · +.011 · on weather_v3 · delta of m2',
    ],
    ['unclear', { guard: guard('unclear') }, ".842 · +.011 can't tell · on weather_v3 · delta of m2"],
    [
      'rejected for what it lost',
      {
        status: 'rejected',
        guard: {
          ...guard('better'),
          verdict: 'worse',
          onParent: { ...pair, difference: -0.03, verdict: 'worse' },
        },
      },
      'rejected · .842 · −.030 · on weather_v3 · delta of m2',
    ],
    ['full', { kind: 'full' }, '.842 · on weather_v3 · full · anchor'],
  ] as const)('are told in one line: %s', (_, more, expected) => {
    const [node] = modelNodes({ ...facts, models: [model(3, v3, more)] }, plainly);
    expect(node && line(node)).toBe(`m3 | ${expected}`);
  });

  it.each([
    ['gone', [], 'its snapshot is gone'],
    ['replaced', [snapshot('weather_v3', 4, 1)], 'its snapshot was replaced'],
  ])('are marked when their snapshot is %s', (_, snapshots, words) => {
    const [node] = modelNodes({ ...facts, snapshots, models: [model(3, v3)] }, plainly);
    expect(node?.description).toContain(words);
    expect(node?.context).toContain('orphan');
  });

  it('carry the name of their training where the table has several', () => {
    const models = [model(3, v3), model(1, v1, { training: 'rain', trainingId: 'b2' })];
    expect(modelNodes({ ...facts, models }, plainly).map(({ label }) => label)).toEqual(['weather/m3', 'rain/m1']);
  });
});

describe('pages', () => {
  const connection = connectionNode(
    { id: 'a/b', kind: 'embedded', environment: 'production', readOnly: true, isOpen: false, place: 'x', source: 'y' },
    plainly,
  );
  const nodes = Array.from({ length: 450 }, (_, i) => ({ ...connection, id: String(i) }));

  it.each([
    [200, 201, '250 not shown'],
    [400, 401, '50 not shown'],
  ])('of %i end with a node that loads more', (shown, count, words) => {
    const page = paged(nodes, shown, 'a/b', 'parent', plainly);
    expect(page.length).toBe(count);
    expect(page.at(-1)?.description).toBe(words);
  });

  it('that hold everything have no such node', () => {
    expect(paged(nodes, 600, 'a/b', 'parent', plainly)).toEqual(nodes);
  });

  it('connections say what is unusual about them', () => {
    expect(line(connection)).toBe('a/b | embedded · production · read-only · not connected');
  });
});

it('never gives two nodes the same id', () => {
  const all = [
    tableNode(facts, plainly),
    ...groupNodes(facts, plainly),
    ...snapshotNodes(facts, 'snapshots', () => null, now, plainly),
    ...snapshotNodes(facts, 'safety', () => null, now, plainly),
    ...modelNodes(facts, plainly),
    tableNode({ ...facts, table: { database: 'noaa/weather', table: 'x' } }, plainly),
    tableNode({ ...facts, table: { database: 'noaa', table: 'weather/x' } }, plainly),
  ];
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});
