/**
 * What a forest is, settled at the root of its lineage: how many tests a node draws, how small a leaf may be, and how winners
 * are ranked, by small forests on some of the rows, held against the validation rows.
 */
import { at } from '../../../base/assert.ts';
import { seededRandom } from '../../../base/random.ts';
import { noClass, type RowStream } from '../../../data/trainPage.ts';
import { summedLoss } from '../../kernel/loss.ts';
import { fitTemperature } from '../../measure/temperature.ts';
import { labelsOf } from '../../rows/keptRows.ts';
import type { LabelScale } from '../labelScale.ts';
import { answersOf } from './answering.ts';
import { growTrees } from './growing.ts';
import type { ForestOptions, ForestSettings } from './options.ts';
import { pickRows, type RowBag, rowsOf, sizeOf } from './rowBag.ts';
import { shapeOf } from './state.ts';

/** With fewer validation rows nothing is chosen: what was best on most tables is taken. */
const leastRows = 200;
const trialTrees = 8;
const trialRows = 20_000;
/** Bytes that the kept counts of all trees may take, about. */
const keptBytes = 4_000_000;

/** What a trial may change, and by how much its loss must be below: what makes an update dearer has to be worth it. */
interface Trial {
  readonly change: Partial<ForestSettings>;
  readonly gain: number;
}

/** The root's rows and the validation rows to choose by. */
export interface Settling {
  readonly rows: RowBag;
  readonly classes: number;
  readonly scale: LabelScale | null;
  readonly options: ForestOptions;
  readonly seed: string;
  readonly validation: RowStream<'bins'>;
  readonly signal: AbortSignal;
  readonly pause: () => Promise<void>;
}

/** From how many rows on counts are kept: a power of two, so that they take about `keptBytes`. */
function keptFromOf(rows: number, width: number, { trees, candidates }: ForestSettings): number {
  // Nodes of n rows and more are about 1.6 · rows / n, and a count takes a little more than a byte.
  const needed = (trees * 1.6 * rows * candidates * width * 1.2) / keptBytes;
  let from = 32;
  while (from < needed) from *= 2;
  return from;
}

/** The mean loss of classes after temperature, or the mean squared error. */
async function lossOf(settings: ForestSettings, of: Settling, some: RowBag): Promise<number> {
  const { classes, scale, validation, signal } = of;
  const shape = shapeOf({ settings, classes });
  const { trees } = await growTrees(some, validation.layout, shape, null, of.pause);
  const answers = await answersOf({ settings, classes, scale, rows: some, trees }, validation, signal);
  const labels = await labelsOf(validation);
  if (answers.kind === 'values')
    return answers.values.reduce((sum, value, i) => sum + (value - at(labels, i)) ** 2, 0) / labels.length;
  const numbers = Int32Array.from(labels, (label) => (label === noClass ? -1 : label));
  const temperature = fitTemperature(answers, numbers);
  return summedLoss(answers.values, classes, numbers, 1 / temperature) / numbers.length;
}

function trialsOf(options: ForestOptions, regression: boolean): Trial[] {
  const trials: Trial[] = [];
  if (options.leaf === 0) trials.push({ change: { leaf: 1 }, gain: 0.005 }, { change: { leaf: 10 }, gain: 0.002 });
  if (!regression) trials.push({ change: { ranks: 0 }, gain: 0.015 });
  if (options.candidates === 0)
    trials.push({ change: { candidates: 64 }, gain: 0.008 }, { change: { candidates: 128 }, gain: 0.008 });
  trials.push({ change: { randomLevels: 0 }, gain: 0.005 });
  if (!regression)
    trials.push(
      { change: { smoothing: 0.3 }, gain: 0.002 },
      { change: { smoothing: 3 }, gain: 0.002 },
      { change: { smoothing: 8 }, gain: 0.002 },
    );
  return trials;
}

/** Every so many of the rows of a bag, in a seeded draw, where there are more than a trial needs. */
function someRows(rows: RowBag, seed: string): RowBag {
  const size = sizeOf(rows);
  if (size <= trialRows) return rows;
  const random = seededRandom(`${seed}:trial`);
  const places: number[] = [];
  for (let i = 0; i < size; i++) if (random.fraction() < trialRows / size) places.push(i);
  return pickRows(rows, places);
}

/** The settings of a new lineage. */
export async function settle(of: Settling): Promise<ForestSettings> {
  const { options, classes, rows, seed } = of;
  let chosen: ForestSettings = {
    trees: trialTrees,
    seed: seededRandom(`${seed}:forest`).next(),
    candidates: options.candidates || 32,
    leaf: options.leaf || 3,
    randomLevels: 2,
    ranks: classes === 0 ? 0 : 8,
    keptFrom: 2 ** 30,
    smoothing: 1,
  };
  if ((of.validation.rows ?? 0) >= leastRows) {
    const some = someRows(rows, seed);
    let least = await lossOf(chosen, of, some);
    for (const { change, gain } of trialsOf(options, classes === 0)) {
      const tried = { ...chosen, ...change };
      const loss = await lossOf(tried, of, some);
      if (loss >= least * (1 - gain)) continue;
      chosen = tried;
      least = loss;
    }
  }
  const whole = { ...chosen, trees: options.trees };
  return { ...whole, keptFrom: keptFromOf(rowsOf(rows), classes === 0 ? 2 : classes, whole) };
}
