/** A feature that equals the label or determines it: what it tells of half the rows is seen on the other half. */
import { at } from '../../base/assert.ts';
import type { FeatureKind, Task } from '../../data/training.ts';
import { textOf, type Value } from '../../data/value.ts';
import type { Leak } from '../../data/splitting/leak.ts';
import { asNumbers, isSameNumber } from './asNumbers.ts';

/** Rows that are enough to see it, and cells that are held at most. */
const [mostRows, mostCells] = [20_000, 2_000_000];

/** What the most frequent label, or the mean, is wrong by must be left to this share, and be more than a few rows. */
const [leftOver, leftOverSquares, fewest] = [0.01, 1e-4, 20];

type LabelLeak = Extract<Leak, { kind: 'label' }>;

/** A feature as a learner takes it. */
export interface LeakFeature {
  readonly name: string;
  readonly kind: FeatureKind;
}

/** One half learns, the other is asked: the rows come in an order that is by chance. */
interface Halves {
  readonly known: readonly number[];
  readonly asked: readonly number[];
}

const most = (counts: ReadonlyMap<string, number>): string =>
  [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', -1] as [string, number])[0];

function add(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}

/** Labels by value: null where a value was not seen. */
function byValue(
  values: readonly Value[],
  labels: readonly string[],
  { known }: Halves,
): (value: Value) => string | null {
  const counts = new Map<string, Map<string, number>>();
  for (const i of known) {
    const text = textOf(at(values, i));
    const own = counts.get(text) ?? new Map<string, number>();
    add(own, at(labels, i));
    counts.set(text, own);
  }
  const best = new Map([...counts].map(([text, own]) => [text, most(own)]));
  return (value) => best.get(textOf(value)) ?? null;
}

/** The places of a sorted array before and at or after a number. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value that was seen and is nearest to a number. */
function nearest(sorted: readonly number[], value: number): number {
  const place = placeOf(sorted, value);
  const [below, above] = [sorted[place - 1] ?? Number.NEGATIVE_INFINITY, sorted[place] ?? Number.POSITIVE_INFINITY];
  return value - below < above - value ? below : above;
}

const isNumber = (value: Value): value is number => typeof value === 'number' && Number.isFinite(value);

/** Labels by the nearest value that was seen, or by the value itself where it is no number. */
function teller(values: readonly Value[], labels: readonly string[], halves: Halves): (value: Value) => string | null {
  const exact = byValue(values, labels, halves);
  const numbers = [...new Set(halves.known.flatMap((i) => (isNumber(at(values, i)) ? [at(values, i) as number] : [])))];
  if (numbers.length < 2) return exact;
  const sorted = numbers.sort((a, b) => a - b);
  return (value) => exact(isNumber(value) ? nearest(sorted, value) : value);
}

function classLeak(
  feature: string,
  values: readonly Value[],
  labels: readonly string[],
  halves: Halves,
): LabelLeak | null {
  const tell = teller(values, labels, halves);
  const told = halves.asked
    .map((i) => [tell(at(values, i)), at(labels, i)] as const)
    .filter(([answer]) => answer !== null);
  const usual = new Map<string, number>();
  for (const [, label] of told) add(usual, label);
  const others = told.length - (usual.get(most(usual)) ?? 0);
  const wrong = told.filter(([answer, label]) => answer !== label).length;
  if (told.length * 2 < halves.asked.length || others < fewest || wrong > others * leftOver) return null;
  return { kind: 'label', feature, equals: false, right: told.length - wrong, asked: told.length };
}

function numberLeak(
  feature: string,
  values: readonly Value[],
  labels: readonly number[],
  halves: Halves,
): LabelLeak | null {
  const tell = teller(values, labels.map(String), halves);
  const told = halves.asked
    .map((i) => [tell(at(values, i)), at(labels, i)] as const)
    .flatMap(([answer, label]) => (answer === null ? [] : [[Number(answer), label] as const]));
  const mean = told.reduce((sum, [, label]) => sum + label, 0) / Math.max(1, told.length);
  const squares = told.reduce((sum, [, label]) => sum + (label - mean) ** 2, 0);
  const left = told.reduce((sum, [answer, label]) => sum + (answer - label) ** 2, 0);
  if (told.length * 2 < halves.asked.length || told.length < fewest || squares === 0) return null;
  if (left > squares * leftOverSquares) return null;
  return { kind: 'label', feature, equals: false, right: told.length, asked: told.length };
}

/** Looks at the first rows with a label, which in hash order are a sample of all. */
export class LabelLeaks {
  readonly #features: readonly LeakFeature[];
  readonly #task: Task;
  readonly #most: number;
  readonly #values: Value[][];
  readonly #labels: Value[] = [];

  constructor(features: readonly LeakFeature[], task: Task) {
    this.#features = features;
    this.#task = task;
    this.#most = Math.min(mostRows, Math.floor(mostCells / Math.max(1, features.length)));
    this.#values = features.map(() => []);
  }

  /** Enough rows were seen. */
  get isFull(): boolean {
    return this.#labels.length >= this.#most;
  }

  /** One value for each feature, in their order. */
  add(values: (feature: number) => Value, label: Value): void {
    if (this.isFull) return;
    this.#labels.push(label);
    for (const [f, column] of this.#values.entries()) column.push(values(f));
  }

  /** Two features have another value in most rows: rows that are the same in both, and in all others, are not so by chance. */
  get isTelling(): boolean {
    const rows = this.#labels.length;
    const isOwn = (column: readonly Value[]): boolean => new Set(column.filter((one) => one !== null)).size * 2 >= rows;
    return rows >= 100 && this.#values.filter(isOwn).length >= 2;
  }

  /** A label of one value, or of a few rows, is equalled by chance. */
  #equals({ kind }: LeakFeature, values: readonly Value[], texts: readonly string[]): boolean {
    if (texts.length < fewest || new Set(texts).size < 2) return false;
    const isNumbers = kind === 'number' || kind === 'date';
    return values.every(
      (value, i) => textOf(value) === texts[i] || (isNumbers && isSameNumber(value, at(this.#labels, i))),
    );
  }

  done(): LabelLeak[] {
    const rows = this.#labels.map((_, i) => i);
    const halves = { known: rows.filter((i) => i % 2 === 0), asked: rows.filter((i) => i % 2 === 1) };
    const texts = this.#labels.map(textOf);
    const numbers = this.#labels.map(Number);
    return this.#features.flatMap((feature, f): LabelLeak[] => {
      const { name, kind } = feature;
      const own = at(this.#values, f);
      const asked = halves.asked.length;
      if (this.#equals(feature, own, texts))
        return [{ kind: 'label', feature: name, equals: true, right: asked, asked }];
      const values = asNumbers(kind, own);
      const found =
        this.#task === 'regression'
          ? numberLeak(name, values, numbers, halves)
          : classLeak(name, values, texts, halves);
      return found ? [found] : [];
    });
  }
}
