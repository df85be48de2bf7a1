/** `model approve` and `model approvals`: what a person decides on data that were held, and takes back. */
import type { Environment } from '../../../app/config/config.ts';
import type { KeptApproval } from '../../../app/registry/judged/approvals.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { type Model, modelText } from '../../../data/model.ts';
import { reasonWord } from '../../../words/reasons.ts';
import { momentText } from '../../../words/times.ts';
import { tableText } from '../../terminal/textTable.ts';
import { findConnection } from '../../connection/connection.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent } from '../confirm.ts';
import { findModel, openTraining, type TrainingFrame, withFrame, yesOption } from './trainingFrame.ts';

/** `deltatrain model approve`: the data of a held model are right; it becomes a candidate. */
export const modelApprove: Command = {
  name: 'model approve',
  usage: 'MODEL --reasons SHA [--note TEXT] [--confirm TABLE] [--yes]',
  summary: later('Say that the changes that a model is held for are right: it becomes a candidate'),
  options: {
    reasons: {
      type: 'string',
      value: 'SHA',
      about: later('The hash that train and model show print: what was seen is what is approved'),
    },
    note: { type: 'string', value: 'TEXT', about: later('Why they are right') },
    confirm: confirmOption('TABLE'),
    yes: yesOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => approve(frame, invocation)),
};

/** Of the model's table; of a training that is written nowhere the strictest of all connections where it may be. */
function environmentOf(frame: TrainingFrame, { cwd, option }: Invocation, model: Model): Environment {
  const of = (wanted: string | undefined, name?: string): Environment => findConnection(cwd, wanted, name).environment;
  const given = option('connection');
  if (given !== undefined) return of(given);
  const { trainings, connections } = frame.config();
  const own = Object.hasOwn(trainings, model.training) ? trainings[model.training] : undefined;
  if (own) return of(undefined, own.connection);
  const all = Object.keys(connections).map((name) => of(undefined, name));
  return all.find((one) => one === 'production') ?? 'development';
}

async function approve(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { positionals, option, output } = invocation;
  const { model, registry } = await findModel(frame, positionals[0] ?? '');
  const reasons = option('reasons');
  if (reasons === undefined)
    throw new Failure('usage.wrong', {
      message: say('Say what is approved: --reasons with the hash that "model show {0}" prints.', modelText(model)),
    });
  requireConsent(
    environmentOf(frame, invocation, model),
    confirmedName(invocation),
    say('Approving the data of {0}', modelText(model)),
    model.table,
  );
  const { model: now, archived, approvals } = await registry.approve(model, reasons, option('note') ?? '');
  const document = {
    model: modelText(now),
    status: now.status,
    archived: archived.map((number) => modelText({ training: now.training, number })),
    approvals: approvals.map(({ id }) => id),
  };
  output.document(document, () =>
    say(
      '{0} is a candidate again. What was approved is not asked about for some rounds: model approvals {1}',
      document.model,
      now.training,
    ),
  );
  return 0;
}

/** As the command line prints it. */
const documentOf = ({ trainingId: _id, number, ...one }: KeptApproval) => ({
  ...one,
  model: modelText({ training: one.training, number }),
});

type ApprovalDocument = ReturnType<typeof documentOf>;

function listText(documents: readonly ApprovalDocument[], training: string): string {
  if (documents.length === 0) return say('Nothing was approved for "{0}".', training);
  const rows = documents.map(({ id, model, kind, column, who, at, note, revoked }) => [
    String(id),
    model,
    column === null ? reasonWord(kind) : say('{0}: {1}', column, reasonWord(kind)),
    who,
    momentText(at),
    revoked ? say('taken back by {0}', revoked.who) : note,
  ]);
  return tableText([say('no.'), say('model'), say('reason'), say('by'), say('at'), say('note')], rows);
}

/** `deltatrain model approvals`: what was approved for a training; with `--revoke`, one of them taken back. */
export const modelApprovals: Command = {
  name: 'model approvals',
  usage: 'NAME [--revoke ID] [--yes]',
  summary: later('List what was approved of the data of a training, or take an approval back'),
  options: {
    revoke: { type: 'string', value: 'ID', about: later('What it covers is asked about again') },
    yes: yesOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => approvals(frame, invocation)),
};

async function approvals(frame: TrainingFrame, { positionals, option, output }: Invocation): Promise<number> {
  const { training, workbench } = await openTraining(frame, positionals[0] ?? '');
  const { registry } = workbench;
  const id = option('revoke');
  if (id !== undefined && !/^[1-9]\d{0,8}$/.test(id))
    throw new Failure('usage.wrong', { message: say('--revoke takes the number of an approval, and got "{0}".', id) });
  if (id !== undefined) await registry.revoke(training, Number(id));
  const documents = (await registry.judged.approvals(training)).map(documentOf);
  output.document(documents, () => listText(documents, training.name));
  return 0;
}
