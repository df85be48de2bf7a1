/** How the rows of a training are split, where it is not by their own hash. */
import { type TableName, tableText } from '../table.ts';

/**
 * `group`: rows that are alike in these columns lie on one side, by the shares of a training. `time`: test rows are those at or after
 * an edge, validation rows those between theirs and it; null: there are none. `column`: by the values of a column, the others are
 * train rows. `table`: the same by a column of another table of the database, which has a row for each labelled one, by the same key.
 */
export type Split =
  | { readonly by: 'group'; readonly columns: readonly string[] }
  | { readonly by: 'time'; readonly column: string; readonly test: string; readonly validation: string | null }
  | { readonly by: 'column'; readonly column: string; readonly test: string; readonly validation: string | null }
  | MembershipSplit;

/** By a table of its own that says the side of each row. */
export interface MembershipSplit {
  readonly by: 'table';
  readonly table: TableName;
  readonly column: string;
  readonly test: string;
  readonly validation: string | null;
}

/** The name under which a row has its side, as if that stood in the row itself. */
export const sideColumn = ({ table, column }: Pick<MembershipSplit, 'table' | 'column'>): string =>
  `${tableText(table)}.${column}`;
