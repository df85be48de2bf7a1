/** Statistics that more than one folder needs. Two-sided, 95 %. */

/** Quantile .975 of the normal distribution. */
export const z95 = 1.959963984540054;

/** Quantile .95 by quantile .975: from a normal interval of 95 % to one of 90 %, each end of which is one-sided 95 %. */
const narrower = 1.6448536269514722 / z95;

/** An interval of 95 % as one of 90 %. */
export function ninety({ low, high }: { readonly low: number; readonly high: number }): {
  readonly low: number;
  readonly high: number;
} {
  const middle = (low + high) / 2;
  const half = ((high - low) / 2) * narrower;
  return { low: middle - half, high: middle + half };
}

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

/**
 * Which of several tests still speak when they are looked at together: by Holm's step-down (1979), that any of those is wrong that should be silent has at
 * most this chance. In the order of `ps`.
 */
export function holm(ps: readonly number[], chance = 0.05): boolean[] {
  const order = [...ps.keys()].sort((a, b) => (ps[a] as number) - (ps[b] as number));
  const first = order.findIndex((test, i) => (ps[test] as number) > chance / (ps.length - i));
  const speaking = new Set(first < 0 ? order : order.slice(0, first));
  return ps.map((_, test) => speaking.has(test));
}
