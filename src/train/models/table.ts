/** The learners by name: a folder each. */
import type { Learner } from '../../data/learner.ts';
import { forest } from './forest/forest.ts';
import { linear } from './linear/linear.ts';
import { mlp } from './mlp/mlp.ts';

/** What a trainer can train. A name stands in configurations, plans and artifacts for ever. */
export type Learners = Readonly<Record<string, Learner>>;

/** The learners of this version. */
export const learners: Learners = { mlp, linear, forest };
