/** Stored models, opened: checked, and ready to answer or to be updated. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import type { Learner } from '../data/learner.ts';
import { type Artifact, damaged, readArtifact } from './artifact.ts';
import { coderOf } from './encode/coder.ts';
import type { Learners } from './models/table.ts';
import type { Answerer } from './testing.ts';

/** A stored model that takes part in a run, or answers for rows. */
export interface Party extends Answerer {
  readonly artifact: Artifact;
}

function learnerNamed(learners: Learners, name: string, model: string): Learner {
  const learner = Object.hasOwn(learners, name) ? learners[name] : undefined;
  if (!learner)
    throw new Failure('model.incompatible', {
      model,
      reason: say('its learner "{0}" is not in this version. Update DeltaTrain.', name),
    });
  return learner;
}

/** Opens an artifact; `name` is what a person calls the model. `model.damaged`, `model.incompatible`. */
export function openModel(learners: Learners, bytes: Uint8Array, name: string): Party {
  const artifact = readArtifact(bytes, name);
  const { learner: learnerName, encoder, classes, temperature } = artifact.manifest;
  const learner = learnerNamed(learners, learnerName, name);
  const coder = coderOf(encoder);
  if (coder.form !== learner.rows)
    throw damaged(name, say('its learner does not read rows of the form "{0}"', coder.form));
  const fault = learner.state.fault(artifact.state, coder.layout, classes.length);
  if (fault !== null) throw damaged(name, fault);
  return { artifact, learner, model: learner.state.read(artifact.state), coder, classes, temperature };
}
