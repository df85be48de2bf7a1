/** What the quality gate found of a model of this page: its sentence, its warning and the names that they use. */
import type { Verdict } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { qualityRange } from '../../src/words/measures.ts';
import { say, together } from '../../src/base/say.ts';
import { aloneText, type FindingNames, shortSentence, warningText } from '../../src/words/findingText.ts';

export interface ModelFinding {
  readonly verdict: Verdict;
  readonly sentence: string;
  /** The tests contradict each other: what that means. */
  readonly warning: string | null;
  readonly names: FindingNames;
  /** As the function of that name says. */
  readonly isActedOn: boolean;
}

/** False while a model's data are suspect and nobody approved them: its own verdict is shown then, and nobody goes by it. */
export const isActedOn = ({ data, status }: Pick<ModelView, 'data' | 'status'>): boolean =>
  data?.verdict !== 'suspect' || status === 'candidate' || status === 'promoted';

const parentOf = ({ parent }: ModelView, models: readonly ModelView[]): ModelView | undefined =>
  models.find(({ number }) => number === parent);

/** The snapshot that a model was compared with: a full fit has no base, and was compared at its parent's. */
export const baseSnapshotOf = (model: ModelView, models: readonly ModelView[]): string | null =>
  model.baseSnapshot ?? parentOf(model, models)?.snapshot ?? null;

/** `models`: all of the page, among which the parent and the baseline are looked up. */
export function findingOf(model: ModelView, models: readonly ModelView[]): ModelFinding {
  const { guard, parent, metrics, relabelled } = model;
  const name = `m${model.number}`;
  const baseline = models.find((one) => one.isBaseline && one.number !== model.number);
  const names: FindingNames = {
    parent: parent === null ? null : `m${parent}`,
    baseline: baseline ? `m${baseline.number}` : null,
    baseSnapshot: baseSnapshotOf(model, models),
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
  const sentence = acted ? own : together(own, say('Nobody goes by that, as its data are suspect.'));
  return { verdict: guard.verdict, sentence, warning: warningText(guard, relabelled), names, isActedOn: acted };
}
