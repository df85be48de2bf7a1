/** The linear model in memory, and as it is saved. */
import { say } from '../../../base/say.ts';
import type { NamedArray, SavedState, StateCodec } from '../../../data/learner.ts';
import { type LabelScale, labelScaleFault } from '../labelScale.ts';
import { widthOf } from './integerRows.ts';
import { type Sums, triangle } from './sums.ts';

/** Sums, and the weights that follow from them. */
export interface LinearModel {
  /** 0 of a regression, which has one target and a scale of its label. */
  readonly classes: number;
  readonly scale: LabelScale | null;
  readonly sums: Sums;
  readonly weights: Float64Array;
}

/** What is saved beside the arrays. */
interface Structure {
  readonly kind: 'linear';
  readonly format: 1;
  readonly label: LabelScale | null;
}

/** A class has a target each, a regression one. */
export const targetsOf = (classes: number): number => Math.max(1, classes);

const integersOf = ({ arrays }: SavedState, name: string): BigInt64Array | null => {
  const found = arrays.find((one) => one.name === name)?.values;
  return found instanceof BigInt64Array ? found : null;
};

const doublesOf = ({ arrays }: SavedState, name: string): Float64Array | null => {
  const found = arrays.find((one) => one.name === name)?.values;
  return found instanceof Float64Array ? found : null;
};

/** The saved state of a model, and back. */
export const linearState: StateCodec<LinearModel, 'encoded'> = {
  write({ classes, scale, sums, weights }) {
    const targets = targetsOf(classes);
    const width = weights.length / targets;
    const structure: Structure = { kind: 'linear', format: 1, label: scale };
    const arrays: NamedArray[] = [
      { name: 'gram', shape: [triangle(width)], values: sums.gram },
      { name: 'cross', shape: [width, targets], values: sums.cross },
      { name: 'weights', shape: [width, targets], values: weights },
    ];
    return { structure, arrays };
  },
  fault(saved, layout, classes) {
    const { kind, format, label } = (saved.structure ?? {}) as Partial<Record<keyof Structure, unknown>>;
    if (kind !== 'linear') return say('its structure is not that of a linear model');
    if (format !== 1) return say('its linear model is of format {0}, and this version knows 1', String(format));
    const width = widthOf(layout);
    const needed = [triangle(width), width * targetsOf(classes), width * targetsOf(classes)];
    const found = [integersOf(saved, 'gram'), integersOf(saved, 'cross'), doublesOf(saved, 'weights')];
    if (found.some((values, i) => values?.length !== needed[i]))
      return say('its sums are not those of its columns and classes');
    return classes === 0 ? labelScaleFault(label) : null;
  },
  read(saved) {
    const { label } = saved.structure as Structure;
    const [gram, cross, weights] = [integersOf(saved, 'gram'), integersOf(saved, 'cross'), doublesOf(saved, 'weights')];
    if (!gram || !cross || !weights) throw new Error('Broken invariant: a state with a fault was read');
    const shape = saved.arrays.find(({ name }) => name === 'cross')?.shape ?? [];
    return { classes: label === null ? (shape[1] ?? 0) : 0, scale: label, sums: { gram, cross }, weights };
  },
};
