/** The weights that sums of a ridge regression determine: (X'X + λ n I) W = X'Y, in one fixed order of operations. */
import { at } from '../../../base/assert.ts';
import { unit } from './integerRows.ts';
import { rowStart, type Sums } from './sums.ts';

/** The bias is not held down, only kept from being free where no row is. */
const biasRidge = 1e-9;

/** X'X / n with the ridge, as a full square of doubles; in units of the inputs. */
function normalMatrix({ gram }: Sums, width: number, rows: number, ridge: number): Float64Array {
  const matrix = new Float64Array(width * width);
  const scale = unit * unit * rows;
  for (let i = 0; i < width; i++) {
    const start = rowStart(width, i);
    for (let j = i; j < width; j++) {
      const value = Number(at(gram, start + j)) / scale;
      matrix[i * width + j] = value;
      matrix[j * width + i] = value;
    }
    matrix[i * width + i] = at(matrix, i * width + i) + (i === width - 1 ? biasRidge : ridge);
  }
  return matrix;
}

/** In place: below the diagonal L, on it D of A = L D L'. */
function factor(matrix: Float64Array, width: number): void {
  const scaled = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    let pivot = at(matrix, j * width + j);
    for (let k = 0; k < j; k++) {
      const own = at(matrix, j * width + k);
      const times = own * at(matrix, k * width + k);
      scaled[k] = times;
      pivot -= own * times;
    }
    matrix[j * width + j] = pivot;
    for (let i = j + 1; i < width; i++) {
      let value = at(matrix, i * width + j);
      for (let k = 0; k < j; k++) value -= at(matrix, i * width + k) * at(scaled, k);
      matrix[i * width + j] = value / pivot;
    }
  }
}

/** Solves for every target in place; `targets` values stand side by side for each input. */
function substitute(matrix: Float64Array, width: number, values: Float64Array, targets: number): void {
  for (let t = 0; t < targets; t++) {
    for (let i = 0; i < width; i++) {
      let value = at(values, i * targets + t);
      for (let k = 0; k < i; k++) value -= at(matrix, i * width + k) * at(values, k * targets + t);
      values[i * targets + t] = value;
    }
    for (let i = width - 1; i >= 0; i--) {
      let value = at(values, i * targets + t) / at(matrix, i * width + i);
      for (let k = i + 1; k < width; k++) value -= at(matrix, k * width + i) * at(values, k * targets + t);
      values[i * targets + t] = value;
    }
  }
}

/** Weights of each input, its targets side by side, per unit of input and of target. `rows` above 0. */
export function solve(sums: Sums, width: number, targets: number, rows: number, ridge: number): Float64Array {
  const matrix = normalMatrix(sums, width, rows, ridge);
  const weights = Float64Array.from(sums.cross, (sum) => Number(sum) / (unit * rows));
  factor(matrix, width);
  substitute(matrix, width, weights, targets);
  return weights;
}
