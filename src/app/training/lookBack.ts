/** Looks past the parent: how far the table is from the last full fit, and whether it is as it was for an earlier model. */
import { changedRows, type DeltaCounts, noChanges, sumCounts } from '../../data/change.ts';
import type { ModelHead } from '../../data/model.ts';
import type { DeltaFacts } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { type Version } from '../../data/version.ts';
import { sinceFullFit } from '../registry/lineage.ts';
import { rowsSince } from './rowsSince.ts';

export interface Earlier {
  /** Rows that differ from those of the last full fit. */
  readonly sinceFullFit: { readonly rows: number; readonly known: 'exactly' | 'atLeast' | 'atMost' };
  /** An ancestor of the parent whose rows the table has again, over key, features and label. */
  readonly sameAs: ModelHead | null;
}

const nothingEarlier: Earlier = { sinceFullFit: { rows: 0, known: 'exactly' }, sameAs: null };

/** Ancestors that the table is compared with, the nearest first: one count each, and only of those it can be the same as. */
const candidates = 2;

interface Ancestor {
  readonly model: ModelHead;
  readonly steps: number;
  /** What the runs from there to the parent's snapshot changed, one after the other: at least what differs. */
  readonly since: DeltaCounts;
}

function ancestorsOf(models: readonly ModelHead[], parent: ModelHead): Ancestor[] {
  const byNumber = new Map(models.map((one) => [one.number, one]));
  const found: Ancestor[] = [];
  let since = noChanges;
  for (let at = parent; at.delta !== null && at.parent !== null; ) {
    const model = byNumber.get(at.parent);
    if (!model) break;
    since = sumCounts([since, at.delta]);
    found.push({ model, steps: found.length + 1, since });
    at = model;
  }
  return found;
}

/** False when these changes, counted from the parent's snapshot, cannot lead back to the ancestor's. */
function mayLeadBack({ since, steps }: Ancestor, now: DeltaCounts): boolean {
  if (now.inserted - now.deleted !== since.deleted - since.inserted) return false;
  // One step is net already; of several, what one did and another undid counts twice.
  if (steps === 1) return now.inserted === since.deleted && now.updated === since.updated;
  return now.inserted <= since.deleted && changedRows(now) <= changedRows(since);
}

interface Look {
  readonly training: Training;
  readonly store: Store;
  /** Every model of the lineage. */
  readonly models: readonly ModelHead[];
  readonly parent: ModelHead | null;
  /** From the parent's snapshot to `to`; null where that could not be read. */
  readonly facts: DeltaFacts | null;
  readonly to: Version;
}

/** Rows that differ from those of a model's snapshot; null where they cannot be counted. */
type Counter = (model: ModelHead) => Promise<number | null>;

/** Counts nothing where the changes that are known already say enough: a run that follows on the last is as cheap as before. */
export async function lookBack(look: Look, signal?: AbortSignal): Promise<Earlier> {
  const { training, models, parent, facts } = look;
  if (!parent || !facts || changedRows(facts.counts) === 0) return nothingEarlier;
  const known = new Map<ModelHead, Promise<number | null>>();
  const count: Counter = (model) => {
    const found = known.get(model) ?? rowsSince(look.store, look.training, model, look.to, signal);
    known.set(model, found);
    return found;
  };
  const sameAs = await firstSame(ancestorsOf(models, parent), facts.counts, count);
  return { sinceFullFit: await changedSince(training, models, parent, facts.counts, count), sameAs };
}

async function firstSame(ancestors: readonly Ancestor[], now: DeltaCounts, count: Counter): Promise<ModelHead | null> {
  const possible = ancestors.filter((one) => mayLeadBack(one, now)).slice(0, candidates);
  for (const { model } of possible) if ((await count(model)) === 0) return model;
  return null;
}

async function changedSince(
  training: Training,
  models: readonly ModelHead[],
  parent: ModelHead,
  now: DeltaCounts,
  count: Counter,
): Promise<Earlier['sinceFullFit']> {
  const { updates, changes, fit } = sinceFullFit(models, parent);
  const sum = sumCounts([changes, now]);
  const most = changedRows(sum);
  // What was changed and changed back is no change, so the sum is the most that differs. Of new rows alone none was.
  if (updates === 0 || sum.updated + sum.deleted === 0) return { rows: most, known: 'exactly' };
  const size = parent.rows + now.inserted - now.deleted;
  const isMuch = (rows: number): boolean => rows > training.guard.fullAfterShare * size;
  const least = fit ? Math.abs(size - fit.rows) : 0;
  if (isMuch(least)) return { rows: least, known: 'atLeast' };
  const counted = isMuch(most) && fit ? await count(fit) : null;
  return counted === null ? { rows: most, known: 'atMost' } : { rows: counted, known: 'exactly' };
}
