/** Reads what a run trains on, and says how it will be trained: fully, or on the delta of a parent. */
import { at } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import type { Plan } from '../data/training.ts';
import type { Artifact } from './artifact.ts';
import { type Kept, trainDelta } from './attempts.ts';
import { TextNumbers } from './classes.ts';
import type { Encoder } from './encode/encoder.ts';
import type { EncodedRows } from './encodedRows.ts';
import type { Hooks } from './models/learner.ts';
import { learners } from './models/table.ts';
import { type Reading, readAndFit, readEncoded } from './reading.ts';

const neededTrainRows = 50;
/** More classes than this are a sign that the label is a quantity or a name. */
const mostClasses = 1_000;

/** A run that has read all it trains on. */
export interface Prepared {
  readonly encoder: Encoder;
  readonly classes: readonly string[];
  /** Labels are class numbers, -1 for a class that is not in `classes`. */
  readonly tune: EncodedRows;
  readonly unlabelled: number;
  readonly rows: { readonly delta: number; readonly replayed: number; readonly train: number };
  readonly fullVisits: number;
  train(hooks: Hooks): Promise<Kept>;
}

// Every version draws afresh, and the same version draws the same.
const seedOf = (plan: Plan): string => `${plan.seed}:v${plan.version}`;

function refuseFew(rows: number): void {
  if (rows < neededTrainRows) throw new Failure('plan.fewRows', { set: 'train', rows, needed: neededTrainRows });
}

export async function prepareFull(reading: Reading): Promise<Prepared> {
  const { plan } = reading;
  const learner = learners[plan.learner];
  const { encoder, classes, rows, unlabelled } = await readAndFit(reading);
  refuseFew(rows.length);
  if (classes.length === 1) throw new Failure('plan.oneClass', { label: plan.label, value: at(classes, 0) });
  if (classes.length > mostClasses)
    throw new Failure('plan.unsupported', {
      what: `"${plan.label}" has ${classes.length} different values, and at most ${mostClasses} classes can be learnt.`,
      hint: 'Choose another label.',
    });
  const tune = await readEncoded(reading, 'tune', encoder, new TextNumbers(classes), 'keep');
  const { epochs, visits: fullVisits } = learner.cost(plan.options, rows.length);
  return {
    encoder,
    classes,
    tune: tune.rows,
    unlabelled: unlabelled + tune.unlabelled,
    rows: { delta: 0, replayed: 0, train: rows.length },
    fullVisits,
    async train(hooks) {
      const silent = encoder.silent();
      const { options } = plan;
      const job = { rows, tune: tune.rows, classes: classes.length, silent, options, epochs, seed: seedOf(plan) };
      const trained = await learner.fit(job, hooks);
      return { trained, attempts: [], kept: 0, visits: trained.visits };
    },
  };
}

/** A delta run can only go on from a model of the same learner over the same features. */
function refuseOther(plan: Plan, parent: Artifact, encoder: Encoder): void {
  const incompatible = (reason: string): Failure => new Failure('model.incompatible', { model: 'The parent', reason });
  if (parent.manifest.learner !== plan.learner) throw incompatible('it has another learner. Train fully.');
  const own = encoder.state.features.map(({ name }) => name);
  if (own.length !== plan.features.length || own.some((name, i) => name !== plan.features[i]?.name))
    throw incompatible('it was trained on other features. Train fully.');
}

export async function prepareDelta(reading: Reading, parent: Artifact, encoder: Encoder): Promise<Prepared> {
  const { plan } = reading;
  const learner = learners[plan.learner];
  refuseOther(plan, parent, encoder);
  const numbers = new TextNumbers(parent.manifest.classes);
  const delta = await readEncoded(reading, 'delta', encoder, numbers, 'grow');
  const replay = await readEncoded(reading, 'replay', encoder, numbers, 'grow');
  if (delta.rows.length === 0) throw new Failure('plan.fewRows', { set: 'train', rows: 0, needed: 1 });
  const classes = [...numbers.texts];
  const tune = await readEncoded(reading, 'tune', encoder, numbers, 'keep');
  const grown = await learner.grow(parent.model, classes.length - parent.manifest.classes.length);
  return {
    encoder,
    classes,
    tune: tune.rows,
    unlabelled: delta.unlabelled + replay.unlabelled + tune.unlabelled,
    rows: { delta: delta.rows.length, replayed: replay.rows.length, train: plan.counts.train },
    fullVisits: learner.cost(plan.options, plan.counts.train).visits,
    train: (hooks) =>
      trainDelta(
        {
          plan,
          learner,
          parent: grown,
          classes: classes.length,
          delta: delta.rows,
          replay: replay.rows,
          tune: tune.rows,
          silent: encoder.silent(),
          seed: seedOf(plan),
          readAll: async () => (await readEncoded(reading, 'train', encoder, numbers, 'skip')).rows,
        },
        hooks,
      ),
  };
}
