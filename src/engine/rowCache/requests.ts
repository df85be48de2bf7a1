/** Which requests for rows are answered from cached ones, and their pages. */
import { at } from '../../base/assert.ts';
import { cellAt, pickCells, type RowPage } from '../../data/page.ts';
import { hashBound } from '../../data/rowHash.ts';
import type { RowsRequest } from '../../data/store.ts';
import { rowHash } from '../../stores/hashRows.ts';
import type { Identity } from './cacheFile.ts';
import { hexAt, type RowBlock } from './rowBlock.ts';

/** A request that it can answer. */
export type HashRequest = RowsRequest & {
  readonly salt: string;
  readonly key: readonly string[];
  readonly at: { readonly kind: 'snapshot' };
};

export const isOurs = (request: RowsRequest): request is HashRequest =>
  request.order === 'hash' &&
  request.at.kind === 'snapshot' &&
  request.salt !== undefined &&
  (request.key?.length ?? 0) > 0;

/** The first hash behind a hash. */
function behind(hash: string): string {
  const next = (BigInt(`0x${hash}`) + 1n).toString(16);
  // Behind the last one there is none: no digit of a hash is as high.
  return next.length > hash.length ? 'g' : next.padStart(32, '0');
}

/** The rows of a block as they are asked for, at most so many. */
export function pageOf(block: RowBlock, request: HashRequest, most: number, columns: Identity['columns']): RowPage {
  const { sample } = request;
  const bound = sample ? hashBound(sample.share) : null;
  let rows: number[] | null = null;
  if (sample && bound !== null) {
    const parts = block.cells.slice(0, request.key.length);
    rows = [];
    for (let i = 0; i < block.rows && rows.length < most; i++)
      if (
        rowHash(
          sample.salt,
          parts.map((cells) => cellAt(cells, i)),
        ) < bound
      )
        rows.push(i);
  } else if (block.rows > most) rows = Array.from({ length: most }, (_, i) => i);
  const places = request.columns.map((name) => columns.findIndex((column) => column.name === name));
  const count = rows?.length ?? block.rows;
  const picked = places.map((place) => {
    const cells = at(block.cells, place);
    return rows ? pickCells(cells, rows) : cells;
  });
  return {
    rows: count,
    columns: places.map((place) => at(columns, place)),
    cells: picked,
    ...(request.withHash && {
      hashes: Array.from({ length: count }, (_, i) => hexAt(block.hashes, rows ? at(rows, i) : i)),
    }),
  };
}

/** The request for what of it lies behind a hash (null: for all of it), of which so many rows are wanted. */
export function restOf(request: HashRequest, last: string | null, left: number): RowsRequest {
  const { range, limit } = request;
  // Untouched, where nothing was given: of a request that asked for no range none is made.
  if (last === null) return request;
  return {
    ...request,
    range: { from: behind(last), below: range?.below ?? null },
    ...(limit !== undefined && { limit: left }),
  };
}
