/** What the store's own tables say of a table, read as text of a stranger: what is not of the form that we write is no record. */
import { Failure } from '../../../base/failure.ts';
import type { SqlValue } from '../sqlite/driver.ts';
import { type ColumnType, columnType } from './types.ts';

interface ColumnRecord {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** By which SQLite gives a row's number. */
export const rowNames: readonly string[] = ['rowid', '_rowid_', 'oid'];

/** More than any name, and any list of an ENUM, that a statement can hold. */
const maxName = 20_000;
const maxType = 2_000_000;

/** SQLite cannot hold NUL in a name. */
const isPlainName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= maxName && !name.includes('\0');

/** `db.table`, or the name under which this generation was put aside. */
export function isStoredName(stored: string, id: number): boolean {
  if (!isPlainName(stored)) return false;
  return stored === `_dt_old_${id}` || (stored.indexOf('.') > 0 && !/^(?:_dt_|sqlite_)/i.test(stored));
}

/** What stands behind a type's parenthesis is a word or two; a run of blanks there would cost more than reading it. */
function typeNamed(text: unknown): ColumnType | undefined {
  if (typeof text !== 'string' || text.length > maxType) return undefined;
  if (text.length - (text.lastIndexOf(')') + 1) > 100 || text.indexOf('(') > 100) return undefined;
  try {
    return columnType(text);
  } catch (error) {
    if (Failure.is(error, 'store.unsupported')) return undefined;
    throw error;
  }
}

function parsed(text: SqlValue | undefined): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function columnRecord(value: unknown): ColumnRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, type, nullable } = value as Readonly<Record<string, unknown>>;
  const named = typeNamed(type);
  if (!isPlainName(name) || !named || typeof nullable !== 'boolean') return undefined;
  return { name, type: named, nullable };
}

/** Undefined when it is no list of columns, each under a name of its own. */
export function columnRecords(text: SqlValue | undefined): ColumnRecord[] | undefined {
  const list = parsed(text);
  // SQLite's own limit.
  if (!Array.isArray(list) || list.length === 0 || list.length > 2000) return undefined;
  const records = list.map(columnRecord).filter((record) => record !== undefined);
  // SQLite's names ignore the case of ASCII letters, and of no others.
  const names = new Set(records.map(({ name }) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
  return names.size === list.length ? records : undefined;
}

/** Undefined when it is no list of some of the columns. */
export function keyRecord(text: SqlValue | undefined, columns: ReadonlyMap<string, string>): string[] | undefined {
  const list = parsed(text);
  if (!Array.isArray(list)) return undefined;
  const key = list.filter((name): name is string => typeof name === 'string' && columns.has(name));
  return new Set(key).size === list.length ? key : undefined;
}

/** Undefined when it is no list of texts. */
export function textList(text: SqlValue | undefined): string[] | undefined {
  const list = text === null ? [] : parsed(text);
  if (!Array.isArray(list)) return undefined;
  const texts = list.filter((one) => typeof one === 'string');
  return texts.length === list.length ? texts : undefined;
}
