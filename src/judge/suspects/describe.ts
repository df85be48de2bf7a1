/** Groups in the words of a reason: the part of the table they lie in, and all rows that their description meets. */
import { at } from '../../base/assert.ts';
import type { LabelPair, Slice } from '../../data/judgement.ts';
import { changedIn, type Context, valueText } from '../context.ts';
import type { Cut, Group } from './scan.ts';
import type { Token } from './lines.ts';

const columnAt = (context: Context, place: number) => context.columns.find((here) => here.place === place);

/** The part of the table that a group lies in; null: all of it. */
export function groupWhere(context: Context, { cut }: Pick<Group, 'cut'>): Slice | null {
  const here = cut && columnAt(context, cut.place);
  if (!here) return null;
  const column = here.column.name;
  return cut.from === cut.to
    ? { column, value: valueText(context, here, cut.from) }
    : { column, from: cut.from, to: cut.to };
}

/** The labels of a group; null where it is not about labels, or about any. */
export const groupLabel = ({ changes }: Context, token: Token): LabelPair | null =>
  token.change === 'labels' ? { from: changes.classes.textOf(token.from), to: changes.classes.textOf(token.to) } : null;

function rowsOfToken(context: Context, token: Token): Uint32Array {
  const { changes } = context;
  switch (token.change) {
    case 'labels':
      return context.labels.filter(
        (i) => at(changes.labelBefore, i) === token.from && at(changes.labelAfter, i) === token.to,
      );
    case 'anyLabels':
      return context.labels;
    case 'features':
      return changedIn(context, token.place);
    case 'inserted':
      return context.came;
  }
}

const within = ({ changes }: Context, cut: Cut, row: number): boolean => {
  const value = at(at(changes[cut.image], cut.place), row);
  return value >= cut.from && value <= cut.to;
};

/** Every changed row that a group's description meets, also those that the parent was not asked about. */
export function rowsOfGroup(context: Context, { token, cut }: Pick<Group, 'token' | 'cut'>): Uint32Array {
  const rows = rowsOfToken(context, token);
  return cut ? rows.filter((row) => within(context, cut, row)) : rows;
}
