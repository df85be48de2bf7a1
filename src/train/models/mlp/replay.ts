/** How much a run trains: what a delta update replays and how often it goes over its rows. Pure, so that the store can be asked for exactly that. */
import type { MlpOptions } from './options.ts';

/**
 * The rule of a delta update. `share` of the unchanged train rows is replayed, as a window of the hash order or as one fresh uniform
 * sample; `rate` scales the plan's learning rate.
 */
export interface ReplayRule {
  readonly share: number;
  readonly asWindow: boolean;
  readonly epochs: number;
  readonly rate: number;
}

/** Samples seen that an update aims at, and that a full fit of few rows is stretched to (early stop ends it before). */
const updateSeen = 40_000;
const fullSeen = 100_000;
/**
 * With fewer train rows than this more than 4 epochs are allowed: 10 at 4,000 rows, and below that up to 30 (measured on
 * the 2,000 rows of the sample: .835 after 20 epochs, .813 after 10, .838 by a full fit).
 */
const fewRows = 10_000;
const mostEpochs = { fewRows: 30, else: 4 };
/** Where a training says neither: a fifth of the table, and at least so many rows. */
const usual = { share: 0.2, rows: 10_000 };
/**
 * From so many train rows on, a replay of fixed size: over six updates no worse than a fifth of the table (bench/replay), at a cost
 * that does not grow with it. A class that the parent never saw needs a second epoch.
 */
const window = { fromRows: 80_000, rows: 40_000, epochs: 1, epochsForNewClass: 2 };
/** Without any replay, more than this forgets what the parent knew (measured: up to 40 points). */
const noReplay = { epochs: 3, rate: 0.1 };

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Epochs of an update over `rows` (changed and replayed together) of a table with `trainRows` train rows. */
export const updateEpochs = (rows: number, trainRows: number): number =>
  clamp(Math.round(updateSeen / Math.max(1, rows)), 2, trainRows < fewRows ? mostEpochs.fewRows : mostEpochs.else);

/**
 * What to replay beside `deltaRows` changed train rows, `trainRows` being all train rows of the new snapshot, the changed
 * ones included; `newClasses` are not in the parent. Unique replayed rows are worth more than epochs over few of them, hence a share of the snapshot with a
 * floor in rows.
 */
export function replayRule(
  { replayShare, replayRows }: Pick<MlpOptions, 'replayShare' | 'replayRows'>,
  trainRows: number,
  deltaRows: number,
  newClasses = 0,
): ReplayRule {
  const unchanged = Math.max(0, trainRows - deltaRows);
  const isLeftOpen = replayShare === null && replayRows === null;
  if (isLeftOpen && trainRows >= window.fromRows && unchanged > window.rows)
    return {
      share: window.rows / unchanged,
      asWindow: true,
      epochs: newClasses > 0 ? window.epochsForNewClass : window.epochs,
      rate: 1,
    };
  const floor = Math.min(trainRows, replayRows ?? usual.rows) - deltaRows;
  const wanted = clamp(Math.max(Math.round((replayShare ?? usual.share) * trainRows), floor), 0, unchanged);
  if (wanted === 0 && unchanged > 0) return { share: 0, asWindow: false, ...noReplay };
  return {
    share: unchanged === 0 ? 0 : wanted / unchanged,
    asWindow: false,
    epochs: updateEpochs(deltaRows + wanted, trainRows),
    rate: 1,
  };
}

/** The upper bound of epochs of a full fit: the plan's, or more where few rows would otherwise give too few steps. */
export const fullEpochs = (options: MlpOptions, trainRows: number): number =>
  clamp(Math.ceil(fullSeen / Math.max(1, trainRows)), options.epochs, 10 * options.epochs);
