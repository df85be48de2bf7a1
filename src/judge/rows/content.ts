/**
 * The content of a row as 64 bits: its features and its label. Rows with the same content are copies of each other. The order of
 * columns does not matter, and neither does the engine: numbers are taken as doubles, texts by code unit.
 */

/** The last step of MurmurHash3 (Austin Appleby, public domain): every bit of the input moves every bit of the output. */
function stirred(bits: number): number {
  let h = bits >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a of a text, twice with different beginnings. */
function textBits(text: string): { readonly low: number; readonly high: number } {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) ^ (high >>> 15);
  }
  return { low: stirred(low), high: stirred(high) };
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** Sums the bits of one column's cells into those of the rows, which start at 0. */
export class ContentSum {
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;

  constructor(rows: number) {
    this.#low = new Uint32Array(rows);
    this.#high = new Uint32Array(rows);
  }

  #add(row: number, seed: { readonly low: number; readonly high: number }, a: number, b: number): void {
    const low = stirred(seed.low ^ a);
    const high = stirred(seed.high ^ b);
    this.#low[row] = (this.#low[row] as number) + stirred(low ^ Math.imul(b, 0x9e3779b1));
    this.#high[row] = (this.#high[row] as number) + stirred(high ^ Math.imul(a, 0x85ebca77));
  }

  /** `texts`: of a category, the text of each number. */
  column(name: string, values: Float64Array, texts: readonly string[] | null): void {
    const seed = textBits(name);
    const bits = texts?.map(textBits);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      const text = bits?.[value];
      if (text) this.#add(row, seed, text.low, text.high);
      else {
        // 0 and -0 are one value, and so is every NaN.
        double[0] = Number.isNaN(value) ? Number.NaN : value + 0;
        if (Number.isNaN(value)) this.#add(row, seed, 1, 0xfff80000);
        else this.#add(row, seed, words[0] as number, words[1] as number);
      }
    }
  }

  done(): BigUint64Array {
    const bits = new BigUint64Array(this.#low.length);
    const halves = new Uint32Array(bits.buffer);
    for (let row = 0; row < bits.length; row++) {
      halves[2 * row] = this.#low[row] as number;
      halves[2 * row + 1] = this.#high[row] as number;
    }
    return bits;
  }
}
