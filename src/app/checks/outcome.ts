/** A check with where it is written, and what became of it. */
import type { Failure } from '../../base/failure.ts';
import type { Value } from '../../data/value.ts';
import type { CheckRule } from '../config/checkRules.ts';

/** A check by its name; `of`: the table (`db.t`) or the training that it is written for. */
export interface NamedCheck {
  readonly name: string;
  readonly of: string;
  readonly rule: CheckRule;
}

/** Some rows, to be shown: at most `mostShown` of them. */
export interface ShownRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What a check found. */
export interface Finding extends ShownRows {
  readonly ok: boolean;
  readonly sentence: string;
  /** Rows that are not as they have to be; null where it is not about rows. */
  readonly count: number | null;
}

/** How a check ended. `error`: it could not be asked, which is no yes. */
export interface CheckOutcome extends NamedCheck, Finding {
  readonly error: Failure | null;
  readonly ms: number;
}

/** Rows of a finding that are shown. */
export const mostShown = 10;

/** A finding without rows. */
export const found = (ok: boolean, sentence: string, count: number | null = null): Finding => ({
  ok,
  sentence,
  count,
  columns: [],
  rows: [],
});
