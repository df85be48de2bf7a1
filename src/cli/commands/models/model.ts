/** `model`: lists, shows, promotes, archives and reproduces registered models. */
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { trainingOf } from '../../../app/config/config.ts';
import { type ModelDocument, modelDocument, parentNames } from '../../../app/registry/documents.ts';
import type { Settled } from '../../../app/registry/judged/settled.ts';
import { reproduceModel } from '../../../app/models/reproduce.ts';
import type { Registry } from '../../../app/registry/registry.ts';
import { type Model, modelText as nameOf } from '../../../data/model.ts';
import type { Command, Invocation } from '../command.ts';
import type { Output } from '../../terminal/output.ts';
import {
  findModel,
  registries,
  storeOf,
  type TrainingFrame,
  withFrame,
  workbenchOf,
  yesOption,
  allowTrainerOption,
} from './trainingFrame.ts';
import { modelListText, modelText, reproductionText } from './trainingText.ts';

/** `deltatrain model list`: the registered models of a training, or of all, newest first. */
export const modelList: Command = {
  name: 'model list',
  usage: '[TRAINING]',
  summary: later('List the models, newest first'),
  options: {},
  takes: [0, 1],
  run: (invocation) => withFrame(invocation, (frame) => list(frame, invocation)),
};

async function list(frame: TrainingFrame, { positionals, output }: Invocation): Promise<number> {
  const [training] = positionals;
  const documents: ModelDocument[] = [];
  for (const registry of await registries(frame, training)) {
    const models = await registry.models(training);
    const parentOf = await parentNames(registry, models);
    const settled = await settledOf(registry, models);
    documents.push(...models.map((model) => modelDocument(model, parentOf, models, settled)));
  }
  // A name that is neither trained nor configured is a slip.
  if (training !== undefined && documents.length === 0) trainingOf(frame.config(), training);
  documents.sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
  output.document(documents, () => modelListText(documents));
  return 0;
}

/** What became of the models of every training id among these. */
async function settledOf(registry: Registry, models: readonly Model[]): Promise<Settled[]> {
  const found: Settled[] = [];
  for (const id of new Set(models.map(({ trainingId }) => trainingId)))
    found.push(...(await registry.judged.settled(id)));
  return found;
}

async function documentOf(model: Model, registry: Registry): Promise<ModelDocument> {
  const lineage = await registry.heads({ id: model.trainingId, name: model.training });
  const settled = await settledOf(registry, [model]);
  return modelDocument(model, await parentNames(registry, [model]), lineage, settled);
}

async function show(output: Output, model: Model, registry: Registry): Promise<number> {
  const document = await documentOf(model, registry);
  output.document(document, () => modelText(document));
  return 0;
}

/** Says what it replaces: only one model of a training is promoted. */
async function promote(output: Output, model: Model, registry: Registry): Promise<number> {
  const { model: now, replaced } = await registry.promote(model);
  const replaces = replaced === null ? null : nameOf({ training: now.training, number: replaced });
  const document = { ...(await documentOf(now, registry)), replaces };
  output.document(document, () => modelText(document));
  if (replaces !== null)
    output.note(
      say(
        '{0} was promoted before, and is a candidate again. To go back to it: deltatrain model promote {0}',
        replaces,
      ),
    );
  return 0;
}

/** What is done with a found model before it is shown. */
const onModel = (name: string, summary: string, change?: 'promote' | 'archive'): Command => ({
  name: `model ${name}`,
  usage: change ? 'MODEL [--yes]' : 'MODEL',
  summary,
  options: change ? { yes: yesOption } : {},
  takes: [1, 1],
  run: (invocation) =>
    withFrame(invocation, async (frame) => {
      const { model, registry } = await findModel(frame, invocation.positionals[0] ?? '');
      if (change === 'promote') return promote(invocation.output, model, registry);
      return show(invocation.output, change ? await registry.archive(model) : model, registry);
    }),
});

/** `deltatrain model show`: one model with everything that is registered of it. */
export const modelShow = onModel('show', later('Show what is registered of a model (weather/m3, or m3)'));
/** `deltatrain model promote`: later models are compared with it; the one promoted before is a candidate again. */
export const modelPromote = onModel('promote', later('Make a candidate the promoted model of its training'), 'promote');
/** `deltatrain model archive`: no later model starts from it, and its snapshots may be deleted. */
export const modelArchive = onModel('archive', later('Put a model aside; it needs its snapshots no more'), 'archive');

/** `deltatrain model reproduce`: trains again and compares the hash of the weights; it ends in 3 where they differ. */
export const modelReproduce: Command = {
  name: 'model reproduce',
  usage: 'MODEL [--from-root | --in-full] [--allow-trainer]',
  summary: later("Make a model again from its parent's artifact, or from the last full fit, and compare the weights"),
  options: {
    'from-root': { type: 'boolean', about: later('Every step since the last full fit, not the last one alone') },
    'in-full': { type: 'boolean', about: later('Of an exact learner: a full fit with the same encoder') },
    'allow-trainer': allowTrainerOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => reproduce(frame, invocation)),
};

/** 3 when the weights differ. */
async function reproduce(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const { model, registry } = await findModel(frame, invocation.positionals[0] ?? '');
  const workbench = workbenchOf(frame, await storeOf(frame, model, registry), registry);
  const inFull = invocation.has('in-full');
  if (inFull && invocation.has('from-root'))
    throw new Failure('usage.wrong', { message: say('"--from-root" and "--in-full" are two ways: choose one.') });
  const how = { fromRoot: invocation.has('from-root'), inFull };
  const reproduction = await reproduceModel(nameOf(model), how, workbench, frame.signal, (event) => {
    if (event.kind === 'step') output.note(say('Step {0} of {1}: {2}.', event.step, event.steps, event.model));
  });
  output.document(reproduction, () => reproductionText(reproduction));
  return reproduction.identical ? 0 : 3;
}
