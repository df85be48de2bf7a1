/** Reads Parquet files, some thousands of rows at a time; the types come from the file's own schema. */
import { say } from '../../base/say.ts';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  type RowGroup,
  parquetMetadataAsync,
  parquetScan,
} from 'hyparquet';
import { throwIfCancelled, Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { byteSource, readFailure } from '../bytes/byteSource.ts';
import type { RawCell } from '../types/rawCell.ts';
import { batchRows, type RawBatch, type RawTable } from '../types/rawTable.ts';
import { compressors } from './compressors.ts';
import { requireSmallPages } from './pageSizes.ts';
import { columnsOf, type ParquetColumn } from './parquetSchema.ts';

interface Opened {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
}

async function openMetadata(path: string): Promise<Opened> {
  await byteSource(path);
  try {
    const file = await asyncBufferFromFile(path);
    return { file, ...columnsOf(await parquetMetadataAsync(file, { geoparquet: false })) };
  } catch (error) {
    throw parquetFailure(error, path);
  }
}

function parquetFailure(error: unknown, file: string): unknown {
  const known = readFailure(error, file);
  if (known instanceof Failure) return known;
  const reason = error instanceof Error ? error.message : String(error);
  return new Failure(
    'file.unreadable',
    { file, reason: say('it is not a Parquet file that can be read ({0})', reason) },
    { cause: error },
  );
}

/** Cells of a window that are in memory at once, so that wide tables have fewer rows in it. */
const windowCells = 1 << 18;
/** Packed bytes of a row group that are kept while its windows are read, so that they are read once. */
const keptBytes = 100_000_000;

/** The file, with what was read of it last: windows of one row group lie in the same chunks. */
function keeping(file: AsyncBuffer): AsyncBuffer & { forget(): void } {
  const kept = new Map<string, ArrayBuffer>();
  let held = 0;
  return {
    byteLength: file.byteLength,
    forget() {
      kept.clear();
      held = 0;
    },
    async slice(start, end) {
      const key = `${start}-${end ?? ''}`;
      const known = kept.get(key);
      if (known) return known;
      const bytes = await file.slice(start, end);
      held += bytes.byteLength;
      if (held <= keptBytes) kept.set(key, bytes);
      return bytes;
    },
  };
}

async function requireReadable(
  path: string,
  group: RowGroup,
  { file, columns }: Omit<Opened, 'metadata'>,
): Promise<void> {
  for (const { meta_data: chunk } of group.columns) {
    if (!chunk) continue;
    const [place] = chunk.path_in_schema;
    const name = columns.find((column) => column.place === place)?.name ?? place ?? '';
    try {
      await requireSmallPages(file, chunk, say('Column {0} of {1}', name, path));
    } catch (error) {
      throw parquetFailure(error, path);
    }
  }
}

async function* readBatches(
  path: string,
  { file, metadata, columns }: Opened,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawBatch, void> {
  const rowsAtOnce = Math.max(batchRows, Math.floor(windowCells / Math.max(columns.length, 1)));
  const parsers = { timestampFromNanoseconds: (nanos: bigint) => nanos };
  const kept = keeping(file);
  const scan = await parquetScan({ file: kept, metadata, utf8: false, parsers, compressors, geoparquet: false });
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    await requireReadable(path, group, { file, columns });
    const read = groupReader(path, scan, start, end);
    for (let rowStart = start; rowStart < end; rowStart += rowsAtOnce) {
      throwIfCancelled(signal);
      const rowEnd = Math.min(end, rowStart + rowsAtOnce);
      const cells: Stored[] = [];
      for (const column of columns) cells.push(await read(column, rowStart, rowEnd));
      for (let from = rowStart; from < rowEnd; from += batchRows) {
        const to = Math.min(rowEnd, from + batchRows);
        yield batchOf(path, columns, cells, from - rowStart, to - rowStart, from);
      }
    }
    kept.forget();
    start = end;
  }
}

/** Values of a column as hyparquet gives them. */
interface Stored {
  readonly [row: number]: unknown;
  slice(from: number, to: number): Stored;
}

/** Reads windows of columns of one row group. Where values are nested, a window needs all pages before it, so these are read once. */
function groupReader(
  path: string,
  scan: Awaited<ReturnType<typeof parquetScan>>,
  start: number,
  end: number,
): (column: ParquetColumn, rowStart: number, rowEnd: number) => Promise<Stored> {
  const whole = new Map<string, Stored>();
  return async ({ place, isNested }, rowStart, rowEnd) => {
    try {
      if (!isNested) return await scan.readColumn({ column: place, rowStart, rowEnd });
      const known = whole.get(place) ?? (await scan.readColumn({ column: place, rowStart: start, rowEnd: end }));
      whole.set(place, known);
      return known.slice(rowStart - start, rowEnd - start);
    } catch (error) {
      throw parquetFailure(error, path);
    }
  };
}

/** As long as a cell of any other format may be. */
function requireShort(cell: RawCell, path: string, line: number, column: string): void {
  if (typeof cell !== 'string' && !(cell instanceof Uint8Array)) return;
  if (cell.length <= limits.record.most) return;
  const where = say('{0}, row {1}, column {2}', path, line, column);
  throw new Failure('limit.reached', { limit: 'record', where, found: cell.length });
}

function batchOf(
  path: string,
  columns: readonly ParquetColumn[],
  cells: readonly Stored[],
  from: number,
  to: number,
  first: number,
): RawBatch {
  const rows: RawCell[][] = [];
  const lines: number[] = [];
  for (let r = from; r < to; r++) {
    rows.push(new Array<RawCell>(columns.length));
    lines.push(first + r - from + 1);
  }
  for (const [c, { name, cell }] of columns.entries()) {
    const stored = cells[c] as Stored;
    for (let r = from; r < to; r++) {
      const value = stored[r];
      const own = value === undefined || value === null ? null : cell(value);
      requireShort(own, path, first + r - from + 1, name);
      (rows[r - from] as RawCell[])[c] = own;
    }
  }
  return { rows, lines, quoted: null };
}

/** `lines` of its batches are row numbers. */
export async function openParquet(file: string): Promise<RawTable> {
  const opened = await openMetadata(file);
  if (opened.metadata.num_rows === 0n) throw new Failure('file.empty', { file });
  return {
    format: 'parquet',
    columns: opened.columns.map(({ name, type, nullable, instead }) => ({
      name,
      type,
      nullable,
      ...(instead && { instead }),
    })),
    dialect: null,
    guesses: null,
    size: null,
    notes: [],
    read: (during) => readBatches(file, opened, during),
  };
}
