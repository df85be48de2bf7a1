/**
 * Rows as a learner reads them: pages in the form that it asks for, with a label and a side beside each row. Plain data and
 * typed arrays, so that a learner may as well be a program of its own.
 */
import type { Cells, PageColumn } from './page.ts';

/**
 * The form in which a learner wants its rows. `raw`: the features' cells as the table has them. `bins`: one byte a feature,
 * by bins that were fitted once and then frozen. `encoded`: 32-bit floats, as a network's inputs.
 */
export type RowForm = 'raw' | 'bins' | 'encoded';

/** How stored values become inputs. `copy`: as they are. `flagged`: NaN becomes 0 and the input after the values 1. `oneHot`: a slot. */
export interface Spread {
  readonly way: 'copy' | 'flagged' | 'oneHot';
  readonly from: number;
  readonly to: number;
  /** Values for `copy` and `flagged`, slots for `oneHot`. */
  readonly count: number;
}

/** Encoded rows: `stored` floats a row, spread to `inputs`; a category is one number, its slot. */
export interface EncodedLayout {
  readonly stored: number;
  readonly inputs: number;
  readonly spreads: readonly Spread[];
  /** Inputs that no row of the encoder's fit has set: what was never seen should do nothing. */
  readonly silent: readonly number[];
}

/** Binned rows: for each feature the number of bins; bin 0 is "missing". `ordered` bins stand in the order of their values. */
export interface BinLayout {
  readonly features: readonly { readonly name: string; readonly bins: number; readonly ordered: boolean }[];
}

/** Raw rows: the features, in the plan's order. */
export interface RawLayout {
  readonly columns: readonly PageColumn[];
}

/** What is known of the rows of a stream before they are read, by form. */
export interface RowLayouts {
  readonly raw: RawLayout;
  readonly bins: BinLayout;
  readonly encoded: EncodedLayout;
}

/** What a page holds beside labels and sides, by form; `layout` says how long a row is. */
export interface PageForms {
  /** One column a feature, `rows` cells each. */
  readonly raw: { readonly cells: readonly Cells[] };
  /** Row by row, a byte a feature. */
  readonly bins: { readonly bins: Uint8Array };
  /** Row by row, `stored` floats each. */
  readonly encoded: { readonly values: Float32Array };
}

/** The label of a row whose class the model does not know. */
export const noClass = 0xffff_ffff;

/** One label a row: the number of a class (`noClass` where the model has none for it), or a value that is to be met. */
export type Labels =
  | { readonly kind: 'class'; readonly values: Uint32Array }
  | { readonly kind: 'value'; readonly values: Float64Array };

/** The number of a side in `TrainPage.sides`. */
export const sideNumbers = { train: 0, validation: 1, test: 2 } as const;

/** Some rows of a stream. `labels.values` and `sides` have `rows` entries. A page belongs to its reader, who may keep it. */
export type TrainPage<F extends RowForm = RowForm> = PageForms[F] & {
  readonly rows: number;
  readonly labels: Labels;
  readonly sides: Uint8Array;
};

/** Rows that can be read again and again: every read gives the same rows in the same order, however they are cut into pages. */
export interface RowStream<F extends RowForm = RowForm> {
  readonly form: F;
  readonly layout: RowLayouts[F];
  /** Rows in all; null where that is only known once they were read. */
  readonly rows: number | null;
  /** Fails with `cancelled`, and with what the store says. */
  read(signal?: AbortSignal): AsyncGenerator<TrainPage<F>, void>;
}
