/** Statistics that more than one folder needs. Two-sided, 95 %. */

/** Quantile .975 of the normal distribution. */
export const z95 = 1.959963984540054;

/** An interval of a share, both ends in [0, 1]. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** The score interval of a share seen in `n` trials (E. B. Wilson, 1927); everything is possible where there were none. */
export function wilson(share: number, n: number): ShareInterval {
  if (n <= 0) return { low: 0, high: 1 };
  const z2 = z95 * z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
