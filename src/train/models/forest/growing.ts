/** Grows trees in the kernel: from rows alone, or from the trees of a parent and what changed; and asks them. */
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { BinLayout } from '../../../data/trainPage.ts';
import { createForestKernel, type ForestKernel } from '../../kernel/forest.ts';
import { type RowBag, rowsOf, sizeOf } from './rowBag.ts';
import { type ForestModel, shapeOf } from './state.ts';
import { eachTree, joinTrees, type Trees, type TreeShape } from './trees.ts';

/** Trees with what it took: rows that were gone over, as a share of growing all trees from nothing. */
export interface Grown {
  readonly trees: Trees;
  readonly share: number;
}

/** Bytes of the sums of a tree's nodes that may be held at a time. */
const mostBytes = 1 << 29;

let shared: ForestKernel | undefined;
/** Who put rows into the kernel last: while a forest pauses another one may use it. */
let holder: object | null = null;
/** Its memory is as large as the largest forest so far, and is used again. */
const kernelHere = (): ForestKernel => (shared ??= createForestKernel());

/** Nodes that a tree of so many rows has at most. */
const nodesOf = (rows: number, leaf: number): number => 2 * Math.ceil(rows / leaf) + 1;

function requireRoom({ width, settings }: TreeShape, rows: number): void {
  if (nodesOf(rows, settings.leaf) * width * 8 > mostBytes)
    throw new Failure('plan.unsupported', {
      what: say('{0} classes in {1} rows are too many for a forest.', width, rows),
      hint: say('Use the learner "mlp".'),
    });
}

function setUp(kernel: ForestKernel, { settings, width, regression }: TreeShape, { features }: BinLayout): void {
  const { candidates, leaf, randomLevels, ranks, keptFrom } = settings;
  kernel.setUp(features.length, width, regression ? 1 : 0, candidates, leaf, randomLevels, ranks, keptFrom);
  kernel.bytesAt(kernel.placeOfUnordered(), features.length).set(features.map(({ ordered }) => (ordered ? 0 : 1)));
  const counts = Uint16Array.from(features, ({ bins }) => bins);
  kernel.bytesAt(kernel.placeOfBins(), counts.byteLength).set(new Uint8Array(counts.buffer));
}

/** The labels as the kernel takes them. */
const labelBytes = (labels: Int32Array, regression: boolean): Uint8Array =>
  new Uint8Array((regression ? Float64Array.from(labels) : labels.slice()).buffer);

const bytesOf = (values: Int32Array): Uint8Array => new Uint8Array(values.slice().buffer);

function putRows(kernel: ForestKernel, rows: RowBag, changes: RowBag | null, regression: boolean): void {
  kernel.makeRoom(sizeOf(rows), changes ? sizeOf(changes) : 0);
  const put = (place: number, values: Uint8Array): void => kernel.bytesAt(place, values.length).set(values);
  put(kernel.placeOfRowBins(), rows.bins);
  put(kernel.placeOfRowLabels(), labelBytes(rows.labels, regression));
  put(kernel.placeOfRowTimes(), bytesOf(rows.times));
  if (!changes) return;
  put(kernel.placeOfChangeBins(), changes.bins);
  put(kernel.placeOfChangeLabels(), labelBytes(changes.labels, regression));
  put(kernel.placeOfChangeTimes(), bytesOf(changes.times));
}

/** Every tree of `rows`, one after the other; with `from` out of the trees of the rows before the changes. */
export async function growTrees(
  rows: RowBag,
  layout: BinLayout,
  shape: TreeShape,
  from: { readonly trees: Trees; readonly changes: RowBag; readonly rows: number } | null,
  pause: () => Promise<void>,
): Promise<Grown> {
  const { settings, regression } = shape;
  requireRoom(shape, Math.max(rowsOf(rows), from?.rows ?? 0));
  const kernel = kernelHere();
  const old = from && eachTree(from.trees);
  const each: Uint8Array[] = [];
  const own = {};
  let room = 0;
  let done = 0;
  let whole = 0;
  for (let tree = 0; tree < settings.trees; tree++) {
    if (holder !== own) {
      holder = own;
      setUp(kernel, shape, layout);
      putRows(kernel, rows, from?.changes ?? null, regression);
      room = kernel.end();
    }
    kernel.release(room);
    kernel.resetWork();
    if (old && from) {
      kernel.makeNodes(nodesOf(from.rows, settings.leaf));
      const bytes = at(old, tree);
      const place = kernel.take(bytes.length);
      kernel.bytesAt(place, bytes.length).set(bytes);
      kernel.readTree(settings.seed, tree, place);
      whole += kernel.workOfTree();
    }
    const place = kernel.end();
    const length = kernel.grow(settings.seed, tree, old ? 1 : 0, place);
    each.push(kernel.bytesAt(place, length).slice());
    done += kernel.workDone();
    await pause();
  }
  return { trees: joinTrees(each), share: old ? Math.min(1, done / Math.max(1, whole)) : 1 };
}

/** Rows that are answered at a time. */
export const answeredRows = 16_384;

/** What all trees say of some rows: of classes scores side by side, of a regression steps. `bins` of at most `answeredRows` rows. */
export function askTrees(
  { settings, classes, trees, rows: learnt }: ForestModel,
  layout: BinLayout,
  bins: Uint8Array,
): Float32Array | Float64Array {
  const kernel = kernelHere();
  const shape = shapeOf({ settings, classes });
  const numbers = shape.regression ? 1 : classes;
  const rows = bins.length / layout.features.length;
  holder = null;
  setUp(kernel, shape, layout);
  kernel.makeRoom(0, 0);
  const nodes = nodesOf(rowsOf(learnt), settings.leaf);
  kernel.makeNodes(nodes);
  const place = kernel.take(bins.length);
  kernel.bytesAt(place, bins.length).set(bins);
  const sums = kernel.take(8 * rows * numbers);
  kernel.doublesAt(sums, rows * numbers).fill(0);
  const estimates = kernel.take(8 * nodes * numbers);
  const stream = kernel.end();
  eachTree(trees).forEach((bytes, tree) => {
    kernel.bytesAt(stream, bytes.length).set(bytes);
    kernel.readTree(settings.seed, tree, stream);
    kernel.estimate(settings.smoothing, estimates);
    kernel.answer(place, rows, estimates, sums);
  });
  if (shape.regression) return kernel.doublesAt(sums, rows).map((sum) => sum / settings.trees);
  kernel.toScores(sums, rows, settings.trees);
  return kernel.floatsAt(sums, rows * classes).slice();
}
