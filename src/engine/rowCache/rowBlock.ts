/** Rows with their hashes, column by column: cut, joined, and as bytes. */
import { deserialize, serialize } from 'node:v8';
import { at } from '../../base/assert.ts';
import { type Cells, cellAt, packCells } from '../../data/page.ts';
import type { Value } from '../../data/value.ts';

/** Bytes of a row hash. */
export const hashBytes = 16;

/** Rows in the order of their hashes, or on their way there; `hashes` has 16 bytes a row, `cells` a column each. */
export interface RowBlock {
  readonly rows: number;
  readonly hashes: Uint8Array;
  readonly cells: readonly Cells[];
}

/** Rows [start, start + count) of a block. */
export interface Segment {
  readonly from: RowBlock;
  readonly start: number;
  readonly count: number;
}

/** Some rows of a block, in any order. */
export function pickRows({ hashes, cells }: RowBlock, rows: Uint32Array): RowBlock {
  const picked = new Uint8Array(hashBytes * rows.length);
  rows.forEach((row, i) => picked.set(hashes.subarray(hashBytes * row, hashBytes * (row + 1)), hashBytes * i));
  return { rows: rows.length, hashes: picked, cells: cells.map((column) => pickColumn(column, rows)) };
}

function nullsAt(nulls: Uint8Array | null, rows: Uint32Array): Uint8Array | null {
  if (nulls === null) return null;
  const picked = new Uint8Array(rows.length);
  let some = false;
  for (let i = 0; i < rows.length; i++) if ((picked[i] = nulls[rows[i] as number] as number) === 1) some = true;
  return some ? picked : null;
}

function pickColumn(cells: Cells, rows: Uint32Array): Cells {
  switch (cells.kind) {
    case 'number': {
      const values = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) values[i] = cells.values[rows[i] as number] as number;
      return { kind: 'number', values, nulls: nullsAt(cells.nulls, rows) };
    }
    case 'integer': {
      const { values: from } = cells;
      const values =
        from instanceof BigInt64Array
          ? BigInt64Array.from(rows, (row) => at(from, row))
          : BigUint64Array.from(rows, (row) => at(from, row));
      return { kind: 'integer', values, nulls: nullsAt(cells.nulls, rows) };
    }
    case 'text':
      return { kind: 'text', values: Array.from(rows, (row) => at(cells.values, row)) };
    case 'bytes':
      return { kind: 'bytes', values: Array.from(rows, (row) => at(cells.values, row)) };
    case 'mixed':
      return { kind: 'mixed', values: Array.from(rows, (row) => at(cells.values, row)) };
  }
}

/** Columns of one kind, end to end; of several kinds the values are packed anew. */
function joinColumns(segments: readonly Segment[], c: number, rows: number): Cells {
  const parts = segments.map(({ from, start, count }) => ({ cells: at(from.cells, c), start, count }));
  const first = at(parts, 0).cells;
  const isOne = parts.every(
    ({ cells }) => cells.kind === first.kind && cells.values.constructor === first.values.constructor,
  );
  if (isOne && first.kind === 'number') {
    const values = new Float64Array(rows);
    return { kind: 'number', values, nulls: joinInto(parts, values) };
  }
  if (isOne && first.kind === 'integer') {
    const values = first.values instanceof BigInt64Array ? new BigInt64Array(rows) : new BigUint64Array(rows);
    return { kind: 'integer', values, nulls: joinInto(parts, values) } as Cells;
  }
  const values: Value[] = [];
  for (const { cells, start, count } of parts)
    for (let i = start; i < start + count; i++) values.push(cellAt(cells, i));
  return isOne ? ({ kind: first.kind, values } as Cells) : packCells(values);
}

interface Part {
  readonly cells: Cells;
  readonly start: number;
  readonly count: number;
}

/** Copies the values of typed columns to `target`, and answers with where they are NULL. */
function joinInto(parts: readonly Part[], target: Float64Array | BigInt64Array | BigUint64Array): Uint8Array | null {
  let nulls: Uint8Array | null = null;
  let place = 0;
  for (const { cells, start, count } of parts) {
    if (cells.kind !== 'number' && cells.kind !== 'integer') continue;
    const some: { set(from: unknown, to: number): void } = target as never;
    some.set(cells.values.subarray(start, start + count), place);
    if (cells.nulls !== null && cells.nulls.subarray(start, start + count).includes(1)) {
      nulls ??= new Uint8Array(target.length);
      nulls.set(cells.nulls.subarray(start, start + count), place);
    }
    place += count;
  }
  return nulls;
}

/** Pieces of blocks of the same columns, end to end. */
export function joinSegments(segments: readonly Segment[], columns: number): RowBlock {
  const rows = segments.reduce((sum, { count }) => sum + count, 0);
  const hashes = new Uint8Array(hashBytes * rows);
  let place = 0;
  for (const { from, start, count } of segments) {
    hashes.set(from.hashes.subarray(hashBytes * start, hashBytes * (start + count)), hashBytes * place);
    place += count;
  }
  const cells = Array.from({ length: columns }, (_, c) =>
    rows === 0 ? packCells([]) : joinColumns(segments, c, rows),
  );
  return { rows, hashes, cells };
}

/** Blocks of the same columns, end to end. */
export const joinBlocks = (blocks: readonly RowBlock[], columns: number): RowBlock =>
  joinSegments(
    blocks.filter(({ rows }) => rows > 0).map((from) => ({ from, start: 0, count: from.rows })),
    columns,
  );

/** Less than 0 where row `i` of `a` comes before row `j` of `b`. */
export function compareHashes(a: Uint8Array, i: number, b: Uint8Array, j: number): number {
  const [from, other] = [hashBytes * i, hashBytes * j];
  for (let k = 0; k < hashBytes; k++) {
    const difference = (a[from + k] as number) - (b[other + k] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first row that is not before a hash. */
export function lowerBound(hashes: Uint8Array, rows: number, hash: Uint8Array): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashes(hashes, middle, hash, 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const hashOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

/** The hash of a row as hex. */
export const hexAt = (hashes: Uint8Array, row: number): string =>
  Buffer.from(hashes.buffer, hashes.byteOffset + hashBytes * row, hashBytes).toString('hex');

/** Rows put into the order of their hashes; null where two have the same. */
export function inHashOrder(block: RowBlock): RowBlock | null {
  const { rows, hashes } = block;
  const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  const most = 2 ** 21;
  if (rows > most) throw new Error('Broken invariant: too many rows to sort at once');
  // One native sort of numbers that hold the first 32 bits and the row; equal first bits are put right after.
  const keys = new Float64Array(rows);
  for (let i = 0; i < rows; i++) keys[i] = view.getUint32(hashBytes * i) * most + i;
  keys.sort();
  const order = Uint32Array.from(keys, (key) => key % most);
  for (let i = 1; i < rows; i++)
    for (let j = i; j > 0; j--) {
      const [one, other] = [order[j - 1] as number, order[j] as number];
      const way = compareHashes(hashes, one, hashes, other);
      if (way === 0) return null;
      if (way < 0) break;
      [order[j - 1], order[j]] = [other, one];
    }
  return pickRows(block, order);
}

export const bytesOf = (block: RowBlock): Buffer => serialize(block);
/** Of bytes that were checked. */
export const blockOf = (bytes: Uint8Array): RowBlock => deserialize(bytes) as RowBlock;
