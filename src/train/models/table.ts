/** The learners by name. */
import { mlp } from './mlp.ts';
import type { Learner, LearnerName } from './learner.ts';

export const learners: Readonly<Record<LearnerName, Learner>> = { mlp };
