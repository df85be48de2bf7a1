/** Rows of a delta that are asked for before its columns are known. */
import type { CellFilter, SpoolView } from '../../src/protocol/engine.ts';

/** A condition on a column by its name, as nobody knows its place before the rows come. */
type ByName<F> = F extends CellFilter ? Omit<F, 'column'> & { readonly column: string } : never;

/** The rows of a delta that are asked for. */
export interface Wanted {
  readonly cells: readonly ByName<CellFilter>[];
  readonly flag: SpoolView['flag'];
}

export const allWanted: Wanted = { cells: [], flag: null };
