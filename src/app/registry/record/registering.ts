/** A new model on its way into the registry: what a run hands over, and what is recorded of it. */
import { sha256 } from '../../../base/sha256.ts';
import { type Evaluation, type Model, modelText } from '../../../data/model.ts';
import { storedTraining } from '../../../data/storedPlan.ts';
import type { Write } from '../../../data/store.ts';
import type { Training } from '../../../data/training.ts';
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
}

/** The model, and before it the configuration where that is another than its training had. `known`: the text of that; null for none. */
export function registering(training: Training, model: Model, known: string | null): readonly Happening[] {
  const spec = JSON.stringify(storedTraining(training));
  const details = {
    status: model.status,
    kind: model.kind,
    parent: model.parent,
    snapshot: model.snapshot.name,
    weights: model.weightsSha256,
    artifact: model.artifactSha256,
  };
  const registered: Happening = { what: 'model.registered', subject: modelText(model), details, why: '' };
  if (known === null || known === spec) return [registered];
  const hashes = { before: sha256(known), now: sha256(spec) };
  return [{ what: 'training.changed', subject: training.name, details: hashes, why: '' }, registered];
}
