/** Which tables DATA BRANCH (DIFF, MERGE, PICK) gets wrong, or never ends on. */
import type { ColumnInfo, TableInfo } from '../../data/table.ts';
import { typeBase } from '../typeFamilies.ts';

const wrongTypes: Readonly<Record<string, string>> = {
  ENUM: 'misses its rows, or never ends',
  SET: 'answers other values',
  YEAR: 'fails',
  GEOMETRY: 'fails',
  BIT: 'answers no values',
};

const wrongInKey = (column: ColumnInfo): string | null => {
  const base = typeBase(column.type);
  if (base === 'UUID' || base === 'BIT') return 'it fails on such a key';
  const hasFraction = /\([1-9]\d*\)$/.test(column.type);
  return (base === 'DATETIME' || base === 'TIMESTAMP' || base === 'TIME') && hasFraction
    ? 'with a fraction of a second in the key it loses deleted rows'
    : null;
};

/** Why DATA BRANCH must not be asked about this table; null when it may. */
export function whyNoBranch(info: TableInfo): string | null {
  for (const column of info.columns) {
    const base = typeBase(column.type);
    const wrong = Object.hasOwn(wrongTypes, base) ? wrongTypes[base] : undefined;
    if (wrong !== undefined) return `the column "${column.name}" is of the type ${base}, on which it ${wrong}`;
    const inKey = info.key.includes(column.name) ? wrongInKey(column) : null;
    if (inKey !== null) return `the key column "${column.name}" is of the type ${column.type}: ${inKey}`;
  }
  return null;
}
