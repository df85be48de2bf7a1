// What the tree shows of tables and servers: order, words, and the SQL that gives the same answer.
import { expect, it, describe } from 'vitest';
import { connectionNode, databaseNodes, type ServerFacts, windowNodes } from '../../../src/app/tree/connectionNodes.ts';
import type { Node } from '../../../src/app/tree/nodeText.ts';
import { baseSnapshotOf, groupNodes, snapshotNodes, tableNode } from '../../../src/app/tree/nodes.ts';
import { table, start, snapshot, model, v2, v3, facts, now, otherColumns, line } from './weatherFacts.ts';

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
