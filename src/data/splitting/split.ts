/** How the rows of a training are split, where it is not by their own hash. */

/**
 * `group`: rows that are alike in these columns lie on one side, by the shares of a training. `time`: test rows are those at or after
 * an edge, validation rows those between theirs and it; null: there are none. `column`: by the values of a column, the others are
 * train rows.
 */
export type Split =
  | { readonly by: 'group'; readonly columns: readonly string[] }
  | { readonly by: 'time'; readonly column: string; readonly test: string; readonly validation: string | null }
  | { readonly by: 'column'; readonly column: string; readonly test: string; readonly validation: string | null };
