/** Why the manifest of an artifact cannot be used: its sha256 only says that nothing changed since somebody wrote it. */
import { say } from '../base/say.ts';
import { limits, limitSentence } from '../base/limits.ts';
import type { NamedArray } from '../data/learner.ts';
import { arrayKinds, itemBytes } from './models/stateArrays.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(isFinite);
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

/** What each kind of feature must tell of itself. */
const featureFields: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  number: { mean: isFinite, sd: isFinite },
  boolean: {},
  category: { vocabulary: isTexts },
  date: { origin: isFinite, scale: (value) => isFinite(value) && value !== 0 },
};

/** The same for bins. */
const binFields: typeof featureFields = {
  ...Object.fromEntries(['number', 'boolean', 'date'].map((kind) => [kind, { edges: isNumbers }])),
  category: { vocabulary: isTexts },
};

function featureFault(feature: unknown, place: number, form: unknown): string | null {
  if (!isFields(feature) || typeof feature['name'] !== 'string')
    return say('feature {0} of its encoder has no name', place);
  if (form === 'raw') return null;
  const fields = form === 'bins' ? binFields : featureFields;
  const kind = feature['kind'];
  const needed = typeof kind === 'string' && Object.hasOwn(fields, kind) ? fields[kind] : undefined;
  // Another kind is the decoder's to refuse: a newer DeltaTrain may know it.
  if (!needed)
    return typeof kind === 'string' ? null : say('feature "{0}" of its encoder has no kind', feature['name']);
  const base = feature['base'];
  if (base !== undefined && !(typeof base === 'string' && /^-?\d{1,100}$/.test(base)))
    return say('"{0}" of its feature "{1}" is not what it must be', 'base', feature['name']);
  const wrong = Object.entries(needed).find(([name, isRight]) => !isRight(feature[name]));
  return wrong ? say('"{0}" of its feature "{1}" is not what it must be', wrong[0], feature['name']) : null;
}

function encoderFault(encoder: unknown): string | null {
  if (!isFields(encoder)) return say('it has no encoder');
  const features = encoder['features'];
  if (!Array.isArray(features)) return say('its encoder has no features');
  for (const [i, feature] of features.entries()) {
    const fault = featureFault(feature, i + 1, encoder['form']);
    if (fault !== null) return fault;
  }
  return null;
}

const shapeText = (shape: readonly unknown[]): string => `[${shape.map(String).join(', ').slice(0, 80)}]`;

/** The bytes of each array must be what the file holds, before room is made for any of them. */
function weightsFault(weights: unknown, bytes: number): string | null {
  if (!Array.isArray(weights)) return say('it names no weights');
  let values = 0;
  let needed = 0;
  for (const weight of weights) {
    if (!isFields(weight) || typeof weight['name'] !== 'string') return say('one of its weights has no name');
    const shape = weight['shape'];
    if (!Array.isArray(shape)) return say('the weight "{0}" has no shape', weight['name']);
    if (!shape.every((size) => isCount(size) && size > 0))
      return say(
        'the shape {0} of the weight "{1}" is not one of whole numbers above 0',
        shapeText(shape),
        weight['name'],
      );
    const kind = weight['kind'] ?? 'float32';
    const known = arrayKinds.find((one) => one === kind);
    if (!known) return say('the weight "{0}" is of no known kind', weight['name']);
    const count = shape.reduce<number>((product, size: number) => product * size, 1);
    values += count;
    needed += itemBytes(known) * count;
    if (values > limits.weights.most)
      return limitSentence({ limit: 'weights', where: 'it', found: values }).slice(0, -1);
  }
  return needed === bytes ? null : say('its shapes need {0} bytes of weights, and it holds {1}', needed, bytes);
}

/** One reason without a full stop, or null. `bytes` is how much the artifact holds behind its manifest. */
export function manifestFault(manifest: unknown, bytes: number): string | null {
  if (!isFields(manifest)) return say('its manifest is not an object');
  if (typeof manifest['learner'] !== 'string') return say('it does not say which learner made it');
  const classes = manifest['classes'];
  if (!isTexts(classes)) return say('its classes are not texts');
  if (new Set(classes).size !== classes.length) return say('one of its classes is named twice');
  const temperature = manifest['temperature'];
  if (!isFinite(temperature) || temperature <= 0) return say('its temperature is not a number above 0');
  if (!isFields(manifest['plan'])) return say('it has no plan');
  return encoderFault(manifest['encoder']) ?? weightsFault(manifest['weights'], bytes);
}

/** The array that holds something else than numbers, or null. */
export const valueFault = (arrays: readonly NamedArray[]): string | null => {
  const wrong = arrays.find(
    ({ values }) =>
      (values instanceof Float32Array || values instanceof Float64Array) &&
      values.some((value: number) => !Number.isFinite(value)),
  );
  return wrong ? say('the weight "{0}" holds a value that is not a number', wrong.name) : null;
};
