// A click on a group of suspects shows its rows, and no others.
import { expect, test } from 'vitest';
import type { SuspectView } from '../../src/protocol/panel.ts';
import { rowsOfSuspects } from '../../webview/page/suspectRows.ts';

const kinds = { unchanged: 900, labels: 10, features: 20, inserted: 70, firstLabels: 0, removed: 3 };
const of = { label: 'churned', dates: new Set(['day']), kinds };
const group: SuspectView = {
  ...{ change: 'features', column: 'calls', label: null, where: null },
  ...{ rows: 41, share: 0.9, before: 0.9, after: 0.2 },
};

test('changed features: the column, and the part of the table by value or range', () => {
  const changed = { kind: 'changed', column: 'calls' };
  expect(rowsOfSuspects({ ...group, where: { column: 'region', value: 'West' } }, of)).toEqual({
    cells: [{ kind: 'is', column: 'region', value: 'West' }, changed],
    flag: 'updated',
  });
  expect(rowsOfSuspects({ ...group, where: { column: 'region', value: '' } }, of).cells[0]).toMatchObject({
    value: null,
  });
  expect(rowsOfSuspects({ ...group, where: { column: 'tenure', from: 3, to: 8.25 } }, of).cells).toEqual([
    { kind: 'between', column: 'tenure', from: 3, to: 8.25 },
    changed,
  ]);
});

test('a range of dates has the texts of its first and its last moment', () => {
  const cells = (from: number, to: number) =>
    rowsOfSuspects({ ...group, where: { column: 'day', from, to } }, of).cells[0];
  expect(cells(20_000, 20_030)).toMatchObject({ from: '2024-10-04', to: '2024-11-03 00:00:00.999999' });
  expect(cells(20_000.5, 20_000.75)).toMatchObject({ from: '2024-10-04 12:00:00', to: '2024-10-04 18:00:00.999999' });
});

test('labels by what they were and are, rows that came, and rows that went', () => {
  const labels = { ...group, change: 'labels', column: null } as const;
  expect(rowsOfSuspects({ ...labels, label: { from: 'yes', to: 'no' } }, of)).toEqual({
    cells: [{ kind: 'became', column: 'churned', from: 'yes', to: 'no' }],
    flag: 'updated',
  });
  expect(rowsOfSuspects(labels, of).cells).toEqual([{ kind: 'changed', column: 'churned' }]);
  const came = { ...group, change: 'inserted', column: null } as const;
  expect(rowsOfSuspects(came, of)).toEqual({ cells: [], flag: 'inserted' });
  expect(rowsOfSuspects(came, { ...of, kinds: { ...kinds, firstLabels: 4 } }).flag).toBeNull();
  const gone = { ...group, change: 'removed', column: null, label: { from: 'yes', to: null } } as const;
  expect(rowsOfSuspects(gone, of)).toEqual({
    cells: [{ kind: 'is', column: 'churned', value: 'yes' }],
    flag: 'deleted',
  });
});
