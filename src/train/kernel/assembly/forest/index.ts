// The forest kernel: extremely randomized trees (Geurts et al. 2006) that are a function of the set of their rows. Single thread,
// no SIMD, whole numbers and IEEE doubles, so every engine gives the same bits. After a change, from the repository's root (a
// test compares the committed file with its source):
//   npx asc src/train/kernel/assembly/forest/index.ts -O3 --noAssert --runtime stub --importMemory --outFile src/train/kernel/forest.wasm
import { bins, changeBins, changeLabels, changeTimes, rowBins, rowLabels, rowTimes, unordered, work } from './memory';
export { end, makeRoom, release, resetWork, setUp, take } from './memory';
export { answer, estimate, makeNodes, nodesRead, readTree, toScores, workOfTree } from './tree';
export { grow } from './walk';

/** Addresses of what is to be filled in. */
export function placeOfUnordered(): usize {
  return unordered;
}
export function placeOfBins(): usize {
  return bins;
}
export function placeOfRowBins(): usize {
  return rowBins;
}
export function placeOfRowLabels(): usize {
  return rowLabels;
}
export function placeOfRowTimes(): usize {
  return rowTimes;
}
export function placeOfChangeBins(): usize {
  return changeBins;
}
export function placeOfChangeLabels(): usize {
  return changeLabels;
}
export function placeOfChangeTimes(): usize {
  return changeTimes;
}

/** Rows that were gone over since the last reset. */
export function workDone(): f64 {
  return work;
}
