/** A new model on its way into the registry: what a run hands over, and what is recorded of it. */
import { sha256 } from '../../../base/sha256.ts';
import { type Evaluation, type Model, modelText } from '../../../data/model.ts';
import { storedTraining } from '../../../data/stored/storedPlan.ts';
import type { Write } from '../../../data/store.ts';
import type { Training } from '../../../data/training.ts';
import { factsRow, judgementRow, putJudgement } from '../judged/judgements.ts';
import { forgetSettled, putSettled, type Settled, settledRow } from '../judged/settled.ts';
import type { KeptRow } from './keptRows.ts';
import type { Happening } from './record.ts';

/** What a run hands over to be registered; the number is given by the registry. */
export interface Registration {
  readonly training: Training;
  readonly model: Omit<Model, 'number'>;
  /** At least `atLeast`; higher when somebody else took it. */
  readonly atLeast: number;
  readonly artifact: Uint8Array;
  /** Measured in the same run; those of the new model carry number 0 and get its number. */
  readonly evaluations: readonly Evaluation[];
  /** Statements that must hold for the row to be written (the run's lease); they go into the same transaction. */
  readonly guards: readonly Write[];
  /** The facts of its snapshot as they are kept. */
  readonly facts?: Uint8Array | null;
  /** What is kept of other models with it. */
  readonly beside?: Judging;
}

/** What is written of judgements, and the rows that come of it. */
export interface Judging {
  readonly writes: readonly Write[];
  readonly rows: readonly KeptRow[];
}

const settledOf = ({ trainingId, number, status, madeBy, madeAt }: Model): Settled[] => {
  const reason = status === 'rejected' ? 'worse' : status === 'held' ? 'suspect' : null;
  const own = { trainingId, number, seq: 1, was: status, cause: '', note: '', who: madeBy, at: madeAt };
  return reason === null ? [] : [{ ...own, reason }];
};

/** What was said of its data, and why it is no candidate. */
export function judging(model: Model, facts: Uint8Array | null): Judging {
  const { trainingId, number, judgement = null } = model;
  const settled = settledOf(model);
  const said = judgementRow(trainingId, number, JSON.stringify(judgement));
  return {
    writes: [
      ...(judgement || facts ? putJudgement(trainingId, number, judgement, facts) : []),
      forgetSettled(trainingId, number),
      ...settled.map(putSettled),
    ],
    rows: [
      ...(said ? [said] : []),
      ...(facts ? [factsRow(trainingId, number, facts)] : []),
      ...settled.map(settledRow),
    ],
  };
}

/**
 * The model, and before it the configuration where that is another than its training had. `known`: the text of that; null for none.
 * `rows`: what is written beside it.
 */
export function registering(
  training: Training,
  model: Model,
  known: string | null,
  rows: readonly KeptRow[],
): readonly Happening[] {
  const spec = JSON.stringify(storedTraining(training));
  const details = {
    status: model.status,
    kind: model.kind,
    parent: model.parent,
    snapshot: model.snapshot.name,
    weights: model.weightsSha256,
    artifact: model.artifactSha256,
    ...(model.judgement?.data.hash && { reasons: model.judgement.data.hash }),
  };
  const registered: Happening = { what: 'model.registered', subject: modelText(model), details, why: '', rows };
  if (known === null || known === spec) return [registered];
  const hashes = { before: sha256(known), now: sha256(spec) };
  return [{ what: 'training.changed', subject: training.name, details: hashes, why: '' }, registered];
}
