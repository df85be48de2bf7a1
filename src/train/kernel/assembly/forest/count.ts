// Counts of a node's candidates, and which of them wins. Sums are whole numbers below 2^53 in doubles, so their order has no
// influence; a gain is a few operations of IEEE 754 in one order, so every engine gives the same.
import { halves, isLeft, notUsable } from './draw';
import {
  addWork,
  bins,
  candidateAt,
  candidateFeature,
  candidateHash,
  candidates,
  counts,
  features,
  highs,
  histogram,
  lows,
  minLeaf,
  order,
  ranks,
  regression,
  rowBins,
  rowLabels,
  rowTimes,
  served,
  sides,
  unordered,
  width,
} from './memory';

/** Nodes of more rows count by histograms where that is cheaper. */
const manyRows: i32 = 128;
/** Coarse ranks are for nodes of at least so many rows: small ones are quickly built again. */
const rankedFrom: f64 = 256;

/** Adds a row to sums. */
export function addRow(to: usize, labels: usize, row: i32, times: f64): void {
  if (regression) {
    store<f64>(to, load<f64>(to) + times);
    store<f64>(to, load<f64>(to, 8) + times * load<f64>(labels + ((<usize>row) << 3)), 8);
    return;
  }
  const place = to + ((<usize>load<i32>(labels + ((<usize>row) << 2))) << 3);
  store<f64>(place, load<f64>(place) + times);
}

export function rowsIn(sums: usize): f64 {
  if (regression) return load<f64>(sums);
  let all: f64 = 0;
  for (let c = 0; c < width; c++) all += load<f64>(sums + ((<usize>c) << 3));
  return all;
}

/** Nothing is counted in a node that is too small to part, or of one class. */
export function isIdle(sums: usize, n: f64): bool {
  if (n < <f64>(2 * minLeaf)) return true;
  if (regression) return false;
  for (let c = 0; c < width; c++) if (load<f64>(sums + ((<usize>c) << 3)) == n) return true;
  return false;
}

/**
 * The winner among the first `among` candidates, -1 for none: the greatest gain (Gini, or least squares), of equals the lowest
 * number; with ranks the lowest number in the best step of the share of impurity that is taken away. `first`: the first usable.
 */
export function pick(sums: usize, n: f64, first: bool, among: i32): i32 {
  let squares: f64 = 0;
  if (regression) squares = load<f64>(sums, 8) * load<f64>(sums, 8);
  else
    for (let c = 0; c < width; c++) {
      const own = load<f64>(sums + ((<usize>c) << 3));
      squares += own * own;
    }
  const base = squares / n;
  const steps = !regression && n >= rankedFrom ? <f64>ranks : 0;
  let best = -1;
  let most = base * (1 + 1e-12);
  let level: f64 = 0;
  for (let j = 0; j < among; j++) {
    if (load<i32>(candidateAt + ((<usize>j) << 2)) == notUsable) continue;
    const left = counts + ((<usize>(j * width)) << 3);
    const onLeft = rowsIn(left);
    const onRight = n - onLeft;
    if (onLeft < <f64>minLeaf || onRight < <f64>minLeaf) continue;
    if (first) return j;
    let a: f64 = 0;
    let b: f64 = 0;
    if (regression) {
      const own = load<f64>(left, 8);
      const other = load<f64>(sums, 8) - own;
      a = own * own;
      b = other * other;
    } else
      for (let c = 0; c < width; c++) {
        const own = load<f64>(left + ((<usize>c) << 3));
        const other = load<f64>(sums + ((<usize>c) << 3)) - own;
        a += own * own;
        b += other * other;
      }
    const gain = a / onLeft + b / onRight;
    if (steps > 0) {
      if (gain <= most && best < 0) continue;
      const reached = Math.floor(((gain - base) / (n - base)) * steps);
      if (best < 0 || reached > level) {
        best = j;
        level = reached;
      }
    } else if (gain > most) {
      most = gain;
      best = j;
    }
  }
  return best;
}

/** Counts a category's bins by side in `sides`. */
function sideTable(feature: i32, at: i32, hash: u32): void {
  const count = <i32>load<u16>(bins + ((<usize>feature) << 1));
  for (let bin = 0; bin < count; bin++) store<u8>(sides + <usize>bin, isLeft(bin, at, hash) ? 1 : 0);
}

function fillHistogram(feature: i32, a: i32, b: i32): void {
  for (let i = a; i < b; i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    const bin = <i32>load<u8>(rowBins + <usize>row * <usize>features + <usize>feature);
    addRow(histogram + ((<usize>(bin * width)) << 3), rowLabels, row, <f64>load<i32>(rowTimes + ((<usize>row) << 2)));
  }
}

/** A histogram of the feature serves all its candidates. */
function countByHistogram(feature: i32, depth: i32, a: i32, b: i32): void {
  const box = <usize>(depth * features + feature);
  const isCategory = load<u8>(unordered + <usize>feature) != 0;
  const low = isCategory ? 0 : <i32>load<u8>(lows + box);
  const high = isCategory ? <i32>load<u16>(bins + ((<usize>feature) << 1)) - 1 : <i32>load<u8>(highs + box);
  const step = width << 3;
  memory.fill(histogram + <usize>(low * step), 0, (high - low + 1) * step);
  fillHistogram(feature, a, b);
  if (!isCategory)
    for (let i = (low + 1) * width; i < (high + 1) * width; i++) {
      const place = histogram + ((<usize>i) << 3);
      store<f64>(place, load<f64>(place) + load<f64>(place - <usize>step));
    }
  for (let q = 0; q < candidates; q++) {
    const at = load<i32>(candidateAt + ((<usize>q) << 2));
    if (load<i32>(candidateFeature + ((<usize>q) << 2)) != feature || at == notUsable) continue;
    const to = counts + <usize>(q * step);
    if (!isCategory) {
      memory.copy(to, histogram + <usize>(at * step), step);
      continue;
    }
    const hash = load<u32>(candidateHash + ((<usize>q) << 2));
    for (let bin = 0; bin <= high; bin++) {
      if (!isLeft(bin, at, hash)) continue;
      for (let c = 0; c < width; c++) {
        const place = to + ((<usize>c) << 3);
        store<f64>(place, load<f64>(place) + load<f64>(histogram + ((<usize>(bin * width + c)) << 3)));
      }
    }
  }
}

function countByHistograms(depth: i32, a: i32, b: i32): void {
  const n = b - a;
  for (let f = 0; f < features; f++) {
    let usable = 0;
    for (let q = 0; q < candidates; q++)
      if (
        load<i32>(candidateFeature + ((<usize>q) << 2)) == f &&
        load<i32>(candidateAt + ((<usize>q) << 2)) != notUsable
      )
        usable++;
    const box = <usize>(depth * features + f);
    const isCategory = load<u8>(unordered + <usize>f) != 0;
    const span = isCategory
      ? <i32>load<u16>(bins + ((<usize>f) << 1))
      : <i32>load<u8>(highs + box) - <i32>load<u8>(lows + box) + 1;
    if (usable < 2 || n * (usable - 1) < (isCategory ? usable : 2) * span * width) continue;
    store<u8>(served + <usize>f, 1);
    countByHistogram(f, depth, a, b);
  }
}

function countOne(q: i32, a: i32, b: i32): void {
  const feature = load<i32>(candidateFeature + ((<usize>q) << 2));
  const at = load<i32>(candidateAt + ((<usize>q) << 2));
  const to = counts + <usize>((q * width) << 3);
  if (at < 0) sideTable(feature, at, load<u32>(candidateHash + ((<usize>q) << 2)));
  for (let i = a; i < b; i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    const bin = <i32>load<u8>(rowBins + <usize>row * <usize>features + <usize>feature);
    if (at >= 0 ? bin <= at : load<u8>(sides + <usize>bin) != 0)
      addRow(to, rowLabels, row, <f64>load<i32>(rowTimes + ((<usize>row) << 2)));
  }
}

/** Counts the candidates over rows [a, b) of `order`, at random levels up to the first usable one; answers the winner. */
export function countRows(sums: usize, n: f64, depth: i32, first: bool, a: i32, b: i32): i32 {
  memory.fill(counts, 0, (candidates * width) << 3);
  memory.fill(served, 0, features);
  if (!first && b - a > manyRows) countByHistograms(depth, a, b);
  for (let q = 0; q < candidates; q++) {
    if (load<i32>(candidateAt + ((<usize>q) << 2)) == notUsable) continue;
    if (load<u8>(served + <usize>load<i32>(candidateFeature + ((<usize>q) << 2)))) continue;
    countOne(q, a, b);
    if (first && pick(sums, n, true, q + 1) == q) {
      addWork((n * <f64>(q + 1)) / <f64>candidates);
      return q;
    }
  }
  addWork(n);
  return first ? -1 : pick(sums, n, false, candidates);
}
