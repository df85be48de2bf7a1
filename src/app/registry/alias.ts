/** Models that are named by what they are now: the promoted one of a training, or its latest. */
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { lineageTip, type ModelHead, type ModelRef } from '../../data/model.ts';

/** `weather@promoted`, as it was read. */
export type ModelAlias = Extract<ModelRef, { readonly which: string }>;

/** Numbers are unique among the models of a name, also where it has several lineages; `models` newest first. */
const aliased = (models: readonly ModelHead[], which: ModelAlias['which']): ModelHead | null =>
  which === 'latest' ? lineageTip(models) : (models.find(({ status }) => status === 'promoted') ?? null);

/** The model that is meant among all models of a registry, newest first; `model.unknown`, `model.ambiguous`, `model.none`. */
export function meantBy(ref: string, { training, which }: ModelAlias, all: readonly ModelHead[]): ModelHead {
  const names = [...new Set(all.map((head) => head.training))];
  const wanted = training === null ? names : names.filter((name) => name === training);
  const ofName = (name: string): ModelHead | null =>
    aliased(
      all.filter((head) => head.training === name),
      which,
    );
  const [first, ...others] = wanted.flatMap((name) => ofName(name) ?? []);
  if (first && others.length === 0) return first;
  if (first)
    throw new Failure('model.ambiguous', {
      model: ref,
      choices: [first, ...others]
        .map((head) => `${head.training}@${which}`)
        .sort()
        .join(' or '),
    });
  if (training !== null && wanted.length > 0) throw new Failure('model.none', { training, which });
  const near = training === null ? null : nearest(training, names);
  throw new Failure('model.unknown', { model: ref, near: near === null ? null : `${near}@${which}` });
}
