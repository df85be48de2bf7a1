/** The delta between two versions of a table: counted, read, and the way in which it is found. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { changedRows, type DeltaCounts, type DeltaPage, noChanges, sumCounts } from '../../../data/change.ts';
import type { DeltaRequest, DeltaWay } from '../../../data/store.ts';
import { isAtLeast, outputSince } from '../../../git4data/serverVersion.ts';
import { compareChanges, compareCounts, countChunk } from './compareDelta.ts';
import { hintsOf, nothingKnown, remember } from './deltaHints.ts';
import { type ChangedRow, pagesOf } from './deltaPages.ts';
import { type DeltaPlan, type DeltaSide, planDelta } from './deltaPlan.ts';
import { diffChanges, diffSummary, inOrder } from './diffDelta.ts';
import { isOrderedByDiff } from './keyOrder.ts';
import { withPatience } from './patience.ts';
import { fewChanges, mostChanges, type PreflightFacts, preflight, sortedInMemory } from './preflight.ts';
import type { Server } from '../wire/server.ts';

async function countSide(server: Server, { source }: DeltaSide): Promise<number> {
  const { rows } = await server.run(`SELECT COUNT(*) FROM ${source}`);
  return Number(rows[0]?.[0]?.toString('latin1') ?? 0);
}

function wayOf(
  server: Server,
  plan: DeltaPlan,
  more: Pick<PreflightFacts, 'changes' | 'rows' | 'sorts' | 'vain'>,
): DeltaWay {
  return preflight({
    release: server.release,
    from: plan.from.info,
    to: plan.to.info,
    key: plan.columns.slice(0, plan.keyColumns).map(({ name }) => name),
    ...more,
  });
}

/** The way of a delta whose rows are counted, in no order. */
async function countingWay(server: Server, plan: DeltaPlan): Promise<DeltaWay> {
  const first = wayOf(server, plan, { changes: null, rows: null, sorts: false, vain: null });
  const hints = hintsOf(server, plan);
  if (first.way !== 'diff' || hints === nothingKnown) return first;
  const rows = (hints.changes ?? 0) <= fewChanges ? null : await countSide(server, plan.to);
  return wayOf(server, plan, { ...hints, rows, sorts: false });
}

/** Whether DIFF gives the rows in the order that was asked for. */
const isInOrder = async (server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<boolean> =>
  plan.request.order !== 'hash' && (await isOrderedByDiff(server, plan, signal));

/** The way of a delta whose rows are given out in order. */
async function readingWay(server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<DeltaWay> {
  const first = await countingWay(server, plan);
  const hints = hintsOf(server, plan);
  if (first.way !== 'diff' || (hints.changes ?? 0) <= sortedInMemory) return first;
  return wayOf(server, plan, { ...hints, rows: null, sorts: !(await isInOrder(server, plan, signal)) });
}

/** How the delta is found, and why not by DIFF. */
export async function deltaWay(server: Server, request: DeltaRequest): Promise<DeltaWay> {
  return readingWay(server, await planDelta(server, request, undefined), undefined);
}

/** What says that DIFF has no answer, whatever the preflight thought. It cannot read unsigned keys beyond 2^63: a value is refused. */
const hasNoDiff = (error: unknown): boolean =>
  Failure.is(error, 'delta.impossible') ||
  Failure.is(error, 'delta.schemaChanged') ||
  Failure.is(error, 'value.refused');

/** What `work` asks of DIFF; null where it has no answer, or none soon. */
async function patiently<T>(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T | null>,
): Promise<T | null> {
  const inVain = (vain: 'slow' | 'refused'): null => {
    remember(server, plan, { ...hintsOf(server, plan), vain });
    return null;
  };
  try {
    return await withPatience(
      () => countSide(server, plan.to),
      signal,
      work,
      () => inVain('slow'),
    );
  } catch (error) {
    if (hasNoDiff(error)) return inVain('refused');
    throw error;
  }
}

/** Rows that were written and are what they were are in DIFF's counts before this release, and where columns are left out. */
const isCountNet = (server: Server, plan: DeltaPlan): boolean =>
  isAtLeast(server.release, outputSince.as) && plan.columns.length === plan.to.info.columns.length;

/** By the rows of DIFF; null where it has no answer, none soon, or so many rows that comparing is faster. */
function countByRows(server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<DeltaCounts | null> {
  return patiently(server, plan, signal, async (limited) => {
    let counts = noChanges;
    let most: number | null = null;
    for await (const chunk of diffChanges(server, plan, limited)) {
      counts = sumCounts([counts, countChunk(chunk)]);
      if (changedRows(counts) <= fewChanges) continue;
      most ??= mostChanges(await countSide(server, plan.to));
      if (changedRows(counts) > most) return null;
    }
    return counts;
  });
}

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
  remember(server, plan, { ...hintsOf(server, plan), changes: changedRows(counts) });
  return counts;
}

async function countPlan(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  mayWrite: boolean,
): Promise<DeltaCounts> {
  const { way } = await countingWay(server, plan);
  const byDiff =
    way === 'compare'
      ? null
      : isCountNet(server, plan)
        ? await patiently(server, plan, signal, (limited) => diffSummary(server, plan, limited))
        : await countByRows(server, plan, signal);
  return byDiff ?? compareCounts(server, plan, { signal, mayWrite });
}

/**
 * The changed rows in pages, in the order that was asked for. `mayWrite` false: no version may be cloned, not even for
 * a moment.
 */
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

/** The first rows in their order, and those that follow. */
interface BegunDiff {
  readonly first: IteratorResult<readonly ChangedRow[], void>;
  readonly rest: ReturnType<typeof diffChanges>;
}

/** DIFF with its first rows, with all of them where they have to be put in order; null where it has no answer, or none soon. */
function beginDiff(server: Server, plan: DeltaPlan, signal: AbortSignal | undefined): Promise<BegunDiff | null> {
  return patiently(server, plan, signal, async (limited) => {
    const rest = diffChanges(server, plan, limited);
    const [first, ordered] = await Promise.allSettled([rest.next(), isInOrder(server, plan, limited)]);
    if (first.status === 'rejected') throw first.reason;
    if (ordered.status === 'rejected') {
      await rest.return();
      throw ordered.reason;
    }
    if (ordered.value || first.value.done) return { first: first.value, rest };
    const changes = [...first.value.value];
    for await (const chunk of rest) {
      for (const row of chunk) changes.push(row);
      if (changes.length <= sortedInMemory) continue;
      remember(server, plan, { ...hintsOf(server, plan), changes: changes.length });
      return null;
    }
    return { first: { value: inOrder(plan, changes) }, rest };
  });
}

async function* changesOf(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
  mayWrite: boolean,
): AsyncGenerator<readonly ChangedRow[], void> {
  const { way } = await readingWay(server, plan, signal);
  const begun = way === 'diff' ? await beginDiff(server, plan, signal) : null;
  let changes = 0;
  for await (const chunk of begun ? goOn(begun) : compareChanges(server, plan, { signal, mayWrite })) {
    changes += chunk.length;
    yield chunk;
  }
  if (!begun) remember(server, plan, { ...hintsOf(server, plan), changes });
}

async function* goOn({ first, rest }: BegunDiff): BegunDiff['rest'] {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}
