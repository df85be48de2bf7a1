/**
 * The row sets of a run whose rows are not split by their own hash: the table is read in hash order, and each row's side is told by
 * what stands in it. Its hash is then one that lies in the range of its side (`hashOnSide`), so that whoever trains and judges by
 * shares does so rightly.
 */
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type DeltaPage, flagNames } from '../../../data/change.ts';
import { type Cells, cellAt, packCells, pickCells, type RowPage } from '../../../data/page.ts';
import { inRange, isWindow, windowRanges } from '../../../data/rowHash.ts';
import {
  hashOnSide,
  type RowCells,
  sameSplit,
  type Side,
  type SideOf,
  sidesBy,
  splitColumns,
} from '../../../data/splitting/sides.ts';
import { tableText } from '../../../data/table.ts';
import type { RowSet, RowsWanted, TrainRows } from '../../../data/trainer.ts';
import { sameValue } from '../../../data/value.ts';
import { atSnapshot, type Version } from '../../../data/version.ts';
import { splitText } from '../../../words/splits.ts';
import { withMembership } from './membership.ts';
import {
  baseOf,
  columnsOf,
  comparedOf,
  flagAt,
  hashAt,
  placesDelta,
  type RowPlaces,
  type RowPlan,
} from './rowPlaces.ts';

/** Which columns of a page are more than what was only read for the sides. */
const placesWithout = (columns: RowPage['columns'], extra: ReadonlySet<string>): number[] =>
  columns.flatMap(({ name }, c) => (extra.has(name) ? [] : [c]));

/** Who of the rivals may have trained on a row; null where all have the split of the plan. */
function rivalsOf({ rivals }: RowPlaces, plan: RowPlan) {
  const others = (['parent', 'baseline'] as const).flatMap((rival, i) => {
    const rule = rivals?.[rival];
    return rule && !sameSplit(rule, plan) ? [{ rule, side: sidesBy(rule), bit: 1 << i }] : [];
  });
  if (others.length === 0) return null;
  return {
    columns: others.flatMap(({ rule }) => splitColumns(rule.split)),
    seenBy: (row: RowCells, i: number, hash: string): number =>
      others.reduce((bits, { side, bit }) => (side(row, i, hash) === 'train' ? bits | bit : bits), 0),
  };
}

/** Rows of a set that are read at most. */
const mostOf = ({ atMost }: RowPlan, set: Exclude<RowSet, 'replay'>): number =>
  (set === 'train' ? undefined : atMost?.[set]) ?? Number.POSITIVE_INFINITY;

/** A run's rows by the split of its plan; `RowPlaces.rivals` says who may have seen rows under another one. */
class SplitRows {
  readonly #places: RowPlaces;
  readonly #plan: RowPlan;
  readonly #side: SideOf;
  readonly #moved: ReadonlySet<string>;
  readonly #rivals: ReturnType<typeof rivalsOf>;

  constructor(places: RowPlaces, plan: RowPlan) {
    const splits = [plan.split, places.rivals?.parent?.split, places.rivals?.baseline?.split];
    this.#places = { ...places, store: withMembership(places.store, { ...places, label: plan.label }, splits) };
    this.#plan = plan;
    this.#side = sidesBy(plan);
    this.#moved = new Set(plan.moved);
    this.#rivals = rivalsOf(places, plan);
  }

  #hash(hash: string, side: Side): string {
    return this.#plan.split ? hashOnSide(hash, side, this.#plan) : hash;
  }

  /** Every row of a version with its side, in hash order. */
  async *#all(at: Version, columns: readonly string[], more: object, signal: AbortSignal | undefined) {
    const { store, table, key } = this.#places;
    const salt = this.#plan.splitSalt;
    const basis = { table, at, columns, order: 'hash', key, salt, withHash: true, again: true } as const;
    for await (const page of store.readRows({ ...basis, ...more }, signal)) {
      const sides = (page.hashes ?? []).map((hash, i) => this.#side(page, i, hash));
      yield { page, sides };
    }
  }

  /** Some rows of a page as the trainer is given them. */
  #given(page: RowPage, rows: readonly number[], side: Side, extra: ReadonlySet<string>, wanted: RowsWanted): RowPage {
    const { hashes = [] } = page;
    const rivals = side === 'train' ? null : this.#rivals;
    const seen = rivals && Uint8Array.from(rows, (i) => rivals.seenBy(page, i, at(hashes, i)));
    const own = placesWithout(page.columns, extra);
    return {
      rows: rows.length,
      columns: own.map((c) => at(page.columns, c)),
      cells: own.map((c) => pickCells(at(page.cells, c), rows)),
      ...(wanted.hashes && { hashes: rows.map((i) => this.#hash(at(hashes, i), side)) }),
      ...(wanted.hashes && seen && { seen }),
    };
  }

  #columns(wanted: RowsWanted): { readonly columns: string[]; readonly extra: ReadonlySet<string> } {
    const own = new Set([...columnsOf(this.#plan), ...(wanted.key ? this.#places.key : [])]);
    const extra = [...splitColumns(this.#plan.split), ...(this.#rivals?.columns ?? [])].filter(
      (name) => !own.has(name),
    );
    return { columns: [...own, ...new Set(extra)], extra: new Set(extra) };
  }

  async *read(
    set: Exclude<RowSet, 'replay'>,
    signal: AbortSignal | undefined,
    wanted: RowsWanted,
  ): AsyncGenerator<RowPage, void> {
    const { columns, extra } = this.#columns(wanted);
    const version = wanted.atParent ? atSnapshot(baseOf(this.#places, 'parent')) : this.#places.at;
    let left = wanted.all ? Number.POSITIVE_INFINITY : mostOf(this.#plan, set);
    let given = 0;
    for await (const { page, sides } of this.#all(version, columns, {}, signal)) {
      const isLeftOut = (i: number): boolean => set !== 'train' && this.#moved.has(at(page.hashes ?? [], i));
      const rows = sides.flatMap((side, i) => (side === set && !isLeftOut(i) ? [i] : [])).slice(0, left);
      left -= rows.length;
      given += rows.length;
      if (rows.length > 0) yield this.#given(page, rows, set, extra, wanted);
      if (left === 0) break;
    }
    if (given === 0 && set === 'test') throw nothingToTest(this.#places, this.#plan);
  }

  /** Train rows of the sample or the window that did not change. */
  async *replay(signal: AbortSignal | undefined, wanted: RowsWanted): AsyncGenerator<RowPage, void> {
    const { replay } = this.#plan;
    if (replay === null || (!isWindow(replay) && replay.share <= 0)) return;
    const changed = new Set<string>();
    for await (const { page, rows } of this.#changedRows(baseOf(this.#places, 'parent'), signal))
      for (const { i } of rows) if (flagAt(page, i) !== 'deleted') changed.add(hashAt(page, i));
    const { columns, extra } = this.#columns(wanted);
    const sample = isWindow(replay) ? {} : { sample: replay };
    const ranges = isWindow(replay) ? windowRanges(this.#plan, replay) : null;
    for await (const { page, sides } of this.#all(this.#places.at, columns, sample, signal)) {
      const isMeant = (i: number): boolean => {
        const hash = at(page.hashes ?? [], i);
        if (sides[i] !== 'train' || changed.has(hash)) return false;
        return ranges === null || ranges.some((range) => inRange(this.#hash(hash, 'train'), range));
      };
      const rows = sides.flatMap((_, i) => (isMeant(i) ? [i] : []));
      if (rows.length > 0) yield this.#given(page, rows, 'train', extra, wanted);
    }
  }

  async *changes(base: string, signal: AbortSignal | undefined): AsyncGenerator<DeltaPage, void> {
    for await (const { page, rows, extra } of this.#changedRows(base, signal)) yield this.#changed(page, rows, extra);
  }

  /** A row that came over an edge is one that went and one that came. */
  async *#changedRows(base: string, signal: AbortSignal | undefined) {
    const plan = this.#plan;
    const compared = comparedOf(this.#places, plan);
    const shown = [...new Set([...compared, ...plan.slices])];
    const extra = splitColumns(plan.split).filter((name) => !shown.includes(name));
    const request = { ...placesDelta(this.#places, base, plan), columns: [...shown, ...extra] };
    for await (const page of this.#places.store.readDelta(request, signal)) {
      const own = page.columns.flatMap(({ name }, c) => (compared.includes(name) ? [c] : []));
      const rows: { readonly i: number; readonly flag: number; readonly side: Side }[] = [];
      for (let i = 0; i < page.rows; i++) {
        const flag = flagAt(page, i);
        const sideAt = (image: 'before' | 'after'): Side =>
          this.#side({ columns: page.columns, cells: page[image] }, i, hashAt(page, i));
        const [was, is] = [flag === 'inserted' ? null : sideAt('before'), flag === 'deleted' ? null : sideAt('after')];
        if (was !== null && is !== null && was === is) {
          if (own.some((c) => !sameValue(cellAt(at(page.before, c), i), cellAt(at(page.after, c), i))))
            rows.push({ i, flag: flagNames.indexOf('updated'), side: is });
          continue;
        }
        if (was !== null) rows.push({ i, flag: flagNames.indexOf('deleted'), side: was });
        if (is !== null) rows.push({ i, flag: flagNames.indexOf('inserted'), side: is });
      }
      if (rows.length > 0) yield { page, rows, extra: new Set(extra) };
    }
  }

  #changed(
    page: DeltaPage,
    rows: readonly { readonly i: number; readonly flag: number; readonly side: Side }[],
    extra: ReadonlySet<string>,
  ): DeltaPage {
    const own = placesWithout(page.columns, extra);
    const [inserted, deleted] = [flagNames.indexOf('inserted'), flagNames.indexOf('deleted')];
    const image = (all: readonly Cells[], absent: number): Cells[] =>
      own
        .map((c) => at(all, c))
        .map((cells) =>
          rows.some(({ flag }) => flag === absent)
            ? packCells(rows.map(({ i, flag }) => (flag === absent ? null : cellAt(cells, i))))
            : pickCells(
                cells,
                rows.map(({ i }) => i),
              ),
        );
    return {
      ...page,
      columns: own.map((c) => at(page.columns, c)),
      rows: rows.length,
      flags: Uint8Array.from(rows, ({ flag }) => flag),
      before: image(page.before, inserted),
      after: image(page.after, deleted),
      hashes: rows.map(({ i, side }) => this.#hash(hashAt(page, i), side)),
      ...(page.excluded && {
        excluded: Uint8Array.from(rows, ({ i, flag }) => (flag === deleted ? at(page.excluded ?? [], i) : 0)),
      }),
    };
  }
}

function hintOf(split: RowPlan['split']): string {
  if (split?.by === 'time') return say('Move the edge to where there are rows behind it.');
  if (split?.by === 'column' || split?.by === 'table') return say('Name a value that there are rows of.');
  return say('There are too few groups for one to fall to the test side: split by what there is more of.');
}

function nothingToTest({ table }: RowPlaces, { split }: RowPlan): Failure {
  const what = split
    ? say('No row of {0} is a test row where rows are split {1}.', tableText(table), splitText(split))
    : say('No row of {0} is a test row.', tableText(table));
  return new Failure('plan.unsupported', { what, hint: hintOf(split) });
}

/** As `storeRows`, for plans with a split of their own or rivals that have one. */
export function splitRows(places: RowPlaces, plan: RowPlan): TrainRows {
  const rows = new SplitRows(places, plan);
  return {
    read: (set, signal, wanted = {}) =>
      set === 'replay' ? rows.replay(signal, wanted) : rows.read(set, signal, wanted),
    changes: (since, signal) => rows.changes(baseOf(places, since), signal),
  };
}
