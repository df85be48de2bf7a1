/** Counts facts page by page, in one reading of all rows: where numbers lie is chosen from the first ones, and then counted exactly. */
import { at } from '../../base/assert.ts';
import { cellAt, type RowPage } from '../../data/page.ts';
import { textOf } from '../../data/value.ts';
import { contentOf } from '../rows/changedRows.ts';
import { isCategory, type Judged, type JudgedColumn, columnPlace, Texts } from '../rows/columns.ts';
import { momentsOf } from '../statistics/tails.ts';
import type { BaseFacts } from './baseFacts.ts';
import { type ColumnFacts, ColumnTally, type Distribution, mostValues } from './columnFacts.ts';
import { RowSet } from './rowSet.ts';

/**
 * Rows that decide where bins lie. Rows come in the order of their hashes, in which the first ones are a sample of all.
 */
const sampleRows = 20_000;
/** Bins of a number: fine enough that a day of a year's rows that is gone can be seen. */
const bins = 256;
/** A number that shows in so large a part of the rows is counted by itself. */
const frequent = 1 / 64;
/** Categories that are told apart while they are counted. */
const mostCategories = 65_536;

/** Facts that grow by pages of rows; those without a label are left out. */
export interface FactsBuilder {
  add(page: RowPage): void;
  done(): BaseFacts;
}

/** The values of a sorted sample that are counted one by one: all of them where they are few. */
function valuesOf(sorted: Float64Array): { readonly all: boolean; readonly values: Float64Array } {
  const own: number[] = [];
  let distinct = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i + 1;
    while (end < sorted.length && sorted[end] === sorted[i]) end += 1;
    distinct += 1;
    if (end - i >= frequent * sorted.length) own.push(at(sorted, i));
    i = end;
  }
  return distinct <= mostValues
    ? { all: true, values: Float64Array.from(new Set(sorted)) }
    : { all: false, values: Float64Array.from(own) };
}

function placesFor(sorted: Float64Array): Distribution {
  const { all, values } = valuesOf(sorted);
  if (all) return { kind: 'values', values: [...values], counts: new Float64Array(values.length), others: 0 };
  const own = new Set(values);
  const rest = sorted.filter((value) => !own.has(value));
  const cuts = Array.from({ length: bins + 1 }, (_, i) => at(rest, Math.round((i * (rest.length - 1)) / bins)));
  const edges = Float64Array.from(new Set(cuts));
  const whole = edges.length > 1 ? edges : Float64Array.of(at(edges, 0), at(edges, 0) + 1);
  return {
    kind: 'bins',
    edges: whole,
    counts: new Float64Array(whole.length - 1),
    values,
    valueCounts: new Float64Array(values.length),
  };
}

/** A column whose places are not chosen yet, or are being counted. */
class Column {
  readonly texts = new Texts();
  readonly #of: JudgedColumn;
  #sample: Float64Array[] = [];
  #tally: ColumnTally | null = null;
  readonly #categories = new Map<number, number>();
  #missing = 0;
  #others = 0;

  constructor(of: JudgedColumn) {
    this.#of = of;
  }

  get isCategory(): boolean {
    return isCategory(this.#of);
  }

  /** `sampled`: these rows still help to choose the places. */
  add(values: Float64Array, sampled: boolean): void {
    if (this.isCategory) this.#countCategories(values);
    else if (sampled) this.#sample.push(values);
    else this.#count(values);
  }

  #countCategories(values: Float64Array): void {
    for (const value of values) {
      const known = this.#categories.get(value);
      if (Number.isNaN(value)) this.#missing += 1;
      else if (known !== undefined) this.#categories.set(value, known + 1);
      else if (this.#categories.size < mostCategories) this.#categories.set(value, 1);
      else this.#others += 1;
    }
  }

  #begin(): ColumnTally {
    const { name, kind, role } = this.#of;
    const there = Float64Array.from(this.#sample.flatMap((piece) => [...piece])).filter(
      (value) => !Number.isNaN(value),
    );
    const { mean, variance } = momentsOf(there);
    const clip = kind === 'boolean' ? null : (this.#of.clip ?? { mean, sd: Math.sqrt(variance) });
    const none = { rows: 0, missing: 0, beyond: 0, sum: 0, squares: 0 };
    const tally = new ColumnTally({ name, kind, role, clip, ...none, distribution: placesFor(there.sort()) });
    this.#tally = tally;
    for (const piece of this.#sample) this.#count(piece);
    this.#sample = [];
    return tally;
  }

  #count(values: Float64Array): void {
    const tally = this.#tally ?? this.#begin();
    for (const value of values) tally.count(Number.isNaN(value) ? null : value, 1);
  }

  done(): ColumnFacts {
    if (!this.isCategory) return (this.#tally ?? this.#begin()).done();
    const { name, kind, role } = this.#of;
    const ranked = [...this.#categories].sort(
      ([a, n], [b, m]) => m - n || (this.texts.textOf(a) < this.texts.textOf(b) ? -1 : 1),
    );
    const kept = ranked.slice(0, mostValues);
    const rows = ranked.reduce((sum, [, n]) => sum + n, this.#others);
    return {
      name,
      kind,
      role,
      rows: rows + this.#missing,
      missing: this.#missing,
      beyond: 0,
      clip: null,
      sum: 0,
      squares: 0,
      distribution: {
        kind: 'values',
        values: kept.map(([value]) => this.texts.textOf(value)),
        counts: Float64Array.from(kept, ([, n]) => n),
        others: kept.reduce((left, [, n]) => left - n, rows),
      },
    };
  }
}

class Builder implements FactsBuilder {
  readonly way: Judged;
  readonly #columns: readonly Column[];
  readonly #classNumbers = new Texts();
  readonly #classes = new Map<string, number>();
  readonly #contents: BigUint64Array[] = [];
  #rows = 0;

  constructor(way: Judged) {
    this.way = way;
    this.#columns = way.columns.map((column) => new Column(column));
  }

  add(page: RowPage): void {
    const { labels, rows } = this.#labels(page);
    const cells = this.way.columns.map(({ name, kind }, c) => {
      const column = at(this.#columns, c);
      const place = columnPlace(page.columns, name);
      if (place < 0) return new Float64Array(rows.length).fill(Number.NaN);
      const all = this.way.read(kind, at(page.cells, place), page.rows, column.texts.numberOf);
      return Float64Array.from(rows, (i) => at(all, i));
    });
    const sampled = Math.max(0, Math.min(rows.length, sampleRows - this.#rows));
    cells.forEach((values, c) => {
      const column = at(this.#columns, c);
      if (sampled > 0) column.add(values.subarray(0, sampled), true);
      if (sampled < values.length) column.add(values.subarray(sampled), false);
    });
    this.#contents.push(
      contentOf(
        this.way.columns,
        this.#columns.map(({ texts }) => texts),
        cells,
        { values: labels, classes: this.way.task === 'regression' ? null : this.#classNumbers },
      ),
    );
    this.#rows += rows.length;
  }

  #labels(page: RowPage): { readonly labels: Float64Array; readonly rows: Uint32Array } {
    const { label, task, read } = this.way;
    const cells = at(page.cells, columnPlace(page.columns, label));
    const values =
      task === 'regression' ? read('number', cells, page.rows, () => Number.NaN) : new Float64Array(page.rows);
    const rows: number[] = [];
    const labels: number[] = [];
    for (let i = 0; i < page.rows; i++) {
      const value = cellAt(cells, i);
      if (value === null || Number.isNaN(at(values, i))) continue;
      rows.push(i);
      if (task === 'regression') labels.push(at(values, i));
      else {
        const text = textOf(value);
        this.#classes.set(text, (this.#classes.get(text) ?? 0) + 1);
        labels.push(this.#classNumbers.numberOf(text));
      }
    }
    return { labels: Float64Array.from(labels), rows: Uint32Array.from(rows) };
  }

  done(): BaseFacts {
    const contents = new BigUint64Array(this.#rows);
    let from = 0;
    for (const part of this.#contents) {
      contents.set(part, from);
      from += part.length;
    }
    return {
      rows: this.#rows,
      columns: this.#columns.map((column) => column.done()),
      classes: this.#classes,
      contents: RowSet.of(contents),
      last: null,
    };
  }
}

/** Begins with no row. Pages hold the columns by name, in any order and any number; rows come in the order of their hashes. */
export const makeFacts = (way: Judged): FactsBuilder => new Builder(way);
