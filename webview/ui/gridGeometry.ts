/**
 * Where rows and columns of a virtual grid are. Browsers bound the height of an element (33.5 million device pixels in
 * Chromium), so past that bound the scroll bar covers all rows at a coarser scale: every row stays reachable.
 */

/** Pixels, all but `rows`. `view`: height for rows (without the header). `limit`: the tallest element the browser makes. */
export interface Extent {
  readonly rows: number;
  readonly rowHeight: number;
  readonly view: number;
  readonly limit: number;
}

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));
const fullHeight = (e: Extent): number => e.rows * e.rowHeight;

/** The height that the scrolled element gets. */
export const scrollHeight = (e: Extent): number => Math.min(fullHeight(e), e.limit);

/** The distance of the view's top from the first row's, for a scroll position. */
export function offsetAt(e: Extent, scrollTop: number): number {
  const range = scrollHeight(e) - e.view;
  return range <= 0 ? 0 : clamp(scrollTop / range, 0, 1) * (fullHeight(e) - e.view);
}

/** The scroll position for a distance; the inverse of `offsetAt`. */
export function scrollTopFor(e: Extent, offset: number): number {
  const range = fullHeight(e) - e.view;
  return range <= 0 ? 0 : clamp(offset / range, 0, 1) * Math.max(0, scrollHeight(e) - e.view);
}

/** The rows to draw: those in view and the one that is cut at the bottom. */
export function rowsInView(e: Extent, offset: number): { readonly first: number; readonly end: number } {
  const drawn = Math.min(e.rows, Math.ceil(e.view / e.rowHeight) + 1);
  const first = clamp(Math.floor(offset / e.rowHeight), 0, e.rows - drawn);
  return { first, end: first + drawn };
}

/** The smallest move of `offset` that brings the whole row into view. */
export function revealRow(e: Extent, offset: number, row: number): number {
  const top = row * e.rowHeight;
  if (top < offset) return top;
  return Math.max(offset, top + e.rowHeight - e.view);
}

/** Left edges of columns, and the total width as the last entry. */
export function columnEdges(widths: readonly number[]): readonly number[] {
  const edges = [0];
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width);
  return edges;
}

/** The columns [first, end) that show between `left` and `left + width`. */
export function columnsInView(
  edges: readonly number[],
  left: number,
  width: number,
): { readonly first: number; readonly end: number } {
  const columns = edges.length - 1;
  let first = 0;
  while (first < columns - 1 && (edges[first + 1] ?? 0) <= left) first++;
  let end = first;
  while (end < columns && (edges[end] ?? 0) < left + width) end++;
  return { first, end: Math.min(columns, Math.max(end, first + 1)) };
}

/** A cell, or a corner of a selection; row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads from `at`; undefined when the key is none of the grid's. `page`: rows a page. */
export function placeAfterKey(
  key: string,
  ends: boolean,
  at: CellPlace,
  size: { readonly rows: number; readonly columns: number; readonly page: number },
): CellPlace | undefined {
  const { row, column } = at;
  const last = size.rows - 1;
  const to = ((): CellPlace | undefined => {
    switch (key) {
      case 'ArrowUp':
        return { row: ends ? 0 : row - 1, column };
      case 'ArrowDown':
        return { row: ends ? last : row + 1, column };
      case 'ArrowLeft':
        return { row, column: ends ? 0 : column - 1 };
      case 'ArrowRight':
        return { row, column: ends ? size.columns - 1 : column + 1 };
      case 'PageUp':
        return { row: Math.max(0, row - size.page), column };
      case 'PageDown':
        return { row: row + size.page, column };
      case 'Home':
        return { row: ends ? 0 : row, column: 0 };
      case 'End':
        return { row: ends ? last : row, column: size.columns - 1 };
      default:
        return undefined;
    }
  })();
  return to && { row: clamp(to.row, -1, last), column: clamp(to.column, 0, size.columns - 1) };
}

/** Rows and columns of the rectangle between two corners, ends included; the header is never in it. */
export function rectangle(a: CellPlace, b: CellPlace): { top: number; bottom: number; left: number; right: number } {
  return {
    top: Math.max(0, Math.min(a.row, b.row)),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
}
