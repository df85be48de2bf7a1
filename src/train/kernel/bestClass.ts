/** What a model answers, from its scores: plain arithmetic, so that whoever only reads answers loads no kernel. */
import { at } from '../../base/assert.ts';

/** The class with the highest score of a row, the first of equals. */
export function bestClass(scores: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) if (at(scores, row * classes + k) > at(scores, row * classes + best)) best = k;
  return best;
}
