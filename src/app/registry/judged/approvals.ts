/** What people have said is right about a training's data, as rows of the registry: bounded, counted in rounds, and taken back. */
import { at } from '../../../base/assert.ts';
import type { LabelPair, Reason, ReasonKind, Slice } from '../../../data/judgement.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';

/** One reason that a person approved. It holds for the same move, up to a size, for some rounds. */
export interface Approval {
  readonly trainingId: string;
  readonly training: string;
  /** Unique among those of a training id: the model that was approved and the place of the reason, as in `m7.1`. */
  readonly id: string;
  /** Of the model that was approved: the rounds of its lineage after it are counted. */
  readonly number: number;
  readonly kind: ReasonKind;
  readonly column: string | null;
  readonly label: LabelPair | null;
  readonly where: Slice | null;
  readonly direction: Reason['direction'];
  readonly size: number;
  /** For how many rounds it was given. */
  readonly rounds: number;
  readonly note: string;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
  readonly revoked: { readonly at: string; readonly who: string } | null;
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
  'rounds',
  'note',
  'who',
  'happened_at',
  'revoked_at',
  'revoked_by',
].join(', ');

/** Fails with `row.conflict` where there is one of that id. */
export const putApproval = (one: Approval): Write => ({
  sql: `INSERT INTO deltatrain.approvals (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    one.rounds,
    one.note,
    one.who,
    one.at,
    one.revoked?.at ?? null,
    one.revoked?.who ?? null,
  ],
  expect: 1,
});

/** Fails with `row.conflict` where it was taken back already. */
export const revokeApproval = ({ trainingId, id }: Approval, who: string, when: string): Write => ({
  sql: 'UPDATE deltatrain.approvals SET revoked_at = ?, revoked_by = ? WHERE training = ? AND id = ? AND revoked_at IS NULL',
  values: [when, who, trainingId, id],
  expect: 1,
});

/** Of one lineage, in the order in which they were given. */
export const selectApprovals = `SELECT ${columns} FROM deltatrain.approvals WHERE training = ? AND training_name = ? ORDER BY number, id`;

/** A row of `selectApprovals`. */
export function approvalOfRow(row: readonly Value[]): Approval {
  const text = (i: number): string => String(at(row, i));
  return {
    trainingId: text(0),
    id: text(1),
    training: text(2),
    number: Number(at(row, 3)),
    kind: text(4) as ReasonKind,
    column: at(row, 5) === null ? null : text(5),
    label: JSON.parse(text(6)) as LabelPair | null,
    where: JSON.parse(text(7)) as Slice | null,
    direction: text(8) as Approval['direction'],
    size: Number(at(row, 9)),
    rounds: Number(at(row, 10)),
    note: text(11),
    who: text(12),
    at: text(13),
    revoked: at(row, 14) === null ? null : { at: text(14), who: text(15) },
  };
}
