/** How rows are split where it is not by their own hash: by a group, a time or a column, read from the row itself. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { sha256 } from '../../base/sha256.ts';
import { cellAt, type Cells, type PageColumn } from '../page.ts';
import { hashBound, hashInput, inRange, splitRanges } from '../rowHash.ts';
import { textOf, type Value } from '../value.ts';
import { sideColumn, type Split } from './split.ts';

/** The side that a row falls on. */
export type Side = 'train' | 'validation' | 'test';

/** What sides depend on, as a plan has it. */
export interface SplitRule {
  readonly splitSalt: string;
  readonly test: number;
  readonly validation: number;
  /** Left out: by row hash. */
  readonly split?: Split;
}

/** What of a plan sides depend on. */
export const ruleOf = ({ splitSalt, test, validation, split }: SplitRule): SplitRule => ({
  splitSalt,
  test,
  validation,
  ...(split && { split }),
});

/** The columns that tell a row's side beside its key. */
export const splitColumns = (split: Split | undefined): readonly string[] => {
  if (!split) return [];
  if (split.by === 'table') return [sideColumn(split)];
  return split.by === 'group' ? split.columns : [split.column];
};

/** Whether two plans of one training keep the same rows out of training. */
export const sameSplit = (
  one: Pick<SplitRule, 'test' | 'validation' | 'split'>,
  other: Pick<SplitRule, 'test' | 'validation' | 'split'>,
): boolean =>
  one.test === other.test &&
  one.validation === other.validation &&
  JSON.stringify(one.split ?? null) === JSON.stringify(other.split ?? null);

/** From where on a model of this split was trained on nothing. */
const keptFrom = ({ test, validation }: Extract<Split, { by: 'time' }>): string => validation ?? test;

/** Whether an edge comes before another one; null where one is neither a date nor a number, or they are of two kinds. */
export function isEdgeBefore(edge: string, other: string): boolean | null {
  const [a, b] = [timeOf(edge), timeOf(other)];
  return a === null || b === null ? null : isTimeBefore(a, b);
}

/**
 * Whether a model of the plan was trained on none of the test rows of a split: it has the same one, or one by the same time whose edges
 * are not later.
 */
export function mayBeTested(plan: Parameters<typeof sameSplit>[0], on: Parameters<typeof sameSplit>[0]): boolean {
  if (sameSplit(plan, on)) return true;
  const [own, wanted] = [plan.split, on.split];
  if (own?.by !== 'time' || wanted?.by !== 'time' || own.column !== wanted.column) return false;
  return isEdgeBefore(wanted.test, keptFrom(own)) === false;
}

/** Columns of a page, of one image of its rows. */
export interface RowCells {
  readonly columns: readonly PageColumn[];
  readonly cells: readonly Cells[];
}

const isoTime = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?Z?$/;

/**
 * A moment as it can be held against others of its kind: a number, a whole one beyond ±2^53 as a bigint, or a text whose order is that of
 * time. One moment has one form.
 */
export type Moment = number | bigint | string;

/** Whether one comes before the other, exactly; null where one is a number and the other a date. */
export const isTimeBefore = (one: Moment, other: Moment): boolean | null =>
  (typeof one === 'string') === (typeof other === 'string') ? one < other : null;

/** A day begins at midnight, so that days and moments can be held against each other. */
const toSeconds = (text: string): string =>
  text.length === 10 ? `${text} 00:00:00` : text.length === 16 ? `${text}:00` : text;

/** A second has as many digits behind its point as a column or a hand gives it: zeros at the end are none. */
const toInstant = (text: string): string =>
  toSeconds(text).replace(/\.(\d*?)0*$/, (_, digits: string) => digits && `.${digits}`);

const whole = /^([+-]?\d+)(?:\.0*)?$/;

/** A double cannot tell whole numbers beyond ±2^53 from their neighbours. */
function numberOf(text: string): number | bigint | null {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return null;
  const [, digits] = (!Number.isSafeInteger(number) && whole.exec(text)) || [];
  return digits === undefined ? number : BigInt(digits.replace('+', ''));
}

/** A time that can be held against an edge: a number, or an ISO text; null where it is neither. */
export function timeOf(value: Value | string): Moment | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value === 'bigint') return numberOf(String(value));
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return isoTime.test(text) ? toInstant(text.replace('T', ' ').replace('Z', '')) : numberOf(text);
}

const refused = (what: string, hint: string): Failure => new Failure('plan.unsupported', { what, hint });

/** Tells the side of row `i` of a page, whose own hash is given; `plan.unsupported` names the value that tells none. */
export type SideOf = (row: RowCells, i: number, hash: string) => Side;

function cellsOf({ columns, cells }: RowCells, name: string): Cells {
  const place = columns.findIndex((column) => column.name === name);
  if (place < 0)
    throw refused(
      say('The split goes by "{0}", which the table does not have here.', name),
      say('Write another split.'),
    );
  return at(cells, place);
}

/** By the row's own hash, or a group's. */
function sideByHash(hash: string, rule: Pick<SplitRule, 'test' | 'validation'>): Side {
  const { test, validation } = splitRanges(rule);
  if (inRange(hash, test)) return 'test';
  return inRange(hash, validation) ? 'validation' : 'train';
}

function byGroup(split: Extract<Split, { by: 'group' }>, rule: SplitRule): SideOf {
  const known = new Map<string, Side>();
  return (row, i) => {
    const values = split.columns.map((name) => {
      const value = cellAt(cellsOf(row, name), i);
      if (value !== null) return value;
      throw refused(
        say('A row has no value in "{0}", so it is in no group.', name),
        say('Give it one, or leave the column out of "split": { "group": […] }.'),
      );
    });
    const text = hashInput(rule.splitSalt, values);
    let side = known.get(text);
    if (side === undefined) {
      side = sideByHash(sha256(`group:${text}`).slice(0, 32), rule);
      known.set(text, side);
    }
    return side;
  };
}

function byTime({ column, test, validation }: Extract<Split, { by: 'time' }>): SideOf {
  const edges = [test, validation].map((edge) => (edge === null ? null : timeOf(edge)));
  const [testFrom, validationFrom] = [edges[0] ?? null, edges[1] ?? null];
  const isFrom = (time: Moment, edge: Moment | null): boolean => {
    if (edge === null) return false;
    const isBefore = isTimeBefore(time, edge);
    if (isBefore !== null) return !isBefore;
    throw refused(
      say(
        '"{0}" holds {1}, and the edge of the split is {2}: one is a number, the other a date.',
        column,
        String(time),
        String(edge),
      ),
      say('Write the edge as the column has its times.'),
    );
  };
  return (row, i) => {
    const value = cellAt(cellsOf(row, column), i);
    const time = timeOf(value);
    if (time === null)
      throw refused(
        value === null
          ? say('A row has no time in "{0}", so it lies on no side of the split.', column)
          : say('"{0}" holds "{1}", which is neither a date nor a number.', column, textOf(value).slice(0, 40)),
        say('Mend the column, or split by another one.'),
      );
    if (isFrom(time, testFrom)) return 'test';
    return isFrom(time, validationFrom) ? 'validation' : 'train';
  };
}

const byColumn =
  ({ column, test, validation }: Extract<Split, { by: 'column' }>): SideOf =>
  (row, i) => {
    const value = cellAt(cellsOf(row, column), i);
    if (value === null)
      throw refused(
        say('A row has no value in "{0}", which says the side of each row.', column),
        say('Give it one: {0} for test, anything else to train on.', `"${test}"`),
      );
    const text = textOf(value);
    if (text === test) return 'test';
    return text === validation ? 'validation' : 'train';
  };

/** Rows without a label have no side, and are left out of every one. */
const byTable =
  (split: Extract<Split, { by: 'table' }>): SideOf =>
  (row, i) => {
    const value = cellAt(cellsOf(row, sideColumn(split)), i);
    const text = value === null ? null : textOf(value);
    if (text === split.test) return 'test';
    return text !== null && text === split.validation ? 'validation' : 'train';
  };

/** Tells the sides of rows by a rule. */
export function sidesBy(rule: SplitRule): SideOf {
  const { split } = rule;
  if (!split) return (_row, _i, hash) => sideByHash(hash, rule);
  if (split.by === 'group') return byGroup(split, rule);
  if (split.by === 'table') return byTable(split);
  return split.by === 'time' ? byTime(split) : byColumn(split);
}

const digits = 13;
const places = 2 ** 52;

/**
 * A row hash that lies in the range of a side, whatever the row's own is: 13 digits that keep the order within the side, and the own
 * hash behind them. So whoever knows shares alone reads every split, and `ownHash` gives back what a store knows the row by.
 */
export function hashOnSide(hash: string, side: Side, rule: Pick<SplitRule, 'test' | 'validation'>): string {
  const { test, validation } = rule;
  const [from, share] =
    side === 'test'
      ? [0, test]
      : side === 'validation'
        ? [test, validation]
        : [test + validation, 1 - test - validation];
  const first = Math.floor(from * places);
  const width = Math.floor((from + share) * places) - first;
  const own = Number.parseInt(hash.slice(0, digits), 16);
  const place = first + Math.floor((own / places) * width);
  return (hashBound(Math.min(place, places - 1) / places) ?? '').slice(0, digits) + hash;
}

/** The hash that a store knows a row by. */
export const ownHash = (hash: string): string => hash.slice(-32);
