/**
 * The trees of a forest as nodes: which test each has, which the kernel draws again from the seed (assembly/forest/draw.ts), and what each
 * leaf answers. For whoever writes a forest down in another form; rows are answered by the kernel.
 */
import { at } from '../../../base/assert.ts';
import type { BinLayout } from '../../../data/trainPage.ts';
import { type ForestModel, shapeOf } from './state.ts';
import { eachTree, Numbers } from './trees.ts';

/** A leaf: the shares of the classes, or of a regression its steps alone. */
interface Leaf {
  readonly kind: 'leaf';
  readonly answer: readonly number[];
}

/** What is on the left: bins up to one, or these bins of a category. */
type BinTest =
  | { readonly feature: number; readonly most: number }
  | { readonly feature: number; readonly among: readonly number[] };

/** A node that parts rows. */
interface Fork {
  readonly kind: 'fork';
  readonly test: BinTest;
  readonly left: ForestNode;
  readonly right: ForestNode;
}

/** A tree by its root. */
export type ForestNode = Leaf | Fork;

const golden = 0x9e3779b1;

/** The finaliser of MurmurHash3 (Appleby); unsigned. */
function mix(value: number): number {
  let h = value >>> 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The bins that a node can be reached with, of ordered features: what thresholds are drawn from. */
interface Box {
  readonly lows: readonly number[];
  readonly highs: readonly number[];
}

function drawn(node: number, candidate: number, { features }: BinLayout, box: Box): BinTest {
  const first = mix(node + Math.imul(candidate + 1, golden));
  const feature = first % features.length;
  const second = mix(first ^ 0x632be59b);
  const { ordered, bins } = at(features, feature);
  if (ordered) {
    const low = at(box.lows, feature);
    return { feature, most: low + (second % (at(box.highs, feature) - low)) };
  }
  if (second & 1) return { feature, among: [(second >>> 1) % bins] };
  const all = Array.from({ length: bins }, (_, bin) => bin);
  return { feature, among: all.filter((bin) => (mix(second + Math.imul(bin, golden)) & 1) === 0) };
}

const childHash = (node: number, winner: number, side: 0 | 1): number =>
  mix(node ^ Math.imul(2 * winner + 1 + side, golden));

function childBox(box: Box, test: BinTest, side: 0 | 1): Box {
  if (!('most' in test)) return box;
  const { feature, most } = test;
  return side === 0
    ? { ...box, highs: box.highs.with(feature, most) }
    : { ...box, lows: box.lows.with(feature, most + 1) };
}

/** As it is written: a leaf with its totals. */
type Read =
  | { readonly totals: number[] }
  | { readonly totals: number[]; readonly test: BinTest; readonly left: Read; readonly right: Read };

/** Shares drawn to the parent's by `smoothing` rows, from the root down; of a regression the mean. */
function answered(node: Read, above: readonly number[] | null, smoothing: number, regression: boolean): ForestNode {
  const { totals } = node;
  const rows = regression ? at(totals, 0) : totals.reduce((sum, count) => sum + count, 0);
  const own = regression
    ? [rows === 0 ? 0 : at(totals, 1) / rows]
    : totals.map((count, c) =>
        above === null ? (rows === 0 ? 0 : count / rows) : (count + smoothing * at(above, c)) / (rows + smoothing),
      );
  if (!('test' in node)) return { kind: 'leaf', answer: own };
  const [left, right] = [node.left, node.right].map((child) => answered(child, own, smoothing, regression));
  if (!left || !right) throw new Error('Broken invariant: a fork has two sides');
  return { kind: 'fork', test: node.test, left, right };
}

/** A root for each tree. The trees were held against their shape when the model was opened. */
export function forestNodes(model: ForestModel, layout: BinLayout): ForestNode[] {
  const { settings, trees } = model;
  const { width, regression } = shapeOf(model);
  const { candidates, randomLevels, smoothing, seed } = settings;
  const whole: Box = {
    lows: layout.features.map(() => 0),
    highs: layout.features.map(({ bins }) => bins - 1),
  };
  return eachTree(trees).map((bytes, tree) => {
    const numbers = new Numbers(bytes, 0, bytes.length);
    const read = (depth: number, hash: number, box: Box): Read => {
      const head = numbers.next();
      const winner = Math.floor(head / 2) - 1;
      const counted = head % 2 === 0 ? 0 : depth < randomLevels && winner >= 0 ? winner + 1 : candidates;
      numbers.skip(counted * width);
      if (winner < 0) return { totals: readTotals(numbers, width, regression) };
      const test = drawn(hash, winner, layout, box);
      const left = read(depth + 1, childHash(hash, winner, 0), childBox(box, test, 0));
      const right = read(depth + 1, childHash(hash, winner, 1), childBox(box, test, 1));
      return { totals: left.totals.map((count, c) => count + at(right.totals, c)), test, left, right };
    };
    return answered(read(0, mix(seed ^ mix(tree + 1)), whole), null, smoothing, regression);
  });
}

function readTotals(numbers: Numbers, width: number, regression: boolean): number[] {
  if (regression) {
    const rows = numbers.next();
    const sum = numbers.next();
    return [rows, sum % 2 === 1 ? -(sum - 1) / 2 - 1 : sum / 2];
  }
  const totals = new Array<number>(width).fill(0);
  for (let number = numbers.next(); number !== 0; number = numbers.next()) totals[number - 1] = numbers.next();
  return totals;
}
