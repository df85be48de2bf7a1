/** The summed negative log-likelihood of scores, by the kernel's own exp and log, so that it is the same on every engine. */
import { type Area, mathKernel } from './wasm.ts';

/** Floats that are handed to the kernel at a time: its memory is never given back, so it stays small. */
const chunkFloats = 262_144;
let room: Record<'scores' | 'labels', Area> | undefined;

/** `scores` has `classes` floats a row; a label of -1 costs what a probability of 1e-12 costs. `sharpness` = 1 / temperature. */
export function summedLoss(scores: Float32Array, classes: number, labels: Int32Array, sharpness: number): number {
  const kernel = mathKernel();
  room ??= kernel.allocate({ scores: 4 * chunkFloats, labels: 4 * chunkFloats });
  const rows = Math.floor(chunkFloats / classes);
  let loss = 0;
  for (let start = 0; start < labels.length; start += rows) {
    const end = Math.min(labels.length, start + rows);
    room.scores.floats.set(scores.subarray(start * classes, end * classes));
    room.labels.integers.set(labels.subarray(start, end));
    loss += kernel.sumLoss(end - start, classes, room.scores.address, room.labels.address, sharpness);
  }
  return loss;
}
