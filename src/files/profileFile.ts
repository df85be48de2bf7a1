/** What a file says of itself before it is imported, and a table before it is learnt from: columns, types, first rows, and what could be the key. */
import { Failure, throwIfCancelled } from '../base/failure.ts';
import { cellAt, type PageColumn, packRows, rowAt, type RowPage } from '../data/page.ts';
import type { Reading } from '../data/loading/reading.ts';
import type { LocalStore } from '../data/store.ts';
import type { TableName } from '../data/table.ts';
import { type ColumnProfile, type Repeat, RowsProfile } from './rowsProfile.ts';
import { base64Of, textOf, type Value } from '../data/value.ts';
import { live } from '../data/version.ts';
import { type TypedFile, typedFile } from './typedFile.ts';
import { familyOf } from './types/cellValue.ts';

const sampleRows = 20;
/** Rows that are looked at for what is unique: each of their values is kept in memory meanwhile. */
const mostRows = 200_000;
/** Columns among which pairs are looked for. */
const pairedColumns = 8;

/** Numbers with a fraction repeat by chance, or do not: nobody means them as a key. */
const canBeKey = (type: string): boolean => !['float', 'json', 'bytes', 'vector'].includes(familyOf(type));

function pairsOf({ columns: all }: TypedFile): number[][] {
  const columns = all.flatMap(({ type, nullable }, c) => (canBeKey(type) && !nullable ? [c] : []));
  const first = columns.slice(0, pairedColumns);
  return first.flatMap((a, i) => first.slice(i + 1).map((b) => [a, b]));
}

/** What was found in a file; `FileProfile` of the protocol says it of the other side. */
export interface FileFacts {
  readonly format: TypedFile['format'];
  readonly dialect: TypedFile['dialect'];
  /** Sentences. */
  readonly notes: readonly string[];
  /** Rows that were looked at. */
  readonly rows: number;
  /** False when the file has more rows than were looked at. */
  readonly whole: boolean;
  readonly columns: readonly (ColumnProfile & {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
  })[];
  readonly sample: RowPage;
  /** Sets of columns that no two rows share, the likeliest key first. */
  readonly keys: readonly (readonly string[])[];
  /** What became of the key that was asked about. */
  readonly asked: { readonly unique: boolean; readonly repeat: Repeat | null } | null;
}

/** Reads the file once for its types and once for its rows; failures are those of an import. `asked`: a key to look at; `reading`: how it is read, as far as that was chosen. */
export async function profileFile(
  file: string,
  asked: readonly string[] | null = null,
  reading: Reading = {},
  signal?: AbortSignal,
): Promise<FileFacts> {
  const raw = await typedFile(file, { reading }, signal);
  const names = raw.columns.map(({ name }) => name);
  const pairs = pairsOf(raw);
  const wanted = asked?.map((name) => names.indexOf(name)).filter((c) => c >= 0) ?? [];
  const profile = new RowsProfile(names.length, wanted.length > 0 ? [...pairs, wanted] : pairs);
  const shown: PageColumn[] = raw.columns.map(({ name, type }) => ({ name, type }));
  const first: (readonly Value[])[] = [];
  let whole = true;
  for await (const { rows } of raw.rows()) {
    if (profile.rows >= mostRows) {
      whole = false;
      break;
    }
    for (const row of rows) {
      if (first.length < sampleRows) first.push(row);
      profile.add(row.map(keyText));
    }
  }
  if (profile.rows === 0) throw new Failure('file.empty', { file });
  const columns = raw.columns.map(({ name, type, nullable }, c) => ({ name, type, nullable, ...profile.column(c) }));
  const singles = columns.filter(({ unique, type }) => unique && canBeKey(type)).map(({ name }) => [name]);
  const both = pairs.filter((_, i) => profile.set(i).unique).map((pair) => pair.map((c) => names[c] ?? ''));
  const keys = [...singles, ...(singles.length > 0 ? [] : both)];
  return {
    format: raw.format,
    dialect: raw.dialect,
    notes: raw.notes,
    rows: profile.rows,
    whole,
    columns,
    sample: packRows(shown, first),
    keys,
    asked: wanted.length > 0 ? profile.set(pairs.length) : null,
  };
}

/** Rows of a table that are looked at for how many values a column has. */
const tableRows = 5_000;

/** What was found in the first rows of a table, by its key; `TableProfile` of the protocol says it of the other side. */
export async function profileTable(
  store: Pick<LocalStore, 'table' | 'readRows'>,
  name: TableName,
  signal?: AbortSignal,
): Promise<Pick<FileFacts, 'rows' | 'whole' | 'columns' | 'sample'>> {
  const { columns } = await store.table(name);
  const names = columns.map((column) => column.name);
  const profile = new RowsProfile(names.length);
  let sample: RowPage | undefined;
  let whole = true;
  for await (const page of store.readRows(
    { table: name, at: live, columns: names, order: 'key', pageRows: 1_000 },
    signal,
  )) {
    throwIfCancelled(signal);
    if (profile.rows >= tableRows) {
      whole = false;
      break;
    }
    sample ??= pickRows(page, sampleRows);
    for (let row = 0; row < page.rows; row++) profile.add(page.cells.map((cells) => textOrNull(cellAt(cells, row))));
  }
  return {
    rows: profile.rows,
    whole,
    columns: columns.map(({ name: column, type, nullable }, c) => ({
      name: column,
      type,
      nullable,
      ...profile.column(c),
    })),
    sample: sample ?? packRows(columns, []),
  };
}

/** Bytes as a key shows them. */
const keyText = (value: Value): string | null => (value instanceof Uint8Array ? base64Of(value) : textOrNull(value));

const textOrNull = (value: Value): string | null => (value === null ? null : textOf(value));

/** The first rows of a page. */
const pickRows = (page: RowPage, most: number): RowPage =>
  packRows(
    page.columns,
    Array.from({ length: Math.min(most, page.rows) }, (_, row) => rowAt(page, row)),
  );
