/** What earlier answers tell of a delta, for the choice of its way. Hints, never answers: the table may have changed since. */
import { tableText } from '../../../data/table.ts';
import type { DeltaPlan, DeltaSide } from './deltaPlan.ts';
import type { Server } from '../wire/server.ts';

export interface DeltaHints {
  /** Rows that changed when they were last counted; null when nobody has counted. */
  readonly changes: number | null;
  /** How DIFF was asked in vain: it said nothing for too long, or that it cannot; null when it was not. */
  readonly vain: 'slow' | 'refused' | null;
}

export const nothingKnown: DeltaHints = { changes: null, vain: null };
const kept = 500;
const known = new WeakMap<Server, Map<string, DeltaHints>>();

const sideKey = ({ version, moment, info }: DeltaSide): string =>
  version.kind === 'live' ? `live ${info.id}` : `${moment.record?.name ?? ''} ${moment.record?.time ?? ''}`;

/** The same in both directions. */
const hintKey = ({ request, from, to }: DeltaPlan): string =>
  JSON.stringify([tableText(request.table), ...[sideKey(from), sideKey(to)].sort()]);

export const hintsOf = (server: Server, plan: DeltaPlan): DeltaHints =>
  known.get(server)?.get(hintKey(plan)) ?? nothingKnown;

export function remember(server: Server, plan: DeltaPlan, hints: DeltaHints): void {
  const all = known.get(server) ?? new Map<string, DeltaHints>();
  if (all.size >= kept) all.clear();
  all.set(hintKey(plan), hints);
  known.set(server, all);
}
