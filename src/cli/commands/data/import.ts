/** `import`: a CSV, JSON Lines or Parquet file into a table. */
import { tableIfThere } from '../../../app/versions/tableIfThere.ts';
import { later, say } from '../../../base/say.ts';
import path from 'node:path';
import { importedEvent } from '../../../app/registry/record/happenings.ts';
import { safetyName } from '../../../app/versions/snapshotNames.ts';
import { Failure } from '../../../base/failure.ts';
import type { Reading } from '../../../data/loading/reading.ts';
import { tableText } from '../../../data/table.ts';
import type { EngineContract, ImportProgress, ImportResult } from '../../../protocol/engine.ts';
import type { Caller } from '../../../protocol/rpc.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import type { Output } from '../../terminal/output.ts';
import { drain } from '../../terminal/drain.ts';
import { tell } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { countText, deltaText, rowsText } from '../../../words/numbers.ts';
import { type NamedFiles, namedFiles } from './namedFiles.ts';
import { chosenReading, readingOptions, readingText, rememberedReading, rememberReading } from './readingOptions.ts';

/** The share of a table's rows that `--sync` deletes without a confirmation. */
const maxDeletes = 0.2;

/** Columns of a new table that are listed. */
const shownColumns = 50;

/** The columns that a new table gets. */
async function fileColumns(
  engine: Caller<EngineContract>,
  file: string,
  reading: Reading,
  signal: AbortSignal,
): Promise<string> {
  const { columns } = await engine.call('file/preview', { file, reading }, signal);
  return columnsText(columns);
}

function columnsText(columns: ImportResult['columns']): string {
  const more = columns.length - shownColumns;
  const shown = columns.slice(0, shownColumns).map((column) => `${column.name} ${column.type}`);
  return `${shown.join(', ')}${more > 0 ? say(' and {0} more', countText(more)) : ''}`;
}

/** Rows, and how much of the file they are. */
function progressText({ rows, bytes = null, size = null }: ImportProgress): string {
  if (bytes === null || size === null || size === 0) return say('{0} read', rowsText(rows));
  return say('{0} read, {1} % of {2} MB', rowsText(rows), Math.floor((bytes / size) * 100), (size / 1e6).toFixed(1));
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
  usage:
    'FILE … --table db.t [--key a[,b]] [--sync] [--yes] [--confirm db.t] [--format csv|tsv|jsonl|parquet] [--types a=TYPE[,b=TYPE]] [--rename a=b[,c=d]] [--map a=b[,c=d]] [--skip a[,b]] [--add-columns] [--leave-columns] [--na A,B] [--encoding utf-8|utf-16le|utf-16be|latin-1] [--separator C] [--quote C] [--header] [--no-header]',
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
    format: {
      type: 'string',
      value: 'csv|tsv|jsonl|parquet',
      about: later('What standard input holds, where - stands for the file'),
    },
    ...readingOptions,
  },
  takes: [1, 10_000],
  async run(invocation) {
    const { cwd, positionals, signal } = invocation;
    const named = await namedFiles(cwd, positionals, invocation.option('format'), signal);
    try {
      return await importNamed(invocation, named.files);
    } finally {
      named.done();
    }
  },
};

/** `made`: the name of a table that is new; null for one that was there. */
function tellColumns(output: Output, made: string | null, { columns, notes }: ImportResult): void {
  const isNew = made !== null && !output.json;
  if (isNew) output.note(say('{0} is new: {1}', made, columnsText(columns)));
  for (const note of notes) output.note(note);
  if (isNew && notes.length > 0)
    output.note(say('What was found can be chosen otherwise: {0}', '--types a=TYPE, --na A,B'));
}

async function importNamed(invocation: Invocation, [file, ...more]: NamedFiles['files']): Promise<number> {
  const { output, cwd, signal } = invocation;
  const started = performance.now();
  const table = readTable(invocation.option('table'), '--table');
  const key = readKey(invocation.option('key'));
  const chosen = chosenReading(invocation);
  const name = tableText(table);
  const confirmed = confirmedName(invocation);
  const what = say('Importing into {0}', name);
  // Before a store is made that is not there yet.
  requireSameName(confirmed, what, name);
  const opened = await invocation.open({ create: true });
  const { store, engine, environment, name: connection } = opened;
  requireConsent(environment, confirmed, what, name);
  const sync = invocation.has('sync');
  const there = (await tableIfThere(store, table)) !== null;
  const remembered = rememberedReading(cwd, connection, name);
  const reading = { ...remembered, ...chosen };
  const used = readingText(remembered);
  if (used !== null) output.note(say('{0} is read as before: {1}.', path.basename(file), used));
  const safetySnapshot = sync && there ? await safetyName(store, { level: 'table', table }, 'import') : null;
  const request = {
    file,
    table,
    key,
    mode: sync ? ('sync' as const) : ('upsert' as const),
    safetySnapshot,
    maxDeletes: invocation.has('yes') ? null : maxDeletes,
    reading,
    more,
  };
  let result: ImportResult;
  try {
    result = await drain(engine.stream('table/import', request, signal), (progress) =>
      output.progress(progressText(progress)),
    );
  } catch (error) {
    // Its key is chosen among them.
    if (Failure.is(error, 'table.noKey') && !output.json)
      output.note(say('The columns of the file: {0}', await fileColumns(engine, file, reading, signal)));
    throw error;
  }
  output.progress('');
  tellColumns(output, there ? null : name, result);
  const written = rememberReading(cwd, connection, name, chosen, reading);
  if (written !== null) output.note(say('The next file of {0} is read the same way ({1}, "imports").', name, written));
  await tell(
    invocation,
    opened,
    importedEvent(table, [file, ...more].map((one) => path.basename(one)).join(', '), result),
  );
  const { rows, inserted, updated, deleted, unchanged } = result;
  const ms = Math.round(performance.now() - started);
  const { notes } = result;
  output.document(
    { table: name, rows, inserted, updated, deleted, unchanged, safetySnapshot: result.safetySnapshot, ms, notes },
    () =>
      [
        say(
          '{0}: {1} read; {2}, {3} as they were.',
          name,
          rowsText(rows),
          deltaText({ inserted, updated, deleted }),
          countText(unchanged),
        ),
        ...(result.safetySnapshot === null ? [] : [say('The table as it was is kept as {0}.', result.safetySnapshot)]),
      ].join('\n'),
  );
  return 0;
}
