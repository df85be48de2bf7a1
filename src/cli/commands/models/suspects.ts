/** `model suspects`: the changed rows that cost a model's parent most, and the model without some of them. */
import { suspectsOf } from '../../../app/models/suspects.ts';
import { type WithoutGroup, withoutGroup } from '../../../app/models/withoutGroup.ts';
import { dataDocument, type DataDocument } from '../../../app/registry/documents.ts';
import type { Workbench } from '../../../app/training/workbench.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { type Model, modelText } from '../../../data/model.ts';
import type { CheckResult, TrainEvent } from '../../../data/trainer.ts';
import { guardSentence } from '../../../words/findingText.ts';
import { dataSentence, dataWord, suspectsSentence } from '../../../words/judgement.ts';
import { measureText } from '../../../words/measures.ts';
import { countText, rowsText, shareText } from '../../../words/numbers.ts';
import { judgementNames } from '../../../words/outcomeText.ts';
import { verdictWord } from '../../../words/verdicts.ts';
import type { Command, Invocation } from '../command.ts';
import { findModel, storeOf, type TrainingFrame, withFrame, workbenchOf } from './trainingFrame.ts';
import { textBlock } from './trainingText.ts';

/** `deltatrain model suspects`: the groups of changed rows that cost a model's parent most. */
export const modelSuspects: Command = {
  name: 'model suspects',
  usage: 'MODEL [--limit N] [--rows] [--without GROUP]',
  summary: later('Show the changed rows that cost the parent of a model most, as groups'),
  options: {
    limit: { type: 'string', value: 'N', about: later('At most so many groups') },
    rows: { type: 'boolean', about: later('With the hashes of the rows of each group') },
    without: {
      type: 'string',
      value: 'GROUP',
      about: later(
        'Also train the model without a group, by its number, and show how it would do; nothing is registered',
      ),
    },
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => suspects(frame, invocation)),
};

/** A number that was typed. */
function numberOf(option: string, text: string | undefined, what: string): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new Failure('usage.wrong', { message: say('--{0} takes {1}, and got "{2}".', option, what, text) });
  return Number(text);
}

async function suspects(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const { positionals, option, output } = invocation;
  const limit = numberOf('limit', option('limit'), say('a number of groups'));
  const without = numberOf('without', option('without'), say('the number of a group'));
  const { model, registry } = await findModel(frame, positionals[0] ?? '');
  const workbench = workbenchOf(frame, await storeOf(frame, model, registry), registry);
  const trained = without === null ? null : await trainWithout(model, without, workbench, invocation);
  const found = trained?.found ?? (await suspectsOf(model, workbench, frame.signal));
  const document = documentOf(model, found, limit, invocation.has('rows'));
  const more = trained && without !== null ? { without: withoutDocument(model, without, trained) } : {};
  output.document({ ...document, ...more }, () =>
    [listText(found, document), ...(more.without ? [withoutText(model, more.without)] : [])].join('\n\n'),
  );
  return 0;
}

const trainWithout = async (
  model: Model,
  group: number,
  workbench: Workbench,
  { output, signal }: Invocation,
): Promise<WithoutGroup> => {
  const trained = await withoutGroup(model, group, workbench, signal, (event) => output.progress(progressText(event)));
  output.progress('');
  return trained;
};

const progressText = (event: TrainEvent): string =>
  event.kind === 'epoch'
    ? say(
        'Epoch {0} of at most {1}: loss {2}, {3} of the train rows right.',
        event.epoch,
        event.epochs,
        event.loss.toFixed(4),
        shareText(event.trainAccuracy),
      )
    : '';

function documentOf(
  model: Model,
  { data, suspects: { groups, explained } }: CheckResult,
  limit: number | null,
  rows: boolean,
) {
  const shown = groups.slice(0, limit ?? groups.length);
  const told = dataDocument({ data, groups: shown }, judgementNames(model)).groups;
  return {
    model: modelText(model),
    parent: modelText({ training: model.training, number: model.parent ?? 0 }),
    verdict: data.verdict,
    groups: told.map((group, i) => {
      const { hashes: _hashes, ...rest } = { hashes: [] as readonly string[], ...group };
      return rows ? { ...rest, hashes: shown[i]?.hashes ?? [] } : rest;
    }),
    explained,
  };
}

type SuspectsDocument = ReturnType<typeof documentOf>;

function listText({ data, suspects }: CheckResult, { groups }: SuspectsDocument): string {
  const { labels, features, inserted, firstLabels, removed } = data.kinds;
  const changes = labels + features + inserted + firstLabels + removed;
  return [
    suspectsSentence({ ...suspects, groups: suspects.groups.slice(0, groups.length) }, changes),
    ...groups.flatMap((group, i) => [
      `  ${countText(i + 1)}  ${group.sentence} (${countText(group.rows)})`,
      ...('hashes' in group ? (group.hashes as readonly string[]).map((hash) => `     ${hash}`) : []),
    ]),
  ].join('\n');
}

function withoutDocument(
  model: Model,
  group: number,
  { parent, rows, metrics, data, guard, weightsSha256 }: WithoutGroup,
) {
  const names = { parent: `m${parent.number}`, baseline: null, baseSnapshot: null, snapshot: model.snapshot.name };
  const told: DataDocument | null = data && dataDocument({ data, groups: [] }, judgementNames(model));
  return {
    group,
    rows,
    metrics,
    data: told,
    guard: { ...guard, relabelled: 0, sentence: guardSentence(guard, { ...names, relabelled: null }) },
    weightsSha256,
  };
}

const withoutText = (model: Model, { group, rows, metrics, data, guard }: ReturnType<typeof withoutDocument>): string =>
  [
    textBlock(say('Without group {0} ({1}), on the test rows that are left', group, rowsText(rows)), [
      [modelText(model), measureText(metrics.model)],
      [say('without them'), measureText(metrics.without)],
      [modelText({ training: model.training, number: model.parent ?? 0 }), measureText(metrics.parent)],
      ...(data && data.verdict !== 'none'
        ? [[say('data check'), `${dataWord(data.verdict)}. ${dataSentence(data, judgementNames(model))}`] as const]
        : []),
      [say('quality gate'), `${verdictWord(guard.verdict)}. ${guard.sentence}`],
    ]),
    model.status === 'held'
      ? say('Nothing was registered. To train so: deltatrain train {0} --without {1}', model.training, group)
      : say('Nothing was registered.'),
  ].join('\n');
