/** `train`: updates a training's newest model with what changed, or fits one from scratch. */
import { later, say } from '../../../base/say.ts';
import { trainDocument } from '../../../app/registry/documents.ts';
import { type RunRules, runRuled } from '../../../app/checks/runRuled.ts';
import { Failure } from '../../../base/failure.ts';
import { type Hook, requireHook, runHook } from '../../../outside/process/runHook.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import { sentenceOf } from '../../terminal/failures.ts';
import { hookOf } from '../trainers/configured.ts';
import type { RunEvent, RunOutcome } from '../../../data/run.ts';
import type { Command, Invocation } from '../command.ts';
import type { Output } from '../../terminal/output.ts';
import { excludeAsked, withoutOptions } from './exclusions.ts';
import { openTraining, type TrainingFrame, withFrame, yesOption, allowTrainerOption } from './trainingFrame.ts';
import { trainText } from './trainingText.ts';
import { countText, deltaText, shareText } from '../../../words/numbers.ts';

/** `deltatrain train`: one run; it ends in 3 where the new model is rejected. */
export const trainCommand: Command = {
  name: 'train',
  usage:
    'NAME [--full] [--snapshot S] [--learner L] [--without GROUP|CONDITION [--note TEXT]] [--allow-trainer] [--yes]',
  summary: later('Train on what changed since the newest model, or fully'),
  options: {
    full: { type: 'boolean', about: later('Fit from scratch, on every row') },
    snapshot: { type: 'string', value: 'S', about: later('Train on this snapshot; without it a new one is made') },
    learner: {
      type: 'string',
      value: 'L',
      about: later('Learn by auto, mlp, linear or forest instead of what deltatrain.json says'),
    },
    ...withoutOptions,
    'allow-trainer': allowTrainerOption,
    yes: yesOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => train(frame, invocation)),
};

/** 3 when the guard said worse: the model is kept for inspection, and is no base for the next. */
async function train(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const began = performance.now();
  const { training, workbench } = await openTraining(
    frame,
    invocation.positionals[0] ?? '',
    invocation.option('learner'),
  );
  const found = findConfig(invocation.cwd);
  const hook = found && (await hookOf(found, training.name, invocation.has('allow-trainer')));
  if (hook) requireHook(hook);
  await excludeAsked(invocation, training, workbench);
  const snapshot = invocation.option('snapshot');
  const request = {
    training,
    mode: invocation.has('full') ? 'full' : 'delta',
    ...(snapshot !== undefined && { snapshot: { name: snapshot, own: false as const } }),
  } as const;
  const pinned: string[] = [];
  const rules = { config: frame.config(), ...(hook && { held: tellingOf(hook, output) }) };
  const outcome = await runRuled(request, rules, workbench, frame.signal, (event) => {
    if (event.kind === 'pinned' && event.own) pinned.push(event.snapshot);
    tell(event, output);
  });
  output.progress('');
  if (outcome.reason !== null)
    for (const name of pinned) output.note(say('{0} was not needed, and is deleted again.', name));
  const document = trainDocument(outcome, training.name, (performance.now() - began) / 1000);
  output.document(document, () => trainText(document));
  if (isSuspect(outcome)) return 3;
  return outcome.model?.status === 'rejected' || outcome.model?.status === 'held' ? 3 : 0;
}

/** What is held is held, whatever becomes of the program that is told of it. */
const tellingOf =
  (hook: Hook, output: Output): NonNullable<RunRules['held']> =>
  (event, signal) =>
    runHook(hook, event, { signal, log: (line) => output.note(`  ${line}`) }).catch((error: unknown) => {
      if (!(error instanceof Failure) || signal.aborted) throw error;
      output.error(sentenceOf(error));
    });

/** Changes that a model would be held for, though nothing can be trained on them. */
const isSuspect = (outcome: RunOutcome): boolean =>
  outcome.model === null && outcome.judged?.judgement.data.verdict === 'suspect';

function tell(event: RunEvent, output: Output): void {
  switch (event.kind) {
    case 'pinned':
      return output.note(event.own ? say('Pinned as {0}.', event.snapshot) : `On ${event.snapshot}.`);
    case 'diffed':
      if (event.facts && event.from) output.note(say('{0} since {1}.', deltaText(event.facts.counts), event.from));
      for (const leak of event.advice.leaks ?? []) output.note(leak);
      return undefined;
    case 'planned':
      return output.note(plannedText(event.plan));
    case 'epoch':
      return output.progress(
        say(
          'Epoch {0} of at most {1}: loss {2}, {3} of the train rows right.',
          event.epoch,
          event.epochs,
          event.loss.toFixed(4),
          shareText(event.trainAccuracy),
        ),
      );
    case 'working':
      return output.progress(
        event.message === null
          ? say('{0} of the training done.', shareText(event.fraction))
          : say('{0} of the training done: {1}', shareText(event.fraction), event.message),
      );
    case 'phase':
    case 'reading':
    case 'testing':
      return undefined;
  }
}

const plannedText = ({ kind, counts }: Extract<RunEvent, { kind: 'planned' }>['plan']): string =>
  kind === 'full'
    ? say('Training on every row (about {0}).', countText(counts.train))
    : counts.delta === 0
      ? say('Taking what is gone out of the model.')
      : counts.replay === 0
        ? say('Training on {0}.', changedText(counts.delta))
        : say('Training on {0} and about {1} others.', changedText(counts.delta), countText(counts.replay));

const changedText = (rows: number): string =>
  rows === 1 ? say('1 changed row') : say('{0} changed rows', countText(rows));
