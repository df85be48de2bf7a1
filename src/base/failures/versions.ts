/** What can go wrong with versions, deltas, branches and restores. */
import { didYouMean } from '../nearest.ts';
import { say, together } from '../say.ts';

type Counts = { inserted: number; updated: number; deleted: number };

/** The codes of this part of the table, the data each carries, and its sentence. */
export const versionFailures = {
  'version.unknown': {
    say: (d: { snapshot: string; table?: string | null; near?: string | null }) =>
      together(
        d.table
          ? say('There is no snapshot "{0}" of {1}.', d.snapshot, d.table)
          : say('There is no snapshot "{0}".', d.snapshot),
        didYouMean(d.near),
      ),
  },
  'version.exists': {
    say: (d: { snapshot: string }) => say('The snapshot "{0}" exists already. Choose another name.', d.snapshot),
  },
  'version.badName': {
    say: (d: { snapshot: string }) =>
      d.snapshot.toLowerCase() === 'live'
        ? say('"{0}" cannot name a snapshot: it means the table as it is now. Choose another name.', d.snapshot)
        : say(
            '"{0}" cannot name a snapshot: use lower-case letters, digits and _, at most 64, not starting with a digit.',
            d.snapshot,
          ),
  },
  'version.needed': {
    say: (d: { snapshot: string; models: string }) =>
      say('"{0}" is needed by {1}. Archive the model first.', d.snapshot, d.models),
  },
  'version.replaced': {
    say: (d: { snapshot: string; model: string }) =>
      say(
        '"{0}" was dropped and made again since {1} was trained, so it is not its base any more. Train fully.',
        d.snapshot,
        d.model,
      ),
  },
  'version.unlistable': {
    say: () =>
      say('This role may not list snapshots. Type the name of one; reading and comparing at it may still work.'),
  },
  'version.level': {
    say: (d: { snapshot: string | null; detail: string }) =>
      say(
        '{0} is of the wrong level for this ({1}). Tables can be restored from table, database and account snapshots; databases from database and account ones; accounts from account and cluster ones.',
        d.snapshot === null ? say('The snapshot') : `"${d.snapshot}"`,
        d.detail,
      ),
  },
  'version.otherTable': {
    say: (d: { snapshot: string | null; of: string; wanted: string }) =>
      say(
        '{0} is of {1}, not of {2}. Choose a snapshot that covers it.',
        d.snapshot === null ? say('The snapshot') : `"${d.snapshot}"`,
        d.of,
        d.wanted,
      ),
  },
  'version.otherAccount': {
    say: (d: { detail: string }) =>
      say('The snapshot belongs to another account ({0}). Connect to that account, or as sys.', d.detail),
  },
  'version.quota': {
    say: (d: { detail: string }) =>
      say('The account has reached its limit ({0}). Delete some that are not needed.', d.detail),
  },
  'version.managed': {
    say: (d: { snapshot: string }) =>
      say('"{0}" protects a data branch. Delete the branch; it goes with it.', d.snapshot),
  },
  'version.tooOld': {
    say: (d: { time: string | null }) =>
      say(
        'The server no longer holds the data of {0}. Without a snapshot or a recovery window it keeps about an hour.',
        d.time ?? say('that time'),
      ),
  },
  'version.badTime': {
    say: (d: { detail: string }) =>
      say("The time cannot be read: {0}. Write nanoseconds as a plain number, or 'YYYY-MM-DD hh:mm:ss'.", d.detail),
  },
  'version.uncovered': {
    say: (d: { snapshot: string | null; what: string }) =>
      say(
        '{0} does not hold {1}: it came later, or the snapshot is of something else.',
        d.snapshot === null ? say('The version') : `"${d.snapshot}"`,
        d.what,
      ),
  },
  'version.system': {
    say: (d: { what: string }) =>
      say('{0} belongs to the server itself: it can be neither pinned nor restored.', d.what),
  },
  'pitr.unknown': { say: (d: { pitr: string }) => say('There is no recovery window (PITR) "{0}".', d.pitr) },
  'pitr.exists': {
    say: (d: { detail: string }) =>
      say('There is such a recovery window (PITR) already: {0}. Change or drop that one.', d.detail),
  },
  'pitr.badRange': {
    say: (d: { detail: string }) =>
      say("The range of the recovery window is wrong: {0}. It is 1 to 100 of 'h', 'd', 'mo' or 'y'.", d.detail),
  },
  'pitr.outside': {
    say: (d: { detail: string }) =>
      say('The time lies outside the recovery window: {0}. Choose a time inside it.', d.detail),
  },
  'delta.empty': {
    say: (d: { table: string; from: string; to: string }) =>
      say('Nothing changed in {0} between {1} and {2}.', d.table, d.from, d.to),
  },
  /** `what`: what to do, where `detail` names both sides and is a sentence with it. */
  'delta.schemaChanged': {
    say: (d: { table: string; detail: string; what?: string }) =>
      d.what === undefined
        ? say('The columns of {0} differ between the two versions: {1}.', d.table, d.detail)
        : say('{0}. {1}', d.detail, d.what),
  },
  /** DATA BRANCH DIFF (or MERGE) cannot answer; the comparison with SQL can. */
  'delta.impossible': {
    say: (d: { table: string | null; detail: string }) =>
      say(
        'DATA BRANCH cannot compare {0}: {1}. Compare the two versions with SQL instead.',
        d.table ?? say('these tables'),
        d.detail,
      ),
  },
  /** `rows` and `keys` (the first ten of them) where more than one row conflicts. */
  'branch.conflict': {
    say: (d: { source: string; target: string; key: string; rows?: number; keys?: string[] }) =>
      d.rows === undefined
        ? say(
            '{0} and {1} both changed the row with the key {2}. Nothing was merged; decide with WHEN CONFLICT SKIP or ACCEPT.',
            d.source,
            d.target,
            d.key,
          )
        : say(
            '{0} and {1} both changed {2} rows ({3}). Nothing was merged; DATA BRANCH DIFF shows both sides of each. Decide with WHEN CONFLICT SKIP or ACCEPT.',
            d.source,
            d.target,
            d.rows,
            `${(d.keys ?? [d.key]).join('; ')}${d.rows > (d.keys?.length ?? 1) ? ' …' : ''}`,
          ),
  },
  'branch.unrelated': {
    say: (d: { source: string; target: string }) =>
      say(
        'Where {0} and {1} parted is not known: they are no table and its branch, nor two branches of one table. On a server it is not known either after a RESTORE of one of them, and to no other account than sys. Make the branch anew.',
        d.source,
        d.target,
      ),
  },
  'branch.unknown': {
    say: (d: { branch: string }) => say('{0} is not a data branch. Use DROP TABLE for an ordinary table.', d.branch),
  },
  'restore.referenced': {
    say: (d: { table: string; by: string }) =>
      say(
        '{0} cannot be restored or replaced alone: foreign keys of {1} refer to it. Drop those keys first, or restore the whole database.',
        d.table,
        d.by,
      ),
  },
  'restore.moved': {
    say: (d: { table: string } & Counts) =>
      say(
        '{0} was written to since the preview (+{1} ~{2} -{3} now). Look at the preview again.',
        d.table,
        d.inserted,
        d.updated,
        d.deleted,
      ),
  },
  'load.tooManyDeletes': {
    say: (d: { table: string; deleted: number; rows: number }) =>
      say(
        'This would delete {0} of {1} rows of {2}. Nothing was changed; confirm it if the file is complete.',
        d.deleted,
        d.rows,
        d.table,
      ),
  },
} as const satisfies Record<string, { say: (d: never) => string }>;
