/** Chooses how a delta is found: by the server's DIFF where that is known to be right, else by comparing the two versions with SQL. */
import { say } from '../../../base/say.ts';
import type { DeltaWay } from '../../../data/store.ts';
import { type ColumnInfo, sameNamesInOrder, type TableInfo } from '../../../data/table.ts';
import { branchFault, keyDigits } from '../../../git4data/branchTypes.ts';
import { isAtLeast, outputSince, type Release } from '../../../git4data/serverVersion.ts';

/** What the choice hangs on. */
export interface PreflightFacts {
  readonly release: Release;
  readonly from: TableInfo;
  readonly to: TableInfo;
  /** The columns that pair the rows; empty for a multiset. */
  readonly key: readonly string[];
  /** True when DIFF does not give the rows in the order that was asked for. */
  readonly sorts: boolean;
  /** Rows of the table, about; null when nobody knows. */
  readonly rows: number | null;
  /** Changed rows, from an earlier count; null when nobody has counted. */
  readonly changes: number | null;
  /** How DIFF was asked in vain before; null when it was not. */
  readonly vain: 'slow' | 'refused' | null;
}

/** Above this share of changed rows reading both versions is faster than DIFF and the images before it. */
const compareShare = 0.03;
/** So few changed rows cost next to nothing in either way. */
export const fewChanges = 5000;
/** The changed rows of a table of `rows` up to which DIFF is the faster way. */
export const mostChanges = (rows: number): number => Math.max(fewChanges, rows * compareShare);
/** Rows of a delta that are put in order in this process; the server sorts more. */
export const sortedInMemory = 100_000;

/** Why DIFF cannot have the column in a key; undefined when it can. */
function badKey({ name, type }: ColumnInfo): string | undefined {
  const fault = branchFault(type, true);
  switch (fault?.of) {
    case 'key':
      return say("The key has a column of type {0} ({1}), which this server's DIFF cannot match.", fault.base, name);
    case 'fraction':
      return say("The key has fractions of a second ({0} {1}), with which this server's DIFF loses rows.", name, type);
    case 'digits':
      return say(
        "The key has a DECIMAL of more than {0} digits ({1}), which this server's DIFF gets wrong.",
        keyDigits,
        name,
      );
    default:
      return undefined;
  }
}

const article = (word: string): string => (/^[AEIOU]/.test(word) ? 'an' : 'a');

function badColumn({ name, type }: ColumnInfo): string | undefined {
  const base = branchFault(type, false)?.base;
  return base === undefined
    ? undefined
    : say("The table has {0} {1} column ({2}), which this server's DIFF gets wrong.", article(base), base, name);
}

const shapeText = ({ columns, key }: TableInfo): string =>
  JSON.stringify([columns.map(({ name, type, nullable }) => [name, type, nullable]), key]);

const firstReason = <T>(of: readonly T[], reason: (one: T) => string | undefined): string | undefined =>
  of.map(reason).find((found) => found !== undefined);

/** What in the table, or between its two versions, DIFF cannot do. */
function badTable({ from, to, key }: PreflightFacts): string | undefined {
  const column = firstReason([...from.columns, ...to.columns], badColumn);
  if (column !== undefined) return column;
  if (key.length === 0)
    return say('The table has no primary key, so its rows are counted as they are, without a before and after.');
  if (!sameNamesInOrder(key, to.key))
    return say('The rows are matched by ({0}), not by the primary key.', key.join(', '));
  if (shapeText(from) !== shapeText(to)) return say('The columns of the table were changed between the two versions.');
  const keyed = to.columns.filter(({ name }) => key.includes(name));
  return firstReason(keyed, badKey);
}

function badIdentity({ from, to }: PreflightFacts): string | undefined {
  if (from.id === '' || to.id === '')
    return say('This role may not read whether both versions are of the same table, which DIFF needs.');
  return from.id === to.id
    ? undefined
    : say(
        'The table was made anew between the two versions (RESTORE, TRUNCATE, DELETE of every row, or DROP), so DIFF does not know what became of its rows.',
      );
}

/** What DIFF could do, but not well. */
function tooMany({ sorts, rows, changes }: PreflightFacts): string | undefined {
  if (changes === null) return undefined;
  if (rows !== null && changes > mostChanges(rows))
    return say('More than {0} % of the rows changed, which comparing finds faster.', compareShare * 100);
  return sorts && changes > sortedInMemory
    ? say('So many rows changed that the server has to put them in order.')
    : undefined;
}

function askedInVain({ vain }: PreflightFacts): string | undefined {
  if (vain === null) return undefined;
  return vain === 'slow'
    ? say("This server's DIFF gave no answer for as long as comparing takes.")
    : say("This server's DIFF could not tell what lies between the two versions.");
}

function oldRelease({ release }: PreflightFacts): string | undefined {
  return isAtLeast(release, outputSince.summary)
    ? undefined
    : say(
        'MatrixOne {0} cannot count the rows of a DIFF ({1} and newer can).',
        release.join('.'),
        outputSince.summary.join('.'),
      );
}

/** The way of a delta, and in one sentence why it is not DIFF. */
export function preflight(facts: PreflightFacts): DeltaWay {
  const why = firstReason([oldRelease, badTable, badIdentity, tooMany, askedInVain], (check) => check(facts));
  return why === undefined ? { way: 'diff', why: null } : { way: 'compare', why };
}
