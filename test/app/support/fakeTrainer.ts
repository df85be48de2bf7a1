/** A trainer that reads everything a real one would, learns the most frequent label, and says of the guard what it is told to. */
import { sha256 } from '../../../src/base/sha256.ts';
import { throwIfCancelled } from '../../../src/base/failure.ts';
import { storedPlan } from '../../../src/data/stored/storedPlan.ts';
import type { DataVerdict, Reason } from '../../../src/data/judgement.ts';
import { type RowPage, rowAt } from '../../../src/data/page.ts';
import type { AnswerPage, PredictEnd, PredictJob } from '../../../src/data/predicting/predicting.ts';
import type {
  EvaluateJob,
  GuardResult,
  ClassMetrics,
  LearnerFound,
  Metrics,
  PairedTest,
  CheckResult,
  ReadSet,
  TrainEvent,
  Trainer,
  TrainJob,
  TrainResult,
  TrainRows,
  Verdict,
} from '../../../src/data/trainer.ts';
import type { Plan, PlanDraft } from '../../../src/data/training.ts';
import { textOf, type Value } from '../../../src/data/value.ts';
import { mlpOptions, mlpRules } from '../../../src/train/models/mlp/options.ts';
import { replayRule } from '../../../src/train/models/mlp/replay.ts';
import { changedTrainRows } from './changedTrainRows.ts';

interface FakeArtifact {
  readonly weights: string;
  readonly label: string;
}

/** What a test may wait for, or break, in the middle of a run. */
export type Moment = ReadSet | 'epoch' | 'testing';

export class FakeTrainer implements Trainer {
  /** As the real one plans: what is replayed decides which rows the store is asked for. */
  async plan(draft: PlanDraft, parent: Plan | null): Promise<Plan | null> {
    const { replaySalt, counts: known, ...common } = draft;
    const counts = { train: known.train, delta: known.delta, replay: 0 };
    if (common.kind === 'full') return { ...common, replay: null, counts };
    if (counts.delta === 0) return null;
    const { name, options } = common.learner;
    const own = { ...options, hidden: parent?.learner.options['hidden'] ?? [] };
    const { share } = replayRule(mlpOptions(own), counts.train, counts.delta);
    const replay = Math.round(share * Math.max(0, counts.train - counts.delta));
    return {
      ...common,
      learner: { name, options: own },
      replay: share > 0 ? { salt: replaySalt, share } : null,
      counts: { ...counts, replay },
    };
  }

  /** What `auto` is, where a training says nothing. */
  async choose(): Promise<LearnerFound> {
    return { learner: { name: 'mlp', options: mlpRules.defaults }, sentence: 'The learner is "mlp".' };
  }

  verdict: Exclude<Verdict, 'none'> = 'better';
  /** Reasons that it finds in every delta; none is a consistent one. The hash is that of their words. */
  reasons: readonly Reason[] = [];
  readonly jobs: TrainJob[] = [];
  /** Rows of each set that the last run read, as text, in the order they came. */
  sets: Partial<Record<ReadSet, string[]>> = {};
  /** Called once at each moment of a run. */
  at: (moment: Moment) => void = () => {};

  async run(
    job: TrainJob,
    rows: TrainRows,
    signal: AbortSignal,
    on: (event: TrainEvent) => void,
  ): Promise<TrainResult> {
    this.jobs.push(job);
    this.sets = {};
    const read = async (set: ReadSet): Promise<Labelled[]> => {
      this.at(set);
      const pages = set === 'delta' ? changedTrainRows(rows, job.plan, set, signal) : pagesOf(rows, set, signal);
      const found = await readLabelled(pages, job.plan.label, signal);
      this.sets[set] = found.map((row) => row.text);
      on({ kind: 'reading', set, rows: found.length, expected: found.length, rowsPerSecond: 1 });
      return found;
    };
    const changed = job.plan.kind === 'delta' ? await read('delta') : [];
    const replayed = job.plan.kind === 'delta' ? await read('replay') : [];
    const trained = job.plan.kind === 'full' ? await read('train') : [...changed, ...replayed];
    await read('validation');
    const test = await read('test');
    this.at('epoch');
    throwIfCancelled(signal);
    const artifact: FakeArtifact = {
      weights: sha256(
        JSON.stringify([storedPlan(job.plan), trained.map((row) => row.text), job.parent && sha256(job.parent)]),
      ),
      label: mostFrequent(trained),
    };
    on({
      kind: 'epoch',
      epoch: 1,
      epochs: 1,
      loss: 0.5,
      trainAccuracy: 0.5,
      validationAccuracy: null,
      rowsPerSecond: 1,
      fraction: 0.9,
    });
    this.at('testing');
    throwIfCancelled(signal);
    on({ kind: 'testing', fraction: 1 });
    const bytes = new TextEncoder().encode(JSON.stringify(artifact));
    return {
      artifact: bytes,
      artifactSha256: sha256(bytes),
      weightsSha256: artifact.weights,
      kernelSha256: sha256('kernel'),
      classes: [...new Set(trained.map((row) => row.label))].sort(),
      metrics: metricsOf(artifact, test),
      guard: this.#guard(job, test.length),
      judgement: job.judge ? { data: job.parent ? this.#data() : none, groups: [] } : null,
      rivals: { parent: job.parent && metricsOf(artifact, test), baseline: job.baseline && metricsOf(artifact, test) },
      facts: { own: null, parents: null },
      slices: [],
      epochs: [{ epoch: 1, loss: 0.5, trainAccuracy: 0.5, validationAccuracy: null }],
      attempts: [],
      kept: 0,
      unlabelled: 0,
      cost: {
        rows: {
          delta: changed.length,
          replayed: replayed.length,
          train: job.plan.kind === 'full' ? trained.length : job.plan.counts.train,
        },
        seen: trained.length,
        fullSeen: job.plan.counts.train,
        readSeconds: 0.1,
        trainSeconds: 0.1,
      },
    };
  }

  /** Its one class, with certainty. */
  async *predict(
    _job: PredictJob,
    pages: (signal: AbortSignal) => AsyncGenerator<RowPage, void>,
    signal: AbortSignal,
  ): AsyncGenerator<AnswerPage, PredictEnd> {
    let all = 0;
    for await (const { rows } of pages(signal)) {
      all += rows;
      if (rows > 0)
        yield { rows, best: new Uint32Array(rows), probabilities: new Float32Array(rows).fill(1), values: null };
    }
    return { rows: all, columns: [] };
  }

  async evaluate(job: EvaluateJob, rows: TrainRows, signal: AbortSignal): Promise<Metrics[]> {
    const test = await readLabelled(rows.read('test', signal), job.plan.label, signal);
    return job.artifacts.map((bytes) => metricsOf(JSON.parse(new TextDecoder().decode(bytes)) as FakeArtifact, test));
  }

  async check(_job: unknown, rows: TrainRows, signal: AbortSignal): Promise<CheckResult> {
    for await (const _page of rows.changes('parent', signal));
    return { data: this.#data(), suspects: { groups: [], explained: 0 } };
  }

  #data(): DataVerdict {
    const { reasons } = this;
    if (reasons.length === 0) return { ...none, verdict: 'consistent' };
    return { ...none, verdict: 'suspect', reasons, hash: sha256(JSON.stringify(reasons)) };
  }

  #guard(job: TrainJob, now: number): GuardResult {
    const nobody = { onParent: null, onSnapshot: null, onBaseline: null };
    if (!job.parent || !job.judge) return { verdict: 'none', ...nobody };
    const { verdict } = this;
    const difference = verdict === 'worse' ? -0.1 : verdict === 'better' ? 0.1 : 0;
    const pair = (n: number): PairedTest & { verdict: Verdict } => ({
      n,
      child: 0.5 + difference,
      parent: 0.5,
      difference,
      low: difference - 0.05,
      high: difference + 0.05,
      p: 0.01,
      detectable: 0.03,
      verdict,
    });
    return {
      verdict,
      ...nobody,
      metric: 'accuracy',
      unchanged: pair(now),
      now: pair(now),
      baseline: job.baseline ? pair(now) : null,
      look: { number: job.judge.look, of: 20, alpha: job.baseline ? 0.00125 : 0.0025 },
    };
  }
}

const none: DataVerdict = {
  verdict: 'none',
  reasons: [],
  notes: [],
  kinds: { unchanged: 0, labels: 0, features: 0, inserted: 0, firstLabels: 0, removed: 0 },
  asked: 'everyRow',
  hash: null,
};

function pagesOf(rows: TrainRows, set: ReadSet, signal: AbortSignal): AsyncGenerator<RowPage, void> {
  if (set === 'delta' || set === 'baselineDelta') throw new Error('these are read as changes');
  return rows.read(set, signal);
}

interface Labelled {
  readonly text: string;
  readonly label: string;
}

async function readLabelled(
  pages: AsyncGenerator<RowPage, void>,
  label: string,
  signal: AbortSignal,
): Promise<Labelled[]> {
  const found: Labelled[] = [];
  for await (const page of pages) {
    throwIfCancelled(signal);
    const at = page.columns.findIndex((column) => column.name === label);
    for (let i = 0; i < page.rows; i++) {
      const row: Value[] = rowAt(page, i);
      const own = row[at] ?? null;
      if (own !== null) found.push({ text: row.map(textOf).join('|'), label: textOf(own) });
    }
  }
  return found;
}

function mostFrequent(rows: readonly Labelled[]): string {
  const counts = new Map<string, number>();
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
}

function metricsOf(artifact: FakeArtifact, test: readonly Labelled[]): ClassMetrics {
  const right = test.filter((row) => row.label === artifact.label).length;
  const accuracy = test.length === 0 ? 0 : right / test.length;
  return { accuracy, low: accuracy, high: accuracy, logLoss: 1, n: test.length };
}
