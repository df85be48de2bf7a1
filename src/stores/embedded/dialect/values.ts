/** Brings values to the form a column stores, where SQLite's own conversions would not: dates, times, decimals. */
import { canonicalDate } from '../../canonical.ts';
import { sqlText } from './sql.ts';

const scaleOf = (type: string): number => Number(/\((?:\d+\s*,\s*)?(\d+)\)/.exec(type)?.[1] ?? 0);

/** Digits behind the point of a DECIMAL: `DECIMAL(10,2)` 2, `DECIMAL(10)` 0. */
const decimalScale = (type: string): number => Number(/,\s*(\d+)\s*\)/.exec(type)?.[1] ?? 0);

const baseOf = (type: string): string => /^[A-Z]+/.exec(type.toUpperCase())?.[0] ?? '';

/** The expression as it is stored in a column of this type, or the same expression where nothing has to be done. */
export function assigned(type: string, sql: string): string {
  switch (baseOf(type)) {
    case 'DATE':
      return `dt_date(${sql})`;
    case 'DATETIME':
    case 'TIMESTAMP':
      return `dt_datetime(${sql}, ${scaleOf(type)})`;
    case 'DECIMAL':
    case 'NUMERIC':
    case 'DEC':
      return `dt_decimal(${sql}, ${decimalScale(type)})`;
    default:
      return sql;
  }
}

export const isConverted = (type: string): boolean => assigned(type, '') !== '';

/**
 * A text literal that is compared with a column: text is ordered as time only in the column's own form, so `'2026-06-05'`
 * becomes midnight beside a DATETIME.
 */
export function comparedText(type: string, text: string): string {
  const base = baseOf(type);
  if (base !== 'DATE' && base !== 'DATETIME' && base !== 'TIMESTAMP') return sqlText(text);
  const form = base === 'DATE' ? canonicalDate(text, 'date', 0) : canonicalDate(text, 'datetime', scaleOf(type));
  return sqlText(form ?? text);
}
