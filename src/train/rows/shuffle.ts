/**
 * The order in which an epoch visits its rows: blocks of 65,536 rows in a seeded order, and each block in a seeded order of
 * its own. It depends on the number of rows and the seed alone, never on how the rows arrived.
 */
import { at } from '../../base/assert.ts';
import { permutation, seededRandom } from '../../base/random.ts';
import { blockRows } from './encodedRows.ts';

/** Yields each of 0 … length-1 once, block after block. */
export function* shuffledBlocks(length: number, seed: string): Generator<Uint32Array, void> {
  const blocks = Math.ceil(length / blockRows);
  for (const block of permutation(blocks, seededRandom(`${seed}:blocks`))) {
    const start = block * blockRows;
    const order = permutation(Math.min(blockRows, length - start), seededRandom(`${seed}:block ${block}`));
    for (let i = 0; i < order.length; i++) order[i] = at(order, i) + start;
    yield order;
  }
}

/**
 * Two sets of rows as one, the first spread evenly over the second, so that every block holds its share of both. Position
 * `p` is row `index` of the first set when `first`, else of the second.
 */
export function evenly(first: number, second: number): (position: number) => { first: boolean; index: number } {
  const total = first + second;
  return (position) => {
    const before = Math.floor((position * first) / total);
    const after = Math.floor(((position + 1) * first) / total);
    return after > before ? { first: true, index: before } : { first: false, index: position - before };
  };
}
