/** From pages of a table to pages of a learner, in the form it asks for. A coder is fitted once, at the root of a lineage, and then frozen. */
import { say } from '../../base/say.ts';
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { type Cells, pickCells, type RowPage } from '../../data/page.ts';
import type { FeatureKind } from '../../data/training.ts';
import { type Labels, noClass, type RowForm, type RowLayouts, type TrainPage } from '../../data/trainPage.ts';
import { Binner, type BinState, fitBins } from './bins.ts';
import { Encoder, type EncoderState, fitFeature, type RawPieces } from './encoder.ts';
import { rawColumn } from './raw.ts';

/** Raw rows need no fit: what is kept is which columns they were. */
export interface RawState {
  readonly form: 'raw';
  readonly features: readonly { readonly name: string; readonly type: string }[];
}

/** What an artifact keeps of a coder, as JSON. Of an encoder it is what every version wrote, without a `form`. */
export type CoderState = EncoderState | BinState | RawState;

/** A row of a page that is taken, with its label: a class number or a value. */
export interface ChosenRow {
  readonly row: number;
  readonly label: number;
}

/** A frozen coder. */
export interface RowCoder<F extends RowForm = RowForm> {
  readonly form: F;
  readonly state: CoderState;
  readonly layout: RowLayouts[F];
  /** The chosen rows of a page; `side` is theirs. `column.unknown` where the page lacks a feature. */
  code(page: RowPage, chosen: readonly ChosenRow[], labels: Labels['kind'], side: number): TrainPage<F>;
  /** The same from raw numbers, which a fit has at hand; a coder of raw cells has none. */
  readonly numbers: NumberPages<F> | null;
}

/** Pages of raw numbers, where a category's number is its slot. */
interface NumberPages<F extends RowForm> {
  slotOf(feature: number, text: string): number;
  code(raw: (feature: number, row: number) => number, labels: Labels, side: number): TrainPage<F>;
}

/** The cells of a column of a page; `column.unknown`. */
export function columnOf(page: RowPage, name: string): Cells {
  const index = page.columns.findIndex((column) => column.name === name);
  if (index < 0) throw new Failure('column.unknown', { column: name, table: say('The table') });
  return at(page.cells, index);
}

const labelsOf = (chosen: readonly ChosenRow[], kind: Labels['kind']): Labels =>
  kind === 'class'
    ? { kind, values: Uint32Array.from(chosen, ({ label }) => (label < 0 ? noClass : label)) }
    : { kind, values: Float64Array.from(chosen, ({ label }) => label) };

/** What every form of page has: count, labels and sides. */
const basis = (labels: Labels, side: number): Pick<TrainPage, 'rows' | 'labels' | 'sides'> => ({
  rows: labels.values.length,
  labels,
  sides: new Uint8Array(labels.values.length).fill(side),
});

/** What turns the raw numbers of a row into the entries that a page stores of it. */
interface NumberCoder<A> {
  readonly state: CoderState & {
    readonly features: readonly { readonly name: string; readonly kind: FeatureKind; readonly base?: string }[];
  };
  /** The raw number of a category's text. */
  slotOf(feature: number, text: string): number;
  write(raw: (feature: number) => number, row: A): void;
}

/** A coder over numbers; `page` makes one of all entries of its rows, `width` a row. */
function numberCoder<F extends 'encoded' | 'bins', A extends Float32Array | Uint8Array>(
  form: F,
  coder: NumberCoder<A> & { readonly layout: RowLayouts[F] },
  entries: { readonly width: number; make(length: number): A },
  page: (of: Pick<TrainPage, 'rows' | 'labels' | 'sides'>, values: A) => TrainPage<F>,
): RowCoder<F> {
  const row = entries.make(entries.width);
  const coded = (raw: (feature: number, row: number) => number, labels: Labels, side: number): TrainPage<F> => {
    const rows = labels.values.length;
    const values = entries.make(rows * entries.width);
    for (let i = 0; i < rows; i++) {
      coder.write((f) => raw(f, i), row);
      values.set(row, i * entries.width);
    }
    return page(basis(labels, side), values);
  };
  return {
    form,
    state: coder.state,
    layout: coder.layout,
    code(of, chosen, labels, side) {
      const raw = coder.state.features.map(({ name, kind, base }, f) =>
        rawColumn(kind, columnOf(of, name), of.rows, (text) => coder.slotOf(f, text), base),
      );
      return coded((f, i) => at(at(raw, f), at(chosen, i).row), labelsOf(chosen, labels), side);
    },
    numbers: { slotOf: (feature, text) => coder.slotOf(feature, text), code: coded },
  };
}

function encodedCoder(state: EncoderState): RowCoder<'encoded'> {
  const encoder = new Encoder(state);
  const entries = { width: encoder.layout.stored, make: (length: number) => new Float32Array(length) };
  return numberCoder('encoded', encoder, entries, (of, values) => ({ ...of, values }));
}

function binCoder(state: BinState): RowCoder<'bins'> {
  const binner = new Binner(state);
  const entries = { width: state.features.length, make: (length: number) => new Uint8Array(length) };
  return numberCoder('bins', binner, entries, (of, bins) => ({ ...of, bins }));
}

function rawCoder(state: RawState): RowCoder<'raw'> {
  return {
    form: 'raw',
    state,
    layout: { columns: state.features },
    code(page, chosen, labels, side) {
      const rows = chosen.map(({ row }) => row);
      const cells = state.features.map(({ name }) => pickCells(columnOf(page, name), rows));
      return { ...basis(labelsOf(chosen, labels), side), cells };
    },
    numbers: null,
  };
}

/** The coder of a state that an artifact kept. */
export function coderOf(state: CoderState): RowCoder {
  if (!('form' in state)) return encodedCoder(state);
  return state.form === 'bins' ? binCoder(state) : rawCoder(state);
}

/** A feature with its raw numbers, and of a category the text of each number. */
export interface RawFeature {
  readonly name: string;
  readonly type: string;
  readonly kind: FeatureKind;
  readonly pieces: RawPieces;
  readonly texts: readonly string[];
  /** The number from which its raw numbers are told; null where doubles hold them. */
  readonly base: string | null;
}

/** Fits the coder of a form to the raw numbers of all train rows; `pause` is awaited after each feature. */
export async function fitCoder(
  form: RowForm,
  features: readonly RawFeature[],
  pause: () => Promise<void>,
): Promise<RowCoder> {
  const each = async <T>(fit: (feature: RawFeature) => T): Promise<T[]> => {
    const fitted: T[] = [];
    for (const feature of features) {
      fitted.push(fit(feature));
      await pause();
    }
    return fitted;
  };
  switch (form) {
    case 'encoded':
      return coderOf({
        format: 1,
        features: await each(({ name, kind, pieces, texts, base }) => fitFeature(name, kind, pieces, texts, base)),
      });
    case 'bins':
      return coderOf({
        form,
        format: 1,
        features: await each(({ name, kind, pieces, texts, base }) => fitBins(name, kind, pieces, texts, base)),
      });
    case 'raw':
      return coderOf({ form, features: features.map(({ name, type }) => ({ name, type })) });
  }
}
