/** `check`: whether what deltatrain.json says of tables, changes and models holds; as text, JSON, JUnit XML and Markdown. */
import path from 'node:path';
import { checkedTables, tableChecks, trainingChecks } from '../../../app/checks/configured.ts';
import type { CheckOutcome, NamedCheck } from '../../../app/checks/outcome.ts';
import { checksJunit } from '../../../app/checks/junit.ts';
import { checksDocument, checksMarkdown, checksSentence } from '../../../app/checks/reports.ts';
import { runChecks, unasked } from '../../../app/checks/runChecks.ts';
import { type Config, configFile, trainingOf } from '../../../app/config/config.ts';
import { systemClock } from '../../../app/training/clock.ts';
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { later, say, together } from '../../../base/say.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { type Version, versionText } from '../../../data/version.ts';
import { sameName } from '../../../git4data/catalog.ts';
import { writeAtomically } from '../../../files/bytes/atomicFile.ts';
import { tableText as gridText } from '../../terminal/textTable.ts';
import type { Command, Invocation } from '../command.ts';
import { allowTrainerOption, openTraining, type TrainingFrame, withFrame } from '../models/trainingFrame.ts';
import { readTable, readVersion } from '../tableOption.ts';

/** `deltatrain check`; it ends in 3 where one does not hold, or could not be asked. */
export const checkCommand: Command = {
  name: 'check',
  usage: '[NAME] [--table db.t [--on db.t]] [--at S] [--junit FILE] [--markdown FILE] [--allow-trainer]',
  summary: later('Check what deltatrain.json says of tables, changes and models'),
  options: {
    table: {
      type: 'string',
      value: 'db.t',
      about: later('Only the checks of this table; with NAME only those of that training and its table'),
    },
    on: {
      type: 'string',
      value: 'db.t',
      about: later('With --table: ask them of the rows of another table, as a branch that is to be merged'),
    },
    at: { type: 'string', value: 'S', about: later('Of the tables at this snapshot, and not as they are now') },
    junit: { type: 'string', value: 'FILE', about: later('Write them as JUnit XML too, for a build server') },
    markdown: { type: 'string', value: 'FILE', about: later('Write them in Markdown too, for a page of a build') },
    'allow-trainer': allowTrainerOption,
  },
  takes: [0, 1],
  run: (invocation) => withFrame(invocation, (frame) => check(frame, invocation)),
};

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** What is to be checked, in the order of the file: tables first. */
interface Chosen {
  readonly tables: readonly { readonly connection: string; readonly table: string }[];
  readonly trainings: readonly string[];
}

function chosenOf(config: Config, name: string | undefined, table: string | undefined): Chosen {
  const tables = checkedTables(config);
  if (table !== undefined) {
    const own = tables.filter((one) => sameName(one.table, table));
    if (own.length > 0) return { tables: own, trainings: [] };
    const near = nearest(
      table,
      tables.map((one) => one.table),
    );
    throw usage(
      near === null
        ? say('{0} names no check of {1}.', configFile, table)
        : say('{0} names no check of {1}. Did you mean {2}?', configFile, table, near),
    );
  }
  if (name === undefined) return { tables, trainings: Object.keys(config.trainings) };
  const written = trainingOf(config, name);
  const isOwn = (one: { connection: string; table: string }): boolean =>
    one.connection === written.connection && sameName(one.table, written.table);
  return { tables: tables.filter(isOwn), trainings: [name] };
}

/** Where the rows of a check come from, where that is not its own table. */
interface Where {
  readonly on: TableName | null;
  readonly at: Version;
}

/** What cannot be opened, or has not what is needed, is what its checks say; the others are asked all the same. */
const orFailure = <T>(opening: Promise<T>): Promise<T | Failure> =>
  opening.catch((error: unknown) => {
    if (!(error instanceof Failure) || Failure.is(error, 'cancelled') || Failure.is(error, 'usage.wrong')) throw error;
    return error as Failure;
  });

async function checkTable(
  frame: TrainingFrame,
  { connection, table }: Chosen['tables'][number],
  checks: readonly NamedCheck[],
  { on, at }: Where,
): Promise<CheckOutcome[]> {
  const of = on ?? readTable(table, say('A table of "checks"'));
  const store = await orFailure(frame.store(connection));
  if (store instanceof Failure) return unasked(checks, store);
  return runChecks({ store, table: of, at, training: null }, checks, systemClock, frame.signal);
}

async function checkTraining(
  frame: TrainingFrame,
  name: string,
  checks: readonly NamedCheck[],
  at: Version,
): Promise<CheckOutcome[]> {
  const opened = await orFailure(openTraining(frame, name));
  if (opened instanceof Failure) return unasked(checks, opened);
  const { training, workbench } = opened;
  const of = { store: workbench.store, table: training.table, at, training: { training, workbench } };
  return runChecks(of, checks, systemClock, frame.signal);
}

function outcomeText({ ok, error, of, name, sentence, columns, rows, count }: CheckOutcome): string {
  const mark = ok ? say('ok') : error ? say('??') : say('NO');
  const line = `${mark}  ${of} · ${name}: ${sentence}`;
  if (rows.length === 0) return line;
  const more = (count ?? 0) - rows.length;
  const grid = gridText(columns, rows).split('\n');
  return [line, ...grid.map((one) => `    ${one}`), ...(more > 0 ? [`    ${say('… and {0} more.', more)}`] : [])].join(
    '\n',
  );
}

/** What was asked for. */
interface Asked extends Where {
  readonly name: string | undefined;
  readonly table: string | undefined;
}

function askedOf({ option, positionals }: Invocation): Asked {
  const [name] = positionals;
  const table = option('table');
  const on = option('on');
  if (name !== undefined && table !== undefined) throw usage(say('Say a training or --table, and not both.'));
  if (on !== undefined && table === undefined)
    throw usage(say('--on goes with --table: whose checks are asked of it.'));
  return { name, table, on: on === undefined ? null : readTable(on, '--on'), at: readVersion(option('at')) };
}

async function outcomesOf(
  frame: TrainingFrame,
  asked: Asked,
  note: (sentence: string) => void,
): Promise<CheckOutcome[]> {
  const config = frame.config();
  const { tables, trainings } = chosenOf(config, asked.name, asked.table);
  const outcomes: CheckOutcome[] = [];
  const notAsked: string[] = [];
  for (const one of tables) {
    const all = tableChecks(config, one.connection, one.table);
    const checks = asked.on === null ? all : all.filter(({ rule }) => rule.kind !== 'deletes');
    const left = all.filter((check) => !checks.includes(check)).map(({ name }) => `"${name}"`);
    // What went from another table says nothing of this one.
    if (left.length > 0)
      notAsked.push(
        say('Not asked with --on, as "deletes" is about the past of {0} itself: {1}.', one.table, left.join(', ')),
      );
    if (checks.length > 0) outcomes.push(...(await checkTable(frame, one, checks, asked)));
  }
  for (const training of trainings) {
    const checks = trainingChecks(config, training);
    if (checks.length > 0) outcomes.push(...(await checkTraining(frame, training, checks, asked.at)));
  }
  if (outcomes.length === 0 && notAsked.length > 0)
    throw usage(together(...notAsked, say('Nothing else is written of it.')));
  for (const sentence of notAsked) note(sentence);
  if (outcomes.length > 0) return outcomes;
  throw usage(
    asked.name === undefined
      ? say('{0} names no check: write them under "checks".', configFile)
      : say('{0} names no check of "{1}" or its table: write them under "checks".', configFile, asked.name),
  );
}

async function check(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { output, option, cwd } = invocation;
  const asked = askedOf(invocation);
  const outcomes = await outcomesOf(frame, asked, (sentence) => output.note(sentence));
  const at = versionText(asked.at);
  const place = asked.on === null ? at : `${tableText(asked.on)}, ${at}`;
  const reports = [
    [option('junit'), () => checksJunit(outcomes)],
    [option('markdown'), () => checksMarkdown(outcomes, place)],
  ] as const;
  for (const [file, text] of reports)
    if (file !== undefined) await writeAtomically(path.resolve(cwd, file), (to) => to.write(text()));
  const document = checksDocument(outcomes, at);
  output.document(document, () => [...outcomes.map(outcomeText), checksSentence(outcomes)].join('\n'));
  if (document.failed === 0) return 0;
  // Standard error says it to whoever does not read the document.
  if (output.json) output.error(checksSentence(outcomes));
  return 3;
}
