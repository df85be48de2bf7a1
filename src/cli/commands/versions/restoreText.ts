/** What a restore would do and did, as lines of the command line. */
import { assertNever } from '../../../base/assert.ts';
import { say } from '../../../base/say.ts';
import type { RestoreDone } from '../../../app/versions/restoreTable.ts';
import type { RestorePreview } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import { quoteName, restoreSql } from '../../../git4data/print.ts';
import { rowsText } from '../../../words/numbers.ts';

/** What came back, and how many rows. */
export function changedText(rows: number, { revived = [], reshaped = [] }: Partial<RestorePreview>): string {
  const count = rowsText(rows);
  if (revived.length > 0) return say('the table is back, {0}', count);
  return reshaped.length > 0 ? say('its columns are back, {0} changed', count) : say('{0} changed', count);
}

/** Whether it was looked at afterwards. */
export const checkText = (verified: boolean): string => (verified ? 'verified' : 'NOT verified: look at the delta');

/** The command, or the statement, that undoes it; it works as it stands. */
export function undoText({ database, table }: TableName, { undo, safetySnapshot: snapshot }: RestoreDone): string {
  switch (undo) {
    case 'restoreTable':
      return say('To undo: restore {0}.{1} --to {2}', database, table, snapshot);
    case 'restoreDatabase':
      return say(
        'To undo, which takes back every table of {0}, run with "sql -":\n  {1}',
        database,
        restoreSql({ level: 'database', database, table: null, snapshot }),
      );
    case 'dropDatabase':
      return say('To undo, run with "sql -":\n  DROP DATABASE {0}', quoteName(database));
    default:
      return assertNever(undo);
  }
}
