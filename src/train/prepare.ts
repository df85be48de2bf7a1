/** Reads what a run trains on, and says how it will be trained: fully, or on what changed since a parent. */
import { say } from '../base/say.ts';
import { at } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import type { Learner, LearnerHooks, Learnt } from '../data/learner.ts';
import { type DeltaPage, type Flag, flagNames, imageOf } from '../data/change.ts';
import { type HashRange, inRange, splitRanges } from '../data/rowHash.ts';
import type { Plan } from '../data/training.ts';
import type { RowForm, TrainPage } from '../data/trainPage.ts';
import type { Artifact } from './artifact.ts';
import { TextNumbers } from './classes.ts';
import type { CoderState, RowCoder } from './encode/coder.ts';
import { readAndFit } from './fitting.ts';
import {
  codeTrainRows,
  labelKind,
  labelledRows,
  type LabelRule,
  readChanges,
  type ReadRows,
  readCoded,
  type Reading,
  streamCoded,
} from './reading.ts';
import { joinStreams, KeptRows } from './rows/keptRows.ts';
import type { Party } from './stored.ts';

const neededTrainRows = 50;
/** More classes than this are a sign that the label is a quantity or a name. */
const mostClasses = 1_000;

/** A run that has read all it trains on. */
export interface Prepared {
  readonly coder: RowCoder;
  readonly classes: readonly string[];
  /** Rows to choose by. A label may be of a class that is not in `classes`. */
  readonly validation: KeptRows<RowForm>;
  readonly unlabelled: number;
  readonly rows: { readonly delta: number; readonly replayed: number; readonly train: number };
  readonly fullSeen: number;
  train(hooks: LearnerHooks): Promise<Learnt<unknown>>;
}

/** Every run of a lineage draws afresh, and the same run draws the same; of format 1 by the number of its model, as it did. */
const seedOf = ({ format, seed, version, kind, depth = 0 }: Plan): string =>
  format === 1 ? `${seed}:v${version}` : `${seed}:${kind} ${depth}`;

function refuseFew(rows: number): void {
  if (rows < neededTrainRows) throw new Failure('plan.fewRows', { set: 'train', rows, needed: neededTrainRows });
}

function refuseClasses(plan: Plan, classes: readonly string[]): void {
  if (plan.task === 'regression') return;
  if (classes.length === 1) throw new Failure('plan.oneClass', { label: plan.label, value: at(classes, 0) });
  if (classes.length > mostClasses)
    throw new Failure('plan.unsupported', {
      what: say(
        '"{0}" has {1} different values, and at most {2} classes can be learnt.',
        plan.label,
        classes.length,
        mostClasses,
      ),
      hint: say('Choose another label.'),
    });
}

/** Labels by classes that are known; of a regression there are none. */
const ruleOf = (plan: Plan, numbers: TextNumbers, unknown: LabelRule['unknown']): LabelRule => ({
  classes: labelKind(plan) === 'class' ? numbers : null,
  unknown,
});

const nothing = (coder: RowCoder): KeptRows<RowForm> => new KeptRows<RowForm>(coder.form, coder.layout);

/** The train rows as a frozen coder and frozen classes have them. */
async function readFrozen(
  reading: Reading,
  { artifact, coder }: Party,
): Promise<ReadRows & Pick<Prepared, 'coder' | 'classes'>> {
  const { classes } = artifact.manifest;
  const rule = ruleOf(reading.plan, new TextNumbers(classes), 'skip');
  return { ...(await readCoded(reading, 'train', coder, rule)), coder, classes };
}

/** A full fit; `frozen`: with the coder and the classes of that model. `plan.fewRows`, `plan.oneClass`, `plan.unsupported`. */
export async function prepareFull(reading: Reading, learner: Learner, frozen: Party | null): Promise<Prepared> {
  const { plan } = reading;
  const found = frozen ? await readFrozen(reading, frozen) : await readAndFit(reading, learner.rows);
  const { coder, classes, rows, unlabelled } = found;
  refuseFew(rows.rows);
  refuseClasses(plan, classes);
  const validation = await readCoded(reading, 'validation', coder, ruleOf(plan, new TextNumbers(classes), 'keep'));
  const { options } = plan.learner;
  const model = frozen?.model ?? null;
  const named = { classes: classes.length, classNames: classes };
  const basis = { options, seed: seedOf(plan), ...named, validation: validation.rows, frozen: model };
  return {
    coder,
    classes,
    validation: validation.rows,
    unlabelled: unlabelled + validation.unlabelled,
    rows: { delta: 0, replayed: 0, train: rows.rows },
    fullSeen: learner.cost(options, rows.rows),
    async train(hooks) {
      if (learner.fit) return learner.fit({ ...basis, train: rows }, hooks);
      if (learner.absorb) return learner.absorb({ ...basis, parent: null, before: nothing(coder), after: rows }, hooks);
      throw new Error('Broken invariant: a learner can fit or absorb');
    },
  };
}

/** An update can only go on from a model of the same learner over the same features. */
function refuseOther(plan: Plan, { manifest }: Artifact): void {
  const incompatible = (reason: string): Failure =>
    new Failure('model.incompatible', { model: say('The parent'), reason });
  if (manifest.learner !== plan.learner.name) throw incompatible(say('it has another learner. Train fully.'));
  const { features }: CoderState = manifest.encoder;
  if (features.length !== plan.features.length || features.some(({ name }, i) => name !== plan.features[i]?.name))
    throw incompatible(say('it was trained on other features. Train fully.'));
}

/** The changed train rows of an update, each image coded as the page of it passes. */
class ChangedTrainRows {
  readonly delta: KeptRows<RowForm>;
  readonly before: KeptRows<RowForm>;
  readonly removed: KeptRows<RowForm>;
  /** A class that a row had which is to be taken back, and that the parent never saw. */
  strange: string | null = null;
  readonly #plan: Plan;
  readonly #coder: RowCoder;
  readonly #numbers: TextNumbers;
  readonly #known: TextNumbers;
  readonly #train: HashRange;

  constructor(plan: Plan, coder: RowCoder, numbers: TextNumbers) {
    [this.delta, this.before, this.removed] = [nothing(coder), nothing(coder), nothing(coder)];
    this.#plan = plan;
    this.#coder = coder;
    this.#numbers = numbers;
    this.#known = new TextNumbers(numbers.texts);
    this.#train = splitRanges(plan).train;
  }

  /** `takesBack`: whether the images before are wanted. */
  add(page: DeltaPage, takesBack: boolean): void {
    this.delta.add(this.#code(page, 'after', ['inserted', 'updated'], this.#numbers, 'grow'));
    if (!takesBack) return;
    const strange = (image: DeltaPage['before'], flags: readonly Flag[]): TrainPage =>
      this.#code({ ...page, before: image }, 'before', flags, this.#known, 'keep');
    this.before.add(strange(page.before, ['updated']));
    this.removed.add(strange(page.before, ['deleted']));
  }

  #code(
    page: DeltaPage,
    image: 'before' | 'after',
    flags: readonly Flag[],
    classes: TextNumbers,
    unknown: LabelRule['unknown'],
  ): TrainPage {
    const rows: number[] = [];
    for (let i = 0; i < page.rows; i++)
      if (flags.includes(at(flagNames, at(page.flags, i))) && inRange(at(page.hashes ?? [], i), this.#train))
        rows.push(i);
    const own = imageOf(page, image, rows);
    if (image === 'before' && labelKind(this.#plan) === 'class')
      this.strange ??= labelledRows(own, this.#plan.label).find(({ text }) => classes.find(text) < 0)?.text ?? null;
    return codeTrainRows(this.#plan, own, this.#coder, ruleOf(this.#plan, classes, unknown));
  }
}

/** Reads what changed, once: for the update, and for whoever else wants to see it. */
async function readChanged(
  reading: Reading,
  learner: Learner,
  coder: RowCoder,
  numbers: TextNumbers,
  see: (page: DeltaPage) => void,
): Promise<ChangedTrainRows> {
  const changed = new ChangedTrainRows(reading.plan, coder, numbers);
  for await (const page of readChanges(reading, 'parent')) {
    see(page);
    changed.add(page, learner.absorb !== undefined || learner.looksBack === true);
  }
  if (changed.strange !== null)
    throw new Failure('model.incompatible', {
      model: say('The parent'),
      reason: say('it never learnt "{0}", which a row had that is to be taken back. Train fully.', changed.strange),
    });
  return changed;
}

/**
 * An update of a parent: exact where the learner can, else by refinement. `see` is shown every changed row. `model.incompatible`,
 * `plan.fewRows`.
 */
export async function prepareDelta(
  reading: Reading,
  learner: Learner,
  parent: Party,
  see: (page: DeltaPage) => void,
): Promise<Prepared> {
  const { plan } = reading;
  const { artifact, coder } = parent;
  refuseOther(plan, artifact);
  const numbers = new TextNumbers(artifact.manifest.classes);
  const { delta, before, removed } = await readChanged(reading, learner, coder, numbers, see);
  const grow = ruleOf(plan, numbers, 'grow');
  const isReplayed = !learner.absorb && learner.replay !== undefined;
  const replay = isReplayed ? await readCoded(reading, 'replay', coder, grow) : null;
  if (delta.rows + before.rows + removed.rows === 0)
    throw new Failure('plan.fewRows', { set: 'train', rows: 0, needed: 1 });
  const classes = plan.task === 'regression' ? [] : [...numbers.texts];
  const validation = await readCoded(reading, 'validation', coder, ruleOf(plan, numbers, 'keep'));
  const newClasses = classes.length - artifact.manifest.classes.length;
  const model = await learner.grow(parent.model, newClasses);
  const { options } = plan.learner;
  const named = { classes: classes.length, classNames: classes };
  const basis = { options, seed: seedOf(plan), ...named, validation: validation.rows, parent: model };
  return {
    coder,
    classes,
    validation: validation.rows,
    unlabelled: (replay?.unlabelled ?? 0) + validation.unlabelled,
    rows: { delta: delta.rows, replayed: replay?.rows.rows ?? 0, train: plan.counts.train },
    fullSeen: learner.cost(options, plan.counts.train),
    async train(hooks) {
      if (learner.absorb)
        return learner.absorb({ ...basis, before: joinStreams(before, removed), after: delta, frozen: null }, hooks);
      if (!learner.refine) throw new Error('Broken invariant: this learner cannot be updated');
      const train = streamCoded(reading, 'train', coder, ruleOf(plan, numbers, 'skip'));
      const { counts, maxDrop } = plan;
      const sample = replay?.rows ?? nothing(coder);
      const back = { before, removed };
      return learner.refine({ ...basis, ...back, newClasses, delta, replay: sample, train, counts, maxDrop }, hooks);
    },
  };
}
