/** `restore`: a table back to a snapshot; without `--yes` only what it would do. */
import { type RestoreQuestion, restoreTable } from '../../app/restoreTable.ts';
import { countText } from '../../app/say.ts';
import { Failure } from '../../base/failure.ts';
import { changedRows } from '../../data/change.ts';
import { tableText } from '../../data/table.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireOnProduction } from '../confirm.ts';
import { readTable } from '../tableOption.ts';
import { grantLines } from '../textTable.ts';

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'db.t --to SNAPSHOT [--yes] [--confirm db.t]',
  summary: 'Take a table back to a snapshot; without --yes only show what it would change',
  options: { to: { type: 'string' }, yes: { type: 'boolean' }, ...confirmOption },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const table = readTable(invocation.positionals[0], 'The table');
    const to = invocation.option('to');
    if (to === undefined) throw new Failure('usage.wrong', { message: '--to is missing: name the snapshot.' });
    const { store, environment } = await invocation.open();
    const name = tableText(table);
    const confirmed = confirmedName(invocation);
    let preview: RestoreQuestion | undefined;
    const done = await restoreTable(
      { store, table, to, environment },
      (question) => {
        preview = question;
        const consents = invocation.has('yes') || confirmed === name;
        if (consents) requireOnProduction(environment, confirmed, `Restoring ${name}`, name);
        return Promise.resolve(consents);
      },
      signal,
    );
    if (done) {
      output.document(done, () => {
        const check = done.verified ? 'verified' : 'NOT verified: look at the delta';
        return [
          `${name} is as it was at ${to}: ${countText(done.rowsChanged)} rows changed, ${check}. To undo: restore ${name} --to ${done.safetySnapshot}`,
          ...grantLines('Rights went with the old table. To give them back:', done.lostGrants),
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
      verified: false,
      lostGrants,
      preview: preview?.counts,
      warnings,
    };
    output.document(document, () =>
      [
        preview?.sentence ?? '',
        ...warnings,
        ...grantLines('Rights on the table are lost with it. To give them back afterwards:', lostGrants),
      ].join('\n'),
    );
    const how = environment === 'production' ? `--confirm ${name}` : '--yes';
    output.error(`Nothing was changed.${rowsChanged > 0 ? ` To restore, add ${how}.` : ''}`);
    return 2;
  },
};
