/** Two versions read as two streams in one order and merged here: for a role that may not make anything on the server. */
import { at } from '../../../base/assert.ts';
import { hashInput } from '../../../data/rowHash.ts';
import { hexOf, sameValue, type Value } from '../../../data/value.ts';
import { typeBase } from '../../typeFamilies.ts';
import { byKey } from './keyOrder.ts';
import { decodeCells } from '../tables/decode.ts';
import { decodersOf, type ChangedRow, flags } from './deltaPages.ts';
import type { DeltaColumn, DeltaPlan } from './deltaPlan.ts';
import { hashSql } from '../tables/hashOrder.ts';
import { quoteName } from '../wire/quote.ts';
import type { RawRow, Server } from '../wire/server.ts';

const chunkRows = 250;

type Side = 'before' | 'after';

/** Rows whose identity has the same hash. */
interface Group {
  readonly hash: string;
  readonly rows: readonly (readonly Value[])[];
}

/** What tells rows apart, as an expression that sorts alike at both versions: the row hash, or one of all cells. */
function orderSql(plan: DeltaPlan, side: Side): string {
  const key = plan.columns.slice(0, plan.keyColumns);
  if (key.length > 0)
    return hashSql(
      plan.request.salt ?? '',
      key.map((column) => column[side]),
    );
  // A vector cannot be cast to text; rows that differ in vectors alone are told apart here.
  const cells = plan.columns
    .filter((column) => column.before.family !== 'vector' && column.after.family !== 'vector')
    .map((column) => `COALESCE(HEX(CAST(${shownCell(column)} AS CHAR)), '-')`);
  return cells.length === 0 ? "''" : `MD5(CONCAT_WS(',', ${cells.join(', ')}))`;
}

function shownCell(column: DeltaColumn): string {
  const cell = quoteName(column.name);
  return typeBase(column.before.type) === 'GEOMETRY' || typeBase(column.after.type) === 'GEOMETRY'
    ? `ST_AsText(${cell})`
    : cell;
}

export function mergeSql(plan: DeltaPlan, side: Side): string {
  const source = side === 'before' ? plan.from.source : plan.to.source;
  return `SELECT COALESCE(${orderSql(plan, side)}, ''), ${plan.columns.map(shownCell).join(', ')} FROM ${source} ORDER BY 1`;
}

async function* groups(
  server: Server,
  plan: DeltaPlan,
  side: Side,
  signal: AbortSignal | undefined,
): AsyncGenerator<Group, void> {
  const decoders = decodersOf(plan, side);
  let hash: string | null = null;
  let rows: (readonly Value[])[] = [];
  const read = (row: RawRow) => ({
    next: String(at(row, 0)?.toString('latin1')),
    values: decodeCells(row, 1, decoders),
  });
  for await (const page of server.stream(mergeSql(plan, side), chunkRows, () => read, { signal }))
    for (const { next, values } of page.rows) {
      if (hash !== null && next !== hash) {
        yield { hash, rows };
        rows = [];
      }
      hash = next;
      rows.push(values);
    }
  if (hash !== null) yield { hash, rows };
}

const identityOf = (row: readonly Value[], keyColumns: number): string =>
  keyColumns > 0
    ? hashInput('', row.slice(0, keyColumns))
    : JSON.stringify(
        row.map((value) =>
          value instanceof Uint8Array ? [hexOf(value)] : typeof value === 'bigint' ? `${value}n` : value,
        ),
      );

/** What changed among rows of one hash. */
function changesIn(plan: DeltaPlan, hash: string, before: Group['rows'], after: Group['rows']): ChangedRow[] {
  const left = new Map<string, (readonly Value[])[]>();
  for (const row of before) {
    const id = identityOf(row, plan.keyColumns);
    const kept = left.get(id);
    if (kept) kept.push(row);
    else left.set(id, [row]);
  }
  const changes: ChangedRow[] = [];
  for (const row of after) {
    const was = left.get(identityOf(row, plan.keyColumns))?.pop();
    if (!was) changes.push({ flag: flags.inserted, before: null, after: row, hash });
    else if (!was.every((value, i) => sameValue(value, at(row, i))))
      changes.push({ flag: flags.updated, before: was, after: row, hash });
  }
  for (const rows of left.values())
    for (const row of rows) changes.push({ flag: flags.deleted, before: row, after: null, hash });
  return changes;
}

async function* inHashOrder(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChangedRow[], void> {
  const before = groups(server, plan, 'before', signal);
  const after = groups(server, plan, 'after', signal);
  try {
    let was = (await before.next()).value;
    let is = (await after.next()).value;
    while (was || is) {
      if (was && (!is || was.hash < is.hash)) {
        yield changesIn(plan, was.hash, was.rows, []);
        was = (await before.next()).value;
      } else if (is && (!was || is.hash < was.hash)) {
        yield changesIn(plan, is.hash, [], is.rows);
        is = (await after.next()).value;
      } else if (was && is) {
        const changes = changesIn(plan, is.hash, was.rows, is.rows);
        if (changes.length > 0) yield changes;
        was = (await before.next()).value;
        is = (await after.next()).value;
      }
    }
  } finally {
    await before.return();
    await after.return();
  }
}

/** The streams come in hash order; the order of the key is made here, of the changed rows alone. */
export async function* mergeChanges(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ChangedRow[], void> {
  if (plan.request.order === 'hash' || plan.keyColumns === 0) {
    yield* inHashOrder(server, plan, signal);
    return;
  }
  const all: ChangedRow[] = [];
  for await (const chunk of inHashOrder(server, plan, signal)) all.push(...chunk);
  yield all.sort(byKey(plan));
}
