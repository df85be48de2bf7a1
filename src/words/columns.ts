/** What became of the columns of a table between two versions, in sentences and in figures. */
import { say, together } from '../base/say.ts';
import type { ColumnChanges, DeltaCounts } from '../data/change.ts';
import type { ColumnInfo } from '../data/table.ts';
import { countText, deltaText, signs } from './numbers.ts';

type Columns = { readonly columns: readonly Pick<ColumnInfo, 'name' | 'type'>[] };

/** Columns that came, went or have another type, as a sentence; null where the two have the same ones. */
export function columnsText(older: Columns, newer: Columns): string | null {
  const before = new Map(older.columns.map(({ name, type }) => [name, type]));
  const now = new Set(newer.columns.map(({ name }) => name));
  const came = newer.columns.filter(({ name }) => !before.has(name)).map(({ name }) => name);
  const went = older.columns.filter(({ name }) => !now.has(name)).map(({ name }) => name);
  const other = newer.columns
    .filter(({ name, type }) => before.has(name) && before.get(name) !== type)
    .map(({ name, type }) => say('{0} (was {1}, is {2})', name, before.get(name) ?? '', type));
  const said = together(
    came.length > 0 && say('New columns: {0}.', came.join(', ')),
    went.length > 0 && say('Columns that are gone: {0}.', went.join(', ')),
    other.length > 0 && say('Columns of another type: {0}.', other.join(', ')),
  );
  return said === '' ? null : said;
}

/** How many columns came, are called or typed otherwise, and went, behind the counts of rows: `columns +1 ~2`; null where none did. */
function columnCountsText(changes: ColumnChanges | null): string | null {
  if (changes === null) return null;
  const { added, dropped, renamed, retyped } = changes;
  const counts = [
    [signs.inserted, added.length],
    [signs.updated, renamed.length + retyped.length],
    [signs.deleted, dropped.length],
  ] as const;
  const some = counts.flatMap(([sign, count]) => (count === 0 ? [] : [`${sign}${countText(count)}`]));
  return some.length === 0 ? null : say('columns {0}', some.join(' '));
}

/** What changed of rows and columns in one line: `+3,000 ~200 −0, columns +1`. */
export const changesText = (counts: DeltaCounts, columns: ColumnChanges | null): string =>
  [deltaText(counts), columnCountsText(columns)].filter((text) => text !== null).join(', ');
