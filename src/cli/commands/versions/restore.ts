/** `restore`: a table back to a snapshot; without `--yes` only what it would do. */
import { later, say } from '../../../base/say.ts';
import { wholeRestore } from '../../../app/versions/rememberRestore.ts';
import { type RestoreQuestion, restoreTable } from '../../../app/versions/restoreTable.ts';
import { Failure } from '../../../base/failure.ts';
import { changedRows } from '../../../data/change.ts';
import { tableText } from '../../../data/table.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import { remember } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { grantLines } from '../../terminal/textTable.ts';
import { restoreSome, type SomeRows } from './restoreSome.ts';
import { changedText, checkText, undoText } from './restoreText.ts';

/** Some rows, where the options ask for them; null for the whole table. `usage.wrong` for what does not go together. */
function someRows(invocation: Invocation, to: string | undefined): SomeRows | null {
  const [where, columns, undo] = ['where', 'columns', 'undo'].map(invocation.option);
  const wrong = (message: string): Failure => new Failure('usage.wrong', { message });
  if (undo !== undefined) {
    if (to !== undefined || where !== undefined || columns !== undefined)
      throw wrong(say('--undo stands alone: it takes the safety snapshot of a restore of some rows.'));
    return { undo };
  }
  if (to === undefined) throw wrong(say('--to is missing: name the snapshot.'));
  if (where === undefined) {
    if (columns !== undefined) throw wrong(say('--columns goes with --where, which says of which rows.'));
    return null;
  }
  return { where, to, columns: columns === undefined ? null : namesOf(columns) };
}

function namesOf(columns: string): string[] {
  const names = columns.split(',').map((name) => name.trim());
  if (names.includes('')) throw new Failure('usage.wrong', { message: say('--columns {0}: write a,b.', columns) });
  return [...new Set(names)];
}

/** `deltatrain restore`: previews, and with `--yes` restores after a safety snapshot, which undoes it. */
export const restoreCommand: Command = {
  name: 'restore',
  usage: 'db.t --to SNAPSHOT [--where CONDITION [--columns a,b]]|--undo SNAPSHOT [--yes] [--confirm db.t]',
  summary: later('Take a table, or some of its rows, back to a snapshot; without --yes only show what it would change'),
  options: {
    to: { type: 'string', value: 'SNAPSHOT', about: later('The snapshot to take it back to') },
    where: {
      type: 'string',
      value: 'CONDITION',
      about: later("Only changed rows of which this holds now or did then: region = 'West'"),
    },
    columns: {
      type: 'string',
      value: 'a,b',
      about: later('With --where: only these columns of rows that are at both'),
    },
    undo: {
      type: 'string',
      value: 'SNAPSHOT',
      about: later('Take back the restore of some rows that made this safety snapshot'),
    },
    yes: { type: 'boolean', about: later('Do it; without it, only say what it would change') },
    confirm: confirmOption('db.t'),
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const table = readTable(invocation.positionals[0], say('The table'));
    const to = invocation.option('to') ?? '';
    const some = someRows(invocation, invocation.option('to'));
    const name = tableText(table);
    const confirmed = confirmedName(invocation);
    requireSameName(confirmed, say('Restoring {0}', name), name);
    if (some) return restoreSome(invocation, table, some);
    const opened = await invocation.open();
    const { store, environment } = opened;
    let preview: RestoreQuestion | undefined;
    const done = await restoreTable(
      { store, table, to, environment },
      (question) => {
        preview = question;
        if (question.isAsItWas) return Promise.resolve(false);
        const consents = invocation.has('yes') || confirmed !== undefined;
        if (consents) requireConsent(environment, confirmed, say('Restoring {0}', name), name);
        return Promise.resolve(consents);
      },
      signal,
    );
    if (done) {
      const { archived, returned } = await remember(invocation, opened, wholeRestore({ level: 'table', table }, done));
      output.document({ ...done, archived, returned }, () => {
        return [
          say(
            '{0} is as it was at {1}: {2}, {3}. {4}',
            name,
            to,
            changedText(done.rowsChanged, preview?.preview ?? {}),
            checkText(done.verified),
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
