/** One statement of the user's: what kind it is, and its rows as pages. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type PageColumn, packRows, type RowPage } from '../../../data/page.ts';
import type { QueryEnd } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { singleText } from '../../canonical.ts';
import { decimalOf, unpacked, unsignedOf } from '../../exact.ts';
import { jsonText } from '../../jsonDocument.ts';
import type { QueryTranslation } from '../dialect/translation.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import type { ShownColumn } from '../typed/statement.ts';
import { isBits } from '../typed/types.ts';
import { pageSize } from '../versions/rows.ts';

/** Values of the product as SQLite takes them. */
export const bound = (values: readonly Value[] | undefined): SqlValue[] =>
  // A whole number beyond 64 bits as its digits, which is how the type pass takes it.
  (values ?? []).map((value) =>
    typeof value === 'bigint' && value !== BigInt.asIntN(64, value) ? String(value) : value,
  );

type CellReader = (cell: SqlValue) => Value;

/** Integers come as bigints; those that a number holds are numbers. */
function plainValue(cell: SqlValue): Value {
  if (typeof cell === 'bigint' && Number.isSafeInteger(Number(cell))) return Number(cell);
  return typeof cell === 'number' ? cell + 0 : cell;
}

/** Digits of a DECIMAL that the nearest double has exactly. */
const doubleDigits = 15;

/**
 * A DECIMAL with its digits: a whole number of units, the text that a column keeps, or its own. The least or greatest of a column is the
 * number that it was to readers of 0.1.
 */
function decimalValue({ type, isPlain, isKept }: ShownColumn, scale: number): CellReader {
  const isNumber = isKept && !isPlain && type.kind === 'dec' && type.digits <= doubleDigits;
  return (cell) => {
    const units = isKept && typeof cell === 'string' ? unpacked(cell) : cell;
    if (typeof units !== 'bigint') return plainValue(cell);
    const text = decimalOf(units, scale);
    return isNumber ? Number(text) : text;
  };
}

const unsignedValue: CellReader = (cell) => plainValue(typeof cell === 'bigint' ? unsignedOf(cell) : cell);

const realValue =
  (isSingle: boolean): CellReader =>
  (cell) => {
    if (typeof cell !== 'number') return plainValue(cell);
    if (!Number.isFinite(cell)) throw new Failure('sql.failed', { message: say('A DOUBLE is out of range.') });
    return isSingle ? Number(singleText(cell)) + 0 : cell + 0;
  };

const jsonValue: CellReader = (cell) => (typeof cell === 'string' ? (jsonText(cell) ?? cell) : cell);

/** What a cell of a column is to whoever reads it. */
function shownOf(column: ShownColumn): CellReader {
  const { type, isPlain } = column;
  switch (type.kind) {
    case 'int':
      return isBits(type) ? unsignedValue : plainValue;
    case 'dec':
      return decimalValue(column, type.scale);
    case 'real':
      return realValue(type.single);
    case 'json':
      // What is made here has its normal form.
      return isPlain ? jsonValue : plainValue;
    default:
      return plainValue;
  }
}

/** Runs a statement of SQLite's; rows are pulled. Give it a connection whose transaction outlives the rows. */
export async function* runStatement(
  db: FileConnection,
  { sql, columns: shown }: Pick<QueryTranslation, 'sql' | 'columns'>,
  values: readonly SqlValue[],
  options: { pageRows: number | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<RowPage, QueryEnd> {
  const statement = db.open(sql);
  const columns: PageColumn[] = shown
    ? shown.map(({ name, typeText, isPlain }) => ({ name, type: isPlain ? typeText : '' }))
    : statement.columns.map(({ name }) => ({ name, type: '' }));
  const shows = (shown ?? []).map(shownOf);
  const size = pageSize(options.pageRows);
  let rows = 0;
  let page: Value[][] = [];
  for (const row of statement.rows(values)) {
    page.push(row.map((cell, i) => (shows[i] ?? plainValue)(cell)));
    rows++;
    // A scan that finds little still notices a cancel now and then.
    if ((rows & 1023) === 0) throwIfCancelled(options.signal);
    if (page.length < size) continue;
    yield packRows(columns, page);
    page = [];
    throwIfCancelled(options.signal);
  }
  if (page.length > 0) yield packRows(columns, page);
  return { columns, rows, affected: 0 };
}
