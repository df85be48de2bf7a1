/** The temperature that makes a model's probabilities honest on validation rows (Guo et al. 2017): one number, refitted after every run. */
import { summedLoss } from '../kernel/loss.ts';

/** With fewer validation rows than this the temperature stays 1; more than these are not needed for one number. */
const leastRows = 50;
const mostRows = 4_000;
const golden = 0.6180339887498949;
const steps = 24;

/** Golden-section search for 1/T in [0.1, 10]: the loss is convex in it. Labels are class numbers. */
export function fitTemperature(
  scores: { readonly classes: number; readonly values: Float32Array },
  labels: Int32Array,
): number {
  if (labels.length < leastRows) return 1;
  const some = labels.subarray(0, mostRows);
  const lossAt = (sharpness: number): number => summedLoss(scores.values, scores.classes, some, sharpness);
  let low = 0.1;
  let high = 10;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let onLeft = lossAt(left);
  let onRight = lossAt(right);
  for (let i = 0; i < steps; i++) {
    if (onLeft <= onRight) {
      high = right;
      right = left;
      onRight = onLeft;
      left = high - golden * (high - low);
      onLeft = lossAt(left);
    } else {
      low = left;
      left = right;
      onLeft = onRight;
      right = low + golden * (high - low);
      onRight = lossAt(right);
    }
  }
  return 2 / (low + high);
}
