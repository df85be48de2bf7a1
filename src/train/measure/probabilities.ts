/** From scores of classes to their probabilities. */
import { at } from '../../base/assert.ts';
import type { Answers } from '../../data/learner.ts';

/** Softmax of the scores over the temperature (Guo et al. 2017): `classes` shares a row, row by row, that add up to 1. */
export function probabilitiesOf(
  { classes, values }: Extract<Answers, { readonly kind: 'scores' }>,
  temperature: number,
): Float32Array {
  const all = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) most = Math.max(most, at(values, from + k));
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const share = Math.exp((at(values, from + k) - most) / temperature);
      all[from + k] = share;
      sum += share;
    }
    for (let k = 0; k < classes; k++) all[from + k] = at(all, from + k) / sum;
  }
  return all;
}
