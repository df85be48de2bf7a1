// What the tree shows of snapshots and models: order, words, pages.
import { expect, it, describe } from 'vitest';
import { connectionNode } from '../../../src/app/tree/connectionNodes.ts';
import { groupNodes, modelNodes, paged, snapshotNodes, tableNode } from '../../../src/app/tree/nodes.ts';
import type { Model } from '../../../src/data/model.ts';
import { modelDocument } from '../../../src/app/registry/documents.ts';
import { modelListText } from '../../../src/cli/commands/models/trainingText.ts';
import type { Snapshot } from '../../../src/data/version.ts';
import { snapshot, model, v1, v2, v3, facts, now, otherColumns, line } from './weatherFacts.ts';

describe('snapshots', () => {
  const deltas = (from: Snapshot, to: Snapshot) =>
    from === v2 && to === v3 ? { counts: { inserted: 731, updated: 0, deleted: 0 }, columns: null } : null;

  it('say how much disk the snapshots keep, and where that is not told', () => {
    const told = (kept: Parameters<typeof groupNodes>[1]) => groupNodes(facts, kept)[0];
    expect(told({ bytes: 12_340_000, isWhole: true, snapshots: [] })?.description).toBe('3 · keeps 12.3 MB');
    expect(told({ bytes: 400_000_000, isWhole: false, snapshots: [] })?.description).toBe('3 · keeps more than 400 MB');
    expect(told({ bytes: 0, isWhole: true, snapshots: [] })?.description).toBe('3');
    expect(told(null)?.tooltip).toContain('not told');
  });

  it('stand newest first, with the changes since the one before and the models that need them', () => {
    expect(snapshotNodes(facts, 'snapshots', deltas, now).map(line)).toEqual([
      'weather_v3 | +731 ~0 −0 · m3 · 1,462 rows · 3 days ago',
      'weather_v2 | m2 · 731 rows · 4 days ago',
      'weather_v1 | 366 rows · 5 days ago',
    ]);
  });

  it('tell columns that are other ones than in the snapshot before', () => {
    const [newest] = snapshotNodes(
      facts,
      'snapshots',
      (from, to) => {
        const found = deltas(from, to);
        return found && { ...found, columns: otherColumns };
      },
      now,
    );
    expect(newest?.description).toMatch(/^\+731 ~0 −0, columns \+1 ~2 −1 · /);
    expect(newest?.tooltip).toContain('Columns that went: snow INT');
  });

  it('are apart from safety snapshots', () => {
    const [only] = snapshotNodes(facts, 'safety', deltas, now);
    expect(only?.label).toBe('weather_before_restore_1');
    expect(only?.context).toBe('snapshot;safety');
  });

  it('get another id when a name is made again', () => {
    const again = { ...facts, snapshots: [snapshot('weather_v3', 4, 1)] };
    const ids = [facts, again].map((one) => snapshotNodes(one, 'snapshots', deltas, now)[0]?.id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('say when they can no longer be trusted', () => {
    const [node] = snapshotNodes(
      { ...facts, snapshots: [{ ...v1, unsure: 'another program changed the table' }] },
      'snapshots',
      deltas,
      now,
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
    onBaseline: null,
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
    ['full', { kind: 'full' }, '.842 · on weather_v3 · full · baseline'],
  ] as const)('are told in one line: %s', (_, more, expected) => {
    const [node] = modelNodes({ ...facts, models: [model(3, v3, more)] });
    expect(node && line(node)).toBe(`m3 | ${expected}`);
  });

  it('have one and the same number to their parent here and in the list of the command line', () => {
    const lost = {
      ...guard('better'),
      verdict: 'worse',
      onParent: { ...pair, difference: -0.03, verdict: 'worse' },
    } as const;
    const rejected = model(6, v3, { status: 'rejected', guard: lost });
    const listed = modelListText([modelDocument({ ...rejected, rows: 1462 }, () => 'weather/m5', [], [])]);
    const [node] = modelNodes({ ...facts, models: [rejected] });
    expect(node?.description).toContain(' −.030 ');
    expect(listed).toMatch(/ −\.030 +weather_v3 /);
  });

  it.each([
    ['gone', [], 'its snapshot is gone'],
    ['replaced', [snapshot('weather_v3', 4, 1)], 'its snapshot was replaced'],
  ])('are marked when their snapshot is %s', (_, snapshots, words) => {
    const [node] = modelNodes({ ...facts, snapshots, models: [model(3, v3)] });
    expect(node?.description).toContain(words);
    expect(node?.context).toContain('orphan');
  });

  it('are marked when another hand changed them', () => {
    const [now, before] = modelNodes({ ...facts, models: [model(3, v3), model(2, v2)] }, new Set(['weather/m3']));
    expect(now?.description).toMatch(/^changed by another hand · /);
    expect(now?.tooltip).toContain('another program changed it');
    expect([now?.icon, before?.icon]).toEqual(['warning', 'circle-large-outline']);
    expect(before?.description).not.toContain('another hand');
  });

  it('carry the name of their training where the table has several', () => {
    const models = [model(3, v3), model(1, v1, { training: 'rain', trainingId: 'b2' })];
    expect(modelNodes({ ...facts, models }).map(({ label }) => label)).toEqual(['weather/m3', 'rain/m1']);
  });

  it('of two trainings with one id have a baseline each, and a parent of the other is named with its training', () => {
    const models = [model(3, v3), model(2, v2, { training: 'twin', kind: 'full' }), model(1, v1, { kind: 'full' })];
    const described = modelNodes({ ...facts, models }).map(({ description }) => description);
    expect(described).toEqual([
      expect.stringContaining('delta of twin/m2'),
      expect.stringContaining('baseline'),
      expect.stringContaining('baseline'),
    ]);
  });
});

describe('pages', () => {
  const connection = connectionNode({
    id: 'a/b',
    kind: 'embedded',
    environment: 'production',
    readOnly: true,
    isOpen: false,
    place: 'x',
    source: 'y',
    server: null,
  });
  const nodes = Array.from({ length: 450 }, (_, i) => ({ ...connection, id: String(i) }));

  it.each([
    [200, 201, '250 not shown'],
    [400, 401, '50 not shown'],
  ])('of %i end with a node that loads more', (shown, count, words) => {
    const page = paged(nodes, shown, 'a/b', 'parent');
    expect(page.length).toBe(count);
    expect(page.at(-1)?.description).toBe(words);
  });

  it('that hold everything have no such node', () => {
    expect(paged(nodes, 600, 'a/b', 'parent')).toEqual(nodes);
  });

  it('connections say what is unusual about them', () => {
    expect(line(connection)).toBe('a/b | embedded · production · read-only · not connected');
  });
});

it('never gives two nodes the same id', () => {
  const all = [
    tableNode(facts),
    ...groupNodes(facts, null),
    ...snapshotNodes(facts, 'snapshots', () => null, now),
    ...snapshotNodes(facts, 'safety', () => null, now),
    ...modelNodes(facts),
    tableNode({ ...facts, table: { database: 'noaa/weather', table: 'x' } }),
    tableNode({ ...facts, table: { database: 'noaa', table: 'weather/x' } }),
  ];
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});
