/** `predict`: a model's answers for the rows of a file or a table, into a file or a table. */
import path from 'node:path';
import { type AskedRows, predict, type Predicted } from '../../../app/models/predict.ts';
import { importedEvent } from '../../../app/registry/record/happenings.ts';
import { safetyName } from '../../../app/versions/snapshotNames.ts';
import { tableIfThere } from '../../../app/versions/tableIfThere.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { type Model, modelText } from '../../../data/model.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { versionText } from '../../../data/version.ts';
import { makeOwnFolder, removeOwnFolder } from '../../../host/ownFolders.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import type { OpenedConnection } from '../../connection/connection.ts';
import { drain } from '../../terminal/drain.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import { guardOption, wantsGuard } from '../data/guardCells.ts';
import { chosenReading, readingOptions } from '../data/readingOptions.ts';
import { tell } from '../record.ts';
import { readTable, readVersion } from '../tableOption.ts';
import { findModel, storeOf, type TrainingFrame, withFrame, allowTrainerOption } from './trainingFrame.ts';

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

const { encoding, separator, quote, header, 'no-header': noHeader, na } = readingOptions;

/** `deltatrain predict`: writes a file that is there whole or not at all, or loads a table with all rows or none. */
export const predictCommand: Command = {
  name: 'predict',
  usage:
    'FILE|db.t [--at SNAPSHOT] --model M --out FILE|--into db.t [--keep a,b|all] [--fill-missing] [--key a[,b]] [--sync] [--confirm db.t] [--allow-trainer] [--guard-cells] [--na A,B] [--encoding E] [--separator C] [--quote C] [--header] [--no-header]',
  summary: later("A model's answers for the rows of a file or a table"),
  options: {
    model: {
      type: 'string',
      value: 'M',
      about: later('The model: weather/m5, weather@promoted, weather@latest'),
    },
    at: { type: 'string', value: 'SNAPSHOT', about: later('The table as it was at this snapshot') },
    out: { type: 'string', value: 'FILE', about: later('The file to write; its name says the format') },
    into: { type: 'string', value: 'db.t', about: later('The table to load, which is made where it is not there') },
    keep: {
      type: 'string',
      value: 'a,b|all',
      about: later('The columns to write beside the answers; without it the key, or all where a file has no key'),
    },
    'fill-missing': {
      type: 'boolean',
      about: later('Columns that the rows do not have count as missing values; without it they are refused'),
    },
    key: { type: 'string', value: 'a[,b]', about: later('With --into: the key of a table that is new') },
    sync: {
      type: 'boolean',
      about: later('With --into: also delete the rows that were not answered for; a snapshot is kept'),
    },
    confirm: confirmOption('db.t'),
    'allow-trainer': allowTrainerOption,
    'guard-cells': guardOption,
    ...{ na, encoding, separator, quote, header, 'no-header': noHeader },
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => answer(frame, invocation)),
};

/** A name that ends as files of rows do is one; anything else is a table. */
function askedRows(invocation: Invocation, { store }: OpenedConnection): AskedRows {
  const [given = ''] = invocation.positionals;
  const at = invocation.option('at');
  if (/\.(?:csv|tsv|jsonl|ndjson|parquet|parq)(?:\.gz)?$/i.test(given)) {
    if (at !== undefined) throw usage(say('--at is for a table; {0} is a file.', given));
    const file = path.resolve(invocation.cwd, given);
    return { kind: 'file', file, reading: chosenReading(invocation) };
  }
  return { kind: 'table', store, table: readTable(given, say('The file or table')), at: readVersion(at) };
}

const listOf = (text: string): string[] => text.split(',').map((name) => name.trim());

function keepOf(invocation: Invocation): readonly string[] | 'all' | null {
  const text = invocation.option('keep');
  if (text === undefined) return null;
  return text === 'all' ? 'all' : listOf(text);
}

/** Where the answers go: exactly one of the two. */
function targetOf(invocation: Invocation): { file: string } | { table: TableName } {
  const [out, into] = [invocation.option('out'), invocation.option('into')];
  if ((out === undefined) === (into === undefined))
    throw usage(say('Say where the answers go: --out FILE or --into db.t.'));
  if (into !== undefined) return { table: readTable(into, '--into') };
  if (invocation.has('sync') || invocation.option('key') !== undefined)
    throw usage(say('--sync and --key are for --into db.t.'));
  return { file: path.resolve(invocation.cwd, out ?? '') };
}

async function answer(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const started = performance.now();
  const { output } = invocation;
  const name = invocation.option('model');
  if (name === undefined) throw usage(say('--model is missing: name the model, as in weather/m5 or weather@promoted.'));
  const target = targetOf(invocation);
  const confirmed = confirmedName(invocation);
  const what = 'table' in target ? say('Loading {0}', tableText(target.table)) : '';
  if ('table' in target) requireSameName(confirmed, what, tableText(target.table));
  const guardCells = 'file' in target && wantsGuard(invocation, target.file);
  const { model, registry } = await findModel(frame, name);
  const opened = frame.openedOf(await storeOf(frame, model, registry));
  if ('table' in target) requireConsent(opened.environment, confirmed, what, tableText(target.table));
  const rows = askedRows(invocation, opened);
  const training = await registry.training(model);
  const request = {
    ...{ model, rows, guardCells, keep: keepOf(invocation), fillMissing: invocation.has('fill-missing') },
    artifact: await registry.artifact(model),
    key: training?.key ?? [],
  };
  const ask = (file: string): Promise<Predicted> =>
    predict({ ...request, file }, { trainer: frame.trainer, engine: opened.engine }, frame.signal, (count) =>
      output.progress(say('{0} rows answered', countText(count))),
    );
  const done = 'file' in target ? await ask(target.file) : await load(invocation, opened, target.table, request, ask);
  output.progress('');
  for (const note of done.notes) output.note(note);
  const where = 'file' in target ? { file: target.file } : { table: tableText(target.table) };
  const document = {
    ...{ model: modelText(model), snapshot: model.snapshot.name, rows: done.rows, ...where },
    at: rows.kind === 'table' ? versionText(rows.at) : null,
    notes: done.notes,
    ms: Math.round(performance.now() - started),
  };
  output.document(document, () =>
    say(
      '{0} (trained on {1}) answered for {2}: {3}.',
      modelText(model),
      model.snapshot.name,
      rowsText(done.rows),
      'file' in target ? target.file : tableText(target.table),
    ),
  );
  return 0;
}

/** Answers into a file of its own first, which is then loaded as any other: all rows or none. */
async function load(
  invocation: Invocation,
  opened: OpenedConnection,
  table: TableName,
  { model, key: known }: { readonly model: Model; readonly key: readonly string[] },
  ask: (file: string) => Promise<Predicted>,
): Promise<Predicted> {
  const { output, signal } = invocation;
  const { store, engine } = opened;
  const folder = makeOwnFolder('predict');
  try {
    const file = path.join(folder, 'answers.parquet');
    const done = await ask(file);
    const there = await tableIfThere(store, table);
    const given = invocation.option('key');
    const own = known.every((name) => done.kept.includes(name)) ? known : [];
    const key = given !== undefined ? listOf(given) : there ? null : own;
    if (key?.length === 0) throw usage(say('Say by which columns rows are told apart: --key a[,b].'));
    const sync = invocation.has('sync');
    const safetySnapshot = sync && there ? await safetyName(store, { level: 'table', table }, 'import') : null;
    const request = {
      ...{ file, table, key, safetySnapshot, maxDeletes: null },
      mode: sync ? ('sync' as const) : ('upsert' as const),
    };
    const result = await drain(engine.stream('table/import', request, signal), ({ rows }) =>
      output.progress(say('{0} rows loaded', countText(rows))),
    );
    await tell(invocation, opened, importedEvent(table, modelText(model), result));
    return done;
  } finally {
    removeOwnFolder(folder);
  }
}
