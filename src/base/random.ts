/** Seeded randomness that gives the same integers in every JavaScript engine. */

/** A source of 32-bit draws; `next()` is an integer in [0, 2^32). */
export interface Random {
  next(): number;
  /** An integer in [0, bound), unbiased by rejection; `bound` in [1, 2^32]. */
  below(bound: number): number;
  /** A multiple of 2^-32 in [0, 1). */
  fraction(): number;
}

/** FNV-1a over UTF-16 units: turns a seed text into 32 bits; not for security. */
function hash32(text: string, basis: number): number {
  let h = basis >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded from a text such as `"1:shuffle:epoch 3"`. Integer arithmetic only. */
export function seededRandom(seed: string): Random {
  let a = hash32(seed, 0x811c9dc5);
  let b = hash32(seed, 0x9e3779b9);
  let c = hash32(seed, 0x85ebca6b);
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 15; i++) next();
  const below = (bound: number): number => {
    const limit = 4294967296 - (4294967296 % bound);
    let draw = next();
    while (draw >= limit) draw = next();
    return draw % bound;
  };
  return { next, below, fraction: () => next() / 4294967296 };
}

/** A seeded permutation of 0 … length-1 (Fisher–Yates). */
export function permutation(length: number, random: Random): Uint32Array {
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}
