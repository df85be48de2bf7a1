/** The made-up table of the loop's benchmark: 20 numbers a row, and 5 classes drawn by a random network that knows the rule. */
import { at } from '../src/base/assert.ts';
import { type Random, seededRandom } from '../src/base/random.ts';

export const width = 20;
export const classes = 5;
const hidden = 16;
/** Spread of the teacher's scores: how sure it is. With this one about 79 % of labels can be known. */
const spread = 4;
/** Share of rows whose label is wrong. */
const noise = 0.05;

/** About normal: a sum of twelve uniform draws (Irwin–Hall), so that no engine's own mathematics enters. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.fraction();
  return sum;
}

class Teacher {
  readonly #first: Float64Array;
  readonly #bias: Float64Array;
  readonly #second: Float64Array;
  #mean = new Float64Array(classes);
  #scale = 1;

  constructor(seed: string) {
    const random = seededRandom(`${seed}:teacher`);
    this.#first = Float64Array.from({ length: width * hidden }, () => (normal(random) / Math.sqrt(width)) * 1.5);
    this.#bias = Float64Array.from({ length: hidden }, () => normal(random) * 0.5);
    this.#second = Float64Array.from({ length: hidden * classes }, () => normal(random) / 4);
    const samples = Array.from({ length: 4_000 }, () =>
      this.scores(Float64Array.from({ length: width }, () => normal(random))),
    );
    const mean = new Float64Array(classes);
    for (const scores of samples) scores.forEach((score, k) => (mean[k] = at(mean, k) + score / samples.length));
    let variance = 0;
    for (const scores of samples)
      scores.forEach((score, k) => (variance += (score - at(mean, k)) ** 2 / samples.length / classes));
    this.#mean = mean;
    this.#scale = spread / Math.sqrt(variance);
  }

  scores(row: ArrayLike<number>): Float64Array {
    const scores = new Float64Array(classes);
    for (let j = 0; j < hidden; j++) {
      let sum = at(this.#bias, j);
      for (let i = 0; i < width; i++) sum += at(row, i) * at(this.#first, i * hidden + j);
      if (sum <= 0) continue;
      for (let k = 0; k < classes; k++) scores[k] = at(scores, k) + sum * at(this.#second, j * classes + k);
    }
    return scores.map((score, k) => (score - at(this.#mean, k)) * this.#scale);
  }

  draw(row: ArrayLike<number>, random: Random): number {
    const scores = this.scores(row);
    const top = Math.max(...scores);
    const parts = scores.map((score) => Math.exp(score - top));
    let left = random.fraction() * parts.reduce((sum, part) => sum + part, 0);
    const found = parts.findIndex((part) => (left -= part) < 0);
    return found < 0 ? classes - 1 : found;
  }
}

export interface MadeRow {
  readonly id: number;
  readonly values: Float64Array;
  /** As it is in the table, and as it would be without noise. */
  readonly label: number;
  readonly truth: number;
}

/** The first `count` rows; more rows begin with the same ones. */
export function makeRows(seed: string, count: number): MadeRow[] {
  const teacher = new Teacher(seed);
  return Array.from({ length: count }, (_, id) => {
    const random = seededRandom(`${seed}:row ${id}`);
    const values = Float64Array.from({ length: width }, () => normal(random));
    const truth = teacher.draw(values, random);
    const wrong = random.fraction() < noise;
    return { id, values, truth, label: wrong ? (truth + 1 + random.below(classes - 1)) % classes : truth };
  });
}
