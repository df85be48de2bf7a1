/** A condition of a person over the columns of a table, `region = 'West' AND price >= 2.50`, read once and asked of rows here. */
import { say } from '../../base/say.ts';
import type { ColumnInfo, TableName } from '../../data/table.ts';
import { isOtherwiseRead, tokenize } from '../lexer.ts';
import { ConditionParser } from './conditionParser.ts';
import { type ConditionRow, refuse } from './operands.ts';

/** A condition that was read for the columns of a table. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  /** True, false, or null where a NULL leaves it open; rows are in the order of the columns that it was read for. */
  readonly holds: (row: ConditionRow) => boolean | null;
}

/** More than anybody writes; what is longer would be read, but its depth could be too much. */
const longest = 20_000;

/**
 * Reads one expression over columns and literals of one family: comparisons, `IN`, `BETWEEN`, `LIKE`, `IS`, joined by `AND`, `OR`,
 * `XOR` and `NOT`. It is typed by the columns and evaluated by our own code, in three values, so that every engine's rows are asked
 * alike. `condition.refused` names what has no rule here and where it stands; `column.unknown` a column that is none.
 */
export function readCondition(text: string, table: TableName, columns: readonly ColumnInfo[]): Condition {
  if (text.length > longest) throw refuse(longest, say('it goes on for more than {0} characters', longest));
  const tokens = tokenize(text);
  const comment = tokens.find((token) => token.kind === 'comment' || isOtherwiseRead(token));
  if (comment) throw refuse(comment.start, say('a comment stands here'), say('Leave it out.'));
  const open = tokens.find((token) => !token.closed);
  if (open) throw refuse(open.start, say('this quote is never closed'));
  return { text, holds: new ConditionParser(tokens, text.length, table, columns).read() };
}
