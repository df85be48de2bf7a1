/** MatrixOne's release numbers, and what each release understands. */

/** A release of MatrixOne: major, minor, patch. */
export type Release = readonly [number, number, number];

/** Reads `4.1.4`, `v4.0.0-rc1` or `8.0.30-MatrixOne-v4.1.4`; null for anything else. */
export function readRelease(text: string | null): Release | null {
  const parts = /(?:MatrixOne-)?v?(\d+)\.(\d+)\.(\d+)(?:-[A-Za-z0-9.]+)?$/.exec(text ?? '');
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : null;
}

/** Whether a server of `release` has what came with `wanted`. */
export function isAtLeast(release: Release, wanted: Release): boolean {
  for (let i = 0; i < 3; i++) {
    const difference = (release[i] as number) - (wanted[i] as number);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The first release with braces in RESTORE; releases before take FROM SNAPSHOT, and neither takes the other's. */
export const bracesSince: Release = [4, 0, 0];
/** The first releases with these OUTPUT forms. AS is parsed earlier, and refused when it runs. */
export const outputSince = { summary: [3, 0, 9], as: [4, 2, 0], columns: [3, 0, 10] } as const satisfies Record<
  string,
  Release
>;
/** The first release with DATA BRANCH; older servers compare two versions with plain SQL. */
export const diffSince: Release = [3, 0, 5];
