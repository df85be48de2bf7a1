/** The forest in memory, and as it is saved: settings, the bag of its rows, and its trees. */
import { say } from '../../../base/say.ts';
import type { SavedState, StateArray, StateCodec } from '../../../data/learner.ts';
import type { BinLayout } from '../../../data/trainPage.ts';
import { type LabelScale, labelScaleFault } from '../labelScale.ts';
import { type ForestSettings, settingsFault } from './options.ts';
import type { RowBag } from './rowBag.ts';
import { type Trees, type TreeShape, treesFault } from './trees.ts';

/** Rows are kept as bins: they are what a subtree is grown from when its test changes. */
export interface ForestModel {
  readonly settings: ForestSettings;
  /** 0 of a regression, which has a scale of its label. */
  readonly classes: number;
  readonly scale: LabelScale | null;
  readonly rows: RowBag;
  readonly trees: Trees;
}

/** What is saved beside the arrays. */
interface Structure {
  readonly kind: 'forest';
  readonly format: 1;
  readonly settings: ForestSettings;
  readonly features: number;
  readonly classes: number;
  readonly label: LabelScale | null;
}

export const shapeOf = ({ settings, classes }: Pick<ForestModel, 'settings' | 'classes'>): TreeShape => ({
  settings,
  width: classes === 0 ? 2 : classes,
  regression: classes === 0,
});

function arrayOf<A extends StateArray>(
  { arrays }: SavedState,
  name: string,
  kind: abstract new (...of: never[]) => A,
): A | null {
  const found = arrays.find((one) => one.name === name)?.values;
  return found instanceof kind ? found : null;
}

/** The arrays of a state, or null where one is missing or of another kind. */
function partsOf(saved: SavedState): { bag: Omit<RowBag, 'features'>; trees: Trees } | null {
  const bins = arrayOf(saved, 'bins', Uint8Array);
  const labels = arrayOf(saved, 'labels', Int32Array);
  const times = arrayOf(saved, 'times', Int32Array);
  const bytes = arrayOf(saved, 'trees', Uint8Array);
  const lengths = arrayOf(saved, 'lengths', Uint32Array);
  return bins && labels && times && bytes && lengths && { bag: { bins, labels, times }, trees: { bytes, lengths } };
}

function bagFault(
  { bins, labels, times }: Omit<RowBag, 'features'>,
  layout: BinLayout,
  classes: number,
): string | null {
  const { features } = layout;
  if (bins.length !== labels.length * features.length || times.length !== labels.length)
    return say('its rows are not those of its columns');
  if (times.some((count) => count < 1)) return say('one of its rows is there less than once');
  if (classes > 0 && labels.some((label) => label < 0 || label >= classes))
    return say('one of its rows has no class of it');
  if (bins.some((bin, i) => bin >= (features[i % features.length]?.bins ?? 0)))
    return say('one of its rows has a value that its columns have not');
  return null;
}

/** The saved state of a model, and back. */
export const forestState: StateCodec<ForestModel, 'bins'> = {
  write({ settings, classes, scale, rows, trees }) {
    const count = rows.labels.length;
    const { features } = rows;
    const structure: Structure = { kind: 'forest', format: 1, settings, features, classes, label: scale };
    return {
      structure,
      arrays: [
        { name: 'bins', shape: [count, features], values: rows.bins },
        { name: 'labels', shape: [count], values: rows.labels },
        { name: 'times', shape: [count], values: rows.times },
        { name: 'trees', shape: [trees.bytes.length], values: trees.bytes },
        { name: 'lengths', shape: [trees.lengths.length], values: trees.lengths },
      ],
    };
  },
  fault(saved, layout, classes) {
    const told = (saved.structure ?? {}) as Partial<Record<keyof Structure, unknown>>;
    if (told.kind !== 'forest') return say('its structure is not that of a forest');
    if (told.format !== 1) return say('its forest is of format {0}, and this version knows 1', String(told.format));
    const parts = partsOf(saved);
    if (!parts) return say('its arrays are not those of a forest');
    if (told.features !== layout.features.length || told.classes !== classes)
      return say('it has other columns or classes than it says');
    const first = settingsFault(told.settings) ?? bagFault(parts.bag, layout, classes);
    if (first !== null) return first;
    const settings = told.settings as ForestSettings;
    return (
      treesFault(parts.trees, shapeOf({ settings, classes })) ?? (classes === 0 ? labelScaleFault(told.label) : null)
    );
  },
  read(saved) {
    const { settings, features, classes, label } = saved.structure as Structure;
    const parts = partsOf(saved);
    if (!parts) throw new Error('Broken invariant: a state with a fault was read');
    return { settings, classes, scale: label, rows: { features, ...parts.bag }, trees: parts.trees };
  },
};
