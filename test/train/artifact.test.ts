import { describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../../src/base/failure.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { storedPlan } from '../../src/data/stored/storedPlan.ts';
import { readArtifact, weightsSha256 } from '../../src/train/artifact.ts';
import { coderOf } from '../../src/train/encode/coder.ts';
import { startTfjs } from '../../src/train/kernel/fused.ts';
import { kernelSha256 } from '../../src/train/kernel/wasm.ts';
import { mlpState, toLayersModel } from '../../src/train/models/mlp/layers.ts';
import { learners } from '../../src/train/models/table.ts';
import { openModel } from '../../src/train/stored.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { shop } from './support/shop.ts';
import { runCase } from './support/runCase.ts';
import { caseOf } from './support/cases.ts';

const one = caseOf(shop(0, 1_000), { kind: 'full' });
const result = await runCase(one);

describe('an artifact', () => {
  test('holds all that is needed to use the model', async () => {
    const { manifest, state } = readArtifact(result.artifact, 'm1');
    expect(manifest).toMatchObject({
      learner: 'mlp',
      classes: ['large', 'middle', 'small'],
      plan: storedPlan(one.plan),
      parentSha256: null,
      kernelSha256: kernelSha256(),
      weightsSha256: result.weightsSha256,
      rows: { train: one.sets.train.length, delta: 0, replayed: 0, unlabelled: 0 },
    });
    expect(weightsSha256(state)).toBe(result.weightsSha256);
    expect(sha256(result.artifact)).toBe(result.artifactSha256);
    const { layout } = coderOf(manifest.encoder);
    if (!('inputs' in layout)) throw new Error('an mlp reads encoded rows');
    await startTfjs();
    const before = tf.memory().numTensors;
    const layers = toLayersModel(mlpState.read(state));
    expect(layers.inputs[0]?.shape).toEqual([null, layout.inputs]);
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
      const run = createTrainer().run({ plan: one.plan, parent: copy, baseline: null }, one.rows, signal, () => {});
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

/** Damage that whoever made it sealed with a right sha256. */
describe('a crafted artifact is refused as damaged, with the reason', () => {
  type Fields = Record<string, unknown>;
  const text = new TextEncoder();
  const sealed = (json: Uint8Array, weights: Uint8Array, length = json.length): Uint8Array => {
    const body = new Uint8Array(12 + json.length + weights.length);
    body.set(text.encode('DTMODEL1'));
    new DataView(body.buffer).setUint32(8, length, true);
    body.set(json, 12);
    body.set(weights, 12 + json.length);
    const digest = Buffer.from(sha256(body), 'hex');
    return new Uint8Array(Buffer.concat([body, digest]));
  };
  const whole = result.artifact;
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(8, true);
  const manifest = JSON.parse(new TextDecoder().decode(whole.subarray(12, 12 + length))) as Fields;
  const weights = whole.subarray(12 + length, -32);
  const crafted = (changes: Fields): Uint8Array =>
    sealed(text.encode(JSON.stringify({ ...manifest, ...changes })), weights);
  const shaped = (shape: unknown): Fields => ({
    weights: (manifest['weights'] as Fields[]).map((one, i) => (i === 0 ? { ...one, shape } : one)),
  });
  const encoded = (features: unknown): Fields => ({ encoder: { format: 1, features } });
  const named = (manifest['weights'] as { shape: number[] }[])[0]?.shape ?? [];

  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['a shape of 1e12', crafted(shaped([1e12, 64])), /too many weights/],
    ['a shape of -1', crafted(shaped([-1, 64])), /shape \[-1, 64\] of the weight "dense1\/kernel" is not one of whole/],
    ['a shape of 0.5', crafted(shaped([0.5, 64])), /is not one of whole numbers/],
    ['a shape that is a text', crafted(shaped('12')), /has no shape/],
    [
      'a shape of other numbers with the same product',
      crafted(shaped([named[1], named[0]])),
      /does not take \d+ inputs/,
    ],
    [
      'more weights than the file holds',
      crafted(shaped([64, 64])),
      /its shapes need \d+ bytes of weights, and it holds/,
    ],
    ['no weights', crafted({ weights: undefined }), /names no weights/],
    ['no encoder', crafted({ encoder: undefined }), /it has no encoder/],
    ['an encoder without features', crafted({ encoder: {} }), /its encoder has no features/],
    ['a vocabulary of numbers', crafted(encoded([{ kind: 'category', name: 'a', vocabulary: [1] }])), /"vocabulary"/],
    [
      'a mean that is no number',
      crafted(encoded([{ kind: 'number', name: 'a', mean: 'x', sd: 1 }])),
      /"mean" of its fea/,
    ],
    ['a date of scale 0', crafted(encoded([{ kind: 'date', name: 'a', origin: 0, scale: 0 }])), /"scale"/],
    ['fewer features than its layers take', crafted(encoded([])), /does not take 0 inputs/],
    ['fewer classes than scores', crafted({ classes: ['large'] }), /answers with 3 scores and names 1 classes/],
    ['a class named twice', crafted({ classes: ['a', 'a', 'b'] }), /named twice/],
    ['classes that are numbers', crafted({ classes: [1, 2, 3] }), /its classes are not texts/],
    ['a temperature of 0', crafted({ temperature: 0 }), /its temperature/],
    ['no plan', crafted({ plan: null }), /it has no plan/],
    ['no format', crafted({ format: 'one' }), /names no format/],
    ['broken JSON', sealed(text.encode('{"format":1,'), weights), /its manifest is not JSON/],
    ['JSON that is null', sealed(text.encode('null'), weights), /names no format/],
    ['JSON of 100,000 brackets', sealed(text.encode('['.repeat(100_000)), weights), /nests 100000 objects and lists/],
    ['a manifest longer than the file', sealed(text.encode('{}'), weights, 2 ** 32 - 1), /longer than the file/],
    [
      'weights that are no numbers',
      sealed(text.encode(JSON.stringify(manifest)), weights.slice().fill(255)),
      /not a number/,
    ],
  ];
  test.each(cases)('%s', (_, bytes, reason) => {
    const read = (): unknown => openModel(learners, bytes, 'm1');
    expect(read).toThrow(reason);
    expect(read).toThrow(/^The stored artifact of m1 is damaged: .+\. Archive the model/);
  });

  test('and what was only written again is read', () => {
    expect(readArtifact(crafted({}), 'm1').manifest).toEqual(manifest);
  });
});
