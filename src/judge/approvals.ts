/**
 * What a person found right is not asked again: the same kind of change in the same column and part of the table, the same way,
 * up to half as large again, for some rounds. What is larger, elsewhere, or gone for good is asked.
 */
import type { Approval, LabelPair, Reason, Slice } from '../data/judgement.ts';
import { approvalRule, removedRule } from './rule.ts';

/** Kinds whose size is the share of rows that were lost. */
const losing: readonly Reason['kind'][] = [
  'classLost',
  'classLostRows',
  'valueLostRows',
  'stretchLostRows',
  'labelMissing',
];

/** A class, a value or a stretch that is gone, or that nothing new has any more. */
const isVanished = ({ kind, size }: Reason): boolean =>
  kind === 'classGone' || (losing.includes(kind) && size >= removedRule.gone);

const sameLabel = (a: LabelPair | null, b: LabelPair | null): boolean =>
  a === b || (a !== null && b !== null && a.from === b.from && a.to === b.to);

/** Ranges are found anew each time: their ends may lie so far apart, as a share of the approved one. */
const loose = 0.1;

function sameSlice(approved: Slice | null, found: Slice | null): boolean {
  if (approved === null || found === null) return approved === found;
  if (approved.column !== found.column) return false;
  if ('value' in approved) return 'value' in found && approved.value === found.value;
  if ('value' in found) return false;
  const near = loose * (approved.to - approved.from);
  return Math.abs(approved.from - found.from) <= near && Math.abs(approved.to - found.to) <= near;
}

const shareOf = ({ rows, of }: Pick<Reason, 'rows' | 'of'>): number => (of === 0 ? 0 : rows / of);

/** The approval that a reason falls under; null where a person must be asked. */
export function approvedBy(reason: Reason, approvals: readonly Approval[]): Approval | null {
  if (isVanished(reason)) return null;
  const found = approvals.find(
    (approval) =>
      approval.roundsLeft > 0 &&
      approval.kind === reason.kind &&
      approval.column === reason.column &&
      approval.direction === reason.direction &&
      sameLabel(approval.label, reason.label) &&
      sameSlice(approval.where, reason.where) &&
      reason.size <= approvalRule.size * approval.size &&
      shareOf(reason) <= approvalRule.size * approval.share,
  );
  return found ?? null;
}

/** What is remembered of a reason that a person found right; null for what vanished, which is asked every time. */
export function approvalOf(reason: Reason): Omit<Approval, 'id'> | null {
  if (isVanished(reason)) return null;
  const { kind, column, label, where, direction, size } = reason;
  return { kind, column, label, where, direction, size, share: shareOf(reason), roundsLeft: approvalRule.rounds };
}
