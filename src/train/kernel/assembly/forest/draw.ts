// What a node draws, from (seed, tree, path) alone: its candidate tests, and the hashes of its children. Integers only.
import {
  bins,
  candidateAt,
  candidateFeature,
  candidateHash,
  candidates,
  features,
  highs,
  lows,
  unordered,
} from './memory';

const golden: u32 = 0x9e3779b1;

/** The finaliser of MurmurHash3 (Appleby). */
export function mix(value: u32): u32 {
  value ^= value >>> 16;
  value *= 0x85ebca6b;
  value ^= value >>> 13;
  value *= 0xc2b2ae35;
  return value ^ (value >>> 16);
}

/** Thresholds of candidates that are no thresholds. */
export const notUsable: i32 = -1;
export const halves: i32 = -2;

/** Whether a bin is on the left: not above a threshold, or in the half of a category's bins that the hash says. */
export function isLeft(bin: i32, at: i32, hash: u32): bool {
  if (at >= 0) return bin <= at;
  if (at == halves) return (mix(hash + <u32>bin * golden) & 1) == 0;
  return bin == -at - 3;
}

let drawnFeature: i32 = 0;
let drawnAt: i32 = 0;
let drawnHash: u32 = 0;

function drawInto(node: u32, depth: i32, c: i32): void {
  const first = mix(node + <u32>(c + 1) * golden);
  const feature = <i32>(first % <u32>features);
  const second = mix(first ^ 0x632be59b);
  drawnFeature = feature;
  drawnHash = second;
  if (load<u8>(unordered + <usize>feature)) {
    // Half of the candidates part a category's bins at random, the others one bin from the rest.
    const count = <u32>load<u16>(bins + ((<usize>feature) << 1));
    drawnAt = second & 1 ? -3 - <i32>((second >>> 1) % count) : halves;
    return;
  }
  const box = <usize>(depth * features + feature);
  const low = <i32>load<u8>(lows + box);
  const room = <i32>load<u8>(highs + box) - low;
  drawnAt = room <= 0 ? notUsable : low + <i32>(second % <u32>room);
}

/** Draws all candidates of a node. */
export function drawAll(node: u32, depth: i32): void {
  for (let c = 0; c < candidates; c++) {
    drawInto(node, depth, c);
    const place = (<usize>c) << 2;
    store<i32>(candidateFeature + place, drawnFeature);
    store<i32>(candidateAt + place, drawnAt);
    store<u32>(candidateHash + place, drawnHash);
  }
}

/** Draws one candidate, to be asked for. */
export function drawOne(node: u32, depth: i32, c: i32): void {
  drawInto(node, depth, c);
}

export function lastFeature(): i32 {
  return drawnFeature;
}

export function lastAt(): i32 {
  return drawnAt;
}

export function lastHash(): u32 {
  return drawnHash;
}

/** The hash of a child, by the winner of its parent: `side` 0 left, 1 right. */
export function childHash(node: u32, winner: i32, side: i32): u32 {
  return mix(node ^ (<u32>(2 * winner + 1 + side) * golden));
}

/** The hash of a tree's root. */
export function rootHash(seed: u32, tree: u32): u32 {
  return mix(seed ^ mix(tree + 1));
}

/** The box of the root: every bin. */
export function wholeBox(): void {
  for (let f = 0; f < features; f++) {
    store<u8>(lows + <usize>f, 0);
    store<u8>(highs + <usize>f, <u8>(load<u16>(bins + ((<usize>f) << 1)) - 1));
  }
}

/** The box of a child from that of its parent, one deeper. */
export function childBox(depth: i32, feature: i32, at: i32, side: i32): void {
  const from = <usize>(depth * features);
  const to = <usize>((depth + 1) * features);
  memory.copy(lows + to, lows + from, features);
  memory.copy(highs + to, highs + from, features);
  if (at < 0) return;
  if (side == 0) store<u8>(highs + to + <usize>feature, <u8>at);
  else store<u8>(lows + to + <usize>feature, <u8>(at + 1));
}
