/** What keeps a table readable or related besides snapshots: recovery windows (PITR) and data branches. */
import { Failure } from '../../../base/failure.ts';
import type { Branch, RecoveryWindow } from '../../../data/store.ts';
import { ifAllowed, isSystem, textRows } from './catalog.ts';
import type { ServerSession } from '../wire/server.ts';

/** The time of one unit before a time. */
const before: Readonly<Record<string, (time: Date, count: number) => void>> = {
  h: (time, count) => time.setUTCHours(time.getUTCHours() - count),
  d: (time, count) => time.setUTCDate(time.getUTCDate() - count),
  mo: (time, count) => time.setUTCMonth(time.getUTCMonth() - count),
  y: (time, count) => time.setUTCFullYear(time.getUTCFullYear() - count),
};

/** A window opens when it was declared, and later stays as long as it was declared to be. */
function opened(created: number, now: number, length: number, unit: string): number {
  const start = new Date(now);
  before[unit]?.(start, length);
  return Math.max(created, start.getTime());
}

const levelOf = (level: string): RecoveryWindow['level'] =>
  level === 'cluster' || level === 'account' || level === 'database' ? level : 'table';

const nameUnlessAll = (name: string | null | undefined): string | null => (name && name !== '*' ? name : null);

/**
 * The account's windows, in the order of their names; none where the role may not list them. SHOW PITR answers in every
 * account, in the session's time zone; now() is in the same one, so that only the distance between the two counts.
 */
export async function recoveryWindows(
  session: ServerSession,
  clock: () => number = Date.now,
): Promise<RecoveryWindow[]> {
  const rows = await ifAllowed(textRows(session, 'SHOW PITR'));
  if (!rows || rows.length === 0) return [];
  const [now] = await textRows(session, 'SELECT now()');
  const serverNow = readTime(now?.[0]);
  const drift = clock() - serverNow;
  return rows
    .map(([name, created, , level, , database, table, length, unit]) => ({
      name: name ?? '',
      level: levelOf(level ?? ''),
      database: nameUnlessAll(database),
      table: nameUnlessAll(table),
      since: opened(readTime(created), serverNow, Number(length), unit ?? '') + drift,
      length: `${length} ${unit}`,
    }))
    .filter(({ database }) => database === null || !isSystem(database))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `yyyy-mm-dd hh:mm:ss`, read as if it were UTC. */
const readTime = (text: string | null | undefined): number => Date.parse(`${(text ?? '').replace(' ', 'T')}Z`);

/** The branches that were not deleted, newest first; none where there are none or the role may not read them (only sys may). */
export async function branches(session: ServerSession): Promise<Branch[]> {
  const read = ifAllowed(
    textRows(
      session,
      `SELECT b.clone_ts, c.reldatabase, c.relname, p.reldatabase, p.relname FROM mo_catalog.mo_branch_metadata b JOIN mo_catalog.mo_tables c ON c.rel_id = b.table_id LEFT JOIN mo_catalog.mo_tables p ON p.rel_id = b.p_table_id WHERE c.account_id = current_account_id() AND NOT b.table_deleted ORDER BY b.clone_ts DESC`,
    ),
  );
  const rows = await read.catch((error: unknown) => {
    // Ordinary accounts have no such table.
    if (Failure.is(error, 'table.unknown')) return null;
    throw error;
  });
  return (rows ?? []).map(([createdAt, database, table, ofDatabase, ofTable]) => ({
    table: { database: database ?? '', table: table ?? '' },
    of: ofDatabase && ofTable ? { database: ofDatabase, table: ofTable } : null,
    createdAt: createdAt ?? '',
  }));
}
