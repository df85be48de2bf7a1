/** Which right a refused statement would have needed. */
import { later, say } from '../../../base/say.ts';
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
    later('Making or dropping a snapshot or recovery window'),
    later('moadmin (account sys) or accountadmin as the default role'),
  ],
  [
    /^\s*show\s+(?:snapshots|pitr|recovery_window)\b/i,
    later('Listing snapshots'),
    later('an account-wide role; the name of a snapshot can still be typed'),
  ],
  [/^\s*restore\b/i, 'RESTORE', later('rights on the account, its databases and its tables')],
  [
    /^\s*data\s+branch\s+create\b/i,
    later('Making a data branch'),
    later('SELECT on its source and CREATE TABLE on its database'),
  ],
  [
    /^\s*data\s+branch\s+delete\b/i,
    later('Deleting a data branch'),
    later('DROP on its table or database, or ownership'),
  ],
  [/^\s*data\s+branch\s+diff\b/i, later('Comparing'), later('SELECT on both tables')],
  [
    /^\s*data\s+branch\s+(?:merge|pick)\b/i,
    later('Merging'),
    later('SELECT on both tables and INSERT, UPDATE and DELETE on the one that is changed'),
  ],
  [/^\s*show\b|\bmo_catalog\b/i, later('Reading the catalog'), later('an account-wide role')],
];

/** The server only says "no privilege"; which one it meant follows from the statement. */
export function permissionFailure({ sql }: FailureContext): Failure {
  const [, what, need] = needs.find(([pattern]) => pattern.test(sql)) ?? [];
  return new Failure('permission.missing', {
    what: say(what ?? later('The statement')),
    need: say(need ?? later('a privilege that this role lacks (a RESTORE of the table takes its grants away)')),
  });
}
