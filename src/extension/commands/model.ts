/** Commands on models: open, promote, archive, note, reproduce. */
import { type Reproduction, reproduceModel } from '../../app/models/reproduce.ts';
import { modelText } from '../../data/model.ts';
import type { Shell } from './shell.ts';
import { type Target, targetOf } from '../tree/target.ts';
import { forkTrainer } from '../runs/trainerProcess.ts';
import { say } from '../../base/say.ts';

export async function openModel({ panels, pick, trainings }: Shell, target: Target): Promise<void> {
  const { session, model } = await pick.model(target, say('Open which model?'));
  const open = await trainings.openOf(session, model);
  panels.showTraining(open, { section: 'model', model: model.number });
}

/** Two models that are selected in the tree, or that are asked for, side by side in the panel of their training. */
export async function compareModels(
  { panels, pick, trainings }: Shell,
  target: Target,
  selected: unknown,
): Promise<void> {
  const others = (Array.isArray(selected) ? selected : [])
    .map(targetOf)
    .filter((one) => one.model !== undefined && one.training !== undefined);
  const { session, model } = await pick.model(others[0] ?? target, say('Compare which model?'));
  const same = { connection: session.connection.id, training: model.training };
  const given = others.find((one) => one.model !== model.number && one.training === model.training);
  const wanted = given ?? same;
  const { model: other } = await pick.model(wanted, say('Compare {0} with which model?', modelText(model)));
  const open = await trainings.openOf(session, model);
  panels.showTraining(open, { section: 'compare', models: [model.number, other.number] });
}

/** Promotes a model after asking; later models are compared with it. */
export async function promote({ ask, connections, pick, tell }: Shell, target: Target): Promise<void> {
  const { session, model } = await pick.model(target, say('Promote which model?'));
  const name = modelText(model);
  const before = (await session.registry.heads({ id: model.trainingId, name: model.training })).find(
    ({ status }) => status === 'promoted',
  );
  const becomes = say('It becomes the baseline that later models are compared with.');
  await ask.confirm(
    say('Promote {0}?', name),
    before ? `${becomes} ${say('{0}, promoted before, is a candidate again.', modelText(before))}` : becomes,
    say('Promote'),
  );
  const { replaced } = await session.registry.promote(model);
  connections.noticeChange(session.connection.id);
  if (replaced === null) return tell.say('info', say('{0} is promoted.', name));
  const old = { training: model.training, number: replaced };
  tell.say('info', say('{0} is promoted in the place of {1}.', name, modelText(old)), {
    title: say('Promote {0} Again', modelText(old)),
    command: 'deltatrain.model.promote',
    arguments: [{ connection: session.connection.id, training: model.training, model: replaced }],
  });
}

/** Archives a model after asking; no later model starts from it. */
export async function archive({ ask, connections, pick }: Shell, target: Target): Promise<void> {
  const { session, model } = await pick.model(target, say('Archive which model?'));
  await ask.confirm(
    say('Archive {0}?', modelText(model)),
    say('It is kept, but no later model starts from it, and its snapshots may be deleted.'),
    say('Archive'),
  );
  await session.registry.archive(model);
  connections.noticeChange(session.connection.id);
}

export async function note({ ask, connections, pick }: Shell, target: Target): Promise<void> {
  const { session, model } = await pick.model(target, say('Write a note on which model?'));
  const text = await ask.text({ title: say('Note on {0}', modelText(model)), value: model.note });
  await session.registry.note(model, text);
  connections.noticeChange(session.connection.id);
}

/** Repeats the last step, or every step since the last full fit, and compares the weights. Nothing is written. */
export async function reproduce(shell: Shell, target: Target, fromRoot?: boolean): Promise<Reproduction> {
  const { ask, extensionUri, pick, runs, tell, trainings } = shell;
  const { session, model } = await pick.model(target, say('Reproduce which model?'));
  const name = modelText(model);
  const root =
    fromRoot ??
    (model.kind === 'delta' &&
      (await ask.pick(say('Repeat which steps of {0}?', name), [
        { label: say('The last step'), value: false, detail: say("From its parent's stored weights.") },
        { label: say('From the root'), value: true, detail: say('Every step since the last full fit.') },
      ])));
  const open = await trainings.openOf(session, model);
  const place = forkTrainer(extensionUri, model.training, { tell, homes: shell.connections.homes });
  try {
    const parts = runs.workbench(open, place.trainer);
    const found = await tell.during(say('Reproducing {0}', name), (signal, report) =>
      reproduceModel(name, { fromRoot: root }, parts, signal, (event) => {
        if (event.kind === 'step') report(say('{0}, step {1} of {2}', event.model, event.step, event.steps));
      }),
    );
    const sentence = found.identical
      ? say('{0} came out the same, bit for bit ({1}).', name, found.weightsSha256.slice(0, 12))
      : say(
          '{0} came out different: {1} instead of {2}.',
          name,
          found.weightsSha256.slice(0, 12),
          found.expected.slice(0, 12),
        );
    tell.say(found.identical ? 'info' : 'warning', sentence);
    return found;
  } finally {
    place.end();
  }
}
