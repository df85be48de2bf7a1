/** The answers of a form as the fields of a training in deltatrain.json, and back. */
import type { TrainingConfig } from '../config/config.ts';
import { asFound, type FormAnswers } from '../../protocol/form.ts';
import { shareOf } from './checkAnswers.ts';

/** Shares are the form's as 0.1 has them by default. */
export const usualAnswers = { learner: 'auto', test: '10', validation: '10', seed: '1' } as const;

const percentOf = (share: number | undefined, usual: string): string =>
  share === undefined ? usual : String(Number((share * 100).toPrecision(12)));

/** A program stays as it is written while the form, which names learners of ours alone, was not told of one. */
const writtenLearner = (learner: string, before: TrainingConfig | null): NonNullable<TrainingConfig['learner']> =>
  typeof before?.learner === 'object' && learner === usualAnswers.learner ? before.learner : learner;

/** The fields that the form is about, as they are to be written; the answers were found to be right. */
export function writtenFields(
  answers: FormAnswers,
  of: { readonly connection: string; readonly key: readonly string[] },
  before: TrainingConfig | null,
): TrainingConfig {
  const { label, features, slices, learner, table } = answers;
  const validation = shareOf(answers.validation);
  const test = shareOf(answers.test);
  return {
    connection: before?.connection ?? of.connection,
    table: before?.table ?? table,
    key: before?.key ?? of.key,
    label: label ?? '',
    features: features.filter((name) => name !== label),
    learner: writtenLearner(learner, before),
    seed: Number(answers.seed),
    ...(test !== undefined && { test }),
    // A file that says it in 0.1's word keeps that word.
    ...(validation !== undefined && (before?.tune === undefined ? { validation } : { tune: validation })),
    ...((slices.length > 0 || before?.slices !== undefined) && { slices }),
  };
}

/** A training that is written already, as the answers of a form; `features`: those that hold where none are written. */
export function answersOf(
  name: string,
  written: TrainingConfig,
  of: { readonly store: string; readonly key: readonly string[]; readonly features: readonly string[] },
): FormAnswers {
  return {
    store: of.store,
    table: written.table,
    mode: 'upsert',
    types: {},
    reading: asFound,
    key: written.key ?? of.key,
    label: written.label,
    features: written.features ?? of.features,
    slices: written.slices ?? [],
    name,
    learner: typeof written.learner === 'string' ? written.learner : usualAnswers.learner,
    test: percentOf(written.test, usualAnswers.test),
    validation: percentOf(written.validation ?? written.tune, usualAnswers.validation),
    seed: String(written.seed ?? usualAnswers.seed),
  };
}
