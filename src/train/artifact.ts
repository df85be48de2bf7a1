/**
 * A model as one file: `DTMODEL1`, the length of the manifest (uint32), the manifest (JSON, UTF-8), the weights (float32, in
 * the manifest's order), and the sha256 of all that (32 bytes). Little-endian. It holds no time and no place, so the same
 * run gives the same bytes.
 */
import { Failure } from '../base/failure.ts';
import { jsonNesting, limits } from '../base/limits.ts';
import { sha256 } from '../base/sha256.ts';
import type { Plan } from '../data/training.ts';
import { hexOf } from '../data/value.ts';
import { Encoder, type EncoderState } from './encode/encoder.ts';
import { denseFault, manifestFault, weightFault } from './manifestFault.ts';
import type { LearnerName, SavedModel } from './models/learner.ts';

const magic = 'DTMODEL1';
const format = 1;
const digestBytes = 32;

export interface Manifest {
  readonly format: 1;
  readonly learner: LearnerName;
  readonly classes: readonly string[];
  readonly encoder: EncoderState;
  readonly topology: unknown;
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly temperature: number;
  readonly plan: Plan;
  /** sha256 of the parent's artifact, null when the model was not made from one. */
  readonly parentSha256: string | null;
  readonly kernelSha256: string;
  readonly weightsSha256: string;
  /** Rows that were trained on, and rows left out because they have no label. */
  readonly rows: {
    readonly delta: number;
    readonly replayed: number;
    readonly train: number;
    readonly unlabelled: number;
  };
}

/** A model with all that is needed to use it. */
export interface Artifact {
  readonly manifest: Manifest;
  readonly model: SavedModel;
}

function joinWeights(model: SavedModel): Uint8Array {
  const bytes = new Uint8Array(4 * model.weights.reduce((sum, { values }) => sum + values.length, 0));
  const view = new DataView(bytes.buffer);
  let place = 0;
  for (const { values } of model.weights)
    for (const value of values) {
      view.setFloat32(place, value, true);
      place += 4;
    }
  return bytes;
}

/** sha256 over the weights as the artifact holds them. */
export const weightsSha256 = (model: SavedModel): string => sha256(joinWeights(model));

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));

export function writeArtifact(
  facts: Omit<Manifest, 'format' | 'topology' | 'weights' | 'weightsSha256'>,
  model: SavedModel,
): { bytes: Uint8Array; sha256: string; weightsSha256: string } {
  const weights = joinWeights(model);
  const digest = sha256(weights);
  const manifest: Manifest = {
    format,
    ...facts,
    topology: model.topology,
    weights: model.weights.map(({ name, shape }) => ({ name, shape })),
    weightsSha256: digest,
  };
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const start = magic.length + 4;
  const bytes = new Uint8Array(start + json.length + weights.length + digestBytes);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, json.length, true);
  bytes.set(json, start);
  bytes.set(weights, start + json.length);
  const body = bytes.length - digestBytes;
  bytes.set(bytesOfHex(sha256(bytes.subarray(0, body))), body);
  return { bytes, sha256: sha256(bytes), weightsSha256: digest };
}

const damaged = (model: string, reason: string): Failure => new Failure('model.damaged', { model, reason });

/** `weightBytes`: how much the file holds behind the manifest. */
function readManifest(text: string, weightBytes: number, name: string): Manifest {
  const nesting = jsonNesting(text);
  if (nesting > limits.jsonNesting.most)
    throw damaged(name, `its manifest nests ${nesting} objects and lists in one another`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw damaged(name, 'its manifest is not JSON');
  }
  const written = (manifest as { format?: unknown } | null)?.format;
  if (typeof written === 'number' && written !== format)
    throw new Failure('model.incompatible', {
      model: name,
      reason: `its format is ${written}, and this DeltaTrain knows ${format}. Update DeltaTrain.`,
    });
  const fault = written === format ? manifestFault(manifest, weightBytes) : 'its manifest names no format';
  if (fault !== null) throw damaged(name, fault);
  return manifest as Manifest;
}

/** Reads an artifact; `name` is what a person calls the model. `model.damaged`, or `model.incompatible` for another format. */
export function readArtifact(bytes: Uint8Array, name: string): Artifact {
  const body = bytes.length - digestBytes;
  const start = magic.length + 4;
  const found = sha256(bytes.subarray(0, Math.max(0, body)));
  const expected = body < start ? '(none: the file is too short)' : hexOf(bytes.subarray(body));
  if (found !== expected) throw new Failure('model.damaged', { model: name, expected, found });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, magic.length)) !== magic)
    throw new Failure('model.incompatible', { model: name, reason: 'it is not a model of this format.' });
  const length = view.getUint32(magic.length, true);
  if (start + length > body) throw damaged(name, 'its manifest is longer than the file');
  const manifest = readManifest(text.decode(bytes.subarray(start, start + length)), body - start - length, name);
  let place = start + length;
  const weights = manifest.weights.map(({ name: weight, shape }) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(place + 4 * i, true);
    place += 4 * values.length;
    return { name: weight, shape, values };
  });
  const fault =
    weightFault(weights) ??
    (manifest.learner === 'mlp'
      ? denseFault(weights, new Encoder(manifest.encoder).layout.inputs, manifest.classes.length)
      : null);
  if (fault !== null) throw damaged(name, fault);
  return { manifest, model: { topology: manifest.topology, weights } };
}
