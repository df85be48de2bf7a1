/** A delta as it passes: laid out for the judge, coded for the parent, and the rows that are asked of the child once it is there. */
import { at } from '../../base/assert.ts';
import { type DeltaPage, flagNames, imageOf } from '../../data/change.ts';
import { cellAt, type RowPage } from '../../data/page.ts';
import { type HashRange, inRange, splitRanges } from '../../data/rowHash.ts';
import { type RowForm, sideNumbers } from '../../data/trainPage.ts';
import type { Plan } from '../../data/training.ts';
import {
  type ChangedRows,
  type ChangedRowsBuilder,
  changedRows,
  type ChangesWay,
} from '../../judge/rows/changedRows.ts';
import { columnPlace } from '../../judge/rows/columns.ts';
import { KeptRows } from '../rows/keptRows.ts';
import type { Party } from '../stored.ts';

/** Everything that a judgement needs of what changed since the parent's snapshot. */
export interface SeenRows {
  readonly changed: ChangedRows;
  /** Hashes of all rows that are not as they were. */
  readonly hashes: ReadonlySet<string>;
  /** Every row of the delta, coded for the parent, in the order of `order`. */
  readonly before: KeptRows<RowForm>;
  readonly after: KeptRows<RowForm>;
  readonly order: ReadonlyMap<string, number>;
  /** Test rows that are there no more, or lost their label, as they were. */
  readonly removed: readonly RowPage[];
}

/** Takes the pages of a delta. */
export class SeenChanges {
  readonly #builder: ChangedRowsBuilder;
  readonly #parent: Party;
  readonly #label: string;
  readonly #test: HashRange;
  readonly #order = new Map<string, number>();
  readonly #before: KeptRows<RowForm>;
  readonly #after: KeptRows<RowForm>;
  readonly #removed: RowPage[] = [];

  /** `plan`: of the child, which says what a test row is. */
  constructor(plan: Plan, way: ChangesWay, parent: Party) {
    this.#builder = changedRows(way);
    this.#parent = parent;
    this.#label = plan.label;
    this.#test = splitRanges(plan).test;
    const { coder } = parent;
    this.#before = new KeptRows<RowForm>(coder.form, coder.layout);
    this.#after = new KeptRows<RowForm>(coder.form, coder.layout);
  }

  add(page: DeltaPage): void {
    this.#builder.add(page);
    const { coder } = this.#parent;
    const all = Array.from({ length: page.rows }, (_, i) => i);
    const unlabelled = all.map((row) => ({ row, label: 0 }));
    const coded = (image: 'before' | 'after') =>
      coder.code(imageOf(page, image, all), unlabelled, 'class', sideNumbers.train);
    this.#before.add(coded('before'));
    this.#after.add(coded('after'));
    for (const hash of page.hashes ?? []) this.#order.set(hash, this.#order.size);
    const gone = this.#goneTestRows(page);
    if (gone.length > 0) this.#removed.push(imageOf(page, 'before', gone));
  }

  #goneTestRows(page: DeltaPage): number[] {
    const label = columnPlace(page.columns, this.#label);
    const gone: number[] = [];
    for (let i = 0; i < page.rows; i++) {
      if (!inRange(at(page.hashes ?? [], i), this.#test)) continue;
      const isGone = at(flagNames, at(page.flags, i)) === 'deleted' || cellAt(at(page.after, label), i) === null;
      if (isGone && cellAt(at(page.before, label), i) !== null) gone.push(i);
    }
    return gone;
  }

  done(): SeenRows {
    return {
      changed: this.#builder.done(),
      hashes: new Set(this.#order.keys()),
      before: this.#before,
      after: this.#after,
      order: this.#order,
      removed: this.#removed,
    };
  }
}
