/** The answers of a forest for a stream of rows. */
import { throwIfCancelled } from '../../../base/failure.ts';
import type { Answers } from '../../../data/learner.ts';
import type { RowStream } from '../../../data/trainPage.ts';
import { labelOf } from '../labelScale.ts';
import { answeredRows, askTrees } from './growing.ts';
import type { ForestModel } from './state.ts';

/** The bins of a stream in pieces of as many rows as are answered at a time. */
async function* binPieces(rows: RowStream<'bins'>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const size = answeredRows * rows.layout.features.length;
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const page of rows.read(signal)) {
    throwIfCancelled(signal);
    for (let from = 0; from < page.bins.length; ) {
      const taken = page.bins.subarray(from, from + size - filled);
      piece.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < size) continue;
      yield piece;
      piece = new Uint8Array(size);
      filled = 0;
    }
  }
  throwIfCancelled(signal);
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Scores of the classes, or values. */
export async function answersOf(model: ForestModel, rows: RowStream<'bins'>, signal: AbortSignal): Promise<Answers> {
  const { scale, classes } = model;
  const pieces: (Float32Array | Float64Array)[] = [];
  for await (const bins of binPieces(rows, signal)) pieces.push(askTrees(model, rows.layout, bins));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const values = scale ? new Float64Array(length) : new Float32Array(length);
  let place = 0;
  for (const piece of pieces) {
    values.set(piece, place);
    place += piece.length;
  }
  if (values instanceof Float32Array) return { kind: 'scores', classes, values };
  return { kind: 'values', values: scale ? values.map((steps) => labelOf(scale, steps)) : values };
}
