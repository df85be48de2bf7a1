/**
 * From values to network inputs. An encoder is fitted once, at the root of a lineage, and then frozen: a value means the
 * same to every model of the lineage, and what was not there at the fit falls into the slots "missing" and "other".
 */
import { at } from '../../base/assert.ts';
import type { FeatureKind } from '../../data/training.ts';
import type { EncodedLayout, Spread } from '../../data/trainPage.ts';
import { squareRoot } from '../kernel/wasm.ts';
import { circle, dayFraction, yearFraction } from './days.ts';

/** `flag`: there were missing values at the fit, so there is an input that says so; else a missing value counts as the mean. */
export type FeatureCode =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly mean: number;
      readonly sd: number;
      readonly flag: boolean;
      /** Whole; of a column with numbers that no double holds: mean and values are told from it. */
      readonly base?: string;
    }
  | { readonly kind: 'boolean'; readonly name: string; readonly flag: boolean }
  /** Slots: 0 missing, 1 other, then the vocabulary. `missing` and `other` tell whether the fit saw those. */
  | {
      readonly kind: 'category';
      readonly name: string;
      readonly vocabulary: readonly string[];
      readonly missing: boolean;
      readonly other: boolean;
    }
  /** Trend in units of `scale` days around `origin` (days since 1970), the year as a circle, and the day as one if `daily`. */
  | {
      readonly kind: 'date';
      readonly name: string;
      readonly origin: number;
      readonly scale: number;
      readonly daily: boolean;
      readonly flag: boolean;
    };

/** Plain JSON, kept in the artifact. */
export interface EncoderState {
  readonly format: 1;
  readonly features: readonly FeatureCode[];
}

const missingSlot = 0;
const otherSlot = 1;
/** Categories beyond the most frequent of these count as "other". */
const mostCategories = 128;
/** Numbers are clipped at so many standard deviations. */
const clip = 8;
/** The least scale of a trend, in days: the future of a short table stays near its past. */
const leastScale = 366;

/** Raw numbers of a column in row order, in any number of pieces; how they are cut has no influence. */
export type RawPieces = readonly Float64Array[];

/** The same in units of the largest value, for numbers whose squares are beyond what a number can be. */
function momentsInUnits(pieces: RawPieces): { mean: number; sd: number; missing: boolean } {
  let unit = 0;
  for (const piece of pieces) for (const value of piece) if (Math.abs(value) > unit) unit = Math.abs(value);
  if (unit === 0) return moments(pieces);
  const { mean, sd, missing } = moments(pieces.map((piece) => piece.map((value) => value / unit)));
  return { mean: mean * unit, sd: sd * unit, missing };
}

/** As `moments`, also where squares are too large or too small to be numbers. */
function momentsOfAnySize(pieces: RawPieces): { mean: number; sd: number; missing: boolean } {
  const found = moments(pieces);
  const fits = Number.isFinite(found.mean) && Number.isFinite(found.sd);
  if (fits && found.sd > 0) return found;
  const inUnits = momentsInUnits(pieces);
  return fits && inUnits.sd === 0 ? found : inUnits;
}

/** Sums in row order, so that they do not depend on how rows arrived. */
function moments(pieces: RawPieces): { mean: number; sd: number; missing: boolean } {
  let count = 0;
  let sum = 0;
  let missing = false;
  for (const piece of pieces)
    for (const value of piece) {
      if (Number.isNaN(value)) missing = true;
      else {
        count += 1;
        sum += value;
      }
    }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const piece of pieces)
    for (const value of piece) if (!Number.isNaN(value)) squares += (value - mean) * (value - mean);
  const sd = count === 0 ? 0 : squareRoot(squares / count);
  return { mean, sd, missing };
}

/**
 * The `most` most frequent categories in the order of their code units, whether there are more, and whether any value is
 * missing. `texts[i]` is the category of raw number `i`.
 */
export function frequentTexts(
  pieces: RawPieces,
  texts: readonly string[],
  most: number,
): { readonly texts: string[]; readonly more: boolean; readonly missing: boolean } {
  const counts = new Float64Array(texts.length);
  let missing = false;
  for (const piece of pieces)
    for (const value of piece) {
      if (Number.isNaN(value)) missing = true;
      else counts[value] = at(counts, value) + 1;
    }
  const ranked = texts
    .map((text, i) => ({ text, count: at(counts, i) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  const frequent = ranked.slice(0, most).map(({ text }) => text);
  return { texts: frequent.sort(byCodeUnit), more: ranked.length > most, missing };
}

function fitCategory(name: string, pieces: RawPieces, texts: readonly string[]): FeatureCode {
  const { texts: vocabulary, more, missing } = frequentTexts(pieces, texts, mostCategories);
  return { kind: 'category', name, vocabulary, missing, other: more };
}

/** The order of texts by UTF-16 code unit, which no locale changes. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Fits one feature to its raw values. `texts`: of a category, the text of each number. */
export function fitFeature(
  name: string,
  kind: FeatureKind,
  pieces: RawPieces,
  texts: readonly string[],
  base: string | null = null,
): FeatureCode {
  switch (kind) {
    case 'category':
      return fitCategory(name, pieces, texts);
    case 'boolean':
      return { kind, name, flag: moments(pieces).missing };
    case 'number': {
      const { mean, sd, missing } = momentsOfAnySize(pieces);
      return { kind, name, mean, sd, flag: missing, ...(base !== null && { base }) };
    }
    case 'date': {
      const { mean, sd, missing } = moments(pieces);
      const daily = pieces.some((piece) => piece.some((days) => dayFraction(days) > 0));
      return { kind, name, origin: mean, scale: Math.max(leastScale, sd), daily, flag: missing };
    }
  }
}

/** Floats that a feature takes in a stored row, and the inputs it becomes. */
function shapeOf(code: FeatureCode): { stored: number; way: Spread['way']; count: number; inputs: number } {
  if (code.kind === 'category') {
    const slots = code.vocabulary.length + 2;
    return { stored: 1, way: 'oneHot', count: slots, inputs: slots };
  }
  const values = code.kind === 'date' ? (code.daily ? 5 : 3) : 1;
  return code.flag
    ? { stored: values, way: 'flagged', count: values, inputs: values + 1 }
    : { stored: values, way: 'copy', count: values, inputs: values };
}

/** Inputs that no row of the fit has set. */
function silentOf(features: readonly FeatureCode[]): number[] {
  const silent: number[] = [];
  let input = 0;
  for (const code of features) {
    if (code.kind === 'category' && !code.missing) silent.push(input + missingSlot);
    if (code.kind === 'category' && !code.other) silent.push(input + otherSlot);
    if (code.kind === 'number' && code.sd === 0) silent.push(input);
    input += shapeOf(code).inputs;
  }
  return silent;
}

function layoutOf(features: readonly FeatureCode[]): EncodedLayout {
  const spreads: Spread[] = [];
  let stored = 0;
  let inputs = 0;
  for (const code of features) {
    const shape = shapeOf(code);
    const before = spreads[spreads.length - 1];
    if (shape.way === 'copy' && before?.way === 'copy')
      spreads[spreads.length - 1] = { ...before, count: before.count + shape.count };
    else spreads.push({ way: shape.way, from: stored, to: inputs, count: shape.count });
    stored += shape.stored;
    inputs += shape.inputs;
  }
  return { stored, inputs, spreads, silent: silentOf(features) };
}

const clipped = (value: number): number => Math.min(clip, Math.max(-clip, value));

/** Whether a number is farther from those of the fit than the encoder tells apart. */
export const isClipped = ({ mean, sd }: FeatureCode & { kind: 'number' }, value: number): boolean =>
  sd > 0 && Math.abs((value - mean) / sd) > clip;

function writeDate(code: FeatureCode & { kind: 'date' }, days: number, row: Float32Array, to: number): void {
  const year = circle(yearFraction(days));
  row[to] = clipped((days - code.origin) / code.scale);
  row[to + 1] = year.sin;
  row[to + 2] = year.cos;
  if (!code.daily) return;
  const day = circle(dayFraction(days));
  row[to + 3] = day.sin;
  row[to + 4] = day.cos;
}

/** A frozen encoder at work. */
export class Encoder {
  readonly state: EncoderState;
  readonly layout: EncodedLayout;
  readonly #places: readonly number[];
  readonly #slots: readonly ReadonlyMap<string, number>[];

  constructor(state: EncoderState) {
    this.state = state;
    this.layout = layoutOf(state.features);
    let place = 0;
    this.#places = state.features.map((code) => {
      const own = place;
      place += shapeOf(code).stored;
      return own;
    });
    this.#slots = state.features.map(
      (code) => new Map(code.kind === 'category' ? code.vocabulary.map((text, i) => [text, i + 2]) : []),
    );
  }

  /** The slot of a category's text, as the raw number that `write` takes. */
  slotOf(feature: number, text: string): number {
    return at(this.#slots, feature).get(text) ?? otherSlot;
  }

  /** Writes the stored values of a row, given its raw numbers; of a category the raw number is its slot. */
  write(raw: (feature: number) => number, row: Float32Array): void {
    this.state.features.forEach((code, f) => {
      const to = at(this.#places, f);
      const value = raw(f);
      if (code.kind === 'category') row[to] = Number.isNaN(value) ? missingSlot : value;
      else if (Number.isNaN(value)) row.fill(code.flag ? Number.NaN : 0, to, to + shapeOf(code).stored);
      else if (code.kind === 'number') row[to] = code.sd === 0 ? 0 : clipped((value - code.mean) / code.sd);
      else if (code.kind === 'boolean') row[to] = 2 * value - 1;
      else writeDate(code, value, row, to);
    });
  }
}
