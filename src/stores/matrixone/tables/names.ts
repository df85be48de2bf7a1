/** Tables as statements name them. */
import type { TableName } from '../../../data/table.ts';
import { quoteName } from '../wire/quote.ts';

/** A table at a moment: the hint is '' for the table now. */
export const tableSql = ({ database, table }: TableName, hint = ''): string =>
  `${quoteName(database)}.${quoteName(table)}${hint}`;
