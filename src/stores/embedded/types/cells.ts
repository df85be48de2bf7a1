/** Selected cells of SQLite as columns of a page, straight into the form that the column's type calls for. */
import { type Cells, packCells } from '../../../data/page.ts';
import type { SqlRow, SqlValue } from '../sqlite/driver.ts';
import { type ColumnType, valueOf } from './types.ts';

/** Column `index` of the rows; see `selectCell` for the form in which it was selected. */
export function packColumn(type: ColumnType, rows: readonly SqlRow[], index: number): Cells {
  if (type.storage === 'TEXT' && type.form === 'plain')
    return { kind: 'text', values: rows.map((row) => textCell(type, row[index])) };
  const isNumber = type.form !== 'scaled' && (type.storage === 'INTEGER' || type.storage === 'REAL');
  return (isNumber && packNumbers(rows, index)) || packCells(rows.map((row) => valueOf(type, row[index] ?? null)));
}

function textCell(type: ColumnType, cell: SqlValue | undefined): string | null {
  if (typeof cell === 'string') return cell;
  return cell === null || cell === undefined ? null : String(valueOf(type, cell));
}

/** Undefined when a cell is an integer beyond ±2^53, which travels as text. */
function packNumbers(rows: readonly SqlRow[], index: number): Cells | undefined {
  const values = new Float64Array(rows.length);
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i]?.[index];
    // −0 reads as 0.
    if (typeof cell === 'number') values[i] = cell + 0;
    else if (cell === null || cell === undefined) {
      nulls ??= new Uint8Array(rows.length);
      nulls[i] = 1;
    } else return undefined;
  }
  return { kind: 'number', values, nulls };
}
