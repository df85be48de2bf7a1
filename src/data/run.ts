/** A run as it is watched and as it ends: what the panel, the command line and the progress of the shell all see. */
import type { DeltaCounts } from './change.ts';
import type { RunJudgement } from './judgement.ts';
import type { Model } from './model.ts';
import type { TrainEvent } from './trainer.ts';
import type { Plan } from './training.ts';

/** What a run does at the moment; the phases follow each other in this order. */
export type RunPhase = 'pin' | 'diff' | 'read' | 'train' | 'test' | 'register';

/** What to do now, in the same shape the panel shows. */
export interface Advice {
  /** `none`: nothing changed since the parent's snapshot. */
  readonly kind: 'delta' | 'full' | 'none';
  /** Whole sentences, the weightiest first. */
  readonly reasons: readonly string[];
  /** Test rows, and the smallest difference in accuracy (a share) that they can show; null while no model was tested. */
  readonly detectable: { readonly rows: number; readonly difference: number } | null;
  /** Expected from what the last runs took; null when there is nothing to go by. */
  readonly seconds: { readonly delta: number | null; readonly full: number | null };
  /** What makes a model look better on its tests than it is, in whole sentences; left out while nobody has looked. */
  readonly leaks?: readonly string[];
}

/** The changed rows of a delta, over key, features and label, and which side they fall on. */
export interface DeltaFacts {
  readonly counts: DeltaCounts;
  /** After-images with a label, by side. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** After-images left out because they have no label. */
  readonly unlabelled: number;
  /** Test rows that had a label and have another one now. */
  readonly relabelled: number;
}

/** What a run tells while it is under way, in order. The trainer's events come between `planned` and the end. */
export type RunEvent =
  | { readonly kind: 'phase'; readonly phase: RunPhase }
  /** `own`: made by this run, and removed with it unless a model is registered. */
  | { readonly kind: 'pinned'; readonly snapshot: string; readonly createdAt: string; readonly own: boolean }
  /** `facts` is null when there is no parent to compare with. */
  | {
      readonly kind: 'diffed';
      readonly from: string | null;
      readonly to: string;
      readonly facts: DeltaFacts | null;
      readonly advice: Advice;
    }
  /** What goes to the trainer: `plan.counts` are the rows of each set. */
  | { readonly kind: 'planned'; readonly plan: Plan }
  | TrainEvent;

/** Suspect rows that a run left out, as its training says: the exclusion, how many they are, and each group in words. */
export interface Quarantined {
  readonly id: string;
  readonly rows: number;
  readonly groups: readonly string[];
}

/** How a run ended well, and what it put into quarantine first. */
export type RunOutcome = RunEnd & { readonly quarantined?: Quarantined };

/** How a run ended well: with a model (held or rejected where it must not be built on), with one that was there, or with nothing to train on. */
type RunEnd =
  | {
      readonly model: Model;
      readonly reason: null;
      readonly advice: Advice;
      /** What is said of suspect data, and of the model. */
      readonly sentence: string;
      /** What is said of the model alone. */
      readonly gate: string;
      /** Of an update by an exact learner, that it is what a full fit would be. */
      readonly exact: string | null;
      /** What else a person should know, in whole sentences. */
      readonly notes: readonly string[];
    }
  | {
      readonly model: Model;
      /** `model.same`: it is the full fit that this would be. `model.held`: these data are held already, for the same reasons. Nothing was registered. */
      readonly reason: 'model.same' | 'model.held';
      readonly advice: Advice;
      readonly sentence: string;
      readonly exact: null;
      readonly notes: readonly string[];
    }
  | {
      readonly model: null;
      /** `delta.empty`: nothing changed. `delta.untrainable`: something did, but no train row with a label. */
      readonly reason: 'delta.empty' | 'delta.untrainable';
      readonly advice: Advice;
      readonly sentence: string;
      /** What is said of changes that nothing can be trained on; null where nobody was asked. */
      readonly judged: { readonly parent: number; readonly plan: Plan; readonly judgement: RunJudgement } | null;
      readonly notes: readonly string[];
    };
