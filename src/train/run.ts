/** One run, from rows to a result: read, train, judge on the test rows once, and pack the artifact. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import { sha256 } from '../base/sha256.ts';
import type { EpochEvent, Learner, LearnerHooks } from '../data/learner.ts';
import type { DataVerdict, RunJudgement, SuspectGroup } from '../data/judgement.ts';
import { metricsOfTask, parseMetric } from '../data/measuring/measures.ts';
import { storedPlan } from '../data/stored/storedPlan.ts';
import type { EpochRecord, TrainEvent, TrainJob, TrainResult, TrainRows } from '../data/trainer.ts';
import type { Plan } from '../data/training.ts';
import { writeArtifact } from './artifact.ts';
import { judgeChild, measureAlone, readTests } from './judging/judgeRun.ts';
import { Judging } from './judging/judging.ts';
import { kernelOf } from './kernel/kernels.ts';
import { fitTemperature } from './measure/temperature.ts';
import { requireOptions } from './models/options.ts';
import type { Learners } from './models/table.ts';
import { prepareDelta, prepareFull } from './prepare.ts';
import type { Reading } from './reading.ts';
import { labelsOf } from './rows/keptRows.ts';
import { openModel, type Party } from './stored.ts';

/** The share of a run's progress that is training. */
const trainShare = 0.95;
/** Milliseconds between two epoch events. */
const eventEvery = 100;

/** The learner of a plan, which fits its task with its options; `plan.unsupported`. */
export function learnerOfPlan(
  learners: Learners,
  { learner: { name, options }, task }: Pick<Plan, 'learner' | 'task'>,
): Learner {
  const learner = Object.hasOwn(learners, name) ? learners[name] : undefined;
  if (!learner)
    throw new Failure('plan.unsupported', { what: say('There is no learner "{0}" in this version.', name) });
  if (!learner.fits.includes(task))
    throw new Failure('plan.unsupported', { what: say('The learner "{0}" cannot be trained for {1}.', name, task) });
  requireOptions(name, learner.options, options);
  return learner;
}

const storedParty = (learners: Learners, bytes: Uint8Array | null | undefined, name: string): Party | null =>
  bytes ? openModel(learners, bytes, name) : null;

/** Epoch events at a bearable rate: the last one always, one between when the one before is old enough. */
function trainingHooks(signal: AbortSignal, on: (event: TrainEvent) => void): LearnerHooks & { flush(): void } {
  let told = 0;
  let held: EpochEvent | null = null;
  const tell = (event: EpochEvent): void => {
    told = performance.now();
    held = null;
    on({ ...event, fraction: event.fraction * trainShare });
  };
  return {
    signal,
    epoch(event) {
      if (performance.now() - told >= eventEvery) tell(event);
      else held = event;
    },
    working: (fraction, message) => on({ kind: 'working', fraction: fraction * trainShare, message }),
    flush() {
      if (held) tell(held);
    },
  };
}

const recordOf = ({ epoch, loss, trainAccuracy, validationAccuracy }: EpochRecord): EpochRecord => ({
  epoch,
  loss,
  trainAccuracy,
  validationAccuracy,
});

const seconds = (from: number, to: number): number => (to - from) / 1000;

/** A rival that these rows can be coded for; another is not asked. */
const comparable = ({ features }: Plan, rival: Party | null): Party | null =>
  rival?.coder.state.features.every(({ name }) => features.some((feature) => feature.name === name)) ? rival : null;

/** Changes that a person has approved are among them, so unchanged rows alone would not be fair to the child. */
const isApproved = ({ notes }: DataVerdict): boolean => notes.some(({ kind }) => kind === 'approved');

/** The kernel that trains, before anything is read; `kernel.unknown` where another is asked for. There is one so far of each. */
function kernelFor(learner: Learner, asked: string | undefined): string {
  const own = learner.kernelSha256?.();
  if (own === undefined) return kernelOf(asked).sha256;
  if (asked !== undefined && asked !== own) throw new Failure('kernel.unknown', { kernel: asked });
  return own;
}

const withoutRows = ({ hashes: _hashes, ...group }: SuspectGroup): RunJudgement['groups'][number] => group;

/** Refuses a measure that these classes do not have; `plan.unsupported`. */
function refuseMetric({ task, label }: Plan, text: string | undefined, classes: readonly string[]): void {
  if (text === undefined) return;
  const metric = parseMetric(text, task);
  if (!metric)
    throw new Failure('plan.unsupported', {
      what: say('"metric": "{0}" is no measure of a {1}.', text, task),
      hint: say('Use {0}.', metricsOfTask(task).join(', ')),
    });
  if ('label' in metric && !classes.includes(metric.label))
    throw new Failure('plan.unsupported', {
      what: say('"metric": "{0}" names a class that no train row has.', text),
      hint: say('The values of "{0}" are {1}.', label, classes.slice(0, 20).join(', ')),
    });
  if (metric.name === 'auc' && classes.length !== 2)
    throw new Failure('plan.unsupported', {
      what: say('"metric": "auc" is for two classes, and "{0}" has {1}.', label, classes.length),
      hint: say('Use {0}.', '"balancedAccuracy"'),
    });
}

/** Everything that is read before training, with what is said of the data. */
async function readAll(
  { plan, judge }: TrainJob,
  rows: TrainRows,
  learner: Learner,
  { parent, baseline, frozen }: Readonly<Record<'parent' | 'baseline' | 'frozen', Party | null>>,
  hooks: { readonly signal: AbortSignal; on(event: TrainEvent): void },
) {
  const rivals = { parent: comparable(plan, parent), baseline: comparable(plan, baseline) };
  const judging = judge ? new Judging({ plan }, judge, rivals) : null;
  const reading: Reading = { plan, rows, watch: judging, ...hooks };
  await judging?.begin(reading);
  if (plan.kind === 'full') await judging?.seeAll(reading);
  const prepared =
    plan.kind === 'delta' && parent
      ? await prepareDelta(reading, learner, parent, (page) => judging?.see(page))
      : await prepareFull(reading, learner, frozen);
  const test = await readTests(reading, prepared.coder, judging ? [rivals.parent, rivals.baseline] : []);
  return { reading, prepared, test, judging, found: judging && (await judging.data(reading, test)) };
}

/** Runs a job; the artifacts that take part are checked before anything is read. */
export async function runJob(
  learners: Learners,
  job: TrainJob,
  rows: TrainRows,
  signal: AbortSignal,
  on: (event: TrainEvent) => void,
): Promise<TrainResult> {
  const { plan } = job;
  const learner = learnerOfPlan(learners, plan);
  const kernel = kernelFor(learner, job.kernelSha256);
  const parent = storedParty(learners, job.parent, say('the parent'));
  const baseline = storedParty(learners, job.baseline, say('the baseline'));
  const frozen = storedParty(learners, job.frozen, say('the model'));
  if (plan.kind === 'delta' && !parent)
    throw new Failure('plan.unsupported', { what: say('There is no parent to update.'), hint: say('Train fully.') });
  const began = performance.now();
  const parties = { parent, baseline, frozen };
  const { reading, prepared, test, judging, found } = await readAll(job, rows, learner, parties, { signal, on });
  refuseMetric(plan, job.metric, prepared.classes);
  const read = performance.now();
  const hooks = trainingHooks(signal, on);
  const { model, epochs, attempts, kept, seen } = await prepared.train(hooks);
  hooks.flush();
  const labels = await labelsOf(prepared.validation);
  const answers = await learner.predict(model, prepared.validation, signal);
  const isFitted = answers.kind === 'scores' && learner.calibrated !== true;
  const temperature = isFitted ? fitTemperature(answers, Int32Array.from(labels)) : 1;
  const trainedAt = performance.now();
  on({ kind: 'testing', fraction: trainShare });
  const { classes, coder } = prepared;
  const child = { learner, model, coder, classes, temperature, validation: { answers, labels } };
  const judged =
    judging && found
      ? await judgeChild(child, judging, test, reading, { removed: found.removed, asNow: isApproved(found.data) })
      : await measureAlone(child, test, signal);
  const {
    bytes,
    sha256: artifactSha256,
    weightsSha256,
  } = writeArtifact(
    {
      learner: plan.learner.name,
      classes,
      encoder: coder.state,
      temperature,
      plan: storedPlan(plan),
      parentSha256: plan.kind === 'delta' && job.parent ? sha256(job.parent) : null,
      kernelSha256: kernel,
      rows: { ...prepared.rows, unlabelled: prepared.unlabelled },
    },
    learner.state.write(model),
  );
  on({ kind: 'testing', fraction: 1 });
  return {
    artifact: bytes,
    artifactSha256,
    weightsSha256,
    kernelSha256: kernel,
    classes,
    ...judged,
    metrics: { ...judged.metrics, ...(job.metric !== undefined && { by: job.metric }) },
    judgement: found && { data: found.data, groups: found.suspects.groups.map(withoutRows) },
    facts: judging?.facts() ?? { own: null, parents: null },
    epochs: epochs.map(recordOf),
    attempts,
    kept,
    unlabelled: prepared.unlabelled,
    cost: {
      rows: prepared.rows,
      seen,
      fullSeen: prepared.fullSeen,
      readSeconds: seconds(began, read),
      trainSeconds: seconds(read, trainedAt),
    },
  };
}
