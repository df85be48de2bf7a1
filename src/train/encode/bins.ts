/**
 * From values to bins, one byte a feature: numbers and dates by quantiles of the rows of the fit, categories by their
 * frequency. Fitted once, at the root of a lineage, and then frozen, so that a row always falls into the same bins.
 */
import { at } from '../../base/assert.ts';
import type { FeatureKind } from '../../data/training.ts';
import type { BinLayout } from '../../data/trainPage.ts';
import { frequentTexts, type RawPieces } from './encoder.ts';

/** `base`: as an encoder's. `edges` ascend: bin `1 + i` holds what is at least `edges[i - 1]` and less than `edges[i]`. */
export type FeatureBins =
  | {
      readonly kind: Exclude<FeatureKind, 'category'>;
      readonly name: string;
      readonly edges: readonly number[];
      readonly base?: string;
    }
  /** Bins: 0 missing, 1 other, then the vocabulary. */
  | { readonly kind: 'category'; readonly name: string; readonly vocabulary: readonly string[] };

/** Plain JSON, kept in the artifact. */
export interface BinState {
  readonly form: 'bins';
  readonly format: 1;
  readonly features: readonly FeatureBins[];
}

const missingBin = 0;
const otherBin = 1;
/** A byte less "missing" and, of numbers, the bin below the first edge; of categories "missing" and "other". */
const mostEdges = 254;
const mostCategories = 254;

/** Every value a bin of its own where there are few, else bins of equally many rows. The order of rows has no influence. */
function fitEdges(pieces: RawPieces): number[] {
  const sorted = Float64Array.from(
    pieces.flatMap((piece) => [...piece].filter((value) => !Number.isNaN(value))),
  ).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= mostEdges + 1) return [...distinct.subarray(1)];
  const cuts = Array.from({ length: mostEdges }, (_, i) =>
    at(sorted, Math.floor(((i + 1) * sorted.length) / (mostEdges + 1))),
  );
  return cuts.filter((cut, i) => cut !== (i === 0 ? sorted[0] : cuts[i - 1]));
}

/** Fits one feature to its raw values. `texts`: of a category, the text of each number. */
export function fitBins(
  name: string,
  kind: FeatureKind,
  pieces: RawPieces,
  texts: readonly string[],
  base: string | null = null,
): FeatureBins {
  if (kind !== 'category') return { kind, name, edges: fitEdges(pieces), ...(base !== null && { base }) };
  return { kind, name, vocabulary: frequentTexts(pieces, texts, mostCategories).texts };
}

/** The number of edges that are not above a value. */
function edgesBelow(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(edges, middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether a number is farther from the outermost bins than those are from one another: where the rows of the fit are normal, about the
 * 8 deviations at which an encoder clips.
 */
export function isFar(edges: readonly number[], value: number): boolean {
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined) return false;
  const span = last - first || Math.abs(last) || 1;
  return value > last + span || value < first - span;
}

/** Frozen bins at work. */
export class Binner {
  readonly state: BinState;
  readonly layout: BinLayout;
  readonly #bins: readonly ReadonlyMap<string, number>[];

  constructor(state: BinState) {
    this.state = state;
    this.layout = {
      features: state.features.map((code) => ({
        name: code.name,
        bins: 2 + (code.kind === 'category' ? code.vocabulary.length : code.edges.length),
        ordered: code.kind !== 'category',
      })),
    };
    this.#bins = state.features.map(
      (code) => new Map(code.kind === 'category' ? code.vocabulary.map((text, i) => [text, i + 2]) : []),
    );
  }

  /** The bin of a category's text, as the raw number that `write` takes. */
  slotOf(feature: number, text: string): number {
    return at(this.#bins, feature).get(text) ?? otherBin;
  }

  /** Writes the bins of a row, given its raw numbers; of a category the raw number is its bin. */
  write(raw: (feature: number) => number, row: Uint8Array): void {
    this.state.features.forEach((code, f) => {
      const value = raw(f);
      if (Number.isNaN(value)) row[f] = missingBin;
      else row[f] = code.kind === 'category' ? value : 1 + edgesBelow(code.edges, value);
    });
  }
}
