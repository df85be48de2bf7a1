/** Commands on trainings: write one down, train fully or on the delta. */
import { Failure } from '../../base/failure.ts';
import type { RunOutcome } from '../../data/run.ts';
import { parseTableName } from '../../data/table.ts';
import type { ConfiguredTraining, OpenTraining } from '../connections/trainings.ts';
import type { FormPanel } from '../forms/formPanel.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';
import { dataSentence } from '../../words/judgement.ts';
import { judgementNames } from '../../words/outcomeText.ts';

/** Opens the form of a new training; what it is about is asked where it was not told. */
export async function newTraining(shell: Shell, target: Target): Promise<FormPanel> {
  const { session, table } = await shell.pick.table(target, say('Train on which table?'));
  return shell.forms.showTraining(session, table, null);
}

/** Opens the form of a training that is there. */
export async function editTraining(shell: Shell, target: Target): Promise<FormPanel> {
  const { connections, forms, pick } = shell;
  const configured = await pick.configured(target, say('Edit which training?'));
  if (!configured) throw new Failure('training.unknown', { training: target.training ?? '' });
  const session = await connections.session(configured.connection.id);
  const table = parseTableName(configured.written.table);
  if (!table) throw new Failure('table.unknown', { table: configured.written.table });
  return forms.showTraining(session, table, configured);
}

/** Answers how the run ended. */
export async function train(shell: Shell, target: Target, mode: 'delta' | 'full'): Promise<RunOutcome> {
  const { pick, runs, trainings } = shell;
  const title = mode === 'delta' ? say('Train on the delta of which training?') : say('Train which training fully?');
  const configured = (await pick.configured(target, title)) ?? (await configuredNow(shell, target));
  const open = await trainings.open(configured);
  // Who may not list snapshots can pin none either, and names the one to train on.
  const chosen = { session: open.session, table: open.training.table };
  const name = target.snapshot ?? (await pick.typedWhereUnlisted(chosen))?.name;
  const snapshot = name === undefined ? undefined : { name, own: false as const };
  const { done } = await runs.start(open, mode, snapshot);
  const outcome = await done;
  tellEnd(shell, target, open, outcome);
  return outcome;
}

/** How a run ended, with what can be done about it: of a held model first the way out that it waits for. */
function tellEnd({ tell }: Shell, target: Target, open: OpenTraining, { model, sentence }: RunOutcome): void {
  const connection = open.session.connection.id;
  const mustLook = model?.status === 'rejected' || model?.status === 'held';
  const level = mustLook ? 'warning' : 'info';
  const own = model && { ...target, connection, training: model.training, model: model.number };
  const show = own && { title: say('Open'), command: 'deltatrain.model.open', arguments: [own] };
  const approve = own &&
    model.status === 'held' && {
      title: say('Approve: These Changes Are Right'),
      command: 'deltatrain.model.approve',
      arguments: [own],
    };
  const restorable = mustLook && model.base;
  const look = restorable && {
    title: say('Show Delta'),
    command: 'deltatrain.delta.show',
    arguments: [
      {
        connection,
        table: open.training.table,
        from: restorable.name,
        snapshot: model.snapshot.name,
      },
    ],
  };
  // Of a model that waits for its data the gate's verdict is on its page: nobody goes by it yet.
  const { judgement } = model ?? {};
  const text = model?.status === 'held' && judgement ? dataSentence(judgement.data, judgementNames(model)) : sentence;
  const actions = [show, approve, look].flatMap((one) => (one ? [one] : []));
  tell.say(level, model ? `m${model.number}: ${text}` : text, ...actions);
}

/** Nobody said yet what is to be learnt of this table: the form asks, and trains. */
async function configuredNow(shell: Shell, target: Target): Promise<ConfiguredTraining> {
  const { session, table } = await shell.pick.table(target, say('Train on which table?'));
  const known = await shell.trainings.of(session.connection.id, table);
  if (known[0]) return known[0];
  await shell.forms.showTraining(session, table, null);
  throw new Failure('cancelled');
}
