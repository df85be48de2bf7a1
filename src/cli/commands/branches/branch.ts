/** `branch create`, `branch list`, `branch delete`. */
import { newestFirst } from '../../../data/version.ts';
import { snapshotTime } from '../../../app/statements/shownPage.ts';
import { later, say } from '../../../base/say.ts';
import type { Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { quoteName } from '../../../git4data/print.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import { tableText as textTable } from '../../terminal/textTable.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireConsent } from '../confirm.ts';
import { readTable, readVersion } from '../tableOption.ts';

const sqlName = ({ database, table }: TableName): string => `${quoteName(database)}.${quoteName(table)}`;

async function run(store: Store, sql: string, signal: AbortSignal): Promise<void> {
  for await (const page of store.query({ sql }, signal)) void page;
}

/** A copy of more rows is asked for twice: it takes seconds and hundreds of megabytes. */
const manyRows = 5_000_000;

/** `deltatrain branch create`: on an embedded store a copy, on a server none. */
export const branchCreate: Command = {
  name: 'branch create',
  usage: 'db.branch --from db.t [--at SNAPSHOT] [--yes]',
  summary: later('Make a branch of a table, now or at a snapshot'),
  options: {
    from: { type: 'string', value: 'db.t', about: later('The table') },
    at: { type: 'string', value: 'SNAPSHOT', about: later('As it was at this snapshot') },
    yes: { type: 'boolean', about: later('Also where that copies more than 5,000,000 rows') },
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const branch = readTable(invocation.positionals[0], say('The branch'));
    const from = readTable(invocation.option('from'), '--from');
    const at = readVersion(invocation.option('at'));
    const { store } = await invocation.open();
    const rows = await store.countRows(from, at);
    const { isRemote } = await store.facts();
    if (!isRemote && rows > manyRows && !invocation.has('yes')) {
      output.error(
        say(
          'The branch would be a copy of {0}, which takes time and disk. To make it, add {1}.',
          rowsText(rows),
          '--yes',
        ),
      );
      return 2;
    }
    const hint = at.kind === 'live' ? '' : ` {SNAPSHOT = '${at.name.replaceAll("'", "''")}'}`;
    await run(store, `DATA BRANCH CREATE TABLE ${sqlName(branch)} FROM ${sqlName(from)}${hint}`, signal);
    const document = { branch: tableText(branch), of: tableText(from), at: at.kind === 'live' ? null : at.name, rows };
    output.document(document, () => say('{0}: a branch of {1}, {2}.', document.branch, document.of, rowsText(rows)));
    return 0;
  },
};

/** `deltatrain branch list`: the branches that the role may see, newest first. */
export const branchList: Command = {
  name: 'branch list',
  usage: '',
  summary: later('List the branches, newest first'),
  options: {},
  takes: [0, 0],
  async run({ open, output }) {
    const { store } = await open();
    const newest = newestFirst(await store.branches());
    const documents = newest.map(({ table, of, createdAt }) => ({
      branch: tableText(table),
      of: of && tableText(of),
      createdAt: `${snapshotTime(createdAt).replace(' ', 'T')}Z`,
    }));
    output.document(documents, () =>
      documents.length === 0
        ? say('There is no branch.')
        : textTable(
            [say('branch'), 'of', 'made (UTC)'],
            newest.map((one, i) => [
              documents[i]?.branch ?? '',
              documents[i]?.of ?? say('(gone)'),
              snapshotTime(one.createdAt).slice(0, 19),
            ]),
          ),
    );
    return 0;
  },
};

/** `deltatrain branch delete`: the branch and its rows go; `branch.unknown` for a table that is none. */
export const branchDelete: Command = {
  name: 'branch delete',
  usage: 'db.branch [--confirm db.branch]',
  summary: later('Delete a branch with its rows'),
  options: { confirm: confirmOption('db.branch') },
  takes: [1, 1],
  async run(invocation) {
    const branch = readTable(invocation.positionals[0], say('The branch'));
    const name = tableText(branch);
    const { store, environment } = await invocation.open();
    requireConsent(environment, confirmedName(invocation), say('Deleting {0}', name), name);
    const rows = await store.countRows(branch);
    await run(store, `DATA BRANCH DELETE TABLE ${sqlName(branch)}`, invocation.signal);
    invocation.output.document({ branch: name, rows }, () => say('{0} is gone, with {1} rows.', name, countText(rows)));
    return 0;
  },
};
