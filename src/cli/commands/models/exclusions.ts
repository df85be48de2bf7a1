/** `train --without` and `model exclusions`: rows that a training leaves out, and taking that back. */
import { later, say } from '../../../base/say.ts';
import { exclusionReason } from '../../../app/registry/judged/exclusionReason.ts';
import type { Exclusion } from '../../../app/registry/judged/exclusions.ts';
import { exclude, lift, withoutOf } from '../../../app/training/exclusions/exclude.ts';
import { contentColumns } from '../../../app/training/exclusions/leaveOut.ts';
import { rowsLeftOut } from '../../../app/training/exclusions/rowsLeftOut.ts';
import { Failure } from '../../../base/failure.ts';
import { rowAt } from '../../../data/page.ts';
import { tableText as nameText } from '../../../data/table.ts';
import { jsonOf, type Value } from '../../../data/value.ts';
import type { Workbench } from '../../../app/training/workbench.ts';
import { modelText } from '../../../data/model.ts';
import type { Training } from '../../../data/training.ts';
import { rowsText } from '../../../words/numbers.ts';
import { momentText } from '../../../words/times.ts';
import type { Command, CommandOption, Invocation } from '../command.ts';
import { tableText } from '../../terminal/textTable.ts';
import { openTraining, type TrainingFrame, withFrame, yesOption } from './trainingFrame.ts';

/** Of `train`. */
export const withoutOptions = {
  without: {
    type: 'string',
    value: 'GROUP|CONDITION',
    about: later('Leave rows out from now on: a group of suspects of the held model by its number, or a condition'),
  },
  note: { type: 'string', value: 'TEXT', about: later('With --without: why') },
} as const satisfies Readonly<Record<string, CommandOption>>;

/** Keeps the exclusion that `train` was asked for, before it trains; nothing where none was. */
export async function excludeAsked(
  { option, output, signal }: Invocation,
  training: Training,
  workbench: Workbench,
): Promise<void> {
  const without = option('without');
  if (without === undefined) return;
  const snapshot = option('snapshot') ?? null;
  const request = { training, without: withoutOf(without), snapshot, note: option('note') ?? '' };
  const held = (await workbench.registry.heads(training)).filter(({ status }) => status === 'held');
  const { id, rows } = await exclude(request, workbench, signal);
  output.note(
    say(
      '{0} are left out until they change ({1}). To take that back: model exclusions {2} --lift {1}',
      rowsText(rows.length),
      id,
      training.name,
    ),
  );
  for (const model of held)
    output.note(say('{0} is archived: the rows it was held for are left out.', modelText(model)));
}

/** As the command line prints it. */
const documentOf = (one: Exclusion) => ({
  id: one.id,
  training: one.training,
  rows: one.rows.length,
  model: one.number === null ? null : modelText({ training: one.training, number: one.number }),
  reason: exclusionReason(one),
  who: one.who,
  at: one.at,
  lifted: one.lifted,
});

type ExclusionDocument = ReturnType<typeof documentOf>;

const holdsText = ({ lifted }: ExclusionDocument): string =>
  lifted === null ? say('left out until they change') : say('lifted by {0} at {1}', lifted.who, momentText(lifted.at));

function listText(documents: readonly ExclusionDocument[], training: string): string {
  if (documents.length === 0) return say('"{0}" leaves no rows out.', training);
  const rows = documents.map((one) => [one.id, one.rows, one.reason, one.who, momentText(one.at), holdsText(one)]);
  return tableText(['', say('rows'), say('reason'), say('by'), say('at'), say('now')], rows);
}

/** `deltatrain model exclusions`: what a training leaves out; with `--lift`, one of them taken back. */
export const modelExclusions: Command = {
  name: 'model exclusions',
  usage: 'NAME [--lift ID|--rows ID] [--yes]',
  summary: later('List the rows that a training leaves out, or take one of these exclusions back'),
  options: {
    lift: { type: 'string', value: 'ID', about: later('Its rows are in again from the next run on') },
    rows: { type: 'string', value: 'ID', about: later('List the rows of one that are as they were, and so left out') },
    yes: yesOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => exclusions(frame, invocation)),
};

/** The rows of one exclusion, as they come. */
async function listRows(
  { output, signal }: Invocation,
  training: Training,
  { store, registry }: Workbench,
  id: string,
): Promise<number> {
  const exclusion = (await registry.judged.exclusions(training)).find((one) => one.id === id);
  if (!exclusion)
    throw new Failure('run.refused', {
      what: say('Listing the rows of "{0}"', id),
      why: say('"{0}" has no exclusion of that name.', training.name),
    });
  const { columns } = await store.table(training.table);
  const shown = contentColumns(training).flatMap((name) => columns.filter((column) => column.name === name));
  const head = {
    head: {
      exclusion: id,
      table: nameText(training.table),
      columns: shown.map(({ name, type }) => ({ name, type })),
    },
  };
  let rows = 0;
  for await (const page of rowsLeftOut(store, training, exclusion, signal)) {
    rows += page.rows;
    const names = page.columns.map(({ name }) => name);
    const cells = (): Value[][] => Array.from({ length: page.rows }, (_, i) => rowAt(page, i));
    await output.rows(head, {
      documents: () => cells().map((row) => Object.fromEntries(row.map((value, c) => [names[c] ?? '', jsonOf(value)]))),
      titles: names,
      cells,
    });
  }
  output.endRows(head, {}, () => (rows === 0 ? say('None of its rows is as it was.') : `(${rowsText(rows)})`));
  return 0;
}

async function exclusions(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { positionals, option, output } = invocation;
  const { training, workbench } = await openTraining(frame, positionals[0] ?? '');
  const { registry } = workbench;
  const id = option('lift');
  const listed = option('rows');
  if (listed !== undefined) return listRows(invocation, training, workbench, listed);
  if (id !== undefined) await lift(registry, training, id);
  const documents = (await registry.judged.exclusions(training)).map(documentOf);
  output.document(documents, () => listText(documents, training.name));
  return 0;
}
