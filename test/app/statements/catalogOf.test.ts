// What the language server is told of a connection.
import { expect, it } from 'vitest';
import { catalogOf } from '../../../src/app/statements/catalogOf.ts';
import type { Model } from '../../../src/data/model.ts';
import type { Snapshot } from '../../../src/data/version.ts';
import { findDelta, findSnapshot, findTable } from '../../../src/git4data/catalog.ts';

const table = { database: 'noaa', table: 'weather' };
const snapshot: Snapshot = {
  name: 'weather_v1',
  level: 'table',
  ...table,
  createdAt: '1700000000000000001',
  tables: [{ ...table, id: '7', rows: 366 }],
  unsure: null,
};
const whole: Snapshot = {
  ...snapshot,
  name: 'noaa_v1',
  level: 'database',
  table: null,
  tables: [
    { database: 'noaa', table: 'archive', id: '8', rows: 2922 },
    { ...table, id: '7', rows: 366 },
  ],
};
const model = {
  training: 'weather',
  number: 1,
  snapshot: { name: 'weather_v1', createdAt: snapshot.createdAt, tableId: '7' },
} as Model;

const catalog = catalogOf({
  name: 'folder › local',
  dialect: 'own',
  release: null,
  database: null,
  databases: ['noaa'],
  tables: [
    {
      name: table,
      id: '7',
      key: ['date'],
      columns: [
        { name: 'date', type: 'DATE', family: 'date', nullable: false },
        { name: 'wind', type: 'DOUBLE', family: 'float', nullable: true },
      ],
    },
  ],
  snapshots: [snapshot, whole],
  models: [model, { ...model, number: 2, snapshot: { ...model.snapshot, createdAt: '1' } }],
  deltas: [{ table, from: 'weather_v1', to: null, counts: { inserted: 1, updated: 2, deleted: 3 }, columns: null }],
});

it('names tables with their columns and keys', () => {
  expect(findTable(catalog, 'NOAA', 'Weather')?.columns.map(({ name, isKey }) => [name, isKey])).toEqual([
    ['date', true],
    ['wind', false],
  ]);
});

it('gives snapshots in milliseconds, with the models that were trained on exactly them', () => {
  expect(findSnapshot(catalog, 'weather_v1')).toMatchObject({
    createdAt: 1_700_000_000_000,
    rows: 366,
    models: ['weather/m1'],
  });
});

it('counts no rows of a snapshot of several tables', () => {
  expect(findSnapshot(catalog, 'noaa_v1')?.rows).toBeNull();
});

it('hands over the deltas that are known', () => {
  expect(findDelta(catalog, 'noaa', 'weather', 'weather_v1', null)).toMatchObject({
    inserted: 1,
    updated: 2,
    deleted: 3,
  });
});
