/** `import`: a CSV, JSON Lines or Parquet file into a table. */
import { later, say } from '../../../base/say.ts';
import path from 'node:path';
import { importedEvent } from '../../../app/registry/record/happenings.ts';
import { safetyName } from '../../../app/versions/snapshotNames.ts';
import { Failure } from '../../../base/failure.ts';
import type { LoadResult, Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import type { EngineContract } from '../../../protocol/engine.ts';
import type { Caller } from '../../../protocol/rpc.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import { drain } from '../../terminal/drain.ts';
import { tell } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { countText, deltaText } from '../../../words/numbers.ts';

/** The share of a table's rows that `--sync` deletes without a confirmation. */
const maxDeletes = 0.2;

/** Columns of a new table that are listed. */
const shownColumns = 50;

async function isThere(store: Store, table: TableName): Promise<boolean> {
  try {
    await store.table(table);
    return true;
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown')) return false;
    throw error;
  }
}

/** The columns that a new table gets. */
async function columnsText(engine: Caller<EngineContract>, file: string, signal: AbortSignal): Promise<string> {
  const { columns } = await engine.call('file/preview', { file }, signal);
  const more = columns.length - shownColumns;
  const shown = columns.slice(0, shownColumns).map((column) => `${column.name} ${column.type}`);
  return `${shown.join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}`;
}

function readKey(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  const key = text.split(',').map((name) => name.trim());
  if (key.includes('')) throw new Failure('usage.wrong', { message: `--key ${text}: write it as a or a,b.` });
  return key;
}

/**
 * `deltatrain import`: all rows of the file or none; without `--yes` it stops where more than a fifth of the table
 * would be deleted.
 */
export const importCommand: Command = {
  name: 'import',
  usage: 'FILE --table db.t [--key a[,b]] [--sync] [--yes] [--confirm db.t]',
  summary: later('Import a CSV, JSON Lines or Parquet file into a table'),
  options: {
    table: { type: 'string', value: 'db.t', about: later('The table, which is made where it is not there') },
    key: {
      type: 'string',
      value: 'a[,b]',
      about: later('The key columns of a table that is new or has no primary key'),
    },
    sync: {
      type: 'boolean',
      about: later('Also delete the rows that are not in the file; the table as it was is kept as a snapshot'),
    },
    yes: { type: 'boolean', about: later('With --sync: also where many rows would be deleted') },
    confirm: confirmOption('db.t'),
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, positionals, cwd, signal } = invocation;
    const started = performance.now();
    const table = readTable(invocation.option('table'), '--table');
    const key = readKey(invocation.option('key'));
    const file = path.resolve(cwd, positionals[0] ?? '');
    const name = tableText(table);
    const confirmed = confirmedName(invocation);
    const what = say('Importing into {0}', name);
    // Before a store is made that is not there yet.
    requireSameName(confirmed, what, name);
    const { store, engine, environment } = await invocation.open({ create: true });
    requireConsent(environment, confirmed, what, name);
    const sync = invocation.has('sync');
    const there = await isThere(store, table);
    const columns = output.json || there ? '' : await columnsText(engine, file, signal);
    const safetySnapshot = sync && there ? await safetyName(store, { level: 'table', table }, 'import') : null;
    const request = {
      file,
      table,
      key,
      mode: sync ? ('sync' as const) : ('upsert' as const),
      safetySnapshot,
      maxDeletes: invocation.has('yes') ? null : maxDeletes,
    };
    let result: LoadResult;
    try {
      result = await drain(engine.stream('table/import', request, signal), ({ rows: read }) =>
        output.progress(say('{0} rows read', countText(read))),
      );
    } catch (error) {
      // Its key is chosen among them.
      if (Failure.is(error, 'table.noKey') && columns !== '') output.note(say('The columns of the file: {0}', columns));
      throw error;
    }
    output.progress('');
    if (columns !== '') output.note(say('{0} is new: {1}', name, columns));
    await tell(output, store, importedEvent(table, path.basename(file), result));
    const { rows, inserted, updated, deleted, unchanged } = result;
    const ms = Math.round(performance.now() - started);
    output.document(
      { table: name, rows, inserted, updated, deleted, unchanged, safetySnapshot: result.safetySnapshot, ms },
      () =>
        [
          say(
            '{0}: {1} rows read; {2}, {3} as they were.',
            name,
            countText(rows),
            deltaText({ inserted, updated, deleted }),
            countText(unchanged),
          ),
          ...(result.safetySnapshot === null
            ? []
            : [say('The table as it was is kept as {0}.', result.safetySnapshot)]),
        ].join('\n'),
    );
    return 0;
  },
};
