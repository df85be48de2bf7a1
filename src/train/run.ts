/** One run, from rows to a result: read, train, judge on the test rows once, and pack the artifact. */
import { Failure } from '../base/failure.ts';
import type {
  EpochRecord,
  GuardResult,
  Metrics,
  TrainEvent,
  TrainJob,
  TrainResult,
  TrainRows,
} from '../data/trainer.ts';
import { type Artifact, readArtifact, writeArtifact } from './artifact.ts';
import { Encoder } from './encode/encoder.ts';
import type { EncodedRows } from './encodedRows.ts';
import { combine, judge } from './guard.ts';
import { kernelOf } from './kernel/kernels.ts';
import { kernelSha256 } from './kernel/wasm.ts';
import { pairedTest } from './metrics.ts';
import type { EpochEvent, Hooks } from './models/learner.ts';
import { learners } from './models/table.ts';
import { type Prepared, prepareDelta, prepareFull } from './prepare.ts';
import type { Reading } from './reading.ts';
import { fitTemperature } from './temperature.ts';
import { type Answerer, type Answers, answer, readTestRows, sliceResults, type TestRows } from './testing.ts';
import { sha256 } from '../base/sha256.ts';

const neededTestRows = 20;
/** The share of a run's progress that is training. */
const trainShare = 0.95;
/** Milliseconds between two epoch events. */
const eventEvery = 100;

/** A stored model that takes part, with its encoder. */
interface Party {
  readonly artifact: Artifact;
  readonly encoder: Encoder;
}

function partyOf(bytes: Uint8Array | null, name: string): Party | null {
  if (bytes === null) return null;
  const artifact = readArtifact(bytes, name);
  return { artifact, encoder: new Encoder(artifact.manifest.encoder) };
}

/** Epoch events at a bearable rate: the last one always, one between when the one before is old enough. */
function trainingHooks(signal: AbortSignal, on: (event: TrainEvent) => void): Hooks & { flush(): void } {
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
    flush() {
      if (held) tell(held);
    },
  };
}

/** The test rows of a run: at the new snapshot, and as they were labelled at the parent's. */
interface Tests {
  readonly onSnapshot: TestRows;
  readonly onParent: TestRows | null;
}

async function readTests(
  reading: Reading,
  prepared: Prepared,
  parent: Party | null,
  anchor: Party | null,
): Promise<Tests> {
  const { slices } = reading.plan;
  const parties = [prepared.encoder, parent?.encoder, anchor?.encoder].flatMap((one) => (one ? [one] : []));
  const onSnapshot = await readTestRows(reading, 'test', parties, slices);
  if (onSnapshot.length < neededTestRows)
    throw new Failure('plan.fewRows', { set: 'test', rows: onSnapshot.length, needed: neededTestRows });
  if (!parent) return { onSnapshot, onParent: null };
  const onParent = await readTestRows(reading, 'testAtParent', [prepared.encoder, parent.encoder], slices);
  return { onSnapshot, onParent: onParent.length > 0 ? onParent : null };
}

interface Judgement {
  readonly metrics: Metrics;
  readonly guard: GuardResult;
  readonly slices: TrainResult['slices'];
}

async function judgeChild(
  child: Answerer & { readonly encoder: Encoder },
  parties: { readonly parent: Party | null; readonly anchor: Party | null },
  tests: Tests,
  { plan, signal }: Reading,
): Promise<Judgement> {
  const ofChild = (rows: TestRows): Promise<Answers> => answer(child, child.encoder, rows, signal);
  const ofParty = async (party: Party | null, rows: TestRows | null): Promise<Uint8Array | null> => {
    if (!party || !rows) return null;
    return (await answer(party.artifact, party.encoder, rows, signal)).correct;
  };
  const { parent, anchor } = parties;
  const now = await ofChild(tests.onSnapshot);
  const parentNow = await ofParty(parent, tests.onSnapshot);
  const anchorNow = await ofParty(anchor, tests.onSnapshot);
  const before = tests.onParent && (await ofChild(tests.onParent));
  const parentBefore = await ofParty(parent, tests.onParent);
  const compare = (own: Uint8Array | undefined, other: Uint8Array | null): ReturnType<typeof judge> =>
    judge(own && other ? pairedTest(own, other) : null, plan.maxDrop);
  const guard = combine({
    onParent: compare(before?.correct, parentBefore),
    onSnapshot: compare(now.correct, parentNow),
    onAnchor: compare(now.correct, anchorNow),
  });
  const slices = sliceResults(
    { rows: tests.onSnapshot, child: now.correct, parent: parentNow },
    tests.onParent && before && { rows: tests.onParent, child: before.correct, parent: parentBefore },
  );
  return { metrics: now.metrics, guard, slices };
}

const labelsOf = (rows: EncodedRows): Int32Array => Int32Array.from({ length: rows.length }, (_, i) => rows.label(i));

const recordOf = ({ epoch, loss, trainAccuracy, tuneAccuracy }: EpochEvent): EpochRecord => ({
  epoch,
  loss,
  trainAccuracy,
  tuneAccuracy,
});

const seconds = (from: number, to: number): number => (to - from) / 1000;

/** Runs a job; the parent's and the anchor's artifacts are checked before anything is read. */
export async function runJob(
  job: TrainJob,
  rows: TrainRows,
  signal: AbortSignal,
  on: (event: TrainEvent) => void,
): Promise<TrainResult> {
  const { plan } = job;
  // Asked for before anything is read. There is one so far, so whoever gets past this trains with it.
  kernelOf(job.kernelSha256);
  const parent = partyOf(job.parent, 'the parent');
  const anchor = partyOf(job.anchor, 'the anchor');
  if (plan.kind === 'delta' && !parent)
    throw new Failure('plan.unsupported', { what: 'There is no parent to update.', hint: 'Train fully.' });
  const reading: Reading = { plan, rows, signal, on };
  const began = performance.now();
  const prepared =
    plan.kind === 'delta' && parent
      ? await prepareDelta(reading, parent.artifact, parent.encoder)
      : await prepareFull(reading);
  const tests = await readTests(reading, prepared, parent, anchor);
  const read = performance.now();
  const hooks = trainingHooks(signal, on);
  const { trained, attempts, kept, visits } = await prepared.train(hooks);
  hooks.flush();
  const { learner } = plan;
  const temperature = fitTemperature(
    await learners[learner].predict(trained.model, prepared.tune, signal),
    labelsOf(prepared.tune),
  );
  const trainedAt = performance.now();
  on({ kind: 'testing', fraction: trainShare });
  const { classes, encoder } = prepared;
  const child = { model: trained.model, manifest: { learner, classes, temperature }, encoder };
  const judgement = await judgeChild(child, { parent, anchor }, tests, reading);
  const {
    bytes,
    sha256: artifactSha256,
    weightsSha256,
  } = writeArtifact(
    {
      learner,
      classes,
      encoder: encoder.state,
      temperature,
      plan,
      parentSha256: plan.kind === 'delta' && job.parent ? sha256(job.parent) : null,
      kernelSha256: kernelSha256(),
      rows: { ...prepared.rows, unlabelled: prepared.unlabelled },
    },
    trained.model,
  );
  on({ kind: 'testing', fraction: 1 });
  return {
    artifact: bytes,
    artifactSha256,
    weightsSha256,
    kernelSha256: kernelSha256(),
    classes,
    ...judgement,
    epochs: trained.epochs.map(recordOf),
    attempts,
    kept,
    unlabelled: prepared.unlabelled,
    cost: {
      rows: prepared.rows,
      visits,
      fullVisits: prepared.fullVisits,
      readSeconds: seconds(began, read),
      trainSeconds: seconds(read, trainedAt),
    },
  };
}
