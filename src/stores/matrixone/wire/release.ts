/** Which MatrixOne a server is, and what an old one cannot do. */
import { later, say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import {
  diffSince,
  isAtLeast,
  outputSince,
  type Release,
  bracesSince,
  readRelease,
} from '../../../git4data/serverVersion.ts';
import type { ServerSession } from './server.ts';

/** What a build from sources without a tag calls itself, whatever it is. */
const localBuild = '1.3.0';
/** The first release with `<=>`, which compares NULL with NULL. */
export const nullSafeSince: Release = [3, 0, 11];
/** The first release whose FULL JOIN can be relied on; before, two versions are compared in two statements. */
export const fullJoinSince: Release = [4, 0, 0];

const isNamed = (version: string): boolean => /matrixone|omnifabric/i.test(version);

/** The release in a version text. The words before it are the operator's, so they prove nothing alone. */
function releaseIn(version: string): Release | null {
  const tag = /-v(\d+\.\d+\.\d+(?:-[A-Za-z0-9.]+)?)$/.exec(version)?.[1] ?? null;
  return tag === localBuild ? null : readRelease(tag);
}

const summaryProbe = 'DATA BRANCH DIFF `deltatrain_probe`.`a` AGAINST `deltatrain_probe`.`b` OUTPUT SUMMARY';
const kindProbe = 'SELECT kind FROM mo_catalog.mo_snapshots LIMIT 0';
const anyReleaseProbe = 'SELECT git_version()';

const isFailure = (error: unknown): error is Failure => error instanceof Failure;

/** The failure of a statement that changes nothing, null when it has an answer. A lost server is no answer. */
async function complaintOf(session: ServerSession, sql: string): Promise<Failure | null> {
  try {
    await session.run(sql, { database: null });
    return null;
  } catch (error) {
    if (!isFailure(error) || /^(?:cancelled|store[.])/.test(error.code)) throw error;
    return error;
  }
}

/** The server understood what it was asked about tables that do not exist: it complains about them, or in a number of its own. */
const isUnderstood = (complaint: Failure | null): boolean =>
  complaint === null ||
  /^(?:table|database|permission)[.]/.test(complaint.code) ||
  /MatrixOne error 2\d{4}/.test(complaint.message);

/** The release of the server; read-only probes when its version says nothing. `store.notMatrixone` when it is none. */
export async function releaseOf(session: ServerSession, version: string, label: string): Promise<Release> {
  const said = releaseIn(version);
  if (said && isNamed(version)) return said;
  const hasSummary = isUnderstood(await complaintOf(session, summaryProbe));
  const kind = await complaintOf(session, kindProbe);
  const isMatrixone = isNamed(version) || hasSummary || (await complaintOf(session, anyReleaseProbe)) === null;
  if (!isMatrixone)
    throw new Failure('store.notMatrixone', {
      store: label,
      found: version === '' ? say('it calls itself nothing') : say('it calls itself {0}', version),
    });
  if (said) return said;
  if (!hasSummary) return oldest;
  // A role that may not read the catalog may not restore either, so nothing hangs on the difference.
  return kind === null || kind.code === 'permission.missing' ? bracesSince : outputSince.summary;
}

const oldest: Release = [3, 0, 0];

const limits: readonly (readonly [Release, string])[] = [
  [oldest, later('There is no CLONE: two snapshots of a table cannot be compared with each other.')],
  [
    diffSince,
    later('There is no DATA BRANCH: every delta is found by comparing with SQL, which reads the whole table.'),
  ],
  [outputSince.summary, later('DATA BRANCH DIFF has no OUTPUT SUMMARY: counts are found by comparing with SQL.')],
  [nullSafeSince, later('There is no <=>: NULLs are compared in a longer way, and more slowly.')],
  [fullJoinSince, later('There is no FULL JOIN: two versions are compared by two joins, and more slowly.')],
  [bracesSince, later('RESTORE has its old form (FROM SNAPSHOT): the account is named in it, and braces are refused.')],
  [outputSince.as, later('DATA BRANCH DIFF has no OUTPUT AS.')],
];

/** What a release cannot do, as sentences for a person; empty for a release that lacks nothing. */
export const limitsOf = (release: Release): string[] =>
  limits.filter(([since]) => !isAtLeast(release, since)).map(([, sentence]) => say(sentence));
