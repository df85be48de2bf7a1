/** A delta in memory: what became of each row, with its values before and after, ready to be asked about. */
import { at } from '../../base/assert.ts';
import { type DeltaPage, flagNames } from '../../data/change.ts';
import type { RowKinds } from '../../data/judgement.ts';
import { type Cells, cellAt } from '../../data/page.ts';
import { hashBound } from '../../data/rowHash.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import { textOf } from '../../data/value.ts';
import { ContentSum } from './content.ts';
import { type Judged, type JudgedColumn, isCategory, columnPlace, Texts } from './columns.ts';

/** What became of a row, as bits: a row whose label and features changed has two of them. `excluded`: left out by a person, so nothing is said of it. */
export const rowKind = { labels: 1, features: 2, inserted: 4, firstLabel: 8, removed: 16, excluded: 32 } as const;

/** Rows that came, by either way. */
export const cameKinds = rowKind.inserted | rowKind.firstLabel;

/** Which rows nobody of the parent's line was trained on: the lower shares of row hashes, as the rivals' own plans say. */
export interface UnseenShares {
  readonly test: number;
  /** Validation rows, above the test rows. */
  readonly validation: number;
}

/**
 * All changed rows that have a label on one side at least. Arrays have an entry a row; `before` and `after` one array a column.
 * A class is a number of `classes`, a category one of its column's texts; -1 and NaN are what is not there.
 */
export interface ChangedRows {
  readonly columns: readonly JudgedColumn[];
  readonly texts: readonly Texts[];
  readonly classes: Texts;
  readonly task: Judged['task'];
  /** The label's column. */
  readonly label: string;
  readonly rows: number;
  readonly hashes: readonly string[];
  readonly sides: Uint8Array;
  readonly kinds: Uint8Array;
  readonly before: readonly Float64Array[];
  readonly after: readonly Float64Array[];
  /** 1 where the cell changed, of rows that are there before and after. */
  readonly changed: readonly Uint8Array[];
  /** Class numbers; of a regression the labels' values. */
  readonly labelBefore: Float64Array;
  readonly labelAfter: Float64Array;
  /** Features and label as 64 bits. */
  readonly contentBefore: BigUint64Array;
  readonly contentAfter: BigUint64Array;
  /** Rows of the delta without a label on either side, or whose features and label are the same: nobody is asked about them. */
  readonly leftOut: number;
}

/** How a delta is read. */
export interface ChangesWay extends Judged {
  readonly unseen: UnseenShares;
}

/** Grows by pages of a delta, which must carry row hashes; `done` makes one of them all. */
export interface ChangedRowsBuilder {
  add(page: DeltaPage): void;
  done(): ChangedRows;
}

interface Part {
  readonly rows: number;
  readonly before: readonly Float64Array[];
  readonly after: readonly Float64Array[];
  readonly labelBefore: Float64Array;
  readonly labelAfter: Float64Array;
  readonly hashes: readonly string[];
  readonly flags: Uint8Array;
  readonly excluded: Uint8Array;
}

const nothing = (rows: number): Float64Array => new Float64Array(rows).fill(Number.NaN);

function joined(parts: readonly Float64Array[], rows: number): Float64Array {
  const all = new Float64Array(rows);
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
}

const differs = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b));

/** The label of each row: a class number or a value, NaN where there is none. */
function labelsOf(way: ChangesWay, classes: Texts, cells: Cells | undefined, rows: number): Float64Array {
  if (!cells) return nothing(rows);
  if (way.task === 'regression') return way.read('number', cells, rows, () => Number.NaN);
  return Float64Array.from({ length: rows }, (_, i) => {
    const value = cellAt(cells, i);
    return value === null ? Number.NaN : classes.numberOf(textOf(value));
  });
}

class Builder implements ChangedRowsBuilder {
  readonly way: ChangesWay;
  readonly #parts: Part[] = [];
  readonly #texts: readonly Texts[];
  readonly #classes = new Texts();

  constructor(way: ChangesWay) {
    this.way = way;
    this.#texts = way.columns.map(() => new Texts());
  }

  add(page: DeltaPage): void {
    if (!page.hashes) throw new Error('Broken invariant: a delta is judged with its row hashes');
    const image = (cells: readonly Cells[]): Float64Array[] =>
      this.way.columns.map(({ name, kind }, c) => {
        const place = columnPlace(page.columns, name);
        return place < 0
          ? nothing(page.rows)
          : this.way.read(kind, at(cells, place), page.rows, at(this.#texts, c).numberOf);
      });
    const label = columnPlace(page.columns, this.way.label);
    this.#parts.push({
      rows: page.rows,
      before: image(page.before),
      after: image(page.after),
      labelBefore: labelsOf(this.way, this.#classes, page.before[label], page.rows),
      labelAfter: labelsOf(this.way, this.#classes, page.after[label], page.rows),
      hashes: page.hashes,
      flags: page.flags,
      excluded: page.excluded ?? new Uint8Array(page.rows),
    });
  }

  done(): ChangedRows {
    const { columns, task, label } = this.way;
    const parts = this.#parts;
    const total = parts.reduce((sum, { rows }) => sum + rows, 0);
    const column = (side: 'before' | 'after') =>
      columns.map((_, c) =>
        joined(
          parts.map((part) => at(part[side], c)),
          total,
        ),
      );
    const all = {
      before: column('before'),
      after: column('after'),
      labelBefore: joined(
        parts.map(({ labelBefore }) => labelBefore),
        total,
      ),
      labelAfter: joined(
        parts.map(({ labelAfter }) => labelAfter),
        total,
      ),
      hashes: parts.flatMap(({ hashes }) => hashes),
      flags: Uint8Array.from(parts.flatMap(({ flags }) => [...flags])),
      excluded: Uint8Array.from(parts.flatMap(({ excluded }) => [...excluded])),
    };
    const found = kindsOf(columns, all);
    const kept = Uint32Array.from(found.kinds.keys()).filter((i) => at(found.kinds, i) !== 0);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (i) => at(values, i));
    const before = all.before.map(pick);
    const after = all.after.map(pick);
    const labelBefore = pick(all.labelBefore);
    const labelAfter = pick(all.labelAfter);
    const hashes = Array.from(kept, (i) => at(all.hashes, i));
    const content = (cells: readonly Float64Array[], labels: Float64Array) =>
      contentOf(columns, this.#texts, cells, { values: labels, classes: task === 'regression' ? null : this.#classes });
    return {
      columns,
      texts: this.#texts,
      classes: this.#classes,
      task,
      label,
      rows: kept.length,
      hashes,
      sides: sidesOf(hashes, this.way.unseen),
      kinds: Uint8Array.from(kept, (i) => at(found.kinds, i)),
      before,
      after,
      changed: found.changed.map((flags) => Uint8Array.from(kept, (i) => at(flags, i))),
      labelBefore,
      labelAfter,
      contentBefore: content(before, labelBefore),
      contentAfter: content(after, labelAfter),
      leftOut: total - kept.length,
    };
  }
}

/** Features and label of rows as 64 bits. */
export function contentOf(
  columns: readonly JudgedColumn[],
  texts: readonly Texts[],
  cells: readonly Float64Array[],
  label: { readonly values: Float64Array; readonly classes: Texts | null },
): BigUint64Array {
  const sum = new ContentSum(label.values.length);
  columns.forEach((column, c) => {
    if (column.role === 'feature')
      sum.column(`feature:${column.name}`, at(cells, c), isCategory(column) ? at(texts, c).texts : null);
  });
  sum.column('label', label.values, label.classes?.texts ?? null);
  return sum.done();
}

/** Sides by row hash: which share of all hashes a row's lies in. */
export function sidesOf(hashes: readonly string[], { test, validation }: UnseenShares): Uint8Array {
  const testBelow = hashBound(test);
  const validationBelow = hashBound(test + validation);
  return Uint8Array.from(hashes, (hash) => {
    if (testBelow === null || hash < testBelow) return sideNumbers.test;
    return validationBelow === null || hash < validationBelow ? sideNumbers.validation : sideNumbers.train;
  });
}

type Images = Pick<ChangedRows, 'before' | 'after' | 'labelBefore' | 'labelAfter'> & {
  readonly flags: Uint8Array;
  readonly excluded: Uint8Array;
};

const goneKind = (excluded: number): number => (excluded === 1 ? rowKind.excluded : rowKind.removed);

/** What became of a row that is there before and after. */
function updatedKind(had: number, has: number, features: boolean): number {
  if (Number.isNaN(had)) return Number.isNaN(has) ? 0 : rowKind.firstLabel;
  if (Number.isNaN(has)) return rowKind.removed;
  return (had === has ? 0 : rowKind.labels) | (features ? rowKind.features : 0);
}

function kindsOf(
  columns: readonly JudgedColumn[],
  all: Images,
): { readonly kinds: Uint8Array; readonly changed: readonly Uint8Array[] } {
  const rows = all.flags.length;
  const kinds = new Uint8Array(rows);
  const changed = columns.map(() => new Uint8Array(rows));
  for (let i = 0; i < rows; i++) {
    const had = at(all.labelBefore, i);
    const has = at(all.labelAfter, i);
    const flag = at(flagNames, at(all.flags, i));
    if (flag === 'inserted') kinds[i] = Number.isNaN(has) ? 0 : rowKind.inserted;
    else if (flag === 'deleted') kinds[i] = Number.isNaN(had) ? 0 : goneKind(at(all.excluded, i));
    else {
      let features = false;
      columns.forEach((column, c) => {
        if (!differs(at(at(all.before, c), i), at(at(all.after, c), i))) return;
        at(changed, c)[i] = 1;
        if (column.role === 'feature') features = true;
      });
      kinds[i] = updatedKind(had, has, features);
    }
  }
  return { kinds, changed };
}

/** Begins with nothing. */
export const changedRows = (way: ChangesWay): ChangedRowsBuilder => new Builder(way);

/** The rows that have one of the kinds (bits of `rowKind`). */
export function rowsOfKind(changes: Pick<ChangedRows, 'kinds'>, kind: number): Uint32Array {
  const found: number[] = [];
  changes.kinds.forEach((own, i) => {
    if (own & kind) found.push(i);
  });
  return Uint32Array.from(found);
}

/** How many rows there are of each kind; `base`: labelled rows at the parent's snapshot. */
export function countKinds(changes: Pick<ChangedRows, 'kinds'>, base: number): RowKinds {
  const count = (kind: number): number => rowsOfKind(changes, kind).length;
  return {
    unchanged: Math.max(0, base - count(rowKind.labels | rowKind.features | rowKind.removed | rowKind.excluded)),
    labels: count(rowKind.labels),
    features: count(rowKind.features),
    inserted: count(rowKind.inserted),
    firstLabels: count(rowKind.firstLabel),
    removed: count(rowKind.removed),
  };
}
