/** Table and version names as they are written on the command line. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { parseTableName, type TableName } from '../../data/table.ts';
import { atSnapshot, live, type Version } from '../../data/version.ts';

/**
 * A table as it was typed, `db.table`; `usage.wrong` where it is missing or no such name. `where` says of which
 * argument.
 */
export function readTable(text: string | undefined, where: string): TableName {
  const table = text === undefined ? undefined : parseTableName(text);
  // A name that itself has a dot cannot be told from one part too many.
  if (table && !table.table.includes('.')) return table;
  const given = text === undefined ? say('is missing') : `is "${text}"`;
  throw new Failure('usage.wrong', { message: say('{0} {1}: write the table as db.table.', where, given) });
}

/** `live`, or a snapshot's name; live when nothing was given. */
export const readVersion = (text: string | undefined): Version =>
  text === undefined || text === 'live' ? live : atSnapshot(text);
