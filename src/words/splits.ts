/** How rows are split, in words. */
import { say } from '../base/say.ts';
import type { Split } from '../data/splitting/split.ts';
import { tableText } from '../data/table.ts';

/** In the middle of a sentence: `by group of customer_id`. */
export function splitText(split: Split): string {
  if (split.by === 'group') return say('by group of {0}', split.columns.join(', '));
  if (split.by === 'table') return say('by {0} of the table {1}', split.column, tableText(split.table));
  if (split.by === 'column') return say('by the column {0}', split.column);
  return split.validation === null
    ? say('by {0}: test from {1}', split.column, split.test)
    : say('by {0}: validation from {1}, test from {2}', split.column, split.validation, split.test);
}
