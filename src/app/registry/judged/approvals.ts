/** What people have said is right about a training's data, as rows of the registry: bounded, counted in rounds, and taken back. */
import { at } from '../../../base/assert.ts';
import type { LabelPair, Reason, ReasonKind, Slice } from '../../../data/judgement.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { keptJson } from '../keptJson.ts';
import { type KeptRow, keptRow } from '../record/keptRows.ts';

/** One reason that a person approved. It holds for the same move, up to a size, for some rounds. */
export interface KeptApproval {
  readonly trainingId: string;
  readonly training: string;
  /** Unique among those of a training id, from 1. */
  readonly id: number;
  /** Of the model that was approved: the rounds of its lineage after it are counted. */
  readonly number: number;
  readonly kind: ReasonKind;
  readonly column: string | null;
  readonly label: LabelPair | null;
  readonly where: Slice | null;
  readonly direction: Reason['direction'];
  readonly size: number;
  /** The share of the rows asked, as `rows / of` of the reason. */
  readonly share: number;
  /** For how many rounds it was given. */
  readonly rounds: number;
  readonly note: string;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
  readonly revoked: { readonly at: string; readonly who: string } | null;
  /** It is not as the record has it: another program wrote it. Nobody goes by it. */
  readonly changed?: true;
}

const columns = [
  'training',
  'id',
  'training_name',
  'number',
  'kind',
  'column_name',
  'label_json',
  'slice_json',
  'direction',
  'effect_size',
  'row_share',
  'rounds',
  'note',
  'who',
  'happened_at',
  'revoked_at',
  'revoked_by',
].join(', ');

/** Fails with `row.conflict` where there is one of that id. */
export const putApproval = (one: KeptApproval): Write => ({
  sql: `INSERT INTO deltatrain.approvals (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    one.trainingId,
    one.id,
    one.training,
    one.number,
    one.kind,
    one.column,
    JSON.stringify(one.label),
    JSON.stringify(one.where),
    one.direction,
    one.size,
    one.share,
    one.rounds,
    one.note,
    one.who,
    one.at,
    one.revoked?.at ?? null,
    one.revoked?.who ?? null,
  ],
  expect: 1,
});

/** Its row, as the record knows it. */
export const approvalRow = (one: KeptApproval): KeptRow => rowOfApproval(putApproval(one).values);
/** The same of a row of `selectApprovals`. */
export const rowOfApproval = (row: readonly Value[]): KeptRow =>
  keptRow('approvals', [String(row[0]), Number(row[1])], row);

/** Fails with `row.conflict` where it was taken back already. */
export const revokeApproval = ({ trainingId, id }: KeptApproval, who: string, when: string): Write => ({
  sql: 'UPDATE deltatrain.approvals SET revoked_at = ?, revoked_by = ? WHERE training = ? AND id = ? AND revoked_at IS NULL',
  values: [when, who, trainingId, id],
  expect: 1,
});

/** Of one lineage, in the order in which they were given. */
export const selectApprovals = `SELECT ${columns} FROM deltatrain.approvals WHERE training = ? AND training_name = ? ORDER BY id`;

/** A row of `selectApprovals`. */
export function approvalOfRow(row: readonly Value[]): KeptApproval {
  const text = (i: number): string => String(at(row, i));
  return {
    trainingId: text(0),
    id: Number(at(row, 1)),
    training: text(2),
    number: Number(at(row, 3)),
    kind: text(4) as ReasonKind,
    column: at(row, 5) === null ? null : text(5),
    label: keptJson<LabelPair | null>(text(6), 'deltatrain.approvals', 'nothing'),
    where: keptJson<Slice | null>(text(7), 'deltatrain.approvals', 'nothing'),
    direction: text(8) as KeptApproval['direction'],
    size: Number(at(row, 9)),
    share: Number(at(row, 10)),
    rounds: Number(at(row, 11)),
    note: text(12),
    who: text(13),
    at: text(14),
    revoked: at(row, 15) === null ? null : { at: text(15), who: text(16) },
  };
}
