/** A learner's state in an artifact: arrays of every kind, and what 0.1 wrote of a plan. */
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/sha256.ts';
import type { StateArray } from '../../src/data/learner.ts';
import { planOfStored, storedPlan, storedTraining, trainingOfStored } from '../../src/data/stored/storedPlan.ts';
import type { Training } from '../../src/data/training.ts';
import { readArtifact, writeArtifact } from '../../src/train/artifact.ts';
import { caseOf } from './support/cases.ts';
import { shop } from './support/shop.ts';

const { plan } = caseOf(shop(0, 200));
const facts = {
  ...{
    learner: 'sums',
    classes: ['a', 'b'],
    temperature: 1,
    parentSha256: null,
    kernelSha256: '',
    plan: storedPlan(plan),
  },
  encoder: { form: 'raw' as const, features: [{ name: 'x', type: 'INT' }] },
  rows: { delta: 0, replayed: 0, train: 0, unlabelled: 0 },
};

describe('the arrays of a state', () => {
  const arrays: StateArray[] = [
    Int8Array.of(-128, 127, 1),
    Uint8Array.of(0, 255, 7),
    Int16Array.of(-32_768, 32_767, 2),
    Uint16Array.of(65_535, 0, 3),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 4),
    Uint32Array.of(2 ** 32 - 1, 0, 5),
    Float32Array.of(1.5, -0, 3e38),
    Float64Array.of(Number.MIN_VALUE, -0, 1e308),
    BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 6n),
    BigUint64Array.of(2n ** 64n - 1n, 0n, 8n),
  ];
  const state = { structure: { depth: 3 }, arrays: arrays.map((values, i) => ({ name: `a${i}`, shape: [3], values })) };
  const { bytes } = writeArtifact(facts, state);

  test('come back as they went, of every kind', () => {
    const { state: found, manifest } = readArtifact(bytes, 'm1');
    expect(found).toEqual(state);
    expect(Object.is(found.arrays[7]?.values[1], -0)).toBe(true);
    expect(manifest.format).toBe(2);
  });

  test('lie wherever the artifact lies in a larger buffer', () => {
    const within = new Uint8Array(bytes.length + 5);
    within.set(bytes, 3);
    expect(readArtifact(within.subarray(3, 3 + bytes.length), 'm1').state).toEqual(state);
  });

  test('of a kind that nobody knows are refused, with the reason', () => {
    const text = new TextDecoder('latin1').decode(bytes).replace('"kind":"int16"', '"kind":"int17"');
    const body = Uint8Array.from(text.slice(0, -32), (char) => char.charCodeAt(0));
    const crafted = Uint8Array.from([...body, ...Buffer.from(sha256(body), 'hex')]);
    expect(() => readArtifact(crafted, 'm1')).toThrow('the weight "a2" is of no known kind');
  });

  test('alone of float32, as every network has them, are of the format that 0.1 reads', () => {
    const own = { structure: null, arrays: [{ name: 'w', shape: [2], values: Float32Array.of(1, 2) }] };
    const encoder = { format: 1 as const, features: [] };
    expect(readArtifact(writeArtifact({ ...facts, encoder }, own).bytes, 'm1').manifest).toMatchObject({
      format: 1,
      weights: [{ name: 'w', shape: [2] }],
    });
  });
});

describe('a plan as it is kept', () => {
  test('is what 0.1 wrote, field by field, and reads back', () => {
    const stored = storedPlan(plan);
    expect(stored).toMatchObject({ learner: 'mlp', options: { hidden: [64, 32] } });
    expect(Object.keys(stored).slice(0, 9).join()).toBe('format,kind,learner,task,label,features,slices,options,seed');
    expect(planOfStored(JSON.parse(JSON.stringify(stored)) as typeof stored)).toEqual(plan);
  });

  test('and so is a training', () => {
    const training: Training = {
      ...{ id: 'i', name: 't', connection: 'c', table: { database: 'd', table: 't' }, key: ['id'], label: 'y' },
      ...{
        task: 'classification',
        features: ['x'],
        types: {},
        learner: plan.learner,
        seed: 1,
        test: 0.1,
        validation: 0.1,
      },
      ...{ slices: [], guard: { maxDrop: 0.005, fullAfterUpdates: 10, fullAfterShare: 0.5, maxDeletes: 0.01 } },
    };
    const stored = storedTraining(training);
    expect(stored).toMatchObject({ learner: 'mlp', options: plan.learner.options });
    expect(trainingOfStored(stored)).toEqual(training);
  });
});
