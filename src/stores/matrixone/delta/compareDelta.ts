/** The delta by comparing both versions: on the server where they can be joined, else as two streams that are merged here. */
import { at } from '../../../base/assert.ts';
import { type DeltaCounts, noChanges, sumCounts } from '../../../data/change.ts';
import { joinCountSql, joinSql, multisetCountSql, multisetSql, type Sources } from './compareSql.ts';
import { decodeCells } from '../tables/decode.ts';
import { type ChangedRow, decodersOf, flags } from './deltaPages.ts';
import type { DeltaPlan } from './deltaPlan.ts';
import { mergeChanges } from './mergeDelta.ts';
import { scratchOf } from './scratch.ts';
import type { RawRow, Server } from '../wire/server.ts';

/** Rows that are asked of the server at a time. */
const chunkRows = 250;

export interface CompareOptions {
  readonly signal: AbortSignal | undefined;
  /** False where nothing may be made on the server, not even for a moment. */
  readonly mayWrite: boolean;
}

/** What can be joined in one statement, and how it is given back; null where two snapshots can only be read one by one. */
async function joinable(
  server: Server,
  plan: DeltaPlan,
  { signal, mayWrite }: CompareOptions,
): Promise<{ readonly sources: Sources; readonly drop: () => Promise<void> } | null> {
  const { from, to, request } = plan;
  const sources = { before: from.source, after: to.source };
  if (from.version.kind === 'live' || to.version.kind === 'live') return { sources, drop: () => Promise.resolve() };
  if (!mayWrite) return null;
  const scratch = await scratchOf(server, request.table, to.source, to.version.name, signal);
  return scratch && { sources: { ...sources, after: scratch.source }, drop: scratch.drop };
}

export async function* compareChanges(
  server: Server,
  plan: DeltaPlan,
  options: CompareOptions,
): AsyncGenerator<readonly ChangedRow[], void> {
  const found = await joinable(server, plan, options);
  if (!found) {
    yield* mergeChanges(server, plan, options.signal);
    return;
  }
  try {
    const sql = plan.keyColumns > 0 ? joinSql(plan, found.sources, server.release) : multisetSql(plan, found.sources);
    const read = plan.keyColumns > 0 ? joinedReader(plan) : countedReader(plan);
    for await (const { rows } of server.stream(sql, chunkRows, () => read, { signal: options.signal }))
      yield rows.flat();
  } finally {
    await found.drop();
  }
}

function joinedReader(plan: DeltaPlan): (row: RawRow) => ChangedRow[] {
  const before = decodersOf(plan, 'before');
  const after = decodersOf(plan, 'after');
  const n = plan.columns.length;
  return (row) => {
    const flag = Number(at(row, 0)?.toString('latin1'));
    return [
      {
        flag,
        before: flag === flags.inserted ? null : decodeCells(row, 1, before),
        after: flag === flags.deleted ? null : decodeCells(row, 1 + n, after),
        hash: plan.request.withHash ? String(at(row, 1 + 2 * n)?.toString('latin1')) : '',
      },
    ];
  };
}

/** A row for each copy. */
function countedReader(plan: DeltaPlan): (row: RawRow) => ChangedRow[] {
  const decoders = decodersOf(plan, 'after');
  return (row) => {
    const copies = Number(at(row, 0)?.toString('latin1'));
    const values = decodeCells(row, 1, decoders);
    const one: ChangedRow =
      copies > 0
        ? { flag: flags.inserted, before: null, after: values, hash: '' }
        : { flag: flags.deleted, before: values, after: null, hash: '' };
    return new Array<ChangedRow>(Math.abs(copies)).fill(one);
  };
}

export async function compareCounts(server: Server, plan: DeltaPlan, options: CompareOptions): Promise<DeltaCounts> {
  const found = await joinable(server, plan, options);
  if (!found) return countRows(mergeChanges(server, plan, options.signal));
  const isKeyed = plan.keyColumns > 0;
  try {
    const sql = isKeyed ? joinCountSql(plan, found.sources, server.release) : multisetCountSql(plan, found.sources);
    const { rows } = await server.run(sql, { signal: options.signal });
    const numbers = (rows[0] ?? []).map((cell) => (cell === null ? 0 : Number(cell.toString('latin1'))));
    const [first = 0, second = 0, third = 0] = numbers;
    if (!isKeyed) return { inserted: first, updated: 0, deleted: second };
    return { inserted: first - second, updated: second + third - first, deleted: first - third };
  } finally {
    await found.drop();
  }
}

export function countChunk(chunk: readonly ChangedRow[]): DeltaCounts {
  const counts = [0, 0, 0];
  for (const { flag } of chunk) counts[flag] = at(counts, flag) + 1;
  const [inserted = 0, updated = 0, deleted = 0] = counts;
  return { inserted, updated, deleted };
}

/** Counts a delta by reading it. */
async function countRows(chunks: AsyncIterable<readonly ChangedRow[]>): Promise<DeltaCounts> {
  let counts = noChanges;
  for await (const chunk of chunks) counts = sumCounts([counts, countChunk(chunk)]);
  return counts;
}
