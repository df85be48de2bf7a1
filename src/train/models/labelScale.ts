/**
 * The label of a regression as whole numbers: steps of a power of two around an origin, so that sums of labels are exact in
 * any order. Fitted once, at the root of a lineage, and then frozen.
 */
import { say } from '../../base/say.ts';
import { at } from '../../base/assert.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import type { RowStream } from '../../data/trainPage.ts';
import { squareRoot } from '../kernel/wasm.ts';

/** A label is `origin + steps * step`. Plain JSON, kept in a model's structure. */
export interface LabelScale {
  readonly origin: number;
  readonly step: number;
}

/** Steps in a standard deviation, about: finer ones change no model by what could be measured. */
const stepsPerDeviation = 4_096;
/** Labels farther from the origin than this many steps (half a million deviations) count as that far. */
const mostSteps = 2 ** 31 - 1;

/** The greatest power of two that is not above a positive value. */
function powerBelow(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  while (power > value && power > 2 ** -1000) power /= 2;
  return power;
}

/** Of the labels in any order: they are sorted before they are summed. */
export function fitLabelScale(labels: Float64Array): LabelScale {
  const sorted = labels.slice().sort();
  const least = sorted[0] ?? 0;
  const size = Math.max(Math.abs(least), Math.abs(sorted.at(-1) ?? 0));
  if (least === sorted.at(-1) || size === 0) return { origin: least, step: 1 };
  // In units of the largest, so that no square is beyond what a number can be.
  let mean = 0;
  for (const label of sorted) mean += label / size / sorted.length;
  let squares = 0;
  for (const label of sorted) squares += (label / size - mean) ** 2 / sorted.length;
  const step = powerBelow(Math.max((squareRoot(squares) / stepsPerDeviation) * size, 2 ** -1000));
  return { origin: Math.round((mean * size) / step) * step, step };
}

/** The label as a whole number of steps. */
export const stepsOf = ({ origin, step }: LabelScale, label: number): number =>
  Math.min(mostSteps, Math.max(-mostSteps, Math.round((label - origin) / step)));

/** The label that so many steps are, which need not be whole. */
export const labelOf = ({ origin, step }: LabelScale, steps: number): number => origin + steps * step;

/** Of all rows of a stream of values. */
export async function labelScaleOf(rows: RowStream, signal: AbortSignal): Promise<LabelScale> {
  const pieces: Float64Array[] = [];
  for await (const { labels } of rows.read(signal)) {
    throwIfCancelled(signal);
    if (labels.kind === 'value') pieces.push(labels.values);
  }
  const all = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (let i = 0; i < pieces.length; i++) {
    all.set(at(pieces, i), place);
    place += at(pieces, i).length;
  }
  return fitLabelScale(all);
}

/** Why a stored scale cannot be used: without a full stop, or null. */
export function labelScaleFault(scale: unknown): string | null {
  const { origin, step } = (scale ?? {}) as Partial<Record<keyof LabelScale, unknown>>;
  const usable = Number.isFinite(origin) && typeof step === 'number' && Number.isFinite(step) && step > 0;
  return usable ? null : say('the scale of its label is not one of numbers');
}
