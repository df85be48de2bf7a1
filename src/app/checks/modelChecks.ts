/** Checks of a training's model: how well it does, on all test rows and by slice, and that it is not worse than the one before it. */
import { say } from '../../base/say.ts';
import { type Model, modelText } from '../../data/model.ts';
import { countText } from '../../words/numbers.ts';
import { measureBy, metricText, metricValueText } from '../../words/measures.ts';
import { guardSentence } from '../../words/findingText.ts';
import type { QualityRule } from '../config/checkRules.ts';
import { goesBy } from '../registry/cellMetrics.ts';
import type { OpenedTraining } from './changeChecks.ts';
import { type Finding, found, mostShown } from './outcome.ts';
import { unusable } from './readQuery.ts';

/** The newest model that is not archived, whatever was said of it; or the promoted one. */
async function modelOf(
  { training, workbench: { registry } }: OpenedTraining,
  which: 'newest' | 'promoted',
): Promise<Model> {
  const models = await registry.heads(training);
  const head = models.find(({ status }) => (which === 'promoted' ? status === 'promoted' : status !== 'archived'));
  if (head) return registry.byNumber(head.trainingId, head.number, head.training);
  throw unusable(
    which === 'promoted'
      ? say('no model of "{0}" is promoted', training.name)
      : say('there is no model of "{0}" yet', training.name),
  );
}

const isWithin = (value: number, { min, max }: QualityRule): boolean =>
  value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);

const wantedText = ({ min, max }: QualityRule): string =>
  min === undefined
    ? say('at most {0}', String(max))
    : max === undefined
      ? say('at least {0}', String(min))
      : say('{0} to {1}', String(min), String(max));

function checkMeasure({ training }: OpenedTraining, model: Model, rule: QualityRule): Finding {
  const metric = rule.metric ?? goesBy(training);
  const measured = measureBy(model.metrics, metric);
  if (!measured) throw unusable(say('{0} was not measured by "{1}"', modelText(model), metric));
  const said = say(
    'The {0} of {1} is {2} on {3} test rows',
    metricText(metric),
    modelText(model),
    metricValueText(metric, measured.value),
    countText(measured.n),
  );
  if (isWithin(measured.value, rule)) return found(true, say('{0}.', said));
  return found(false, say('{0}, and {1} is wanted.', said, wantedText(rule)));
}

function checkSlices(model: Model, rule: QualityRule, column: string): Finding {
  if ((rule.metric ?? 'accuracy') !== 'accuracy')
    throw unusable(say('slices are measured by accuracy, and not by "{0}"', rule.metric ?? ''));
  const slices = model.slices.filter((one) => one.column === column);
  if (slices.length === 0)
    throw unusable(say('{0} has no slices by "{1}": write it under "slices", and train', modelText(model), column));
  const judged = slices.filter((one) => one.judged);
  const wrong = judged.filter(({ accuracy }) => !isWithin(accuracy, rule));
  const few = slices.length - judged.length;
  const tooFew = few === 0 ? '' : ` ${say('{0} more have too few rows to judge.', countText(few))}`;
  if (wrong.length === 0)
    return found(
      true,
      `${say('The accuracy of {0} is {1} on each of {2} slices by {3}.', modelText(model), wantedText(rule), countText(judged.length), column)}${tooFew}`,
    );
  return {
    ok: false,
    sentence: `${say('{0} of {1} slices by {2}: the accuracy of {3} is not {4}.', countText(wrong.length), countText(judged.length), column, modelText(model), wantedText(rule))}${tooFew}`,
    count: null,
    columns: [column, say('test rows'), say('accuracy')],
    rows: wrong.slice(0, mostShown).map(({ value, n, accuracy }) => [value, n, Number(accuracy.toPrecision(4))]),
  };
}

/** Of the newest or the promoted model, as it was measured when it was trained. */
export async function checkQuality(opened: OpenedTraining, rule: QualityRule): Promise<Finding> {
  const model = await modelOf(opened, rule.model ?? 'newest');
  return rule.slice === undefined ? checkMeasure(opened, model, rule) : checkSlices(model, rule, rule.slice);
}

/** What the quality gate said of the newest model. */
export async function checkNotWorse(opened: OpenedTraining): Promise<Finding> {
  const model = await modelOf(opened, 'newest');
  const said = guardSentence(model.guard, {
    parent: model.parent === null ? null : `m${model.parent}`,
    baseline: null,
    baseSnapshot: model.base?.name ?? null,
    snapshot: model.snapshot.name,
    relabelled: model.parent === null ? null : model.relabelled,
  });
  return found(model.guard.verdict !== 'worse', say('{0}: {1}', modelText(model), said));
}
