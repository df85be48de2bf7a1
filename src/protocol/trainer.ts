/** What crosses to a trainer (a worker inside the panel, or a forked Node process), and what it asks back. */
import type { Translations } from '../base/say.ts';
import type { DeltaPage } from '../data/change.ts';
import type { RowPage } from '../data/page.ts';
import type { AnswerPage, PredictEnd, PredictJob } from '../data/predicting/predicting.ts';
import type {
  CheckJob,
  CheckResult,
  RowsWanted,
  EvaluateJob,
  LearnerFound,
  Metrics,
  Rival,
  RowSet,
  TrainEvent,
  TrainJob,
  TrainResult,
} from '../data/trainer.ts';
import type { Plan, PlanDraft } from '../data/training.ts';
import type { Stream } from './rpc.ts';

/** Answered by the trainer. `run` names whose rows are meant when it asks for them. */
export interface TrainerContract {
  calls: {
    /** Before anything else, where the person reads another language than English. */
    'process/language': (p: { strings: Translations }) => null;
    'train/plan': (p: { draft: PlanDraft; parent: Plan | null }) => Plan | null;
    'train/choose': (p: { run: number; draft: PlanDraft }) => LearnerFound;
    'train/check': (p: { run: number; job: CheckJob }) => CheckResult;
    'train/evaluate': (p: { run: number; job: EvaluateJob }) => Metrics[];
  };
  streams: {
    'train/run': (p: { run: number; job: TrainJob }) => Stream<TrainEvent, TrainResult>;
    'train/predict': (p: { run: number; job: PredictJob }) => Stream<AnswerPage, PredictEnd>;
  };
  events: Record<never, never>;
}

/** Answered by whoever owns the run. */
export interface TrainerHostContract {
  calls: Record<never, never>;
  streams: {
    'rows/read': (p: { run: number; set: RowSet; wanted: RowsWanted | undefined }) => Stream<RowPage>;
    'rows/changes': (p: { run: number; since: Rival }) => Stream<DeltaPage>;
    'rows/asked': (p: { run: number }) => Stream<RowPage>;
  };
  events: Record<never, never>;
}
