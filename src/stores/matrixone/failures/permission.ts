/** Which right a refused statement would have needed. */
import { Failure } from '../../../base/failure.ts';

/** What was asked, for sentences. */
export interface FailureContext {
  /** `host:port`. */
  readonly label: string;
  readonly sql: string;
  readonly user?: string;
  /** Whether it may have changed something when its end was not heard; true when nobody says. */
  readonly writes?: boolean;
  /** `db.table` that the statement is about. */
  readonly table?: string;
  readonly snapshot?: string;
}

/** What each kind of statement takes, in the order in which they are tried. */
const needs: readonly (readonly [RegExp, string, string])[] = [
  [
    /^\s*(?:create|drop)\s+(?:snapshot|pitr)\b|^\s*alter\s+pitr\b/i,
    'Making or dropping a snapshot or recovery window',
    'moadmin (account sys) or accountadmin as the default role',
  ],
  [
    /^\s*show\s+(?:snapshots|pitr|recovery_window)\b/i,
    'Listing snapshots',
    'an account-wide role; the name of a snapshot can still be typed',
  ],
  [/^\s*restore\b/i, 'RESTORE', 'rights on the account, its databases and its tables'],
  [/^\s*data\s+branch\s+create\b/i, 'Making a data branch', 'SELECT on its source and CREATE TABLE on its database'],
  [/^\s*data\s+branch\s+delete\b/i, 'Deleting a data branch', 'DROP on its table or database, or ownership'],
  [/^\s*data\s+branch\s+diff\b/i, 'Comparing', 'SELECT on both tables'],
  [
    /^\s*data\s+branch\s+(?:merge|pick)\b/i,
    'Merging',
    'SELECT on both tables and INSERT, UPDATE and DELETE on the one that is changed',
  ],
  [/^\s*show\b|\bmo_catalog\b/i, 'Reading the catalog', 'an account-wide role'],
];

/** The server only says "no privilege"; which one it meant follows from the statement. */
export function permissionFailure({ sql }: FailureContext): Failure {
  const [, what, need] = needs.find(([pattern]) => pattern.test(sql)) ?? [];
  return new Failure('permission.missing', {
    what: what ?? 'The statement',
    need: need ?? 'a privilege that this role lacks (a RESTORE of the table takes its grants away)',
  });
}
