/** What the views of a grid draw from: the rows that it shows, and what is known of them. */
import type { DeltaCounts } from '../../src/data/change.ts';
import type { ShownSpool } from './spoolGrid.ts';

/** Rows in a grid, of a delta or of a statement's result. */
export interface RowsOf extends ShownSpool {
  readonly counts: DeltaCounts | null;
  /** Whether a row of it can be followed through the versions. */
  readonly hasHistory: boolean;
  /** File name without its ending, for Export. */
  readonly name: string;
}
