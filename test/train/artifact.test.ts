import { describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../../src/base/failure.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { readArtifact, weightsSha256 } from '../../src/train/artifact.ts';
import { Encoder } from '../../src/train/encode/encoder.ts';
import { startTfjs } from '../../src/train/kernel/fused.ts';
import { kernelSha256 } from '../../src/train/kernel/wasm.ts';
import { toLayersModel } from '../../src/train/models/mlp.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { shop } from './data.ts';
import { runCase } from './runCase.ts';
import { caseOf } from './support.ts';

const one = caseOf(shop(0, 1_000), { kind: 'full' });
const result = await runCase(one);

describe('an artifact', () => {
  test('holds all that is needed to use the model', async () => {
    const { manifest, model } = readArtifact(result.artifact, 'm1');
    expect(manifest).toMatchObject({
      learner: 'mlp',
      classes: ['large', 'middle', 'small'],
      plan: one.plan,
      parentSha256: null,
      kernelSha256: kernelSha256(),
      weightsSha256: result.weightsSha256,
      rows: { train: one.sets.train.length, delta: 0, replayed: 0, unlabelled: 0 },
    });
    expect(weightsSha256(model)).toBe(result.weightsSha256);
    expect(sha256(result.artifact)).toBe(result.artifactSha256);
    await startTfjs();
    const before = tf.memory().numTensors;
    const layers = toLayersModel(model);
    expect(layers.inputs[0]?.shape).toEqual([null, new Encoder(manifest.encoder).layout.inputs]);
    expect(layers.toJSON(null, false)).toEqual(manifest.topology);
    layers.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('answers as the run did', async () => {
    const { signal } = new AbortController();
    const job = { plan: one.plan, artifacts: [result.artifact, result.artifact] };
    expect(await createTrainer().evaluate(job, one.rows, signal)).toEqual([result.metrics, result.metrics]);
  });

  test('is refused as damaged wherever a byte is another, or the end is missing', async () => {
    const { artifact } = result;
    const { signal } = new AbortController();
    for (const place of [0, 9, 100, artifact.length >> 1, artifact.length - 40, artifact.length - 1]) {
      const copy = artifact.slice();
      copy[place] = (copy[place] ?? 0) ^ 1;
      expect(() => readArtifact(copy, 'm1')).toThrow(/The stored artifact of m1 is damaged/);
      const run = createTrainer().run({ plan: one.plan, parent: copy, anchor: null }, one.rows, signal, () => {});
      await expect(run).rejects.toSatisfy((error) => Failure.is(error, 'model.damaged'));
    }
    for (const length of [0, 8, 43, artifact.length - 1])
      expect(() => readArtifact(artifact.subarray(0, length), 'm1')).toThrow(/damaged/);
  });

  test('of a newer format, or of something else, is refused as that', () => {
    const sealed = (body: Uint8Array): Uint8Array => {
      const hex = sha256(body);
      const digest = Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
      return Uint8Array.from([...body, ...digest]);
    };
    const text = new TextEncoder();
    const json = text.encode('{"format":7}');
    const newer = Uint8Array.from([...text.encode('DTMODEL1'), json.length, 0, 0, 0, ...json]);
    expect(() => readArtifact(sealed(newer), 'm1')).toThrow(/its format is 7/);
    expect(() => readArtifact(sealed(text.encode('something else')), 'm1')).toThrow(/not a model of this format/);
  });
});
