/** The whole loop on a sample, for real, and the account of it: what the command line prints and a first look shows. */
import { judgementNames } from '../../words/outcomeText.ts';
import { type DataDocument, dataDocument } from '../registry/documents.ts';
import { say } from '../../base/say.ts';
import { changedRows, type DeltaCounts } from '../../data/change.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { RunOutcome } from '../../data/run.ts';
import type { GuardResult, SliceResult } from '../../data/trainer.ts';
import { tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { qualityOf } from '../../words/measures.ts';
import { reproduceModel, type Reproduction } from '../models/reproduce.ts';
import { rememberRestore, wholeRestore } from '../versions/rememberRestore.ts';
import { restoreTable, type RestoreDone } from '../versions/restoreTable.ts';
import { approveSample } from './sample.ts';
import type { Story } from './story.ts';
import { runTraining } from '../training/runTraining.ts';
import type { Workbench } from '../training/workbench.ts';

/** One version and the model made of it. */
export interface DemoStep {
  readonly version: string;
  readonly what: string;
  readonly rows: number;
  readonly model: string;
  readonly kind: Model['kind'];
  readonly status: Model['status'];
  readonly delta: DeltaCounts | null;
  readonly trained: { readonly delta: number; readonly replayed: number; readonly train: number };
  readonly seen: number;
  readonly fullSeen: number;
  readonly seconds: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly testRows: number;
  /** Of the parent on the same test rows; null without one. */
  readonly parentAccuracy: number | null;
  readonly guard: GuardResult;
  readonly relabelled: number;
  readonly sentence: string;
  readonly learner: string;
  /** Of an update by an exact learner, that it is what a full fit would be. */
  readonly exact: string | null;
  readonly notes: readonly string[];
  readonly slices: readonly SliceResult[];
  /** Its data were asked about, and approved. */
  readonly approved: boolean;
  /** What was said of its data; null where there was nothing to say. */
  readonly data: DataDocument | null;
}

/** What the loop on a sample did, with the measures of each step; `seconds` for all of it. */
export interface DemoAccount {
  readonly table: string;
  readonly training: string;
  readonly steps: readonly DemoStep[];
  readonly badImport: { readonly changed: number; readonly step: DemoStep };
  readonly restore: RestoreDone;
  readonly reproduced: Reproduction;
  readonly seconds: number;
}

/** What the loop on a sample has just done, in order. */
export type DemoEvent =
  | { readonly kind: 'step'; readonly step: DemoStep; readonly delta: DeltaCounts | null }
  | { readonly kind: 'badImport'; readonly changed: number }
  | { readonly kind: 'judged'; readonly step: DemoStep }
  | { readonly kind: 'restored'; readonly restore: RestoreDone }
  | { readonly kind: 'reproduced'; readonly reproduced: Reproduction };

/** The model that is made again at the end: the first that was trained on a delta. */
const reproducedNumber = 2;

function stepOf(outcome: RunOutcome, what: string, seconds: number): Omit<DemoStep, 'approved'> {
  const { model } = outcome;
  if (outcome.model === null || !model)
    throw new Error(`Broken invariant: the sample's delta is empty (${outcome.sentence})`);
  return {
    version: model.snapshot.name,
    what,
    rows: model.rows,
    model: modelText(model),
    kind: model.kind,
    status: model.status,
    delta: model.delta,
    trained: model.cost.rows,
    seen: model.cost.seen,
    fullSeen: model.cost.fullSeen,
    seconds,
    accuracy: qualityOf(model.metrics),
    low: model.metrics.low,
    high: model.metrics.high,
    testRows: model.metrics.n,
    parentAccuracy: model.guard.now?.parent ?? null,
    guard: model.guard,
    relabelled: model.relabelled,
    sentence: outcome.sentence,
    learner: model.learner,
    exact: outcome.exact,
    notes: outcome.notes,
    slices: model.slices,
    data: model.judgement ? dataDocument(model.judgement, judgementNames(model)) : null,
  };
}

/**
 * Builds the sample in an empty store, trains on each version as it arrives, imports the bad one, restores, reproduces.
 * `resolve` gives the training once its table is there. `table.exists` when the store has the sample already.
 */
export async function runDemo(
  workbench: Workbench,
  story: Story,
  resolve: () => Promise<Training>,
  signal: AbortSignal,
  on: (event: DemoEvent) => void,
): Promise<DemoAccount> {
  const { store, clock } = workbench;
  const began = clock.now();
  await story.prepare(store, signal);
  const training = await resolve();
  const train = async (what: string, isRight: boolean): Promise<DemoStep> => {
    const started = clock.now();
    const mode = (await workbench.registry.heads(training)).length === 0 ? 'full' : 'delta';
    const outcome = await runTraining({ training, mode }, workbench, signal, () => {});
    const approved = isRight ? await approveSample(outcome, workbench.registry) : null;
    const now = approved && outcome.reason === null ? { ...outcome, model: approved } : outcome;
    return { ...stepOf(now, what, (clock.now() - started) / 1000), approved: approved !== null };
  };
  const steps: DemoStep[] = [];
  for (const { what, come } of story.arrivals) {
    await come(store, signal);
    const step = await train(what, true);
    steps.push(step);
    on({ kind: 'step', step, delta: step.delta });
  }
  const good = steps.at(-1);
  const changed = await story.spoil(store);
  on({ kind: 'badImport', changed });
  const step = await train(say('the bad import'), false);
  on({ kind: 'judged', step });
  const restore = await restoreTable(
    { store, table: story.table, to: good?.version ?? '', environment: 'development' },
    async ({ counts }) => changedRows(counts) > 0,
    signal,
  );
  if (!restore) throw new Error('Broken invariant: the bad import left nothing to restore');
  await rememberRestore(workbench.registry, store, wholeRestore({ level: 'table', table: story.table }, restore));
  on({ kind: 'restored', restore });
  const reproduced = await reproduceModel(
    modelText({ training: training.name, number: reproducedNumber }),
    { fromRoot: false },
    workbench,
    signal,
    () => {},
  );
  on({ kind: 'reproduced', reproduced });
  return {
    table: tableText(story.table),
    training: training.name,
    steps,
    badImport: { changed, step },
    restore,
    reproduced,
    seconds: (clock.now() - began) / 1000,
  };
}
