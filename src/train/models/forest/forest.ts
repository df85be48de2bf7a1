/**
 * The forest: extremely randomized trees (Geurts et al. 2006) over frozen bins, whose tests come from (seed, tree, path) alone, so
 * that a tree is a function of the set of its rows. An update takes what changed into the counts along the paths and grows only
 * the subtrees anew whose test is no longer the best one (after Brophy & Lowd 2021), and has the bits of a full fit.
 */
import { Failure } from '../../../base/failure.ts';
import type { AbsorbJob, Learner } from '../../../data/learner.ts';
import { forestSha256 } from '../../kernel/forest.ts';
import { pauser } from '../../rows/pause.ts';
import { labelScaleOf } from '../labelScale.ts';
import { answersOf } from './answering.ts';
import { growTrees } from './growing.ts';
import { forestOptions, forestRules, type ForestSettings } from './options.ts';
import { changedBag, emptyBag, gatherBag, type RowBag, rowsOf } from './rowBag.ts';
import { settle } from './settling.ts';
import { type ForestModel, forestState, shapeOf } from './state.ts';
import { widerTrees } from './trees.ts';

type Job = AbsorbJob<ForestModel, 'bins'>;

/** Found at the root of a lineage, and frozen from there. */
async function settingsOf(job: Job, rows: RowBag, scale: ForestModel['scale'], signal: AbortSignal) {
  const root = job.parent ?? job.frozen;
  if (root) return root.settings;
  const { classes, seed, validation } = job;
  const options = forestOptions(job.options);
  return settle({ rows, classes, scale, options, seed, validation, signal, pause: pauser(signal) });
}

/** Samples seen by all trees; an update is charged the share of them that it went over. */
const seenBy = ({ trees }: ForestSettings, rows: number, share: number): number => Math.round(trees * rows * share);

/** The learner "forest". */
export const forest: Learner<ForestModel, 'bins'> = {
  fits: ['classification', 'regression'],
  options: forestRules,
  rows: 'bins',
  state: forestState,
  kernelSha256: forestSha256,
  trial: { trees: 15, candidates: 32, leaf: 3 },
  keeps: ['trees', 'candidates', 'leaf'],
  keepsRows: true,

  async absorb(job, { signal }) {
    const { parent, frozen, before, after, classes } = job;
    const { layout } = after;
    const features = layout.features.length;
    const scale = classes > 0 ? null : (parent?.scale ?? frozen?.scale ?? (await labelScaleOf(after, signal)));
    const parts = [
      { rows: before, times: -1 as const },
      { rows: after, times: 1 as const },
    ];
    const changes = await gatherBag(parts, features, scale, signal);
    const rows = changedBag(parent?.rows ?? emptyBag(features), changes);
    if (rows.labels.length === 0) throw new Failure('plan.fewRows', { set: 'train', rows: 0, needed: 1 });
    const settings = await settingsOf(job, rows, scale, signal);
    const from = parent && { trees: parent.trees, changes, rows: rowsOf(parent.rows) };
    const { trees, share } = await growTrees(rows, layout, shapeOf({ settings, classes }), from, pauser(signal));
    const model = { settings, classes, scale, rows, trees };
    return { model, seen: seenBy(settings, rowsOf(rows), share), epochs: [], attempts: [], kept: 0 };
  },

  async grow(model, newClasses) {
    if (newClasses === 0) return model;
    const trees = widerTrees(model.trees, shapeOf(model), newClasses);
    return { ...model, classes: model.classes + newClasses, trees };
  },

  predict: (model, rows, signal) => answersOf(model, rows, signal),

  cost: (options, trainRows) => forestOptions(options).trees * trainRows,
};
