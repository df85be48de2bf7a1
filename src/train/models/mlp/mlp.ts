/**
 * The multilayer classifier: an ordinary tf.LayersModel (dense, ReLU, softmax) trained by the fused kernel. Updates follow
 * the measured recipe: changed rows and replayed ones in one shuffled stream, full learning rate decaying to 2 %, the
 * parent's predictions as half the target of replayed rows only (learning without forgetting, Li & Hoiem 2016), fresh
 * Adam moments.
 */
import { at } from '../../../base/assert.ts';
import type { Learner } from '../../../data/learner.ts';
import { startTfjs } from '../../kernel/fused.ts';
import { gatherRows } from '../../rows/encodedRows.ts';
import { fitRows, scoreRows } from './fits.ts';
import { trainDelta } from './ladder.ts';
import { layersModel, type MlpModel, mlpState, save, sizesOf } from './layers.ts';
import { mlpOptions, mlpRules } from './options.ts';
import { fullEpochs, replayRule } from './replay.ts';

/** The least bias of a new class below the others': its probability starts near 0. */
const newClassGap = 5;

/** The learner "mlp". */
export const mlp: Learner<MlpModel, 'encoded'> = {
  fits: ['classification'],
  options: mlpRules,
  rows: 'encoded',
  state: mlpState,

  async fit(job, hooks) {
    const rows = await gatherRows(job.train, hooks.signal);
    const validation = await gatherRows(job.validation, hooks.signal);
    const options = mlpOptions(job.options);
    const epochs = fullEpochs(options, rows.length);
    const { classes, seed } = job;
    return { ...(await fitRows({ rows, validation, classes, options, epochs, seed }, hooks)), attempts: [], kept: 0 };
  },

  async refine({ train, ...job }, hooks) {
    const { parent, classes, counts, newClasses, maxDrop, seed } = job;
    const run = {
      options: mlpOptions(job.options),
      delta: await gatherRows(job.delta, hooks.signal),
      replay: await gatherRows(job.replay, hooks.signal),
      validation: await gatherRows(job.validation, hooks.signal),
      readAll: () => gatherRows(train, hooks.signal),
    };
    return trainDelta({ parent, classes, newClasses, trainRows: counts.train, maxDrop, seed, ...run }, hooks);
  },

  // The shape of the network stays the parent's: its weights are what an update goes on from. So does the replay of a lineage,
  // where nobody says another: a new default is for the next full fit.
  replay(options, parent, counts) {
    const kept = { replayShare: parent['replayShare'] ?? null, replayRows: parent['replayRows'] ?? null };
    const said = Object.entries(options).filter(([name, value]) => value !== null || !Object.hasOwn(kept, name));
    const own = { ...kept, ...Object.fromEntries(said), hidden: parent['hidden'] ?? [] };
    const { share, asWindow } = replayRule(mlpOptions(own), counts.train, counts.delta);
    return { options: own, share, asWindow };
  },

  async predict(model, rows, signal) {
    return { kind: 'scores', ...(await scoreRows(model, await gatherRows(rows, signal), signal)) };
  },

  async grow(model, newClasses) {
    if (newClasses === 0) return model;
    await startTfjs();
    const sizes = sizesOf(model);
    const units = at(sizes, sizes.length - 1);
    const grown = [...sizes.slice(0, -1), units + newClasses];
    const weights = model.weights.map(({ values }) => values);
    const matrix = at(weights, weights.length - 2);
    const bias = at(weights, weights.length - 1);
    const inputs = matrix.length / units;
    const wider = new Float32Array(inputs * (units + newClasses));
    for (let i = 0; i < inputs; i++) wider.set(matrix.subarray(i * units, (i + 1) * units), i * (units + newClasses));
    const longer = new Float32Array(units + newClasses).fill(Math.min(...bias) - newClassGap);
    longer.set(bias);
    const empty = layersModel(grown);
    try {
      return save(empty, [...weights.slice(0, -2), wider, longer]);
    } finally {
      empty.dispose();
    }
  },

  cost: (options, trainRows) => fullEpochs(mlpOptions(options), trainRows) * trainRows,
};
