/** Why the status of a model changed, as rows of the registry: the last one of a model says why it is what it is. */
import { at } from '../../../base/assert.ts';
import type { ModelStatus } from '../../../data/model.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { type KeptRow, keptRow } from '../record/keptRows.ts';

/**
 * `worse`: the gate rejected it. `suspect`: it was held. `approved`: a person said that its data are right. `reverted`: its data
 * were taken back. `replaced`: a newer held model was approved. `excluded`: it was trained again without rows. `returned`: a restore
 * was undone, or an exclusion taken back. `byHand`: a person archived it.
 */
export type SettledReason =
  | 'worse'
  | 'suspect'
  | 'approved'
  | 'reverted'
  | 'replaced'
  | 'excluded'
  | 'returned'
  | 'byHand';

/** One change of a status. */
export interface Settled {
  readonly trainingId: string;
  readonly number: number;
  /** 1 for the first of a model. */
  readonly seq: number;
  readonly reason: SettledReason;
  /** The status before; that of a model that is registered is its own. */
  readonly was: ModelStatus;
  /** The id of the restore or exclusion, the name of the model: what it came of; '' where that is said by the reason. */
  readonly cause: string;
  /** A person's words; '' where none were given. */
  readonly note: string;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
}

const columns = ['training', 'number', 'seq', 'reason', 'was', 'cause', 'note', 'who', 'happened_at'].join(', ');

/** Fails with `row.conflict` where somebody else settled the model meanwhile. */
export const putSettled = (one: Settled): Write => ({
  sql: `INSERT INTO deltatrain.settled (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [one.trainingId, one.number, one.seq, one.reason, one.was, one.cause, one.note, one.who, one.at],
  expect: 1,
});

/** Its row, as the record knows it. */
export const settledRow = (one: Settled): KeptRow => rowOfSettled(putSettled(one).values);
/** The same of a row of `selectSettled`. */
export const rowOfSettled = (row: readonly Value[]): KeptRow =>
  keptRow('settled', [String(row[0]), Number(row[1]), Number(row[2])], row);

/** What a model left that is gone; for a number that is given anew. */
export const forgetSettled = (trainingId: string, number: number): Write => ({
  sql: 'DELETE FROM deltatrain.settled WHERE training = ? AND number = ?',
  values: [trainingId, number],
});

export const selectSettled = `SELECT ${columns} FROM deltatrain.settled WHERE training = ? ORDER BY number, seq`;

/** A row of `selectSettled`. */
export function settledOfRow(row: readonly Value[]): Settled {
  const text = (i: number): string => String(at(row, i));
  return {
    trainingId: text(0),
    number: Number(at(row, 1)),
    seq: Number(at(row, 2)),
    reason: text(3) as SettledReason,
    was: text(4) as ModelStatus,
    cause: text(5),
    note: text(6),
    who: text(7),
    at: text(8),
  };
}
