/**
 * Plans and trainings as they are kept and shown: `learner` is a name and `options` stand beside it, as every version wrote
 * them. In memory both are one choice, because the name tells what the options are. The other words are the first version's.
 */
import { kept, type Kept, readKept } from './firstWords.ts';
import type { LearnerChoice, LearnerOptions, Plan, Training } from '../training.ts';

type Flat<T extends { readonly learner: LearnerChoice }> = Omit<Kept<T>, 'learner'> & {
  readonly learner: string;
  readonly options: LearnerOptions;
};

/** A plan as a registry, an artifact and a JSON document hold it. */
export type StoredPlan = Flat<Plan>;

/** A training as a registry holds it. */
export type StoredTraining = Flat<Training>;

/** `options` go behind the field `after`, where they always stood: the bytes of an artifact depend on it. */
function flat<T extends { readonly learner: LearnerChoice }>(of: T, after: string): Flat<T> {
  const { name, options } = of.learner;
  const fields = Object.entries(kept(of)).flatMap(([field, value]) => {
    const own = [[field, field === 'learner' ? name : value]];
    return field === after ? [...own, ['options', options]] : own;
  });
  return Object.fromEntries(fields) as Flat<T>;
}

function whole<T extends { readonly learner: LearnerChoice }>({ options, ...rest }: Flat<T>): T {
  return readKept({ ...rest, learner: { name: rest.learner, options } } as unknown as Kept<T>);
}

/** For keeping: `planOfStored(storedPlan(plan))` is equal to `plan`. */
export const storedPlan = (plan: Plan): StoredPlan => flat(plan, 'slices');

/** A plan that was kept, by any version. */
export const planOfStored = (plan: StoredPlan): Plan => whole<Plan>(plan);

/** For keeping: `trainingOfStored(storedTraining(training))` is equal to `training`, without what is offered. */
export function storedTraining({ offered: _offered, unusable: _unusable, ...training }: Training): StoredTraining {
  return flat<Training>(training, 'learner');
}

/** A training that was kept, by any version. */
export const trainingOfStored = (training: StoredTraining): Training => whole<Training>(training);
