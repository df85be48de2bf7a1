/** A row of the table of a server's failures, and what rows are written with. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { FailureContext } from './permission.ts';

/** What a server says, and the failure that it stands for. */
export interface FailureRow {
  /** Null: any. */
  readonly errno: number | null;
  /** Looked for in the first line, without `internal error: ` and the like. */
  readonly pattern: RegExp;
  readonly failure: (found: RegExpExecArray, context: FailureContext) => Failure;
}

/** What a row makes of the words that were found. */
export type Make = FailureRow['failure'];

/** A part of the words that were found; '' where it is not there. */
export const group = (found: RegExpExecArray, i: number): string => found[i] ?? '';

/** A statement that cannot be run here: both texts in English, said when it happens. */
export const unsupported =
  (what: string, hint: string): Make =>
  () =>
    new Failure('sql.unsupported', { what: say(what), hint: say(hint) });

/** A row for each of several patterns that say the same. */
export const rows = (errno: number | null, patterns: readonly RegExp[], failure: Make): FailureRow[] =>
  patterns.map((pattern) => ({ errno, pattern, failure }));
