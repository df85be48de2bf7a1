/** Leaks as they are said before anything is trained: of a run, of the table as it is, of what changed. */
import type { Model } from '../../../data/model.ts';
import { ruleOf } from '../../../data/splitting/sides.ts';
import type { Store } from '../../../data/store.ts';
import { splitSalt, type Training } from '../../../data/training.ts';
import type { Version } from '../../../data/version.ts';
import { leakNotes } from '../../../words/leaks.ts';
import { findLeaks } from './findLeaks.ts';

/** Rows that are looked at before a full fit, which reads them all; and before anything else, which is to cost little. */
const mostRows = { full: 1_000_000, some: 20_000 } as const;

/** Where leaks are looked for, and before what. */
export interface LeaksAsked {
  readonly store: Store;
  readonly training: Training;
  /** Whose split holds; null: that of the training. */
  readonly parent: Pick<Model, 'plan'> | null;
  readonly at: Version;
  /** Rows of the version, where they are known. */
  readonly rows?: number;
  /** Before a full fit. */
  readonly isFull?: boolean;
}

/**
 * In whole sentences, none where nothing was found. By the split of the model that an update goes on from, where there is one. As
 * `findLeaks` fails.
 */
export async function leaksSaid(
  { store, training, parent, at, rows, isFull = false }: LeaksAsked,
  signal?: AbortSignal,
): Promise<string[]> {
  // Of a larger table only a full fit pays for a look: what an update or a check costs does not grow with the table.
  if (!isFull && (rows ?? (await store.countRows(training.table, at))) > mostRows.some) return [];
  const rule = ruleOf(parent ? parent.plan : { ...training, splitSalt: splitSalt(training) });
  const atMost = isFull ? mostRows.full : mostRows.some;
  return leakNotes(
    await findLeaks({ ...{ store, training, rule, at, atMost }, ...(rows !== undefined && { rows }) }, signal),
    training.label,
  );
}
