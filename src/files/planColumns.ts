/** Which column of a file becomes which column of the table, and what is refused because nothing says it. */
import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import { say } from '../base/say.ts';
import type { Reading } from '../data/loading/reading.ts';
import { type TableInfo, tableText } from '../data/table.ts';
import type { RawTable } from './types/rawTable.ts';

/** A column that is read. */
export interface PlannedColumn {
  /** Its place in the file. */
  readonly index: number;
  /** What it is called in the table. */
  readonly name: string;
  /** Its declared type, where the table or the person says it; null where the cells do. */
  readonly type: string | null;
  readonly nullable: boolean;
  /** The table does not have it yet. */
  readonly isNew: boolean;
}

export interface Plan {
  readonly columns: readonly PlannedColumn[];
  readonly notes: readonly string[];
}

interface Named {
  readonly index: number;
  readonly name: string;
}

const quotedNames = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The columns of the file under the names that the person gave them, without those that are left out. */
function namedColumns(file: string, raw: RawTable, { rename = {}, skip = [] }: Reading): Named[] {
  const names = raw.columns.map(({ name }) => name);
  for (const name of [...Object.keys(rename), ...skip])
    if (!names.includes(name))
      throw new Failure('column.unknown', { column: name, table: file, near: nearest(name, names) });
  return names
    .map((name, index) => ({ index, name: Object.hasOwn(rename, name) ? (rename[name] as string) : name, given: name }))
    .filter(({ given }) => !skip.includes(given))
    .map(({ index, name }) => ({ index, name }));
}

function requireDifferent(file: string, columns: readonly Named[], raw: RawTable): void {
  const seen = new Map<string, Named>();
  for (const column of columns) {
    const folded = column.name.toLowerCase();
    const first = seen.get(folded);
    if (first)
      throw new Failure('file.sameName', {
        file,
        first: raw.columns[first.index]?.name ?? '',
        second: raw.columns[column.index]?.name ?? '',
        name: column.name,
      });
    seen.set(folded, column);
  }
}

function requireKnown(file: string, types: Reading['types'], columns: readonly { readonly name: string }[]): void {
  const names = columns.map(({ name }) => name);
  for (const column of Object.keys(types ?? {}))
    if (!names.includes(column))
      throw new Failure('column.unknown', { column, table: file, near: nearest(column, names) });
}

/** Every column of the file, for a table that is made. */
export function planNew(file: string, raw: RawTable, reading: Reading): Plan {
  const named = namedColumns(file, raw, reading);
  requireDifferent(file, named, raw);
  requireKnown(file, reading.types, named);
  const columns = named.map(({ index, name }) => ({
    index,
    name,
    type: reading.types?.[name] ?? null,
    nullable: true,
    isNew: true,
  }));
  return { columns, notes: [] };
}

/** A file without names is read in the order of the table's columns, where it has as many. */
function inTableOrder(raw: RawTable, named: readonly Named[], table: TableInfo, notes: string[]): readonly Named[] {
  if (raw.dialect?.header !== false || named.length !== table.columns.length) return named;
  const known = table.columns.map(({ name }) => name);
  if (named.every(({ name }) => known.includes(name))) return named;
  notes.push(say('The columns of the file are read in the order of the table: {0}.', known.join(', ')));
  return named.map(({ index }, i) => ({ index, name: known[i] as string }));
}

/** The table's column of a name: as it is written, else the only one that differs by case alone. */
function columnOf(table: TableInfo, name: string): TableInfo['columns'][number] | undefined {
  const exact = table.columns.find((column) => column.name === name);
  if (exact) return exact;
  const alike = table.columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

/** The columns of the file as those of a table that is there; `file.otherColumns` where the two differ and nothing says what to do. */
export function planExisting(file: string, raw: RawTable, table: TableInfo, reading: Reading): Plan {
  const notes: string[] = [];
  const named = inTableOrder(raw, namedColumns(file, raw, reading), table, notes);
  const found = named.map(({ index, name }) => ({ index, name, column: columnOf(table, name) }));
  const unknown = found.filter(({ column }) => column === undefined).map(({ name }) => name);
  const there = new Set(found.map(({ column }) => column?.name));
  const missing = table.columns.map(({ name }) => name).filter((name) => !there.has(name));
  const { addColumns = false, leaveColumns = false } = reading;
  if ((unknown.length > 0 && !addColumns && !leaveColumns) || (missing.length > 0 && !leaveColumns))
    throw new Failure('file.otherColumns', { file, table: tableText(table.name), missing, unknown });
  const read = found.filter(({ column }) => column !== undefined || addColumns);
  const columns = read.map(({ index, name, column }) => ({
    index,
    name: column?.name ?? name,
    type: column?.type ?? reading.types?.[name] ?? null,
    nullable: column?.nullable ?? true,
    isNew: column === undefined,
  }));
  requireDifferent(file, columns, raw);
  if (missing.length > 0)
    notes.push(say('{0}: {1} stays as it is (NULL in new rows).', tableText(table.name), quotedNames(missing)));
  const left = unknown.filter(() => !addColumns);
  if (left.length > 0) notes.push(say('{0}: {1} is not read.', file, quotedNames(left)));
  const added = columns.filter(({ isNew }) => isNew).map(({ name }) => name);
  if (added.length > 0) notes.push(say('{0}: {1} is added.', tableText(table.name), quotedNames(added)));
  return { columns, notes };
}
