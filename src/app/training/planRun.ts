/** The plan of a run: everything that, with the rows at the snapshot, determines the weights. */
import { say } from '../../base/say.ts';
import type { Model } from '../../data/model.ts';
import type { DeltaFacts } from '../../data/run.ts';
import { sameSplit } from '../../data/splitting/sides.ts';
import type { TableInfo } from '../../data/table.ts';
import {
  type OptionValue,
  type Plan,
  type PlanDraft,
  type SideRows,
  splitSalt,
  type Training,
} from '../../data/training.ts';
import { splitText } from '../../words/splits.ts';

/** What is known before the learner says what it trains on. */
export interface PlanFacts {
  readonly training: Training;
  /** The table at the snapshot. */
  readonly info: TableInfo;
  readonly version: number;
  /** Updates since the full fit, this one included. */
  readonly depth: number;
  /** Own hashes of rows that came over an edge of the split; see `Plan`. */
  readonly moved?: readonly string[];
  /** Train rows with a label: exact for a delta run, for which it matters; about how many for a full fit, which counts them. */
  readonly train: number;
}

/** Rows of a side that are looked at where nobody says another number: enough to see a difference of a few tenths of a point. */
const usualSideRows: SideRows = { test: 20_000, validation: 20_000 };

/** The rule of draws, and how many rows of a side are read. A lineage that began with all of them keeps that until its next full fit. */
function sidesOf(
  { atMost: said, split: written }: Training,
  parent: Model | null,
): Pick<PlanDraft, 'format' | 'atMost' | 'split'> {
  const split = parent ? parent.plan.split : written;
  if (split) return { format: 4, split, atMost: { ...usualSideRows, ...said } };
  const isOlder = parent !== null && parent.plan.format < 3;
  if (isOlder && said === undefined) return { format: 2 };
  const usual = isOlder ? { test: Number.MAX_SAFE_INTEGER, validation: Number.MAX_SAFE_INTEGER } : usualSideRows;
  return { format: 3, atMost: { ...usual, ...said } };
}

function commonDraft(of: PlanFacts): Omit<PlanDraft, 'kind' | 'counts' | 'format' | 'atMost' | 'split'> {
  const { training, info } = of;
  const typeOf = (name: string): string => info.columns.find((column) => column.name === name)?.type ?? '';
  return {
    learner: training.learner,
    task: training.task,
    label: training.label,
    features: training.features.map((name) => ({
      name,
      type: typeOf(name),
      kind: training.types[name] ?? null,
    })),
    slices: training.slices,
    seed: training.seed,
    version: of.version,
    depth: of.depth,
    splitSalt: splitSalt(training),
    test: training.test,
    validation: training.validation,
    ...(of.moved && of.moved.length > 0 && { moved: of.moved }),
    maxDrop: training.guard.maxDrop,
    replaySalt: `replay:${training.seed}:${of.depth}`,
  };
}

/** A full fit. */
export const fullDraft = (of: PlanFacts): PlanDraft => ({
  ...sidesOf(of.training, null),
  ...commonDraft(of),
  kind: 'full',
  counts: { train: of.train, delta: 0, removed: 0 },
});

/**
 * A delta run keeps the sides of the rows that its parent's tests depend on; which options stay as well the learner says.
 * `removed`: train rows that are there no more as they were.
 */
export const deltaDraft = (of: PlanFacts, parent: Model, facts: DeltaFacts, removed: number): PlanDraft => ({
  ...sidesOf(of.training, parent),
  ...commonDraft(of),
  kind: 'delta',
  test: parent.plan.test,
  validation: parent.plan.validation,
  counts: { train: of.train, delta: facts.train, removed },
});

const textOf = (value: OptionValue): string => (Array.isArray(value) ? value.join(', ') : String(value));

/** What a delta run takes from its parent although the configuration says otherwise now, in whole sentences. */
export function keptFromParent(training: Training, parent: Model, plan: Plan): string[] {
  const notes: string[] = [];
  const wanted = training.learner.options;
  for (const [name, value] of Object.entries(plan.learner.options)) {
    if (!Object.hasOwn(wanted, name) || wanted[name] === null) continue;
    if (JSON.stringify(value) === JSON.stringify(wanted[name])) continue;
    notes.push(
      name === 'hidden'
        ? say('The layers stay as in m{0} ({1}); another shape needs a full fit.', parent.number, textOf(value))
        : say('"{0}" stays as in m{1} ({2}); another shape needs a full fit.', name, parent.number, textOf(value)),
    );
  }
  if (!sameSplit(training, parent.plan)) notes.push(splitKept(training, parent));
  return notes;
}

/** That rows stay on the sides where the parent had them. */
function splitKept({ split }: Training, { number, plan }: Model): string {
  if (split || plan.split)
    return say(
      'Rows stay split as for m{0} ({1}); another split needs a full fit.',
      number,
      plan.split ? splitText(plan.split) : say('by row hash'),
    );
  return say(
    'The shares of test and validation rows stay as in m{0} ({1} and {2}); other ones need a full fit.',
    number,
    plan.test,
    plan.validation,
  );
}

/** Columns of types that nothing learns from, in a whole sentence. */
export const unusableNotes = ({ unusable = [] }: Training): string[] =>
  unusable.length === 0
    ? []
    : [
        say(
          'Not trained on: {0}. Columns of such types cannot be features. Put what matters of them into columns of numbers, texts or dates, or name them under "exclude".',
          unusable.join(', '),
        ),
      ];

/** New columns that a training with models does not take by itself, in a whole sentence. */
export const offeredNotes = ({ offered = [] }: Training): string[] =>
  offered.length === 0
    ? []
    : [
        say(
          'Not trained on: {0}. The training keeps the features of its models; name all features in deltatrain.json to change them, which starts a new lineage.',
          offered.map((name) => `"${name}"`).join(', '),
        ),
      ];
