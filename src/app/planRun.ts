/** The plan of a run: everything that, with the rows at the snapshot, determines the weights. */
import { Failure } from '../base/failure.ts';
import { at } from '../base/assert.ts';
import type { Model } from '../data/model.ts';
import { replayRule } from '../data/replay.ts';
import type { DeltaFacts } from '../data/run.ts';
import type { TableInfo } from '../data/table.ts';
import { type Plan, splitSalt, type Training } from '../data/training.ts';
import { textOf, type Value } from '../data/value.ts';

/** Fewer rows than this on a side say nothing about a model. */
export const neededRows = { train: 20, tune: 5, test: 20 } as const;

export interface SideCounts {
  readonly train: number;
  readonly tune: number;
  readonly test: number;
  readonly firstLabel: Value;
  readonly oneClass: boolean;
}

/** Refuses rows that no model can be learnt from or tested on: one class, or too few rows on a side. */
export function requireRows(training: Training, counts: SideCounts): void {
  const labelled = counts.train + counts.tune + counts.test;
  if (labelled > 0 && counts.oneClass)
    throw new Failure('plan.oneClass', { label: training.label, value: textOf(counts.firstLabel) });
  for (const set of ['train', 'test', 'tune'] as const) {
    const needed = set === 'tune' && training.tune === 0 ? 0 : neededRows[set];
    if (counts[set] < needed) throw new Failure('plan.fewRows', { set, rows: counts[set], needed });
  }
}

/** True when a model was tested on the same rows as this training would be: a pair on other rows is no pair. */
export const sameSplit = (training: Training, model: Model): boolean =>
  model.plan.test === training.test && model.plan.tune === training.tune;

interface PlanFacts {
  readonly training: Training;
  /** The table at the snapshot. */
  readonly info: TableInfo;
  readonly version: number;
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
  if (!sameSplit(training, parent))
    notes.push(
      `The shares of test and tune rows stay as in m${parent.number} (${parent.plan.test} and ${parent.plan.tune}); other ones need a full fit.`,
    );
  return notes;
}
