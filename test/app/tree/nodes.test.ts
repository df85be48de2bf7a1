// What the tree shows: order, words, pages, and the SQL that gives the same answer.
import { describe, expect, it } from 'vitest';
import { connectionNode, databaseNodes, type ServerFacts, windowNodes } from '../../../src/app/tree/connectionNodes.ts';
import type { Node } from '../../../src/app/tree/nodeText.ts';
import {
  baseSnapshotOf,
  groupNodes,
  modelNodes,
  paged,
  snapshotNodes,
  type TableFacts,
  tableNode,
} from '../../../src/app/tree/nodes.ts';
import type { Model } from '../../../src/data/model.ts';
import { modelDocument } from '../../../src/app/registry/documents.ts';
import { modelListText } from '../../../src/cli/commands/models/trainingText.ts';
import type { Snapshot } from '../../../src/data/version.ts';

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
    guard: { verdict: 'none', onParent: null, onSnapshot: null, onBaseline: null },
    madeAt: `2026-01-0${number}T00:00:00Z`,
    note: '',
    plan: { learner: { name: 'mlp', options: {} } },
    epochs: [],
    attempts: [],
    cost: {},
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
  live: { state: 'counted', from: 'weather_v3', counts: { inserted: 730, updated: 1, deleted: 2 }, columns: null },
  branch: null,
  listable: true,
};
const now = Number((start + 5n * day) / 1_000_000n);
const otherColumns = {
  added: [{ name: 'gust', type: 'DOUBLE' }],
  dropped: [{ name: 'snow', type: 'INT' }],
  renamed: [{ from: 'temp', to: 'celsius' }],
  retyped: [{ name: 'wind', from: 'INT', to: 'DOUBLE' }],
};
const line = (node: Node): string => `${node.label} | ${node.description}`;

describe('the table', () => {
  it('shows its rows and what changed since the base of its newest model', () => {
    expect(line(tableNode(facts))).toBe('weather | +730 ~1 −2 since weather_v3 · 2,190 rows');
  });

  it('gives the SQL of the same answer in its tooltip', () => {
    expect(tableNode(facts).tooltip).toContain(
      "DATA BRANCH DIFF noaa.weather AGAINST noaa.weather{SNAPSHOT = 'weather_v3'} OUTPUT SUMMARY;",
    );
  });

  it('offers to count what could not be counted in time', () => {
    const node = tableNode({ ...facts, live: { state: 'changed', from: 'weather_v3' } });
    expect(line(node)).toBe('weather | changed since weather_v3 (click to count)');
    expect(node.click?.command).toBe('deltatrain.tree.count');
  });

  it('tells columns that came, went or are other ones', () => {
    const { live } = facts;
    if (live.state !== 'counted') throw new Error('it is counted');
    const node = tableNode({ ...facts, live: { ...live, columns: otherColumns } });
    expect(line(node)).toBe('weather | +730 ~1 −2, columns +1 ~2 −1 since weather_v3 · 2,190 rows');
    expect(node.tooltip).toContain('Columns that came: gust DOUBLE');
    expect(node.tooltip).toContain('temp seems to be called celsius now');
  });

  it('says nothing about changes it does not know', () => {
    expect(line(tableNode({ ...facts, rows: 1, live: { state: 'unknown' } }))).toBe('weather | 1 row');
  });
});

describe('a table on a server', () => {
  const way = { way: 'compare', why: 'The column "kind" is an ENUM.' } as const;
  const counts = { inserted: 1, updated: 0, deleted: 0 };
  const counted = { state: 'counted', from: 'weather_v3', counts, columns: null } as const;

  it('is counted on a click', () => {
    const node = tableNode({ ...facts, live: { state: 'uncounted', from: 'weather_v3' } });
    expect(line(node)).toBe('weather | since weather_v3: click to count');
    expect(node.click?.command).toBe('deltatrain.tree.count');
    expect(node.context).toContain('uncounted');
  });

  it('says in its tooltip how the changes were found, why not otherwise, and when', () => {
    const { tooltip } = tableNode({ ...facts, live: { ...counted, way, at: '14:05:09' } });
    expect(tooltip).toContain('Found by comparing: The column "kind" is an ENUM\\.');
    expect(tooltip).toContain('Counted at 14:05:09');
    const first = tableNode({ ...facts, live: { ...counted, way: { way: 'diff', why: null } } });
    expect(first.tooltip).toContain('Found by DATA BRANCH DIFF');
    const embedded = tableNode({ ...facts, live: { ...counted, way: { way: 'log', why: null } } });
    expect(embedded.tooltip).not.toContain('Found');
  });

  it.each([
    [{ database: 'noaa', table: 'base' }, 'branch of noaa.base since 2023-11-14 22:13:20 UTC'],
    [null, 'branch of a table that is gone'],
  ])('that is a branch says of what', (of, words) => {
    const node = tableNode({ ...facts, branch: { table, of, createdAt: String(start) } });
    expect(node.description).toContain(words);
    expect(node.icon).toBe('git-branch');
  });

  it.each([
    ['account', 'of the account'],
    ['cluster', 'of the cluster'],
  ] as const)('shows the snapshots of its %s, marked', (level, words) => {
    const above = snapshot('all_v1', 4, 9, { level, database: null, table: null });
    const [node] = snapshotNodes({ ...facts, snapshots: [above] }, 'snapshots', () => null, now);
    expect(node?.description).toContain(words);
  });

  it('shows a snapshot of which only the name is known', () => {
    const typed = snapshot('secret_v1', 0, 0, { createdAt: '', tables: null });
    const [node] = snapshotNodes({ ...facts, snapshots: [typed] }, 'snapshots', () => null, now);
    expect(node && line(node)).toBe('secret_v1 | typed');
    expect(node?.tooltip).not.toContain('CREATE SNAPSHOT');
  });
});

describe('a server', () => {
  const server: ServerFacts = {
    engine: 'MatrixOne 4.1.4',
    user: 'ml',
    database: 'risk',
    encrypted: true,
    secret: 'The password is in the storage.',
    limits: ['There is no CLONE.', 'There is no <=>.'],
  };
  const node = (more: Partial<ServerFacts>, isOpen = true): Node =>
    connectionNode({
      id: 'risk',
      kind: 'matrixone',
      environment: 'production',
      readOnly: false,
      isOpen,
      place: '10.0.0.5:6001',
      source: 'Named by your settings',
      server: { ...server, ...more },
    });

  it('shows its release, its place and its environment', () => {
    expect(line(node({}))).toBe('risk | MatrixOne 4.1.4 · 10.0.0.5:6001 · production');
    expect(line(node({ engine: null, encrypted: null }, false))).toBe(
      'risk | MatrixOne · 10.0.0.5:6001 · production · not connected',
    );
  });

  it('tells in its tooltip who logs in, what is encrypted, where the password is, and every limit', () => {
    const { tooltip } = node({});
    for (const part of ['as ml', 'Database: risk', 'is encrypted', 'password is in the storage', '- There is no CLONE'])
      expect(tooltip).toContain(part);
    expect(node({ encrypted: false }).tooltip).toContain('is not encrypted');
  });

  it('opens the database that the connection names, before the others', () => {
    const nodes = databaseNodes('risk', ['a', 'risk', 'z'], 'risk');
    expect(nodes.map(({ label, children }) => [label, children])).toEqual([
      ['risk', 'open'],
      ['a', 'closed'],
      ['z', 'closed'],
    ]);
    expect(databaseNodes('risk', ['a'], 'gone').map(({ label }) => label)).toEqual(['a']);
  });

  it('lists what can be read at any moment', () => {
    const since = Date.UTC(2026, 10, 2, 10);
    const windows = [
      { name: 'week', level: 'database', database: 'risk', table: null, since, length: '7 d' },
      { name: 'all', level: 'account', database: null, table: null, since, length: '1 h' },
    ] as const;
    expect(windowNodes('risk', windows).map(line)).toEqual([
      'week | risk · any moment since 2026-11-02 10:00:00 UTC · 7 d',
      'all | the whole account · any moment since 2026-11-02 10:00:00 UTC · 1 h',
    ]);
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
    expect(groupNodes(facts, null).map(line)).toEqual(['Snapshots | 3', 'Safety | 1', 'Models | 2']);
  });

  it('leave out what has no members, but not Snapshots', () => {
    expect(groupNodes({ ...facts, snapshots: [], models: [] }, null).map(line)).toEqual(['Snapshots | 0']);
  });
});

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
