// One tree from another and changed rows, or from rows alone: a walk down the new tree, which writes it as it goes. Rows are
// parted only on the way to nodes whose candidates have to be counted from them.
import { addRow, countRows, isIdle, pick, rowsIn } from './count';
import {
  childBox,
  childHash,
  drawAll,
  drawOne,
  isLeft,
  lastAt,
  lastFeature,
  lastHash,
  rootHash,
  wholeBox,
} from './draw';
import {
  addWork,
  candidateAt,
  candidateFeature,
  candidateHash,
  candidates,
  changeBins,
  changeLabels,
  changeOrder,
  changes,
  changeTimes,
  counts,
  features,
  keptFrom,
  mostDepth,
  order,
  parted,
  randomLevels,
  rowBins,
  rowLabels,
  rows,
  rowTimes,
  totals,
  width,
} from './memory';
import { kept, placeOf, rightOf, sizeOf, totalsOf, winnerOf } from './tree';
import { readCounts, readFrom, writeAt, writeBytes, writeCounts, writeFrom, writeNumber, writeTotals } from './stream';

// Of each depth on the way (402 numbers of 4 bytes each): the rows of the node in `order`, its test, the side it is on, and whether its rows were parted.
const from: usize = memory.data(1608);
const to: usize = memory.data(1608);
const middle: usize = memory.data(1608);
const testFeature: usize = memory.data(1608);
const testAt: usize = memory.data(1608);
const testHash: usize = memory.data(1608);
const sideAt: usize = memory.data(1608);
const isParted: usize = memory.data(1608);

function at4(list: usize, depth: i32): i32 {
  return load<i32>(list + ((<usize>depth) << 2));
}

function put4(list: usize, depth: i32, value: i32): void {
  store<i32>(list + ((<usize>depth) << 2), value);
}

/** Parts a piece of a permutation by a test, both sides in their order; answers where the right one begins. */
function part(list: usize, bins: usize, a: i32, b: i32, feature: i32, at: i32, hash: u32): i32 {
  let left = a;
  let right = 0;
  for (let i = a; i < b; i++) {
    const row = load<i32>(list + ((<usize>i) << 2));
    if (isLeft(<i32>load<u8>(bins + <usize>row * <usize>features + <usize>feature), at, hash)) {
      store<i32>(list + ((<usize>left) << 2), row);
      left++;
    } else {
      store<i32>(parted + ((<usize>right) << 2), row);
      right++;
    }
  }
  memory.copy(list + ((<usize>left) << 2), parted, (<usize>right) << 2);
  return left;
}

function enter(depth: i32): void {
  const above = depth - 1;
  const onLeft = at4(sideAt, depth) == 0;
  put4(from, depth, onLeft ? at4(from, above) : at4(middle, above));
  put4(to, depth, onLeft ? at4(middle, above) : at4(to, above));
}

/** Makes `order` hold the rows of the node at this depth between `from` and `to`. */
function gather(depth: i32): void {
  let at = depth;
  while (at > 0 && !at4(isParted, at - 1)) at--;
  for (; at < depth; at++) {
    put4(
      middle,
      at,
      part(order, rowBins, at4(from, at), at4(to, at), at4(testFeature, at), at4(testAt, at), <u32>at4(testHash, at)),
    );
    put4(isParted, at, 1);
    enter(at + 1);
  }
}

/** The totals of a node, from its old ones and the changes [a, b) where there are old ones, else from its rows. */
function total(old: i32, depth: i32, a: i32, b: i32): usize {
  const sums = totals + ((<usize>(depth * width)) << 3);
  if (old >= 0) {
    memory.copy(sums, totalsOf(old), width << 3);
    for (let i = a; i < b; i++) {
      const row = load<i32>(changeOrder + ((<usize>i) << 2));
      addRow(sums, changeLabels, row, <f64>load<i32>(changeTimes + ((<usize>row) << 2)));
    }
    return sums;
  }
  memory.fill(sums, 0, width << 3);
  gather(depth);
  for (let i = at4(from, depth); i < at4(to, depth); i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    addRow(sums, rowLabels, row, <f64>load<i32>(rowTimes + ((<usize>row) << 2)));
  }
  return sums;
}

/** Takes the changes into the counts of the first `among` candidates. */
function countChanges(a: i32, b: i32, among: i32): void {
  for (let q = 0; q < among; q++) {
    const at = load<i32>(candidateAt + ((<usize>q) << 2));
    if (at == -1) continue;
    const feature = load<i32>(candidateFeature + ((<usize>q) << 2));
    const hash = load<u32>(candidateHash + ((<usize>q) << 2));
    const sums = counts + <usize>((q * width) << 3);
    for (let i = a; i < b; i++) {
      const row = load<i32>(changeOrder + ((<usize>i) << 2));
      if (isLeft(<i32>load<u8>(changeBins + <usize>row * <usize>features + <usize>feature), at, hash))
        addRow(sums, changeLabels, row, <f64>load<i32>(changeTimes + ((<usize>row) << 2)));
    }
  }
  addWork((<f64>(b - a) * <f64>among) / <f64>candidates);
}

/** Candidates whose counts are kept of a node: at random levels those up to the winner were looked at. */
function countedOf(first: bool, winner: i32): i32 {
  return first && winner >= 0 ? winner + 1 : candidates;
}

/** The winner of a node whose candidates are worth counting. */
function winner(old: i32, depth: i32, first: bool, sums: usize, n: f64, a: i32, b: i32): i32 {
  const place = old >= 0 ? kept(old) : 0;
  if (place) {
    const before = winnerOf(old);
    const among = countedOf(first, before);
    memory.fill(counts, 0, (candidates * width) << 3);
    readFrom(place);
    for (let q = 0; q < among; q++) readCounts(counts + <usize>((q * width) << 3));
    countChanges(a, b, among);
    const found = pick(sums, n, first, among);
    if (found >= 0 || among == candidates) return found;
  }
  gather(depth);
  return countRows(sums, n, depth, first, at4(from, depth), at4(to, depth));
}

/** `old`: the node of the old tree that is the same place, -1 where there is none; changes [a, b) of it. */
function walk(old: i32, depth: i32, hash: u32, a: i32, b: i32): void {
  if (old >= 0 && a == b) {
    const start = placeOf(old);
    writeBytes(start, placeOf(old + sizeOf(old)) - start);
    return;
  }
  const sums = total(old, depth, a, b);
  const n = rowsIn(sums);
  const first = depth < randomLevels;
  const idle = isIdle(sums, n) || depth >= mostDepth;
  let best = -1;
  if (!idle) {
    drawAll(hash, depth);
    best = winner(old, depth, first, sums, n, a, b);
  }
  const keeps = !idle && n >= <f64>keptFrom;
  writeNumber(<u64>(2 * (best + 1) + (keeps ? 1 : 0)));
  if (keeps) {
    const among = countedOf(first, best);
    for (let q = 0; q < among; q++) writeCounts(counts + <usize>((q * width) << 3));
  }
  if (best < 0) {
    writeTotals(sums);
    return;
  }
  drawOne(hash, depth, best);
  const feature = lastFeature();
  const at = lastAt();
  const drawn = lastHash();
  put4(testFeature, depth, feature);
  put4(testAt, depth, at);
  put4(testHash, depth, <i32>drawn);
  put4(isParted, depth, 0);
  const cut = part(changeOrder, changeBins, a, b, feature, at, drawn);
  const same = old >= 0 && winnerOf(old) == best;
  for (let side = 0; side < 2; side++) {
    put4(sideAt, depth + 1, side);
    if (at4(isParted, depth)) enter(depth + 1);
    childBox(depth, feature, at, side);
    const child = same ? (side == 0 ? old + 1 : rightOf(old)) : -1;
    if (side == 0) walk(child, depth + 1, childHash(hash, best, 0), a, cut);
    else walk(child, depth + 1, childHash(hash, best, 1), cut, b);
  }
}

/** Writes a tree to `place`: that of the rows, made from the tree that was read last if `isUpdate`. Answers its bytes. */
export function grow(seed: u32, tree: u32, isUpdate: bool, place: usize): i32 {
  for (let i = 0; i < changes; i++) store<i32>(changeOrder + ((<usize>i) << 2), i);
  put4(from, 0, 0);
  put4(to, 0, rows);
  wholeBox();
  writeFrom(place);
  walk(isUpdate ? 0 : -1, 0, rootHash(seed, tree), 0, changes);
  return <i32>(writeAt() - place);
}
