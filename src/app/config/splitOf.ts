/** The split of a training as it is written: one of group, time and column, with all that it needs. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { isEdgeBefore } from '../../data/splitting/sides.ts';
import type { Split } from '../../data/splitting/split.ts';
import { parseTableName, type TableName, tableText } from '../../data/table.ts';
import type { TrainingConfig } from './config.ts';

const refused = (what: string, hint: string): Failure => new Failure('plan.unsupported', { what, hint });

/** Where the sides of a split that has no shares of its own lie among row hashes. */
const address = 0.1;

/** The shares by which the sides of a split by time or by a column are told. */
export const addressesOf = (split: Exclude<Split, { by: 'group' }>): { test: number; validation: number } => ({
  test: address,
  validation: split.validation === null ? 0 : address,
});

function edgesOf(written: NonNullable<TrainingConfig['split']>): { test: string; validation: string | null } {
  const { test, validation } = written;
  if (test === undefined)
    throw refused(
      say('"split" does not say which rows are test rows.'),
      say('Write "test" in it: the edge from which on they are, or their value in the column.'),
    );
  return { test: String(test), validation: validation === undefined ? null : String(validation) };
}

function timeSplit(column: string, edges: { test: string; validation: string | null }): Split {
  const { test, validation } = edges;
  for (const edge of [test, validation ?? test])
    if (isEdgeBefore(edge, edge) === null)
      throw refused(
        say('The edge "{0}" of "split" is neither a date nor a number.', edge),
        say('Write it as the column "{0}" has its times, like 2026-09-01.', column),
      );
  if (validation !== null && isEdgeBefore(validation, test) !== true)
    throw refused(
      say('Validation rows from {0} on do not come before test rows from {1} on.', validation, test),
      say('Write an earlier edge for "validation".'),
    );
  return { by: 'time', column, ...edges };
}

/** The one way that is named, with its columns. */
function wayOf({ split = {}, label }: TrainingConfig): {
  readonly way: Split['by'];
  readonly columns: readonly string[];
} {
  const ways = (['group', 'time', 'column'] as const).filter((way) => split[way] !== undefined);
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    throw refused(
      say('"split" names {0} of "group", "time" and "column".', way === undefined ? say('none') : ways.length),
      say('Name one: rows are split by groups, by a time or by a column.'),
    );
  const columns = split.group ?? [split.time ?? split.column ?? ''];
  if (split.table !== undefined && way !== 'column')
    throw refused(
      say('"split" names the table {0} and no "column" of it that says the side of each row.', split.table),
      say('Name it.'),
    );
  if (columns.length === 0)
    throw refused(
      say('"split": { "group": [] } names no column.'),
      say('Name what the rows of a group have in common.'),
    );
  if (columns.includes(label) && split.table === undefined)
    throw refused(say('Rows cannot be split by their label "{0}".', label), say('Name another column.'));
  return { way, columns };
}

function refuseShares({ test, validation, tune }: TrainingConfig): void {
  if (test === undefined && validation === undefined && tune === undefined) return;
  throw refused(
    say('The shares "test" and "validation" say nothing where "split" tells the side of each row.'),
    say('Leave them out.'),
  );
}

/** Undefined where rows are split by their own hash. `plan.unsupported`. */
export function splitOf(written: TrainingConfig): Split | undefined {
  const { split } = written;
  if (split === undefined) return undefined;
  const { way, columns } = wayOf(written);
  if (way === 'group') {
    if (split.test === undefined && split.validation === undefined) return { by: 'group', columns };
    throw refused(
      say('Groups are split by shares, which stand beside "split".'),
      say('Write "test" and "validation" of the training, as shares.'),
    );
  }
  refuseShares(written);
  const edges = edgesOf(split);
  const column = columns[0] ?? '';
  if (way === 'time') return timeSplit(column, edges);
  if (edges.test === edges.validation)
    throw refused(say('"{0}" would mean test rows and validation rows.', edges.test), say('Name two values.'));
  if (split.table === undefined) return { by: 'column', column, ...edges };
  return { by: 'table', table: membershipOf(split.table, written.table), column, ...edges };
}

/** A snapshot of the database holds both tables as they were at one moment. */
function membershipOf(written: string, of: string): TableName {
  const own = parseTableName(of);
  const table = parseTableName(written) ?? (own && parseTableName(`${own.database}.${written}`));
  if (!table || !own || (table.database === own.database && table.table === own.table))
    throw refused(
      say('"table" of "split" is "{0}", which is no other table.', written),
      say('Write it as database.table; a column of the table itself stands under "column" alone.'),
    );
  if (table.database === own.database) return table;
  throw refused(
    say('{0} lies in another database than {1}, so that no snapshot of a database holds both.', tableText(table), of),
    say('Keep the table that splits the rows beside them.'),
  );
}
