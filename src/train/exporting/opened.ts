/** A stored model as an export reads it: its coder and its state, without what trains and answers. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { type Artifact, damaged, readArtifact } from '../artifact.ts';
import { Binner, type BinState } from '../encode/bins.ts';
import { Encoder, type EncoderState } from '../encode/encoder.ts';
import { type ForestNode, forestNodes } from '../models/forest/nodes.ts';
import { forestState } from '../models/forest/state.ts';
import type { LabelScale } from '../models/labelScale.ts';
import { type LinearModel, linearState } from '../models/linear/state.ts';
import { denseFault } from '../models/mlp/denseFault.ts';

/** A layer of a network: `inputs` × `units` weights row by row, and a bias a unit. */
export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

interface Basis {
  readonly name: string;
  /** Label texts in the order of the outputs; empty of a regression. */
  readonly classes: readonly string[];
  readonly temperature: number;
  readonly manifest: Artifact['manifest'];
}

/** What can be written down in another form. */
export type OpenedModel =
  | (Basis & { readonly learner: 'mlp'; readonly encoder: EncoderState; readonly layers: readonly DenseLayer[] })
  | (Basis & { readonly learner: 'linear'; readonly encoder: EncoderState; readonly model: LinearModel })
  | (Basis & {
      readonly learner: 'forest';
      readonly bins: BinState;
      readonly trees: readonly ForestNode[];
      readonly scale: LabelScale | null;
    });

function layersOf({ state }: Artifact, inputs: number, classes: number, name: string): DenseLayer[] {
  const fault = denseFault(state.arrays, inputs, classes);
  if (fault !== null) throw damaged(name, fault);
  const layers: DenseLayer[] = [];
  for (let i = 0; i < state.arrays.length; i += 2) {
    const [kernel, bias] = [state.arrays[i], state.arrays[i + 1]];
    if (!(kernel?.values instanceof Float32Array) || !(bias?.values instanceof Float32Array))
      throw damaged(name, say('its weights are not 32-bit floats'));
    layers.push({
      inputs: kernel.shape[0] ?? 0,
      units: bias.values.length,
      weights: kernel.values,
      bias: bias.values,
    });
  }
  return layers;
}

const foreign = (name: string, learner: string): Failure =>
  new Failure('model.incompatible', {
    model: name,
    reason: say('it was made by the learner "{0}", which is not one of ours: export it with its own tools.', learner),
  });

/** `model.damaged`; `model.incompatible` for a model of a program of the user's, or of a learner that this version does not have. */
export function openToExport(bytes: Uint8Array, name: string): OpenedModel {
  const artifact = readArtifact(bytes, name);
  const { manifest, state } = artifact;
  const { learner, encoder, classes, temperature } = manifest;
  const basis = { name, classes, temperature, manifest };
  if (learner === 'forest' && 'form' in encoder && encoder.form === 'bins') {
    const { layout } = new Binner(encoder);
    const fault = forestState.fault(state, layout, classes.length);
    if (fault !== null) throw damaged(name, fault);
    const model = forestState.read(state);
    return { ...basis, learner, bins: encoder, trees: forestNodes(model, layout), scale: model.scale };
  }
  if ('form' in encoder || (learner !== 'mlp' && learner !== 'linear')) throw foreign(name, learner);
  const { layout } = new Encoder(encoder);
  if (learner === 'mlp')
    return { ...basis, learner, encoder, layers: layersOf(artifact, layout.inputs, classes.length, name) };
  const fault = linearState.fault(state, layout, classes.length);
  if (fault !== null) throw damaged(name, fault);
  return { ...basis, learner, encoder, model: linearState.read(state) };
}
