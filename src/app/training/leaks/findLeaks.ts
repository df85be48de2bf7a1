/** Leaks in the rows of a version, before anything is trained on them: one pass over them or a part by chance, with bounded memory. */
import { at } from '../../../base/assert.ts';
import type { Leak, LeakColumns, LeaksFound, NoTimes } from '../../../data/splitting/leak.ts';
import { cellAt, type RowPage } from '../../../data/page.ts';
import {
  isTimeBefore,
  type Moment,
  type Side,
  sidesBy,
  splitColumns,
  type SplitRule,
  timeOf,
} from '../../../data/splitting/sides.ts';
import type { RowsRequest, Store } from '../../../data/store.ts';
import type { TableInfo } from '../../../data/table.ts';
import type { Training } from '../../../data/training.ts';
import { textOf, type Value } from '../../../data/value.ts';
import type { Version } from '../../../data/version.ts';
import { LabelLeaks } from '../../../judge/leaks/labelLeak.ts';
import { LaterThan } from '../../../judge/leaks/laterThan.ts';
import { SharedValues, textKey } from '../../../judge/leaks/sharedValues.ts';
import { withMembership } from '../rows/membership.ts';
import { leakColumns, leakFeatures } from './leakColumns.ts';

/** Where leaks are looked for. */
export interface LeakPlaces {
  readonly store: Store;
  readonly training: Training;
  /** How rows are split. */
  readonly rule: SplitRule;
  readonly at: Version;
  /** About so many rows are looked at, by chance: the same ones each time. */
  readonly atMost: number;
  /** Rows of the version, where they are known. */
  readonly rows?: number;
}

/** Copies in so many test rows, or in this share of them, are worth a word where nobody named a column of copies. */
const [fewestCopies, leastCopies] = [20, 0.01];

/** A cell of a row by the name of its column. */
type CellOf = (name: string) => Value;

/** All that is counted in one pass over rows with a label. */
class LeakCounts {
  readonly #training: Training;
  readonly #columns: LeakColumns;
  readonly #label: LabelLeaks;
  readonly #groups: readonly SharedValues[];
  readonly #copies: readonly SharedValues[];
  readonly #contents = new SharedValues();
  readonly #time = new LaterThan();
  /** Labels of train rows that were known at the first test row's time or later. */
  readonly #lateTrain = new LaterThan(true);
  readonly #asOf: Moment | null;
  readonly #noTimes = new Map<string, { readonly rows: number; readonly example: string }>();
  #late = 0;
  #testRows = 0;

  constructor(training: Training, columns: LeakColumns, info: TableInfo) {
    this.#training = training;
    this.#columns = columns;
    this.#label = new LabelLeaks(leakFeatures(training, info), training.task);
    this.#groups = columns.group.map(() => new SharedValues());
    this.#copies = columns.copies.map(() => new SharedValues());
    const { asOf } = training.leaks ?? {};
    this.#asOf = asOf === undefined ? null : timeOf(asOf);
  }

  add(cell: CellOf, side: Side): void {
    const { features, label } = this.#training;
    this.#testRows += side === 'test' ? 1 : 0;
    this.#label.add((f) => cell(at(features, f)), cell(label));
    const shared = (counts: readonly SharedValues[], columns: readonly (readonly string[])[]): void => {
      for (const [c, names] of columns.entries()) {
        const values = names.map(cell);
        if (!values.includes(null)) at(counts, c).add(textKey(values), side);
      }
    };
    shared(this.#groups, this.#columns.group);
    shared(this.#copies, this.#columns.copies);
    this.#contents.add(textKey([...features.map(cell), cell(label)]), side);
    this.#addTimes(cell, side);
  }

  #moment(column: string | null, cell: CellOf): Moment | null {
    if (column === null) return null;
    const value = cell(column);
    const moment = timeOf(value);
    if (moment === null && value !== null) {
      const { rows, example } = this.#noTimes.get(column) ?? { rows: 0, example: textOf(value).slice(0, 40) };
      this.#noTimes.set(column, { rows: rows + 1, example });
    }
    return moment;
  }

  #addTimes(cell: CellOf, side: Side): void {
    const moment = this.#moment(this.#columns.time, cell);
    const { time, labelTime } = this.#columns;
    const known = labelTime === time ? moment : this.#moment(labelTime, cell);
    if (moment !== null && side === 'test') {
      this.#time.first(moment);
      this.#lateTrain.first(moment);
    }
    if (moment !== null && side === 'train') this.#time.add(moment);
    if (known === null) return;
    if (side === 'train') this.#lateTrain.add(known);
    if (this.#asOf !== null && isTimeBefore(this.#asOf, known) === true) this.#late += 1;
  }

  #times(): { readonly leaks: Leak[]; readonly isInOrder: boolean } {
    const { time, labelTime } = this.#columns;
    const found = this.#time.done();
    if (time === null || found === null) return { leaks: [], isInOrder: false };
    const { later, first, counted } = found;
    if (later > 0)
      return { leaks: [{ kind: 'time', column: time, rows: later, from: String(first), counted }], isInOrder: false };
    const late = this.#asOf === null && labelTime !== null ? this.#lateTrain.done() : null;
    const isLate = labelTime !== null && late !== null && late.later > 0;
    const leak = isLate && {
      ...{ kind: 'late' as const, column: labelTime, rows: late.later, after: String(late.first), isTrain: true },
      counted: late.counted,
    };
    return { leaks: leak ? [leak] : [], isInOrder: true };
  }

  #groupLeaks(isInOrder: boolean): Leak[] {
    // Who comes again later is what a model will meet: a split by time is not for telling people apart, unless somebody says so.
    if (isInOrder && this.#training.leaks?.group === undefined) return [];
    return this.#columns.group.flatMap((columns, c): Leak[] => {
      const { trainAndTest: groups, counted } = at(this.#groups, c).done();
      return groups > 0 ? [{ kind: 'group', columns, groups, counted }] : [];
    });
  }

  #copyLeaks(): Leak[] {
    const named = this.#columns.copies.flatMap((columns, c): Leak[] => {
      const { several: count, counted } = at(this.#copies, c).done();
      return count > 0 ? [{ kind: 'copies', columns, count, counted }] : [];
    });
    if (named.length > 0 || !this.#label.isTelling) return named;
    const { testRows: count, counted } = this.#contents.done();
    const isMuch = count >= Math.max(fewestCopies, leastCopies * this.#testRows);
    return isMuch ? [{ kind: 'copies', columns: null, count, counted }] : [];
  }

  noTimes(isWhole: boolean): NoTimes[] {
    return [...this.#noTimes].map(([column, found]) => ({ column, ...found, isWhole }));
  }

  done(): Leak[] {
    const { leaks: times, isInOrder } = this.#times();
    const { labelTime } = this.#columns;
    const { asOf } = this.#training.leaks ?? {};
    const late: Leak[] =
      this.#late > 0 && labelTime !== null && asOf !== undefined
        ? [{ kind: 'late', column: labelTime, rows: this.#late, after: asOf, isTrain: false, counted: 'exact' }]
        : [];
    const all = [...this.#label.done(), ...this.#groupLeaks(isInOrder), ...times, ...this.#copyLeaks(), ...late];
    const ignored = this.#training.leaks?.ignore ?? [];
    return all.filter(({ kind }) => !ignored.includes(kind));
  }
}

/** `plan.unsupported` names a value that tells no side. Cancelled by the signal. */
export async function findLeaks(of: LeakPlaces, signal?: AbortSignal): Promise<LeaksFound> {
  const { store, training, rule, at: version, atMost } = of;
  const { table, key, label, features } = training;
  const info = await store.table(table, version);
  const roles = leakColumns(training, info);
  const told = [...roles.group, ...roles.copies].flat();
  const moments = [roles.time, roles.labelTime].flatMap((one) => one ?? []);
  const columns = [...new Set([...features, label, ...told, ...moments, ...splitColumns(rule.split)])];
  const sided = withMembership(store, { table, key, label, at: version }, [rule.split]);
  const sideOf = sidesBy(rule);
  const counts = new LeakCounts(training, roles, info);
  const { rows = await store.countRows(table, version) } = of;
  const request = { table, at: version, columns, order: 'hash', key, salt: rule.splitSalt } as const;
  const part = partOf(rule, rows, atMost);
  for await (const page of sided.readRows({ ...request, ...part, withHash: true, again: true }, signal))
    addPage(page, label, sideOf, counts);
  const isWhole = rows <= atMost;
  return { leaks: isWhole ? counts.done() : counts.done().map(atLeast), noTimes: counts.noTimes(isWhole) };
}

/** Where rows are split by their own hash, the first of them are all of one side: then the part is drawn by another hash. */
const partOf = (rule: SplitRule, rows: number, atMost: number): Pick<RowsRequest, 'limit' | 'sample'> =>
  rule.split || rows <= atMost
    ? { limit: atMost }
    : { sample: { salt: `leaks:${rule.splitSalt}`, share: atMost / rows } };

/** What was counted in a part of the rows: there are as many, or more. */
const atLeast = (leak: Leak): Leak =>
  leak.kind === 'label' || leak.counted !== 'exact' ? leak : { ...leak, counted: 'atLeast' };

function addPage(page: RowPage, label: string, sideOf: ReturnType<typeof sidesBy>, counts: LeakCounts): void {
  const places = new Map(page.columns.map(({ name }, c) => [name, c]));
  for (let i = 0; i < page.rows; i++) {
    const cell: CellOf = (name) => cellAt(at(page.cells, places.get(name) ?? -1), i);
    if (cell(label) !== null) counts.add(cell, sideOf(page, i, at(page.hashes ?? [], i)));
  }
}
