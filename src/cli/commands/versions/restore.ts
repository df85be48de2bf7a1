/** `restore`: a table back to a snapshot; without `--yes` only what it would do. */
import { restoredEvent } from '../../../app/registry/record/happenings.ts';
import { later, say } from '../../../base/say.ts';
import { type RestoreDone, type RestoreQuestion, restoreTable } from '../../../app/versions/restoreTable.ts';
import { assertNever } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { changedRows } from '../../../data/change.ts';
import type { RestorePreview } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { quoteName, restoreSql } from '../../../git4data/print.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import { tell } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { grantLines } from '../../terminal/textTable.ts';
import { rowsText } from '../../../words/numbers.ts';

/** What came back, and how many rows. */
function changedText(rows: number, { revived = [], reshaped = [] }: Partial<RestorePreview>): string {
  const count = rowsText(rows);
  if (revived.length > 0) return say('the table is back, {0}', count);
  return reshaped.length > 0 ? say('its columns are back, {0} changed', count) : say('{0} changed', count);
}

/** The command, or the statement, that undoes it; it works as it stands. */
function undoText({ database, table }: TableName, { undo, safetySnapshot: snapshot }: RestoreDone): string {
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

/** `deltatrain restore`: previews, and with `--yes` restores after a safety snapshot, which undoes it. */
export const restoreCommand: Command = {
  name: 'restore',
  usage: 'db.t --to SNAPSHOT [--yes] [--confirm db.t]',
  summary: later('Take a table back to a snapshot; without --yes only show what it would change'),
  options: {
    to: { type: 'string', value: 'SNAPSHOT', about: later('The snapshot to take it back to') },
    yes: { type: 'boolean', about: later('Do it; without it, only say what it would change') },
    confirm: confirmOption('db.t'),
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const table = readTable(invocation.positionals[0], say('The table'));
    const to = invocation.option('to');
    if (to === undefined) throw new Failure('usage.wrong', { message: '--to is missing: name the snapshot.' });
    const name = tableText(table);
    const confirmed = confirmedName(invocation);
    requireSameName(confirmed, `Restoring ${name}`, name);
    const { store, environment } = await invocation.open();
    let preview: RestoreQuestion | undefined;
    const done = await restoreTable(
      { store, table, to, environment },
      (question) => {
        preview = question;
        if (question.isAsItWas) return Promise.resolve(false);
        const consents = invocation.has('yes') || confirmed !== undefined;
        if (consents) requireConsent(environment, confirmed, `Restoring ${name}`, name);
        return Promise.resolve(consents);
      },
      signal,
    );
    if (done) {
      await tell(output, store, restoredEvent(name, done));
      output.document(done, () => {
        const check = done.verified ? 'verified' : 'NOT verified: look at the delta';
        return [
          say(
            '{0} is as it was at {1}: {2}, {3}. {4}',
            name,
            to,
            changedText(done.rowsChanged, preview?.preview ?? {}),
            check,
            undoText(table, done),
          ),
          ...grantLines(say('Rights went with the old table. To give them back:'), done.lostGrants),
        ].join('\n');
      });
      return done.verified ? 0 : 3;
    }
    const rowsChanged = preview ? changedRows(preview.counts) : 0;
    const { warnings = [], lostGrants = [] } = preview?.preview ?? {};
    const document = {
      table: name,
      to,
      rowsChanged,
      safetySnapshot: null,
      verified: preview?.isAsItWas === true,
      lostGrants,
      preview: preview?.counts,
      warnings,
    };
    output.document(document, () =>
      [
        preview?.sentence ?? '',
        ...warnings,
        ...grantLines(say('Rights on the table are lost with it. To give them back afterwards:'), lostGrants),
      ].join('\n'),
    );
    if (preview?.isAsItWas) return 0;
    output.error(
      say('Nothing was changed. To restore, add {0}.', environment === 'production' ? `--confirm ${name}` : '--yes'),
    );
    return 2;
  },
};
