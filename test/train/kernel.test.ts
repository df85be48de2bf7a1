import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { main as compile } from 'assemblyscript/asc';
import { at } from '../../src/base/assert.ts';
import { seededRandom } from '../../src/base/random.ts';
import { EncodedRows } from '../../src/train/rows/encodedRows.ts';
import { startTfjs } from '../../src/train/kernel/fused.ts';
import { summedLoss } from '../../src/train/kernel/loss.ts';
import { DenseNetwork } from '../../src/train/kernel/network.ts';
import { squareRoot } from '../../src/train/kernel/wasm.ts';
import { toLayersModel } from '../../src/train/models/mlp/layers.ts';

const folder = path.resolve(import.meta.dirname, '../../src/train/kernel');
const sizes = [5, 7, 3];
const layout = { stored: 5, inputs: 5, spreads: [{ way: 'copy' as const, from: 0, to: 0, count: 5 }], silent: [] };

function someRows(count: number): EncodedRows {
  const random = seededRandom('kernel rows');
  const rows = new EncodedRows(layout);
  for (let i = 0; i < count; i++)
    rows.push(
      Array.from({ length: 5 }, () => random.fraction() * 4 - 2),
      0,
      random.below(3),
    );
  return rows;
}

function someWeights(): Float32Array[] {
  const random = seededRandom('kernel weights');
  return [5 * 7, 7, 7 * 3, 3].map((length) => Float32Array.from({ length }, () => random.fraction() * 2 - 1));
}

/** The same network, loss and step of Adam in plain 64-bit arithmetic. */
function stepByHand(weights: readonly Float32Array[], rows: EncodedRows, rate: number): number[][] {
  const [w1, b1, w2, b2] = weights.map((one) => [...one]) as [number[], number[], number[], number[]];
  const gradient = [w1, b1, w2, b2].map((one) => one.map(() => 0)) as [number[], number[], number[], number[]];
  const add = (to: number[], i: number, value: number): void => {
    to[i] = at(to, i) + value / rows.length;
  };
  for (let r = 0; r < rows.length; r++) {
    const x = new Float32Array(5);
    rows.spread(r, x, 0);
    const hidden = b1.map((bias, j) =>
      Math.max(
        0,
        x.reduce((sum, value, i) => sum + value * at(w1, 7 * i + j), bias),
      ),
    );
    const scores = b2.map((bias, k) => hidden.reduce((sum, value, j) => sum + value * at(w2, 3 * j + k), bias));
    const parts = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = parts.reduce((sum, part) => sum + part, 0);
    const error = parts.map((part, k) => part / total - (k === rows.label(r) ? 1 : 0));
    error.forEach((e, k) => {
      add(gradient[3], k, e);
      hidden.forEach((value, j) => add(gradient[2], 3 * j + k, e * value));
    });
    hidden.forEach((value, j) => {
      if (value === 0) return;
      const back = error.reduce((sum, e, k) => sum + e * at(w2, 3 * j + k), 0);
      add(gradient[1], j, back);
      x.forEach((input, i) => add(gradient[0], 7 * i + j, back * input));
    });
  }
  // Of the first step both corrected moments are the gradient itself and its square.
  return [w1, b1, w2, b2].map((one, p) =>
    one.map((value, i) => {
      const g = at(at(gradient, p), i);
      return value - (rate * g) / (Math.abs(g) + 1e-7);
    }),
  );
}

describe('the training kernel', () => {
  test.each([
    ['kernel.wasm', 'assembly/index.ts', ['--enable', 'simd']],
    ['forest.wasm', 'assembly/forest/index.ts', []],
  ])('the committed %s is what its source compiles to', async (name, entry, own) => {
    const out = mkdtempSync(path.join(tmpdir(), 'deltatrain-kernel-'));
    const file = path.join(out, name);
    const flags = ['-O3', '--noAssert', ...own, '--runtime', 'stub', '--importMemory'];
    const source = path.join(folder, entry);
    const { error } = await compile([source, ...flags, '--outFile', file, '--baseDir', path.parse(source).root]);
    expect(error).toBeNull();
    expect(readFileSync(file).equals(readFileSync(path.join(folder, name)))).toBe(true);
    rmSync(out, { recursive: true });
  });

  test('a step of Adam agrees with plain arithmetic', () => {
    const rows = someRows(32);
    const network = new DenseNetwork(sizes, 32);
    network.setWeights(someWeights());
    network.resetOptimizer();
    for (let i = 0; i < 32; i++) network.place(i, rows, i);
    network.step(32, 0.01, false);
    const expected = stepByHand(someWeights(), rows, 0.01);
    network
      .getWeights()
      .forEach((values, p) => values.forEach((value, i) => expect(value).toBeCloseTo(at(at(expected, p), i), 4)));
  });

  test('distillation pulls replayed rows to the parent and leaves the others alone', () => {
    const rows = someRows(8);
    const probabilities = new Float32Array(24).fill(1 / 3);
    const trained = (weight: number | null): Float32Array[] => {
      const network = new DenseNetwork(sizes, 8);
      network.setWeights(someWeights());
      network.resetOptimizer();
      for (let step = 0; step < 300; step++) {
        for (let i = 0; i < 8; i++)
          network.place(i, rows, i, weight === null || i >= 4 ? undefined : { probabilities, weight });
        network.step(8, 0.01, weight !== null);
      }
      const scores = new Float32Array(24);
      network.scores(rows, 0, 8, scores, 'probabilities');
      return Array.from({ length: 8 }, (_, i) => scores.slice(3 * i, 3 * i + 3));
    };
    const plain = trained(null);
    const held = trained(1);
    // Held rows end at the parent's even odds, free rows at their label, as without distillation.
    for (const row of held.slice(0, 4)) for (const p of row) expect(p).toBeCloseTo(1 / 3, 1);
    held.slice(4).forEach((row, i) => expect(at(row, rows.label(4 + i))).toBeGreaterThan(0.8));
    plain.forEach((row, i) => expect(at(row, rows.label(i))).toBeGreaterThan(0.8));
  });

  test('its scores are those of the tf.LayersModel, and the model takes no tensors along', async () => {
    await startTfjs();
    const weights = someWeights();
    const shapes = [[5, 7], [7], [7, 3], [3]];
    const before = tf.memory().numTensors;
    const model = toLayersModel({
      structure: null,
      weights: weights.map((values, i) => ({ name: `w${i}`, shape: at(shapes, i), values })),
    });
    const rows = someRows(50);
    const inputs = new Float32Array(250);
    for (let i = 0; i < 50; i++) rows.spread(i, inputs, 5 * i);
    const byTfjs = tf.tidy(() => (model.predict(tf.tensor2d(inputs, [50, 5])) as tf.Tensor).dataSync());
    const network = new DenseNetwork(sizes, 16);
    network.setWeights(weights);
    const own = new Float32Array(150);
    network.scores(rows, 0, 50, own, 'probabilities');
    own.forEach((value, i) => expect(value).toBeCloseTo(at(byTfjs, i), 5));
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('its loss is the mathematician’s, whatever the size', () => {
    const random = seededRandom('loss');
    const rows = 100_000;
    const scores = Float32Array.from({ length: 4 * rows }, () => random.fraction() * 6 - 3);
    const labels = Int32Array.from({ length: rows }, () => random.below(4));
    let expected = 0;
    for (let i = 0; i < rows; i++) {
      const own = [...scores.subarray(4 * i, 4 * i + 4)].map((score) => score / 2);
      expected += Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0)) - at(own, at(labels, i));
    }
    expect(summedLoss(scores, 4, labels, 0.5)).toBeCloseTo(expected, 4);
    expect(summedLoss(scores, 4, Int32Array.of(-1), 1)).toBeCloseTo(-Math.log(1e-12), 10);
    expect(squareRoot(2)).toBe(Math.SQRT2);
  });
});
