/**
 * Trees as bytes, as the kernel writes them (assembly/forest/stream.ts): held against their shape before they are read, and
 * made wider when there are more classes.
 */
import { say } from '../../../base/say.ts';
import { at } from '../../../base/assert.ts';
import type { ForestSettings } from './options.ts';

/** All trees one after the other. */
export interface Trees {
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
}

/** What the bytes of a tree mean depends on these. */
export interface TreeShape {
  readonly settings: ForestSettings;
  /** Numbers of a sum: classes, or of a regression 2. */
  readonly width: number;
  readonly regression: boolean;
}

/** As in assembly/forest/memory.ts. */
const mostDepth = 400;

const broken = (): Error => new RangeError('These bytes are no tree');

/** Reads the numbers of a piece of bytes; throws a RangeError where it ends before one does. */
export class Numbers {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  place: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.place = start;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.place >= this.#end || scale > 2 ** 56) throw broken();
      const byte = at(this.#bytes, this.place);
      this.place += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) this.next();
  }
}

function readTotals(numbers: Numbers, { width, regression }: TreeShape): void {
  if (regression) return numbers.skip(2);
  for (let last = 0; ; ) {
    const number = numbers.next();
    if (number === 0) return;
    if (number > width || number <= last) throw broken();
    last = number;
    numbers.skip(1);
  }
}

/** Goes through a tree; `onCounts` hears where the kept counts of a candidate end. Throws a RangeError where it is none. */
function readTree(
  bytes: Uint8Array,
  start: number,
  end: number,
  shape: TreeShape,
  onCounts: (end: number) => void = () => {},
): void {
  const { candidates, randomLevels } = shape.settings;
  const numbers = new Numbers(bytes, start, end);
  const depths = [0];
  for (let depth = depths.pop(); depth !== undefined; depth = depths.pop()) {
    const head = numbers.next();
    const winner = Math.floor(head / 2) - 1;
    if (winner >= candidates || depth > mostDepth) throw broken();
    const counted = head % 2 === 0 ? 0 : depth < randomLevels && winner >= 0 ? winner + 1 : candidates;
    for (let q = 0; q < counted; q++) {
      numbers.skip(shape.width);
      onCounts(numbers.place);
    }
    if (winner < 0) readTotals(numbers, shape);
    else depths.push(depth + 1, depth + 1);
  }
  if (numbers.place !== end) throw broken();
}

function* pieces({ lengths }: Trees): Generator<{ start: number; end: number }> {
  let start = 0;
  for (const length of lengths) {
    yield { start, end: start + length };
    start += length;
  }
}

/** The bytes of each tree. */
export const eachTree = (trees: Trees): Uint8Array[] =>
  [...pieces(trees)].map(({ start, end }) => trees.bytes.subarray(start, end));

/** Why the trees cannot be read: without a full stop, or null. */
export function treesFault(trees: Trees, shape: TreeShape): string | null {
  if (trees.lengths.length !== shape.settings.trees) return say('it has another number of trees than it says');
  if (trees.lengths.reduce((sum, length) => sum + length, 0) !== trees.bytes.length)
    return say('its trees are longer or shorter than it says');
  try {
    for (const { start, end } of pieces(trees)) readTree(trees.bytes, start, end, shape);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return say('one of its trees is none');
    throw error;
  }
}

/** One after the other. */
export function joinTrees(each: readonly Uint8Array[]): Trees {
  const bytes = new Uint8Array(each.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const tree of each) {
    bytes.set(tree, place);
    place += tree.length;
  }
  return { bytes, lengths: Uint32Array.from(each, ({ length }) => length) };
}

/** The same trees for classes more, of which no row is: kept counts get zeros behind them. */
export function widerTrees(trees: Trees, shape: TreeShape, more: number): Trees {
  const each = [...pieces(trees)].map(({ start, end }) => {
    const cuts: number[] = [];
    readTree(trees.bytes, start, end, shape, (cut) => cuts.push(cut));
    const wider = new Uint8Array(end - start + cuts.length * more);
    let from = start;
    let to = 0;
    for (const cut of [...cuts, end]) {
      wider.set(trees.bytes.subarray(from, cut), to);
      to += cut - from + more;
      from = cut;
    }
    return wider;
  });
  return joinTrees(each);
}
