/** Reads Parquet files, a row group at a time; the types come from the file's own schema. */
import { say } from '../../base/say.ts';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
  toJson,
} from 'hyparquet';
import { twoDigits } from '../../base/calendar.ts';
import { throwIfCancelled, Failure } from '../../base/failure.ts';
import { batchRows, type RawBatch, type RawCell, type RawColumn, type RawTable } from './rawTable.ts';
import { readFailure } from './readLines.ts';

/** The key under which our own exports keep the declared types, which Parquet has no words for (VARCHAR(20), TIME …). */
export const typesKey = 'deltatrain:columns';

/** How a column's stored values become cells; `undefined` never reaches it. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly cell: (stored: unknown) => RawCell;
}

const dayMs = 86_400_000;

const dateText = (days: number): string => new Date(days * dayMs).toISOString().slice(0, 10);

/** `yyyy-mm-dd hh:mm:ss` and `digits` digits of a second from a count of units of 10^-digits s since 1970. */
function datetimeText(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = ((count % unit) + unit) % unit;
  const seconds = (count - fraction) / unit;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return digits === 0 ? text : `${text}.${fraction.toString().padStart(digits, '0')}`;
}

function timeText(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const seconds = Number(count / unit);
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return `${clock}.${(count % unit).toString().padStart(digits, '0')}`;
}

function bigintOf(stored: unknown): bigint {
  if (typeof stored === 'bigint') return stored;
  if (typeof stored === 'number') return BigInt(stored);
  let value = 0n;
  const bytes = stored as Uint8Array;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const digitsOfUnit: Readonly<Record<string, number>> = { MILLIS: 3, MICROS: 6, NANOS: 9 };

/** Of a value with nine digits of a second, of which a DATETIME keeps six. */
const microsOf = (nanos: bigint): bigint => (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n;

function timestampCell(unit: number): Column['cell'] {
  if (unit === 9) return (stored) => datetimeText(microsOf(bigintOf(stored)), 6);
  return (stored) => datetimeText(bigintOf(stored), unit);
}

const timeCell =
  (unit: number): Column['cell'] =>
  (stored) =>
    unit === 9 ? timeText(bigintOf(stored) / 1000n, 6) : timeText(bigintOf(stored), unit);

/** Nested values as JSON. */
const jsonCell = (stored: unknown): RawCell => ({ json: JSON.stringify(toJson(stored)) });

const numberCell = (stored: unknown): RawCell =>
  // Data frames write NaN for a missing number.
  typeof stored === 'number' && Number.isNaN(stored) ? null : (stored as RawCell);

function unitOf(element: SchemaElement, kind: 'TIMESTAMP' | 'TIME'): number | undefined {
  const logical = element.logical_type;
  if (logical?.type === kind) return digitsOfUnit[logical.unit];
  if (element.converted_type === `${kind}_MILLIS`) return 3;
  if (element.converted_type === `${kind}_MICROS`) return 6;
  return undefined;
}

type Read = Pick<Column, 'type' | 'cell'>;

function readDecimal(element: SchemaElement): Read {
  const scale = element.scale ?? 0;
  return {
    type: `DECIMAL(${element.precision ?? 15},${scale})`,
    cell: (stored) => decimalText(bigintOf(stored), scale),
  };
}

function readTimes(element: SchemaElement): Read | undefined {
  if (element.converted_type === 'DATE' || element.logical_type?.type === 'DATE')
    return { type: 'DATE', cell: (stored) => dateText(Number(stored)) };
  const timestamp = unitOf(element, 'TIMESTAMP');
  if (timestamp !== undefined) return { type: `DATETIME(${Math.min(timestamp, 6)})`, cell: timestampCell(timestamp) };
  const time = unitOf(element, 'TIME');
  if (time !== undefined) return { type: `TIME(${Math.min(time, 6)})`, cell: timeCell(time) };
  if (element.type === 'INT96') {
    // hyparquet's own parser gives nanoseconds since 1970 to the parser below.
    return { type: 'DATETIME(6)', cell: (stored) => datetimeText(microsOf(bigintOf(stored)), 6) };
  }
  return undefined;
}

const as = (type: string, cell: Column['cell'] = (stored) => stored as RawCell): Read => ({ type, cell });

/** Undefined for a type that is read as hyparquet gives it. */
function readElement(element: SchemaElement): Read {
  if (element.num_children || element.repetition_type === 'REPEATED') return as('JSON', jsonCell);
  const logical = element.logical_type?.type;
  if (element.converted_type === 'DECIMAL' || logical === 'DECIMAL') return readDecimal(element);
  const times = readTimes(element);
  if (times) return times;
  switch (element.type) {
    case 'BOOLEAN':
      return as('BOOLEAN');
    case 'INT32':
    case 'INT64':
      return as('BIGINT');
    case 'FLOAT':
    case 'DOUBLE':
      return as('DOUBLE', numberCell);
    default:
      return readBytes(element);
  }
}

function readBytes(element: SchemaElement): Read {
  const logical = element.logical_type?.type;
  if (element.converted_type === 'JSON' || logical === 'JSON')
    return as('JSON', (stored) => ({ json: Buffer.from(stored as Uint8Array).toString('utf8') }));
  if (element.converted_type === 'UTF8' || element.converted_type === 'ENUM' || logical === 'STRING') return as('TEXT');
  if (logical === 'UUID') return as('VARCHAR(36)');
  if (logical === 'FLOAT16') return as('DOUBLE', numberCell);
  if (logical === 'GEOMETRY' || logical === 'GEOGRAPHY' || logical === 'VARIANT') return as('JSON', jsonCell);
  return as('BLOB');
}

/**
 * hyparquet would turn decimals into doubles and times into Dates of a millisecond; without the annotation it gives what
 * is stored.
 */
function withoutConversion(element: SchemaElement): SchemaElement {
  const read = /^(DECIMAL|DATE|TIME|JSON)/;
  const converted = element.converted_type !== undefined && read.test(element.converted_type);
  const logical = element.logical_type !== undefined && read.test(element.logical_type.type);
  if (element.num_children || (!converted && !logical)) return element;
  const { converted_type: _converted, logical_type: _logical, ...stored } = element;
  return stored as SchemaElement;
}

/** The elements directly under the root, each followed in the schema by its own children. */
function topElements(schema: readonly SchemaElement[]): { element: SchemaElement; index: number }[] {
  const found: { element: SchemaElement; index: number }[] = [];
  let index = 1;
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  while (index < schema.length) {
    const element = schema[index] as SchemaElement;
    found.push({ element, index });
    index = skip(index);
  }
  return found;
}

/** Declared types that an export of ours has left in the file, by column. */
function declaredTypes(metadata: FileMetaData): ReadonlyMap<string, string> {
  const text = metadata.key_value_metadata?.find((entry) => entry.key === typesKey)?.value;
  if (text === undefined) return new Map();
  try {
    const entries = JSON.parse(text) as { name: string; type: string }[];
    return new Map(entries.map(({ name, type }) => [name, type]));
  } catch {
    // A note that somebody else wrote under our key: the file's own schema is enough.
    return new Map();
  }
}

interface Opened {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly Column[];
}

async function openMetadata(path: string): Promise<Opened> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const declared = declaredTypes(metadata);
    const columns = topElements(metadata.schema).map(({ element }) => {
      const { type, cell } = readElement(element);
      return {
        name: element.name,
        type: declared.get(element.name) ?? type,
        nullable: element.repetition_type !== 'REQUIRED',
        cell,
      };
    });
    const schema = [...metadata.schema];
    for (const { element, index } of topElements(schema)) schema[index] = withoutConversion(element);
    return { file, metadata: { ...metadata, schema }, columns };
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

async function* readBatches(
  path: string,
  opened: Opened,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawBatch, void> {
  const { file, metadata, columns } = opened;
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    throwIfCancelled(signal);
    const objects = await readGroup(path, file, metadata, start, end);
    for (let from = 0; from < objects.length; from += batchRows) {
      const rows = objects.slice(from, from + batchRows).map((object) =>
        columns.map(({ name, cell }): RawCell => {
          const stored = object[name];
          return stored === undefined || stored === null ? null : cell(stored);
        }),
      );
      yield { rows, lines: rows.map((_, r) => start + from + r + 1) };
    }
    start = end;
  }
}

async function readGroup(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, unknown>[]> {
  try {
    const parsers = {
      timestampFromNanoseconds: (nanos: bigint) => nanos,
      // hyparquet's own would drop a byte-order mark, which is text like any other here.
      stringFromBytes: (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('utf8'),
    };
    return await parquetReadObjects({ file, metadata, rowStart, rowEnd, utf8: false, parsers });
  } catch (error) {
    throw parquetFailure(error, path);
  }
}

/** `lines` of its batches are row numbers. Text is not measured: `longest` is null. */
export async function openParquet(file: string): Promise<RawTable> {
  const opened = await openMetadata(file);
  if (opened.metadata.num_rows === 0n) throw new Failure('file.empty', { file });
  const columns: RawColumn[] = opened.columns.map(({ name, type, nullable }) => ({
    name,
    type,
    nullable,
    longest: null,
  }));
  return { format: 'parquet', columns, read: (during) => readBatches(file, opened, during) };
}
