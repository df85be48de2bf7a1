/** What a run is asked for, and what it finds out before it trains: the parent, what changed since, the advice. */
import { say } from '../../base/say.ts';
import type { Failure } from '../../base/failure.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { Advice } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, live, type Snapshot } from '../../data/version.ts';
import { adviceNotes } from './advice.ts';
import type { OnSuspect } from '../config/config.ts';
import type { KeptSnapshot } from './lease/keptSnapshot.ts';
import { baseOf, isIdentified, type LineageNow, rowsAt } from '../registry/lineage.ts';
import type { RunStart } from './modelOfRun.ts';
import { weighDelta } from './weighDelta.ts';
import type { Workbench } from './workbench.ts';

/** What a run is to do. */
export interface TrainRequest {
  readonly training: Training;
  /** `delta`: update the newest usable model with what changed since. `full`: from scratch on everything. */
  readonly mode: 'delta' | 'full';
  /**
   * Train on this snapshot instead of pinning the table as it is. `own`: an interrupted run left it behind, so it is removed
   * when this run does not end in a model either; when it is gone meanwhile, also if its name was taken, the table is pinned anew.
   */
  readonly snapshot?: { readonly name: string; readonly own: false } | KeptSnapshot;
  /** What becomes of suspect changes; left out: `hold`. */
  readonly onSuspect?: OnSuspect;
  /** Asked of the snapshot before anything is trained on it: where it throws, the run ends so, and leaves nothing behind. */
  readonly gate?: (snapshot: string, signal: AbortSignal) => Promise<void>;
}

/** What a run found out before training. */
export interface Start extends RunStart, LineageNow {
  readonly parent: Model | null;
  readonly trainGrowth: number;
  readonly trainRemoved: number;
  /** Hashes of rows that are there before and after and changed; null for very many, and without a base. */
  readonly updated: readonly string[] | null;
  /** Rows with a label that came over an edge of the split: the hashes of those that were train rows, and how many did. */
  readonly moved: readonly string[];
  readonly crossed: number;
  readonly advice: Advice;
  readonly notes: string[];
}

/** Before anything is pinned: a delta run that cannot have a base should not leave a trace. */
export async function requireBase(request: TrainRequest, store: Store, parent: Model): Promise<void> {
  const to = request.snapshot ? atSnapshot(request.snapshot.name) : live;
  const base = await baseOf(store, request.training, parent, to);
  if (base.why) throw base.why;
}

/** What is known before training: the parent, what changed since, and the advice; notes for a person with it. */
export async function compare(
  request: TrainRequest,
  workbench: Workbench,
  lineage: LineageNow,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Start> {
  const { training, mode } = request;
  const { models, parent, lastFull } = lineage;
  const { store, registry } = workbench;
  const notes: string[] = [];
  if (models.length === 0 && (await registry.hasModels(training.name)))
    notes.push(
      say(
        '"{0}" has another table, key, label or features than before, so this is the first model of a new lineage.',
        training.name,
      ),
    );
  const found = parent && (await findBase(request, store, parent, snapshot, notes));
  const base = found?.snapshot ?? null;
  if (base && parent && !isIdentified(base, parent))
    notes.push(
      say(
        'Which snapshot "{0}" is cannot be read by every role that trained here; it is taken for the one of {1} because it has as many rows.',
        base.name,
        modelText(parent),
      ),
    );
  const to = atSnapshot(snapshot.name);
  const weighed = await weighDelta({ training, store, models, parent, lastFull, base: found, to }, signal);
  const { facts, trainGrowth, trainRemoved, updated, moved, crossed, earlier, advice } = weighed;
  notes.push(...adviceNotes(mode, advice, earlier));
  const rows = await rowsAt(store, snapshot, training.table);
  const walked = { facts, trainGrowth, trainRemoved, updated, moved, crossed };
  return { ...lineage, snapshot, rows, base, ...walked, advice, notes };
}

/** The snapshot to compare with, or why there is none. A delta run needs one; a full fit then stands alone and says so. */
async function findBase(
  request: TrainRequest,
  store: Store,
  parent: Model,
  snapshot: Snapshot,
  notes: string[],
): Promise<{ snapshot: Snapshot | null; why: Failure | null }> {
  const { training, mode } = request;
  const base = await baseOf(store, training, parent, atSnapshot(snapshot.name));
  if (mode === 'delta') {
    if (base.why) throw base.why;
    return base;
  }
  if (base.why) notes.push(say('Not compared with {0}: {1}', modelText(parent), base.why.message));
  return base;
}
