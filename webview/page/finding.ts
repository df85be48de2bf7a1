/** What the quality gate found of a model of this page: its sentence, its warning and the names that they use. */
import type { Verdict } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { notActedOnSentence } from '../../src/words/judgement.ts';
import { qualityRange } from '../../src/words/measures.ts';
import { say, together } from '../../src/base/say.ts';
import { aloneText, type FindingNames, shortSentence, warningText } from '../../src/words/findingText.ts';

export interface ModelFinding {
  readonly verdict: Verdict;
  readonly sentence: string;
  /** The tests contradict each other: what that means. */
  readonly warning: string | null;
  readonly names: FindingNames;
  /** Whether the verdict decides anything; where not, the sentence says so, and it is drawn dim. */
  readonly isActedOn: boolean;
}

/**
 * Whether the verdict on a model decides anything. A model whose data are suspect is held, or was taken back or archived while it
 * was: until a person approves its data nothing is trained on top of it or promoted, whatever its own verdict says.
 */
export const isActedOn = ({ data, status }: Pick<ModelView, 'data' | 'status'>): boolean =>
  data?.verdict !== 'suspect' || status === 'candidate' || status === 'promoted';

const parentOf = ({ parent }: ModelView, models: readonly ModelView[]): ModelView | undefined =>
  models.find(({ number }) => number === parent);

/** The snapshot that a model was compared with: a full fit has no base, and was compared at its parent's. */
export const comparedSnapshotOf = (model: ModelView, models: readonly ModelView[]): string | null =>
  model.baseSnapshot ?? parentOf(model, models)?.snapshot ?? null;

/** `models`: all of the page, among which the parent and the baseline are looked up. */
export function findingOfModel(model: ModelView, models: readonly ModelView[]): ModelFinding {
  const { guard, parent, metrics, relabelled } = model;
  const name = `m${model.number}`;
  const baseline = models.find((one) => one.isBaseline && one.number !== model.number);
  const names: FindingNames = {
    parent: parent === null ? null : `m${parent}`,
    baseline: baseline ? `m${baseline.number}` : null,
    baseSnapshot: comparedSnapshotOf(model, models),
    snapshot: model.snapshot,
    relabelled,
  };
  if (!guard || parent === null || guard.verdict === 'none') {
    const alone = parent === null && say('There is no parent to compare it with.');
    return {
      verdict: 'none',
      sentence: together(aloneText(name, metrics && qualityRange(metrics)), alone),
      warning: null,
      names,
      isActedOn: true,
    };
  }
  const own = shortSentence(name, guard, names);
  const acted = isActedOn(model);
  const sentence = acted ? own : together(own, notActedOnSentence());
  return { verdict: guard.verdict, sentence, warning: warningText(guard, relabelled), names, isActedOn: acted };
}
