/** The delta between two versions of a table: counted, read, and the way in which it is found. */
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { changedRows, type DeltaCounts, type DeltaPage, noChanges } from '../../data/change.ts';
import type { DeltaRequest, DeltaWay } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import { isAtLeast, outputSince } from '../../git4data/serverVersion.ts';
import { compareChanges, compareCounts, countRows } from './compareDelta.ts';
import { type ChangedRow, pagesOf } from './deltaPages.ts';
import { type DeltaPlan, type DeltaSide, planDelta } from './deltaPlan.ts';
import { diffChanges, diffSummary } from './diffDelta.ts';
import { preflight } from './preflight.ts';
import type { Server } from './server.ts';

/** How many rows changed when it was last counted, by what was compared. A hint for the choice of the way, never an answer. */
const counted = new WeakMap<Server, Map<string, number>>();
const keptCounts = 500;

const sideKey = ({ version, moment, info }: DeltaSide): string =>
  version.kind === 'live' ? `live ${info.id}` : `${moment.record?.name ?? ''} ${moment.record?.time ?? ''}`;

const countKey = ({ request, from, to }: DeltaPlan): string =>
  JSON.stringify([tableText(request.table), ...[sideKey(from), sideKey(to)].sort()]);

function remember(server: Server, plan: DeltaPlan, rows: number): void {
  const counts = counted.get(server) ?? new Map<string, number>();
  if (counts.size >= keptCounts) counts.clear();
  counts.set(countKey(plan), rows);
  counted.set(server, counts);
}

async function rowsOf(server: Server, { source }: DeltaSide): Promise<number> {
  const { rows } = await server.run(`SELECT COUNT(*) FROM ${source}`);
  return Number(rows[0]?.[0]?.toString('latin1') ?? 0);
}

function wayOf(server: Server, plan: DeltaPlan, changes: number | null, rows: number | null): DeltaWay {
  return preflight({
    release: server.release,
    from: plan.from.info,
    to: plan.to.info,
    key: plan.columns.slice(0, plan.keyColumns).map(({ name }) => name),
    order: plan.request.order ?? 'key',
    changes,
    rows,
  });
}

async function chosenWay(server: Server, plan: DeltaPlan): Promise<DeltaWay> {
  const changes = counted.get(server)?.get(countKey(plan)) ?? null;
  const way = wayOf(server, plan, null, null);
  if (way.way !== 'diff' || changes === null) return way;
  return wayOf(server, plan, changes, await rowsOf(server, plan.to));
}

/** How the delta is found, and why not by DIFF. */
export async function deltaWay(server: Server, request: DeltaRequest): Promise<DeltaWay> {
  return chosenWay(server, await planDelta(server, request, undefined));
}

/** What says that DIFF has no answer, whatever the preflight thought. */
const hasNoDiff = (error: unknown): boolean =>
  Failure.is(error, 'delta.impossible') || Failure.is(error, 'delta.schemaChanged');

/** Touched rows by DIFF; null where it cannot tell. */
async function summaryOf(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts | null> {
  try {
    return await diffSummary(server, plan, signal);
  } catch (error) {
    if (hasNoDiff(error)) return null;
    throw error;
  }
}

/** Rows that were written and are what they were are in DIFF's counts, up to this release. */
const isNet = (server: Server, plan: DeltaPlan, { updated }: DeltaCounts): boolean =>
  updated === 0 || (isAtLeast(server.release, outputSince.as) && plan.columns.length === plan.to.info.columns.length);

/** `mayWrite`: false where no version may be cloned, not even for a moment. */
export async function countDelta(
  server: Server,
  request: DeltaRequest,
  signal?: AbortSignal,
  mayWrite = true,
): Promise<DeltaCounts> {
  throwIfCancelled(signal);
  const plan = await planDelta(server, request, signal);
  if (plan.isSame) return noChanges;
  const counts = await countPlan(server, plan, signal, mayWrite);
  remember(server, plan, changedRows(counts));
  return changedRows(counts) === 0 ? noChanges : counts;
}

async function countPlan(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  mayWrite: boolean,
): Promise<DeltaCounts> {
  const compare = (): Promise<DeltaCounts> => compareCounts(server, plan, { signal, mayWrite });
  if ((await chosenWay(server, plan)).way === 'compare') return compare();
  const touched = await summaryOf(server, plan, signal);
  if (!touched) return compare();
  if (isNet(server, plan, touched)) return touched;
  const way = wayOf(server, plan, changedRows(touched), await rowsOf(server, plan.to));
  return way.way === 'compare' ? compare() : countRows(diffChanges(server, plan, signal));
}

export async function* readDelta(
  server: Server,
  request: DeltaRequest,
  signal?: AbortSignal,
  mayWrite = true,
): AsyncGenerator<DeltaPage, void> {
  throwIfCancelled(signal);
  const plan = await planDelta(server, request, signal);
  if (plan.isSame) return;
  yield* pagesOf(plan, changesOf(server, plan, signal, mayWrite), signal);
}

/** In hash order everything is needed before the first row, so it is worth knowing how much that is. */
async function readWay(server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<DeltaWay['way']> {
  const { way } = await chosenWay(server, plan);
  if (way !== 'diff' || plan.request.order !== 'hash' || counted.get(server)?.has(countKey(plan))) return way;
  const touched = await summaryOf(server, plan, signal);
  if (!touched) return 'compare';
  remember(server, plan, changedRows(touched));
  return (await chosenWay(server, plan)).way;
}

async function* changesOf(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  mayWrite: boolean,
): AsyncGenerator<readonly ChangedRow[], void> {
  if ((await readWay(server, plan, signal)) === 'diff') {
    let hasBegun = false;
    try {
      for await (const chunk of diffChanges(server, plan, signal)) {
        hasBegun = true;
        yield chunk;
      }
      return;
    } catch (error) {
      if (hasBegun || !hasNoDiff(error)) throw error;
    }
  }
  yield* compareChanges(server, plan, { signal, mayWrite });
}
