/** Why arrays cannot be the weights of dense layers: an artifact may have been written by anybody. */
import { say } from '../../../base/say.ts';
import { at } from '../../../base/assert.ts';

type Shapes = readonly { readonly name: string; readonly shape: readonly number[] }[];

/** Of dense layers: kernel and bias in turn, each layer as wide as the one behind it expects. */
export function denseFault(weights: Shapes, inputs: number, outputs: number): string | null {
  if (weights.length === 0 || weights.length % 2 === 1) return say('its layers are not pairs of a kernel and a bias');
  let width = inputs;
  for (let i = 0; i < weights.length; i += 2) {
    const [kernel, bias] = [at(weights, i), at(weights, i + 1)];
    const units = at(weights, i + 1).shape[0];
    if (kernel.shape.length !== 2 || kernel.shape[0] !== width)
      return say('the weight "{0}" of shape {1} does not take {2} inputs', kernel.name, shapeText(kernel.shape), width);
    if (bias.shape.length !== 1 || kernel.shape[1] !== units)
      return say('the weights "{0}" and "{1}" do not fit together', kernel.name, bias.name);
    width = at(bias.shape, 0);
  }
  return width === outputs ? null : say('it answers with {0} scores and names {1} classes', width, outputs);
}

const shapeText = (shape: readonly number[]): string => `[${shape.map(String).join(', ').slice(0, 80)}]`;
