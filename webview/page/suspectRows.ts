/** The rows of a group of suspects, as conditions on the rows of a delta. */
import type { RowKinds, Slice } from '../../src/data/judgement.ts';
import type { SuspectView } from '../../src/protocol/panel.ts';
import type { DateColumns } from '../../src/words/slices.ts';
import type { Wanted } from './wanted.ts';

const day = 86_400_000;

/** A moment in days since 1970 as the text that a date has in a cell: the first one of its second, or the last. */
function momentText(days: number, end: 'first' | 'last'): string {
  const text = new Date(Math.round(days * day)).toISOString().replace('T', ' ').slice(0, 19);
  if (end === 'last') return `${text}.999999`;
  // A date without a time is the beginning of its day, and so is the text of its midnight.
  return text.endsWith(' 00:00:00') ? text.slice(0, 10) : text;
}

function within(where: Slice | null, dates: DateColumns): Wanted['cells'] {
  if (where === null) return [];
  const { column } = where;
  if ('value' in where) return [{ kind: 'is', column, value: where.value === '' ? null : where.value }];
  const { from, to } = where;
  if (!dates.has(column)) return [{ kind: 'between', column, from, to }];
  return [{ kind: 'between', column, from: momentText(from, 'first'), to: momentText(to, 'last') }];
}

/**
 * `label`: the column of the training's label. A first label counts as a row that came, though its row was there: then the new rows are
 * not told from the others.
 */
export function rowsOfSuspects(
  { change, column, label: pair, where }: SuspectView,
  of: { readonly label: string; readonly dates: DateColumns; readonly kinds: RowKinds },
): Wanted {
  const cells = [...within(where, of.dates)];
  switch (change) {
    case 'features':
      if (column !== null) cells.push({ kind: 'changed', column });
      return { cells, flag: 'updated' };
    case 'labels': {
      const isPair = pair !== null && pair.from !== null && pair.to !== null;
      cells.push(
        isPair
          ? { kind: 'became', column: of.label, from: pair.from, to: pair.to }
          : { kind: 'changed', column: of.label },
      );
      return { cells, flag: 'updated' };
    }
    case 'inserted':
      return { cells, flag: of.kinds.firstLabels > 0 ? null : 'inserted' };
    case 'removed':
      if (pair !== null && pair.from !== null) cells.push({ kind: 'is', column: of.label, value: pair.from });
      return { cells, flag: 'deleted' };
  }
}
