/** Tails of distributions, one-sided unless said otherwise. */
import { at } from '../../base/assert.ts';

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x), x >= 0.5 (Lanczos 1964, g = 7), to a relative error of 1e-13. */
function logGamma(x: number): number {
  const z = x - 1;
  const sum = lanczos.reduce((total, term, i) => total + term / (z + i + 1), 0.9999999999998099);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln P(X = k) of a fair coin thrown n times. */
const logCoin = (k: number, n: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2;

/** ln(P(X > b) + ½ P(X = b)) for b >= n / 2: a sum of falling terms. */
function logUpper(b: number, n: number): number {
  let term = 1;
  let sum = 0.5;
  for (let k = b + 1; k <= n; k++) {
    term *= (n - k + 1) / k;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return logCoin(b, n) + Math.log(sum);
}

/**
 * ln p of the one-sided sign test with mid-p, P(X > b) + ½ P(X = b) for X of a fair coin thrown b + c times: is b more than
 * chance? Of discordant rows it is McNemar's mid-p (Fagerland, Lydersen, Laake 2013).
 */
export function logSign(b: number, c: number): number {
  const n = b + c;
  if (n === 0) return 0;
  return b >= c ? Math.min(0, logUpper(b, n)) : Math.log1p(-Math.exp(logUpper(c, n)));
}

/** p of the same test; 1 where there was nothing to throw. */
export const signTest = (b: number, c: number): number => Math.exp(logSign(b, c));

/** 1 - erf(x), x >= 0, to a relative error of 1.2e-7 (Press et al., Numerical Recipes, "erfcc"). */
export function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return t * Math.exp(-x * x + series.reduceRight((sum, term) => term + t * sum, 0));
}

/** P(Z > z) of the normal distribution. */
export const normalTail = (z: number): number => (z >= 0 ? erfc(z / Math.SQRT2) / 2 : 1 - erfc(-z / Math.SQRT2) / 2);

/** The continued fraction of the incomplete beta function (Lentz 1976; Press et al., "betacf"), x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return product;
}

/** I(x; a, b), the regularised incomplete beta function. */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** P(|T| > t) of Student's distribution (1908), t >= 0, with `df` >= 1 degrees of freedom: the normal one where they are many. */
export const studentTwoSided = (t: number, df: number): number => betaShare(df / (df + t * t), df / 2, 0.5);

/** The t that Student's |T| exceeds with chance `p`: at .05 12.7 with one degree of freedom, and 1.96 with very many. */
export function studentQuantile(p: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentTwoSided(high, df) > p) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, df) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** -log10 P(Z > z), z > 0; far out by the first term of the asymptotic series. */
export const normalStrength = (z: number): number =>
  z < 30 ? -Math.log10(normalTail(z)) : (z * z * 0.5 + Math.log(z * Math.sqrt(2 * Math.PI))) / Math.LN10;

/** P(X <= k) of a Poisson distribution. */
export function poissonUpTo(k: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= mean / i;
    sum += term;
  }
  return Math.min(1, sum);
}

/** Mean, variance over all of them (not a sample's) and number of some values. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Of some values; zeros where there are none. */
export function momentsOf(values: ArrayLike<number>): Moments {
  const n = values.length;
  if (n === 0) return { n, mean: 0, variance: 0 };
  let sum = 0;
  for (let i = 0; i < n; i++) sum += at(values, i);
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (at(values, i) - mean) ** 2;
  return { n, mean, variance: squares / n };
}

/** z of a mean against 0; large where nothing varies. */
export const zOf = ({ n, mean, variance }: Moments): number => (n === 0 ? 0 : mean / (Math.sqrt(variance / n) + 1e-12));
