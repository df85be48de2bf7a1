/** Commands on trainings: write one down, train fully or on the delta. */
import { Failure } from '../../base/failure.ts';
import type { Model } from '../../data/model.ts';
import type { RunOutcome } from '../../data/run.ts';
import { parseTableName } from '../../data/table.ts';
import type { ConfiguredTraining, OpenTraining } from '../connections/trainings.ts';
import type { FormPanel } from '../forms/formPanel.ts';
import type { Action } from '../talk/tell.ts';
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
  if (!model) {
    tell.say('info', sentence);
    return;
  }
  const mustLook = model.status === 'rejected' || model.status === 'held';
  // Of a model that waits for its data the gate's verdict is on its page: nobody goes by it yet.
  const held = model.status === 'held' && model.judgement;
  const text = held ? dataSentence(held.data, judgementNames(model)) : sentence;
  tell.say(mustLook ? 'warning' : 'info', `m${model.number}: ${text}`, ...waysOn(target, open, model));
}

/** What can be done about a model that a run ended with, the nearest step first. */
function waysOn(target: Target, open: OpenTraining, model: Model): Action[] {
  const connection = open.session.connection.id;
  const own = { ...target, connection, training: model.training, model: model.number };
  if (model.status === 'held') {
    const act = (title: string, name: string): Action => ({
      title,
      command: `deltatrain.model.${name}`,
      arguments: [own],
    });
    const without = act(say('Train Without Them'), 'trainWithout');
    // Its page is open already, and a message has room for no more.
    return [
      act(say('Approve: These Changes Are Right'), 'approve'),
      act(say('Revert…'), 'revert'),
      ...((model.judgement?.groups.length ?? 0) > 0 ? [without] : []),
    ];
  }
  const show = { title: say('Open'), command: 'deltatrain.model.open', arguments: [own] };
  const { base } = model;
  if (model.status !== 'rejected' || !base) return [show];
  const change = { connection, table: open.training.table, from: base.name, snapshot: model.snapshot.name };
  return [show, { title: say('Show Delta'), command: 'deltatrain.delta.show', arguments: [change] }];
}

/** Nobody said yet what is to be learnt of this table: the form asks, and trains. */
async function configuredNow(shell: Shell, target: Target): Promise<ConfiguredTraining> {
  const { session, table } = await shell.pick.table(target, say('Train on which table?'));
  const known = await shell.trainings.of(session.connection.id, table);
  if (known[0]) return known[0];
  await shell.forms.showTraining(session, table, null);
  throw new Failure('cancelled');
}
