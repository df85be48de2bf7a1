/** A table of the weather, its snapshots and models, as the tree is told of them. */
import type { Node } from '../../../src/app/tree/nodeText.ts';
import type { TableFacts } from '../../../src/app/tree/nodes.ts';
import type { Model } from '../../../src/data/model.ts';
import type { Snapshot } from '../../../src/data/version.ts';

export const table = { database: 'noaa', table: 'weather' };
const day = 86_400_000_000_000n;
export const start = 1_700_000_000_000_000_000n;

export const snapshot = (name: string, days: number, rows: number, more: Partial<Snapshot> = {}): Snapshot => ({
  name,
  level: 'table',
  ...table,
  createdAt: String(start + BigInt(days) * day),
  tables: [{ ...table, id: '7', rows }],
  unsure: null,
  ...more,
});

export const model = (number: number, base: Snapshot, more: Partial<Model> = {}): Model =>
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

export const v1 = snapshot('weather_v1', 0, 366);
export const v2 = snapshot('weather_v2', 1, 731);
export const v3 = snapshot('weather_v3', 2, 1462);
const safety = snapshot('weather_before_restore_1', 3, 1462);
export const facts: TableFacts = {
  connection: 'local',
  table,
  rows: null,
  snapshots: [v1, v3, safety, v2],
  models: [model(2, v2), model(3, v3, { status: 'promoted' })],
  live: { state: 'counted', from: 'weather_v3', counts: { inserted: 730, updated: 1, deleted: 2 }, columns: null },
  branch: null,
  listable: true,
};
export const now = Number((start + 5n * day) / 1_000_000n);
export const otherColumns = {
  added: [{ name: 'gust', type: 'DOUBLE' }],
  dropped: [{ name: 'snow', type: 'INT' }],
  renamed: [{ from: 'temp', to: 'celsius' }],
  retyped: [{ name: 'wind', from: 'INT', to: 'DOUBLE' }],
};
export const line = (node: Node): string => `${node.label} | ${node.description}`;
