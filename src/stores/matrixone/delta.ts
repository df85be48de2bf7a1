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
import { isOrderedByDiff } from './keyOrder.ts';
import { withPatience } from './patience.ts';
import { type PreflightFacts, preflight } from './preflight.ts';
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

function wayOf(server: Server, plan: DeltaPlan, more: Pick<PreflightFacts, 'changes' | 'rows' | 'sorts'>): DeltaWay {
  return preflight({
    release: server.release,
    from: plan.from.info,
    to: plan.to.info,
    key: plan.columns.slice(0, plan.keyColumns).map(({ name }) => name),
    ...more,
  });
}

interface ChosenWay extends DeltaWay {
  /** True when DIFF does not give the rows in the order that was asked for. */
  readonly sorts: boolean;
}

/** `changes`: rows that changed, about; null when nobody has counted. */
async function chosenWay(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  changes = counted.get(server)?.get(countKey(plan)) ?? null,
): Promise<ChosenWay> {
  const first = wayOf(server, plan, { changes: null, rows: null, sorts: false });
  if (first.way !== 'diff') return { ...first, sorts: false };
  const sorts = plan.request.order === 'hash' || !(await isOrderedByDiff(server, plan, signal));
  if (changes === null) return { ...first, sorts };
  return { ...wayOf(server, plan, { changes, rows: await rowsOf(server, plan.to), sorts }), sorts };
}

/** How the delta is found, and why not by DIFF. */
export async function deltaWay(server: Server, request: DeltaRequest): Promise<DeltaWay> {
  const { way, why } = await chosenWay(server, await planDelta(server, request, undefined), undefined);
  return { way, why };
}

/** What says that DIFF has no answer, whatever the preflight thought. It cannot read unsigned keys beyond 2^63: a value is refused. */
const hasNoDiff = (error: unknown): boolean =>
  Failure.is(error, 'delta.impossible') ||
  Failure.is(error, 'delta.schemaChanged') ||
  Failure.is(error, 'value.refused');

/** Touched rows by DIFF; null where it cannot tell, or not soon. */
async function summaryOf(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts | null> {
  try {
    return await withPatience(
      () => rowsOf(server, plan.to),
      signal,
      (limited) => diffSummary(server, plan, limited),
    );
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
  if ((await chosenWay(server, plan, signal)).way === 'compare') return compare();
  const touched = await summaryOf(server, plan, signal);
  if (!touched) return compare();
  if (isNet(server, plan, touched)) return touched;
  const { way } = await chosenWay(server, plan, signal, changedRows(touched));
  if (way === 'compare') return compare();
  try {
    return await countRows(diffChanges(server, plan, true, signal));
  } catch (error) {
    if (hasNoDiff(error)) return compare();
    throw error;
  }
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

/** Where everything is needed before the first row, it is worth knowing how much that is. */
async function readWay(server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<ChosenWay> {
  const chosen = await chosenWay(server, plan, signal);
  if (chosen.way !== 'diff' || !chosen.sorts || counted.get(server)?.has(countKey(plan))) return chosen;
  const touched = await summaryOf(server, plan, signal);
  if (!touched) return { way: 'compare', why: null, sorts: false };
  remember(server, plan, changedRows(touched));
  return chosenWay(server, plan, signal);
}

/** DIFF with its first rows; null where it has no answer, or none soon: nothing was given out yet. */
async function beginDiff(
  server: Server,
  plan: DeltaPlan,
  sorted: boolean,
  signal: AbortSignal | undefined,
): Promise<{ first: IteratorResult<readonly ChangedRow[], void>; rest: ReturnType<typeof diffChanges> } | null> {
  try {
    return await withPatience(
      () => rowsOf(server, plan.to),
      signal,
      async (limited) => {
        const rest = diffChanges(server, plan, sorted, limited);
        return { first: await rest.next(), rest };
      },
    );
  } catch (error) {
    if (hasNoDiff(error)) return null;
    throw error;
  }
}

async function* changesOf(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  mayWrite: boolean,
): AsyncGenerator<readonly ChangedRow[], void> {
  const { way, sorts } = await readWay(server, plan, signal);
  const begun = way === 'diff' ? await beginDiff(server, plan, !sorts, signal) : null;
  if (!begun) {
    yield* compareChanges(server, plan, { signal, mayWrite });
    return;
  }
  const { first, rest } = begun;
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}
