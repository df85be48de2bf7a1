import { expect, test } from 'vitest';
import {
  columnEdges,
  columnsInView,
  type Extent,
  offsetAt,
  type CellPlace,
  placeAfterKey,
  rectangle,
  revealRow,
  rowsInView,
  scrollHeight,
  scrollTopFor,
} from '../../webview/ui/gridGeometry.ts';

// Rows, and the tallest element at device scales 1, 2 and 3 as Chromium has it.
const limits = [33_500_000, 16_700_000, 11_100_000];
const cases = limits.flatMap((limit) => [1, 10, 5_000, 1_000_000, 40_000_000].map((rows) => ({ limit, rows })));

test.each(cases)('$rows rows under a limit of $limit px: first and last row are reachable', ({ rows, limit }) => {
  const extent: Extent = { rows, rowHeight: 22, view: 500, limit };
  expect(scrollHeight(extent)).toBeLessThanOrEqual(limit);
  const bottom = Math.max(0, scrollHeight(extent) - extent.view);
  expect(rowsInView(extent, offsetAt(extent, 0)).first).toBe(0);
  expect(rowsInView(extent, offsetAt(extent, bottom)).end).toBe(rows);
  // The last row is wholly in view, not only drawn.
  expect(revealRow(extent, offsetAt(extent, bottom), rows - 1)).toBeCloseTo(offsetAt(extent, bottom), 4);
});

test.each(cases)(
  '$rows rows under a limit of $limit px: a scroll position and its offset are inverse',
  ({ rows, limit }) => {
    const extent: Extent = { rows, rowHeight: 22, view: 500, limit };
    const range = Math.max(0, rows * 22 - 500);
    for (const part of [0, 0.1, 0.5, 0.99, 1])
      expect(offsetAt(extent, scrollTopFor(extent, part * range))).toBeCloseTo(part * range, 3);
  },
);

test('no more rows are drawn than fit, and never one that is not there', () => {
  const extent: Extent = { rows: 1_000, rowHeight: 20, view: 95, limit: 1e7 };
  expect(rowsInView(extent, 0)).toEqual({ first: 0, end: 6 });
  expect(rowsInView(extent, 30)).toEqual({ first: 1, end: 7 });
  expect(rowsInView({ ...extent, rows: 3 }, 0)).toEqual({ first: 0, end: 3 });
  expect(rowsInView({ ...extent, rows: 0 }, 0)).toEqual({ first: 0, end: 0 });
});

test('a row in view stays where it is; one above or below moves as little as needed', () => {
  const extent: Extent = { rows: 100, rowHeight: 20, view: 100, limit: 1e7 };
  expect(revealRow(extent, 200, 12)).toBe(200);
  expect(revealRow(extent, 200, 5)).toBe(100);
  expect(revealRow(extent, 200, 15)).toBe(220);
});

test('columns: edges, and those that show', () => {
  const edges = columnEdges([100, 50, 200, 80]);
  expect(edges).toEqual([0, 100, 150, 350, 430]);
  expect(columnsInView(edges, 0, 120)).toEqual({ first: 0, end: 2 });
  expect(columnsInView(edges, 150, 10)).toEqual({ first: 2, end: 3 });
  expect(columnsInView(edges, 400, 500)).toEqual({ first: 3, end: 4 });
  expect(columnsInView([0], 0, 100)).toEqual({ first: 0, end: 0 });
  expect(columnsInView(columnEdges(Array.from({ length: 1_000 }, () => 100)), 50_000, 900)).toEqual({
    first: 500,
    end: 509,
  });
});

const size = { rows: 100, columns: 5, page: 10 };
const keys: [key: string, command: boolean, from: CellPlace, to: CellPlace | undefined][] = [
  ['ArrowDown', false, { row: 4, column: 1 }, { row: 5, column: 1 }],
  ['ArrowDown', false, { row: 99, column: 1 }, { row: 99, column: 1 }],
  ['ArrowUp', false, { row: 0, column: 1 }, { row: -1, column: 1 }],
  ['ArrowUp', true, { row: 40, column: 1 }, { row: 0, column: 1 }],
  ['ArrowLeft', false, { row: 4, column: 0 }, { row: 4, column: 0 }],
  ['ArrowRight', true, { row: 4, column: 0 }, { row: 4, column: 4 }],
  ['PageDown', false, { row: 4, column: 0 }, { row: 14, column: 0 }],
  ['PageUp', false, { row: 4, column: 0 }, { row: 0, column: 0 }],
  ['Home', false, { row: 4, column: 3 }, { row: 4, column: 0 }],
  ['End', true, { row: 4, column: 0 }, { row: 99, column: 4 }],
  ['a', false, { row: 4, column: 0 }, undefined],
];
test.each(keys)('%s (command %s) from %o leads to %o', (key, command, from, to) => {
  expect(placeAfterKey(key, command, from, size)).toEqual(to);
});

test('a selection is the rectangle between its corners, without the header', () => {
  expect(rectangle({ row: 5, column: 3 }, { row: 2, column: 4 })).toEqual({ top: 2, bottom: 5, left: 3, right: 4 });
  expect(rectangle({ row: -1, column: 1 }, { row: 3, column: 0 })).toEqual({ top: 0, bottom: 3, left: 0, right: 1 });
});
