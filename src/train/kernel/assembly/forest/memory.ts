// What every part of the forest kernel works on: shapes and settings, the rows, and scratch room. Addresses are bytes.

/** Trees are no deeper, whatever the rows: a node that deep is a leaf. */
export const mostDepth: i32 = 400;

/** Features of a row, a byte each. */
export let features: i32 = 0;
/** Numbers a row adds: one a class, or of a regression the count and the sum of labels. */
export let width: i32 = 0;
export let regression: bool = false;
/** Candidate tests of a node. */
export let candidates: i32 = 0;
export let minLeaf: i32 = 0;
/** Levels from the root on that take the first usable candidate. */
export let randomLevels: i32 = 0;
/** Steps of a rank; 0: the best gain wins. */
export let ranks: i32 = 0;
/** Nodes of at least so many rows keep the counts of their candidates. */
export let keptFrom: i32 = 0;

/** A byte a feature: 1 where bins are of a category and have no order; and the number of bins of each (u16). */
export let unordered: usize = 0;
export let bins: usize = 0;

/** The rows: bins, class numbers (i32) or steps of a label (f64), and how often each is there (i32). */
export let rows: i32 = 0;
export let rowBins: usize = 0;
export let rowLabels: usize = 0;
export let rowTimes: usize = 0;
/** The same of changed rows; times are negative where rows are taken away. */
export let changes: i32 = 0;
export let changeBins: usize = 0;
export let changeLabels: usize = 0;
export let changeTimes: usize = 0;

/** Permutations of rows and changes (i32), and room to part them. */
export let order: usize = 0;
export let changeOrder: usize = 0;
export let parted: usize = 0;

/** Bounds of every feature's bins at each depth (u8), and totals at each depth (f64). */
export let lows: usize = 0;
export let highs: usize = 0;
export let totals: usize = 0;
/** Counts of all candidates of a node (f64), a histogram of one feature (f64), and the sides of a category's bins (u8). */
export let counts: usize = 0;
export let histogram: usize = 0;
export let sides: usize = 0;
/** Of each candidate its feature, threshold and hash (i32, i32, u32); of each feature whether a histogram served it (u8). */
export let candidateFeature: usize = 0;
export let candidateAt: usize = 0;
export let candidateHash: usize = 0;
export let served: usize = 0;

/** Rows that were gone over to count candidates, in rows of a node with all candidates. */
export let work: f64 = 0;

export function addWork(more: f64): void {
  work += more;
}

export function resetWork(): void {
  work = 0;
}

let free: usize = 0;

/** Room from the end of what was handed out, aligned to 16 bytes and not cleared; memory grows with it. */
export function take(bytes: usize): usize {
  const place = free;
  free = (free + bytes + 15) & ~15;
  reach(free);
  return place;
}

/** Makes the memory reach an address. */
export function reach(end: usize): void {
  const missing = <i32>((end + 65535) >> 16) - memory.size();
  if (missing > 0 && memory.grow(max<i32>(missing, 16)) < 0 && memory.grow(missing) < 0) unreachable();
}

/** Where the next room would begin. */
export function end(): usize {
  return free;
}

/** Gives back all room from an address on. */
export function release(from: usize): void {
  free = from;
}

/** Begins anew, with other shapes and settings. */
export function setUp(
  featureCount: i32,
  numbers: i32,
  ofValues: bool,
  candidateCount: i32,
  least: i32,
  levels: i32,
  steps: i32,
  kept: i32,
): void {
  free = (__heap_base + 15) & ~15;
  features = featureCount;
  width = numbers;
  regression = ofValues;
  candidates = candidateCount;
  minLeaf = least;
  randomLevels = levels;
  ranks = steps;
  keptFrom = kept;
  unordered = take(features);
  bins = take(features * 2);
  lows = take((mostDepth + 2) * features);
  highs = take((mostDepth + 2) * features);
  totals = take((mostDepth + 2) * width * 8);
  counts = take(candidates * width * 8);
  histogram = take(256 * width * 8);
  sides = take(256);
  candidateFeature = take(candidates * 4);
  candidateAt = take(candidates * 4);
  candidateHash = take(candidates * 4);
  served = take(features);
}

/** Room for rows and changed rows. */
export function makeRoom(rowCount: i32, changeCount: i32): void {
  const label = regression ? 8 : 4;
  rows = rowCount;
  changes = changeCount;
  rowBins = take(rows * features);
  rowLabels = take(rows * label);
  rowTimes = take(rows * 4);
  changeBins = take(changes * features);
  changeLabels = take(changes * label);
  changeTimes = take(changes * 4);
  order = take(rows * 4);
  changeOrder = take(changes * 4);
  parted = take(max<i32>(rows, changes) * 4);
  for (let i = 0; i < rows; i++) store<i32>(order + ((<usize>i) << 2), i);
}
