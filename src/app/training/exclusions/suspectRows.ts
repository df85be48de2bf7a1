/** The rows of a group of suspects, or of a condition, as they are at a version: what an exclusion is made of. */
import { at } from '../../../base/assert.ts';
import { daysSince1970 } from '../../../base/calendar.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Change, changeAt, type DeltaPage } from '../../../data/change.ts';
import type { Slice } from '../../../data/judgement.ts';
import { rowAt } from '../../../data/page.ts';
import type { Store } from '../../../data/store.ts';
import { splitSalt, type Training } from '../../../data/training.ts';
import { sameValue, textOf, type Value } from '../../../data/value.ts';
import { atSnapshot, type Version } from '../../../data/version.ts';
import { readCondition } from '../../../git4data/condition/condition.ts';
import type { ExcludedRow } from '../../registry/judged/exclusions.ts';
import type { KeptGroup } from '../../registry/judged/judgements.ts';
import { contentOf } from '../../versions/partial/keptKeys.ts';
import { comparedColumns } from '../deltaFacts.ts';
import { hashAt, runDelta } from '../rows/rowPlaces.ts';
import { countText } from '../../../words/numbers.ts';
import { contentColumns } from './leaveOut.ts';

/** A changed row with the places of its columns. */
interface Row extends Change {
  readonly place: (column: string) => number;
}

const cell = (row: Row, image: 'before' | 'after', column: string): Value => row[image]?.[row.place(column)] ?? null;

/** A value as the judge counts: a number as it is, a date in days since 1970. */
function numberOf(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const date =
    typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d(?:\.\d+)?))?$/.exec(value) : null;
  if (!date) return value === null || value instanceof Uint8Array ? Number.NaN : Number(value);
  const [year, month, day, hours, minutes, seconds] = date.slice(1).map((part) => Number(part ?? 0));
  const time = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return daysSince1970(year ?? 0, month ?? 0, day ?? 0) + time / 86_400;
}

function isIn(where: Slice | null, row: Row, image: 'before' | 'after'): boolean {
  if (where === null) return true;
  const value = cell(row, image, where.column);
  if ('value' in where)
    return (value === null ? '' : textOf(value)) === where.value || String(numberOf(value)) === where.value;
  const number = numberOf(value);
  return number >= where.from && number <= where.to;
}

const hasLabel = (row: Row, image: 'before' | 'after', label: string, wanted: string | null): boolean =>
  wanted === null || textOf(cell(row, image, label)) === wanted;

/** Whether a changed row is of a group, as the judge says it. */
function isOf(group: KeptGroup, row: Row, label: string): boolean {
  const { change, column, label: pair, where } = group;
  const had = row.before === null ? null : cell(row, 'before', label);
  const has = row.after === null ? null : cell(row, 'after', label);
  if (has === null || !isIn(where, row, 'after')) return false;
  const isFrom = pair === null || hasLabel(row, 'before', label, pair.from);
  if (pair !== null && !hasLabel(row, 'after', label, pair.to)) return false;
  if (change === 'inserted') return had === null;
  if (had === null || !isFrom) return false;
  if (change === 'labels') return !sameValue(had, has);
  return column !== null && !sameValue(cell(row, 'before', column), cell(row, 'after', column));
}

/** Changed rows with their hashes. */
function* changedRows(page: DeltaPage): Generator<{ readonly row: Row; readonly hash: string }, void> {
  const places = new Map(page.columns.map(({ name }, c) => [name, c]));
  const place = (column: string): number => places.get(column) ?? -1;
  for (let i = 0; i < page.rows; i++) yield { row: { ...changeAt(page, i), place }, hash: hashAt(page, i) };
}

const excluded = (training: Training, hash: string, value: (column: string) => Value): ExcludedRow => ({
  hash,
  content: contentOf(contentColumns(training).map(value)),
});

/** What is found of a group, and where. */
interface Found {
  readonly store: Store;
  readonly training: Training;
  /** The parent's snapshot and the held model's. */
  readonly from: string;
  readonly to: string;
}

/** Changed rows by their hashes, as they are at the newer version; those that are gone are left out. */
export async function rowsOfHashes(
  { store, training, from, to }: Found,
  hashes: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ExcludedRow[]> {
  const request = runDelta(training, comparedColumns(training), atSnapshot(from), atSnapshot(to));
  const rows: ExcludedRow[] = [];
  for await (const page of store.readDelta(request, signal))
    for (const { row, hash } of changedRows(page))
      if (hashes.has(hash) && row.after) rows.push(excluded(training, hash, (column) => cell(row, 'after', column)));
  return rows;
}

/**
 * The rows of the group at `index`, as they are; those of the dearer ones before it are theirs. `run.refused` where the rows are
 * not those that were counted: then a guess would be left out.
 */
export async function rowsOfGroup(
  { store, training, from, to }: Found,
  groups: readonly KeptGroup[],
  index: number,
  signal?: AbortSignal,
): Promise<ExcludedRow[]> {
  const group = at(groups, index);
  const refused = (why: string): Failure =>
    new Failure('run.refused', { what: say('Training without group {0}', index + 1), why });
  if (group.change === 'removed')
    throw refused(say('its rows are not there any more. Bring them back: restore their table, or some of its rows.'));
  const { label } = training;
  const slices = groups.flatMap(({ where }) => (where ? [where.column] : []));
  const request = runDelta(training, comparedColumns(training), atSnapshot(from), atSnapshot(to));
  const columns = [...new Set([...(request.columns ?? []), ...slices])];
  const rows: ExcludedRow[] = [];
  for await (const page of store.readDelta({ ...request, columns }, signal))
    for (const { row, hash } of changedRows(page)) {
      const first = groups.findIndex((one) => one.change !== 'removed' && isOf(one, row, label));
      if (first === index) rows.push(excluded(training, hash, (column) => cell(row, 'after', column)));
    }
  if (rows.length === group.rows) return rows;
  throw refused(
    say(
      'it has {0} rows, and {1} were found again. Say by a condition which rows are meant.',
      countText(group.rows),
      countText(rows.length),
    ),
  );
}

/** The rows of a version of which a condition holds. `condition.refused`. */
export async function rowsOfCondition(
  store: Store,
  training: Training,
  version: Version,
  where: string,
  signal?: AbortSignal,
): Promise<ExcludedRow[]> {
  const { table, key } = training;
  const { columns } = await store.table(table, version);
  const condition = readCondition(where, table, columns);
  const names = columns.map(({ name }) => name);
  const request = { table, at: version, columns: names, order: 'hash', key, salt: splitSalt(training) } as const;
  const rows: ExcludedRow[] = [];
  for await (const page of store.readRows({ ...request, withHash: true }, signal))
    for (let i = 0; i < page.rows; i++) {
      const row = rowAt(page, i);
      if (condition.holds(row) !== true) continue;
      rows.push(excluded(training, at(page.hashes ?? [], i), (column) => row[names.indexOf(column)] ?? null));
    }
  return rows;
}
