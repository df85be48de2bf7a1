/**
 * The rows that a table changed since it and another one were one. Found by comparing it with where the two parted, and not by DATA BRANCH,
 * which misses rows on some tables and answers all the same.
 */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { Branch, SidesPage, SidesRequest, SidesRow } from '../../../data/store.ts';
import { sameNames, type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import { sameRow } from '../../rowEdits.ts';
import { type Moment, readTable, readTableAt } from '../tables/catalog.ts';
import { valuesReading } from '../tables/decode.ts';
import { pickColumns } from '../tables/hashOrder.ts';
import { tableSql } from '../tables/names.ts';
import { branches } from '../tables/recovery.ts';
import { pageSize } from '../tables/rows.ts';
import { literalOf, quoteName } from '../wire/quote.ts';
import type { Server } from '../wire/server.ts';
import { compareChanges } from './compareDelta.ts';
import type { ChangedRow } from './deltaPages.ts';
import type { DeltaPlan } from './deltaPlan.ts';

/** Where two tables were one. */
interface PartedAt {
  readonly table: TableName;
  /** Nanoseconds since 1970 UTC, decimal. */
  readonly time: string;
}

const isSame = (one: TableName | null, other: TableName): boolean =>
  one !== null && tableText(one).toLowerCase() === tableText(other).toLowerCase();

/** A table and its branch, or two branches of one table. A restored table is another one to the server, so none of the branches. */
function partedAt(all: readonly Branch[], source: TableName, into: TableName): PartedAt | null {
  const [ofSource, ofInto] = [source, into].map((table) => all.find((one) => isSame(one.table, table)));
  if (ofSource && isSame(ofSource.of, into)) return { table: into, time: ofSource.createdAt };
  if (ofInto && isSame(ofInto.of, source)) return { table: source, time: ofInto.createdAt };
  if (!ofSource?.of || !ofInto?.of || !isSame(ofSource.of, ofInto.of)) return null;
  const older = BigInt(ofSource.createdAt) < BigInt(ofInto.createdAt) ? ofSource : ofInto;
  return { table: ofSource.of, time: older.createdAt };
}

/** `otherText`: which version the other one is. */
function requireSameShape(one: TableInfo, other: TableInfo, otherText = tableText(other.name)): void {
  const shape = ({ columns }: TableInfo): string => JSON.stringify(columns.map(({ name, type }) => [name, type]));
  if (shape(one) === shape(other) && sameNames(one.key, other.key)) return;
  throw new Failure('delta.schemaChanged', {
    table: tableText(one.name),
    detail: say('{0} and {1} do not have the same columns and key', tableText(one.name), otherText),
    what: say('Give both the same columns, in the same order, and the same key.'),
  });
}

/** Rows that are looked up at a time. */
const rowsAtOnce = 200;

/** See the port; `store.unsupported` for another version of the source than the one of now. */
export async function* readSides(
  server: Server,
  { source, at, into, pageRows }: SidesRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<SidesPage, void> {
  throwIfCancelled(signal);
  if (at.kind !== 'live')
    throw new Failure('store.unsupported', {
      what: say('On a server a branch is merged as it is now, and not from a snapshot of it.'),
      hint: say('Make a branch of the snapshot, and merge that.'),
    });
  const [theirs, ours, all] = [
    await readTable(server, source, live),
    await readTable(server, into, live),
    await server.session((session) => branches(session)),
  ];
  for (const info of [theirs, ours])
    if (info.key.length === 0) throw new Failure('table.noKey', { table: tableText(info.name) });
  const parted = partedAt(all, source, into);
  if (!parted) throw new Failure('branch.unrelated', { source: tableText(source), target: tableText(into) });
  requireSameShape(theirs, ours);
  const hint = `{MO_TS = ${BigInt(parted.time)}}`;
  const moment: Moment = { hint, catalogHint: hint, record: null };
  const base = await readTableAt(server, parted.table, moment);
  requireSameShape(theirs, base, say('{0} where the two parted', tableText(parted.table)));
  const plan = planOf(theirs, base, { parted, moment, source });
  yield* pagesOf(server, { plan, ours, pageRows, signal });
}

function planOf(
  theirs: TableInfo,
  base: TableInfo,
  { parted, moment, source }: { readonly parted: PartedAt; readonly moment: Moment; readonly source: TableName },
): DeltaPlan {
  const names = [...theirs.key, ...theirs.columns.map(({ name }) => name).filter((name) => !theirs.key.includes(name))];
  const before = pickColumns(base, names);
  const columns = pickColumns(theirs, names).map((after, i) => ({
    name: after.name,
    before: before[i] ?? after,
    after,
  }));
  return {
    request: { table: source, from: live, to: live },
    from: { version: live, moment, info: base, source: tableSql(parted.table, moment.hint) },
    to: { version: live, moment, info: theirs, source: tableSql(source) },
    columns,
    keyColumns: theirs.key.length,
    isSame: false,
  };
}

interface Reading {
  readonly plan: DeltaPlan;
  readonly ours: TableInfo;
  readonly pageRows: number | undefined;
  readonly signal: AbortSignal | undefined;
}

async function* pagesOf(server: Server, reading: Reading): AsyncGenerator<SidesPage, void> {
  const { plan, ours, signal } = reading;
  const size = pageSize(reading.pageRows);
  const columns = ours.columns.map(({ name, type }) => ({ name, type }));
  let rows: SidesRow[] = [];
  let isTold = false;
  let waiting: ChangedRow[] = [];
  async function* found(): AsyncGenerator<SidesRow, void> {
    for await (const chunk of compareChanges(server, plan, { signal, mayWrite: false }))
      for (const row of chunk) {
        waiting.push(row);
        if (waiting.length < rowsAtOnce) continue;
        yield* await withOurs(server, reading, waiting);
        waiting = [];
      }
    if (waiting.length > 0) yield* await withOurs(server, reading, waiting);
  }
  for await (const row of found()) {
    rows.push(row);
    if (rows.length < size) continue;
    throwIfCancelled(signal);
    yield { columns, key: ours.key, rows };
    isTold = true;
    rows = [];
  }
  if (rows.length > 0 || !isTold) yield { columns, key: ours.key, rows };
}

const keyText = (key: readonly Value[]): string =>
  JSON.stringify(key.map((value) => (value instanceof Uint8Array ? literalOf(value) : String(value))));

/** The rows of these keys as they are in the other table; those that are alike there are left out. */
async function withOurs(
  server: Server,
  { plan, ours, signal }: Reading,
  changed: readonly ChangedRow[],
): Promise<SidesRow[]> {
  const keyColumns = plan.columns.slice(0, plan.keyColumns).map(({ name }) => quoteName(name));
  const keyOf = (row: ChangedRow): readonly Value[] => (row.after ?? row.before ?? []).slice(0, plan.keyColumns);
  const conditions = changed.map(
    (row) =>
      `(${keyOf(row)
        .map((value, c) => `${keyColumns[c] ?? ''} = ${literalOf(value)}`)
        .join(' AND ')})`,
  );
  const [only] = keyColumns;
  const where =
    keyColumns.length === 1 && only !== undefined
      ? `${only} IN (${changed.map((row) => literalOf(keyOf(row)[0] ?? null)).join(', ')})`
      : conditions.join(' OR ');
  const names = ours.columns.map(({ name }) => quoteName(name)).join(', ');
  const answer = await server.run(`SELECT ${names} FROM ${tableSql(ours.name)} WHERE ${where}`, { signal });
  const read = valuesReading(ours.columns.map(({ name, type }) => ({ name, type })))(answer.columns);
  const keyPlaces = ours.key.map((name) => ours.columns.findIndex((column) => column.name === name));
  const there = new Map(answer.rows.map(read).map((row) => [keyText(keyPlaces.map((c) => row[c] ?? null)), row]));
  const places = ours.columns.map(({ name }) => plan.columns.findIndex((column) => column.name === name));
  const inOrder = (row: readonly Value[] | null): Value[] | null => row && places.map((c) => row[c] ?? null);
  return changed
    .map(
      (row): SidesRow => ({
        base: inOrder(row.before),
        theirs: inOrder(row.after),
        ours: there.get(keyText(keyOf(row))) ?? null,
      }),
    )
    .filter((row) => !sameRow(row.theirs, row.ours));
}
