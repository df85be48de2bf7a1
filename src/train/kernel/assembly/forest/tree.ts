// A tree that was written, read into arrays by the number of a node in preorder: what a walk goes on from, and what answers.
import { isIdle, rowsIn } from './count';
import { childBox, childHash, drawOne, isLeft, lastAt, lastFeature, lastHash, rootHash, wholeBox } from './draw';
import { candidates, features, mostDepth, randomLevels, regression, take, width } from './memory';
import { readAt, readCounts, readFrom, readNumber, readTotals } from './stream';

let nodes: i32 = 0;
let room: i32 = 0;
/** Winner (i32), nodes in the subtree (i32), place in the stream and of the kept counts (u32), totals (f64). */
let winners: usize = 0;
let sizes: usize = 0;
let places: usize = 0;
let keptPlaces: usize = 0;
let nodeTotals: usize = 0;
/** Tests: feature (i32), threshold (i32), hash (u32). */
let testFeatures: usize = 0;
let testAts: usize = 0;
let testHashes: usize = 0;
let scratch: usize = 0;
/** Rows of all nodes that are counted: the work of building the tree. */
let fullWork: f64 = 0;

/** Room for trees of so many nodes. */
export function makeNodes(most: i32): void {
  room = most;
  winners = take(most * 4);
  sizes = take(most * 4);
  places = take((most + 1) * 4);
  keptPlaces = take(most * 4);
  nodeTotals = take(most * width * 8);
  testFeatures = take(most * 4);
  testAts = take(most * 4);
  testHashes = take(most * 4);
  scratch = take(width * 8);
}

export function winnerOf(node: i32): i32 {
  return load<i32>(winners + ((<usize>node) << 2));
}

export function sizeOf(node: i32): i32 {
  return load<i32>(sizes + ((<usize>node) << 2));
}

/** Of a node, and one past the last node where the tree ends. */
export function placeOf(node: i32): usize {
  return <usize>load<u32>(places + ((<usize>node) << 2));
}

/** Where the kept counts begin; 0 where none are. */
export function kept(node: i32): usize {
  return <usize>load<u32>(keptPlaces + ((<usize>node) << 2));
}

export function rightOf(node: i32): i32 {
  return node + 1 + sizeOf(node + 1);
}

export function totalsOf(node: i32): usize {
  return nodeTotals + ((<usize>(node * width)) << 3);
}

export function workOfTree(): f64 {
  return fullWork;
}

function readNode(depth: i32, hash: u32): void {
  const node = nodes++;
  if (node >= room || depth > mostDepth) unreachable();
  store<u32>(places + ((<usize>node) << 2), <u32>readAt());
  const head = readNumber();
  const best = <i32>(head >> 1) - 1;
  store<i32>(winners + ((<usize>node) << 2), best);
  const keeps = (head & 1) == 1;
  store<u32>(keptPlaces + ((<usize>node) << 2), keeps ? <u32>readAt() : 0);
  const sums = totalsOf(node);
  if (keeps) {
    const among = depth < randomLevels && best >= 0 ? best + 1 : candidates;
    for (let q = 0; q < among; q++) readCounts(scratch);
  }
  if (best < 0) readTotals(sums);
  else {
    drawOne(hash, depth, best);
    const feature = lastFeature();
    const at = lastAt();
    store<i32>(testFeatures + ((<usize>node) << 2), feature);
    store<i32>(testAts + ((<usize>node) << 2), at);
    store<u32>(testHashes + ((<usize>node) << 2), lastHash());
    childBox(depth, feature, at, 0);
    readNode(depth + 1, childHash(hash, best, 0));
    const right = nodes;
    childBox(depth, feature, at, 1);
    readNode(depth + 1, childHash(hash, best, 1));
    for (let c = 0; c < width; c++) {
      const place = (<usize>c) << 3;
      store<f64>(sums + place, load<f64>(totalsOf(node + 1) + place) + load<f64>(totalsOf(right) + place));
    }
  }
  store<i32>(sizes + ((<usize>node) << 2), nodes - node);
  const n = rowsIn(sums);
  if (!isIdle(sums, n)) fullWork += n;
}

/** Reads a tree that begins at `place`; answers where it ends. */
export function readTree(seed: u32, tree: u32, place: usize): usize {
  nodes = 0;
  fullWork = 0;
  wholeBox();
  readFrom(place);
  readNode(0, rootHash(seed, tree));
  store<u32>(places + ((<usize>nodes) << 2), <u32>readAt());
  return readAt();
}

export function nodesRead(): i32 {
  return nodes;
}

/**
 * Estimates of every node into `to` (f64): of a leaf of a regression its mean in steps; of classes the shares, drawn from the
 * parent's by `smoothing` rows, from the root down.
 */
export function estimate(smoothing: f64, to: usize): void {
  estimateNode(0, smoothing, -1, to);
}

function estimateNode(node: i32, smoothing: f64, above: i32, to: usize): void {
  const sums = totalsOf(node);
  const n = rowsIn(sums);
  if (regression) store<f64>(to + ((<usize>node) << 3), n == 0 ? 0 : load<f64>(sums, 8) / n);
  else
    for (let c = 0; c < width; c++) {
      const count = load<f64>(sums + ((<usize>c) << 3));
      const place = to + ((<usize>(node * width + c)) << 3);
      if (above < 0) store<f64>(place, n == 0 ? 0 : count / n);
      else {
        const prior = load<f64>(to + ((<usize>(above * width + c)) << 3));
        store<f64>(place, (count + smoothing * prior) / (n + smoothing));
      }
    }
  if (winnerOf(node) < 0) return;
  estimateNode(node + 1, smoothing, node, to);
  estimateNode(rightOf(node), smoothing, node, to);
}

/** Adds the estimates of the leaf of each of `count` rows to what is summed of it. */
export function answer(bins: usize, count: i32, estimates: usize, sums: usize): void {
  const numbers = regression ? 1 : width;
  for (let i = 0; i < count; i++) {
    const row = bins + <usize>i * <usize>features;
    let node = 0;
    while (load<i32>(winners + ((<usize>node) << 2)) >= 0) {
      const place = (<usize>node) << 2;
      const bin = <i32>load<u8>(row + <usize>load<i32>(testFeatures + place));
      node = isLeft(bin, load<i32>(testAts + place), load<u32>(testHashes + place)) ? node + 1 : rightOf(node);
    }
    const own = estimates + ((<usize>(node * numbers)) << 3);
    const all = sums + ((<usize>(i * numbers)) << 3);
    for (let c = 0; c < numbers; c++) {
      const place = (<usize>c) << 3;
      store<f64>(all + place, load<f64>(all + place) + load<f64>(own + place));
    }
  }
}

/** Sums of `count` rows over so many trees become scores in place (f32, side by side): the logarithms of their shares. */
export function toScores(sums: usize, count: i32, trees: i32): void {
  const numbers = count * width;
  for (let i = 0; i < numbers; i++) {
    const share = load<f64>(sums + ((<usize>i) << 3)) / <f64>trees;
    store<f32>(sums + ((<usize>i) << 2), share > 0 ? <f32>NativeMath.log(share) : -10000);
  }
}
