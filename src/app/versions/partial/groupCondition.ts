/** A group of suspects as the condition of a partial restore: what a person would write to mean its rows. */
import type { Slice, SuspectGroup } from '../../../data/judgement.ts';
import { type ColumnInfo, isSingle, type TableInfo, type TypeFamily } from '../../../data/table.ts';
import { quoteName, quoteText } from '../../../git4data/print.ts';

/** Values of these families stand without quotes. */
const bare: readonly (TypeFamily | undefined)[] = ['integer', 'float', 'decimal', 'boolean'];
const day = 86_400_000;

/** A double as a literal that is one: with an exponent, so that it is no DECIMAL. */
const exponent = (value: number): string =>
  Number.isInteger(value) ? String(value) : `${value}e0`.replace(/e(.*)e0$/, 'e$1');

/** Numbers of slices are days since 1970 where the column holds dates; of a FLOAT they are the single, so that the bounds are within. */
function literal(value: number | string, { family, type }: Partial<Pick<ColumnInfo, 'family' | 'type'>>): string {
  if (type !== undefined && isSingle(type) && value !== '' && Number.isFinite(Number(value)))
    return exponent(Math.fround(Number(value)));
  if (typeof value === 'string') return bare.includes(family) ? value : quoteText(value);
  if (family !== 'date' && family !== 'datetime') return String(value);
  const moment = new Date(value * day).toISOString().replace('T', ' ');
  return quoteText(moment.slice(0, family === 'date' ? 10 : 19));
}

function sliceCondition(slice: Slice, { columns }: Pick<TableInfo, 'columns'>): string {
  const name = quoteName(slice.column);
  const column = columns.find((one) => one.name === slice.column) ?? {};
  if ('value' in slice) return slice.value === '' ? `${name} IS NULL` : `${name} = ${literal(slice.value, column)}`;
  return `${name} BETWEEN ${literal(slice.from, column)} AND ${literal(slice.to, column)}`;
}

/** The condition, and the columns that go back by it: null for whole rows. A group without bounds means every changed row. */
export function groupCondition(
  { change, column, label, where }: Omit<SuspectGroup, 'hashes'>,
  labelColumn: string,
  table: Pick<TableInfo, 'columns' | 'key'>,
): { readonly where: string; readonly columns: readonly string[] | null } {
  const parts = where ? [sliceCondition(where, table)] : [];
  if (label?.from) parts.push(sliceCondition({ column: labelColumn, value: label.from }, table));
  // A key is NULL nowhere.
  const all = `${quoteName(table.key[0] ?? labelColumn)} IS NOT NULL`;
  const back = change === 'features' && column !== null ? [column] : change === 'labels' ? [labelColumn] : null;
  return { where: parts.length === 0 ? all : parts.join(' AND '), columns: back };
}
