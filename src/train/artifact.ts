/**
 * A model as one file: `DTMODEL1`, the length of the manifest (uint32), the manifest (JSON, UTF-8), the arrays of the state
 * (in the manifest's order), and the sha256 of all that (32 bytes). Little-endian. It holds no time and no place, so the
 * same run gives the same bytes. Format 1 has float32 arrays alone; format 2 names the kind of the others.
 */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import { jsonNesting } from '../base/limits.ts';
import { sha256 } from '../base/sha256.ts';
import type { NamedArray, SavedState } from '../data/learner.ts';
import type { StoredPlan } from '../data/stored/storedPlan.ts';
import { hexOf } from '../data/value.ts';
import type { CoderState } from './encode/coder.ts';
import { manifestFault, valueFault } from './manifestFault.ts';
import { type ArrayKind, arrayKind, bytesOfArray, itemBytes, readArray } from './models/stateArrays.ts';

const magic = 'DTMODEL1';
const newest = 2;
const digestBytes = 32;

/** What an artifact says of its model, as JSON. */
export interface Manifest {
  readonly format: 1 | 2;
  readonly learner: string;
  /** Label texts in the order of the model's outputs; empty for a regression. */
  readonly classes: readonly string[];
  readonly encoder: CoderState;
  /** The learner's own; "topology" and "weights" are what every version calls structure and arrays. */
  readonly topology: unknown;
  /** `kind` is left out where it is float32. */
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly kind?: ArrayKind }[];
  /** 1 for a regression. */
  readonly temperature: number;
  readonly plan: StoredPlan;
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
  readonly state: SavedState;
}

function joinArrays(arrays: readonly NamedArray[]): Uint8Array {
  const parts = arrays.map(({ values }) => bytesOfArray(values));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

/** sha256 over the arrays as the artifact holds them. */
export const weightsSha256 = (state: SavedState): string => sha256(joinArrays(state.arrays));

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));

/** Packs a model; the same state and facts give the same bytes. */
export function writeArtifact(
  facts: Omit<Manifest, 'format' | 'topology' | 'weights' | 'weightsSha256'>,
  state: SavedState,
): { bytes: Uint8Array; sha256: string; weightsSha256: string } {
  const weights = joinArrays(state.arrays);
  const digest = sha256(weights);
  const kinds = state.arrays.map(({ values }) => arrayKind(values));
  const manifest: Manifest = {
    format: kinds.every((kind) => kind === 'float32') && !('form' in facts.encoder) ? 1 : newest,
    ...facts,
    topology: state.structure,
    weights: state.arrays.map(({ name, shape }, i) => {
      const kind = kinds[i];
      return { name, shape, ...(kind && kind !== 'float32' && { kind }) };
    }),
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

/** The failure of a model whose bytes are not what they must be; `reason` without a full stop. */
export const damaged = (model: string, reason: string): Failure => new Failure('model.damaged', { model, reason });

/** `weightBytes`: how much the file holds behind the manifest. */
function readManifest(text: string, weightBytes: number, name: string): Manifest {
  const { deepest, beyond } = jsonNesting(text);
  if (beyond !== null) throw damaged(name, say('its manifest nests {0} objects and lists in one another', deepest));
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw damaged(name, say('its manifest is not JSON'));
  }
  const written = (manifest as { format?: unknown } | null)?.format;
  if (typeof written === 'number' && written !== 1 && written !== newest)
    throw new Failure('model.incompatible', {
      model: name,
      reason: say('its format is {0}, and this DeltaTrain knows {1}. Update DeltaTrain.', written, newest),
    });
  const fault =
    typeof written === 'number' ? manifestFault(manifest, weightBytes) : say('its manifest names no format');
  if (fault !== null) throw damaged(name, fault);
  return manifest as Manifest;
}

/** Reads an artifact; `name` is what a person calls the model. `model.damaged`, or `model.incompatible` for another format. */
export function readArtifact(bytes: Uint8Array, name: string): Artifact {
  const body = bytes.length - digestBytes;
  const start = magic.length + 4;
  const found = sha256(bytes.subarray(0, Math.max(0, body)));
  const expected = body < start ? say('(none: the file is too short)') : hexOf(bytes.subarray(body));
  if (found !== expected) throw new Failure('model.damaged', { model: name, expected, found });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, magic.length)) !== magic)
    throw new Failure('model.incompatible', { model: name, reason: say('it is not a model of this format.') });
  const length = view.getUint32(magic.length, true);
  if (start + length > body) throw damaged(name, say('its manifest is longer than the file'));
  const manifest = readManifest(text.decode(bytes.subarray(start, start + length)), body - start - length, name);
  let place = bytes.byteOffset + start + length;
  const arrays = manifest.weights.map(({ name: array, shape, kind = 'float32' }): NamedArray => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = readArray(kind, bytes.buffer, place, count);
    place += itemBytes(kind) * count;
    return { name: array, shape, values };
  });
  const fault = valueFault(arrays);
  if (fault !== null) throw damaged(name, fault);
  return { manifest, state: { structure: manifest.topology, arrays } };
}
