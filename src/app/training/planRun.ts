/** The plan of a run: everything that, with the rows at the snapshot, determines the weights. */
import { at } from '../../base/assert.ts';
import type { Model } from '../../data/model.ts';
import { replayRule } from '../../data/replay.ts';
import type { DeltaFacts } from '../../data/run.ts';
import type { TableInfo } from '../../data/table.ts';
import { type Plan, splitSalt, type Training } from '../../data/training.ts';

interface Shares {
  readonly test: number;
  readonly tune: number;
}

/** True when two plans of one training, or the training and a plan, keep the same rows out of training: a pair on others is no pair. */
export const sameSplit = (one: Shares, other: Shares): boolean => one.test === other.test && one.tune === other.tune;

interface PlanFacts {
  readonly training: Training;
  /** The table at the snapshot. */
  readonly info: TableInfo;
  readonly version: number;
  /** Train rows with a label: exact for a delta run, for which it matters; about how many for a full fit, which counts them. */
  readonly train: number;
}

function commonPlan(of: PlanFacts): Omit<Plan, 'kind' | 'replay' | 'counts'> {
  const { training, info } = of;
  const typeOf = (name: string): string => info.columns.find((column) => column.name === name)?.type ?? '';
  return {
    format: 1,
    learner: training.learner,
    task: training.task,
    label: training.label,
    features: training.features.map((name) => ({
      name,
      type: typeOf(name),
      kind: training.types[name] ?? null,
    })),
    slices: training.slices,
    options: training.options,
    seed: training.seed,
    version: of.version,
    splitSalt: splitSalt(training),
    test: training.test,
    tune: training.tune,
    maxDrop: training.guard.maxDrop,
  };
}

export const fullPlan = (of: PlanFacts): Plan => ({
  ...commonPlan(of),
  kind: 'full',
  replay: null,
  counts: { train: of.train, delta: 0, replay: 0 },
});

/**
 * A delta run keeps what its parent's weights and tests depend on: the shape of the network and the sides of the rows.
 * `counts.replay` is what the sample is expected to give.
 */
export function deltaPlan(of: PlanFacts, parent: Model, facts: DeltaFacts): Plan {
  const common = commonPlan(of);
  const options = { ...common.options, hidden: parent.plan.options.hidden };
  const { share } = replayRule(options, of.train, facts.train);
  return {
    ...common,
    kind: 'delta',
    options,
    test: parent.plan.test,
    tune: parent.plan.tune,
    replay: share > 0 ? { salt: `replay:${of.training.id}:${of.version}`, share } : null,
    counts: {
      train: of.train,
      delta: facts.train,
      replay: Math.round(share * Math.max(0, of.train - facts.train)),
    },
  };
}

/** What a delta run takes from its parent although the configuration says otherwise now, in whole sentences. */
export function keptFromParent(training: Training, parent: Model): string[] {
  const notes: string[] = [];
  const { hidden } = parent.plan.options;
  const same =
    hidden.length === training.options.hidden.length && hidden.every((n, i) => n === at(training.options.hidden, i));
  if (!same)
    notes.push(`The layers stay as in m${parent.number} (${hidden.join(', ')}); another shape needs a full fit.`);
  if (!sameSplit(training, parent.plan))
    notes.push(
      `The shares of test and tune rows stay as in m${parent.number} (${parent.plan.test} and ${parent.plan.tune}); other ones need a full fit.`,
    );
  return notes;
}
