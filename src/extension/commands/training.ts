/** Commands on trainings: write one down, train fully or on the delta. */
import * as vscode from 'vscode';
import type { TrainingConfig } from '../../app/config/config.ts';
import { withTraining } from '../../app/config/configEdits.ts';
import { Failure } from '../../base/failure.ts';
import type { RunOutcome } from '../../data/run.ts';
import { type TableInfo, tableText } from '../../data/table.ts';
import type { ConfiguredTraining } from '../connections/trainings.ts';
import type { Home } from '../connections/homes.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';

const isLikelyLabel = ({ family }: TableInfo['columns'][number]): boolean =>
  family === 'text' || family === 'boolean' || family === 'integer';

/** Asks for the label and writes the training down; answers its name. */
export async function newTraining(shell: Shell, target: Target): Promise<string> {
  const { ask, connections, pick, tell } = shell;
  const { session, table } = await pick.table(target, say('Train on which table?'));
  const info = await session.store.table(table);
  const home = await homeOf(shell, session);
  const others = info.columns.filter(({ name }) => !info.key.includes(name));
  // The label often stands last; columns of text are likelier than numbers.
  const ranked = [...others].reverse().sort((a, b) => Number(isLikelyLabel(b)) - Number(isLikelyLabel(a)));
  const label = await ask.pick(
    say('What is to be learnt? The label of {0}', tableText(table)),
    ranked.map(({ name, type }) => ({ label: name, value: name, description: type })),
  );
  const encodable = info.columns.filter(
    ({ name, family }) =>
      name !== label &&
      !(info.key.length === 1 && info.key[0] === name) &&
      !['bytes', 'json', 'vector', 'time'].includes(family),
  );
  const usual = encodable.map(({ name }) => name).filter((name) => !info.key.includes(name));
  const features = await ask.pickMany(
    say('From which columns?'),
    encodable.map(({ name, type }) => ({ label: name, value: name, description: type })),
    usual,
  );
  const taken = new Set(
    (await shell.trainings.list())
      .filter((one) => one.home.uri.toString() === home.uri.toString())
      .map(({ name }) => name),
  );
  const name = await ask.text({
    title: say('Name of the training'),
    value: taken.has(table.table) ? `${table.table}_${label}` : table.table,
    check: (text) =>
      text.trim() === '' ? say('A training needs a name.') : taken.has(text) ? say('"{0}" is taken.', text) : undefined,
  });
  const training: TrainingConfig = {
    connection: session.connection.name,
    table: tableText(table),
    key: info.key,
    label,
    features,
    learner: 'auto',
    seed: 1,
  };
  await connections.homes.edit(home, (text) => withTraining(text, name, training));
  const arguments_ = [{ connection: session.connection.id, table, training: name }];
  tell.say('info', say('The training "{0}" is in deltatrain.json.', name), {
    title: say('Train Fully'),
    command: 'deltatrain.table.trainFully',
    arguments: arguments_,
  });
  return name;
}

/** Where a training of this connection is written: beside the connection, else in the first folder. */
async function homeOf({ connections }: Shell, { connection }: Session): Promise<Home> {
  if (connection.home) return connection.home;
  if (!vscode.workspace.isTrusted) throw new Failure('workspace.untrusted');
  const [first] = connections.homes.list();
  if (!first) throw new Error('Broken invariant: there is always a home');
  return first;
}

/** Answers how the run ended. */
export async function train(shell: Shell, target: Target, mode: 'delta' | 'full'): Promise<RunOutcome> {
  const { pick, runs, tell, trainings } = shell;
  const title = mode === 'delta' ? say('Train on the delta of which training?') : say('Train which training fully?');
  const configured = (await pick.configured(target, title)) ?? (await configuredNow(shell, target));
  const open = await trainings.open(configured);
  // Who may not list snapshots can pin none either, and names the one to train on.
  const chosen = { session: open.session, table: open.training.table };
  const name = target.snapshot ?? (await pick.typedWhereUnlisted(chosen))?.name;
  const snapshot = name === undefined ? undefined : { name, own: false as const };
  const { done } = await runs.start(open, mode, snapshot);
  const outcome = await done;
  const { model, sentence } = outcome;
  const level = model?.status === 'rejected' ? 'warning' : 'info';
  const show = model && {
    title: say('Open'),
    command: 'deltatrain.model.open',
    arguments: [{ ...target, connection: configured.connection.id, training: model.training, model: model.number }],
  };
  const restorable = model?.status === 'rejected' && model.base;
  const look = restorable && {
    title: say('Show Delta'),
    command: 'deltatrain.delta.show',
    arguments: [
      {
        connection: configured.connection.id,
        table: open.training.table,
        from: restorable.name,
        snapshot: model.snapshot.name,
      },
    ],
  };
  tell.say(level, model ? `m${model.number}: ${sentence}` : sentence, ...(show ? [show] : []), ...(look ? [look] : []));
  return outcome;
}

/** Nobody said yet what is to be learnt of this table. */
async function configuredNow(shell: Shell, target: Target): Promise<ConfiguredTraining> {
  const { session, table } = await shell.pick.table(target, say('Train on which table?'));
  const known = await shell.trainings.of(session.connection.id, table);
  if (known[0]) return known[0];
  const name = await newTraining(shell, { connection: session.connection.id, table });
  return shell.trainings.find(session.connection.id, name);
}
