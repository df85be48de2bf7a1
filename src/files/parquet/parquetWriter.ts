/** Writes rows as Parquet, in row groups of about 50,000 rows. */
import { say } from '../../base/say.ts';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { zstdCompressSync } from 'node:zlib';
import { Failure } from '../../base/failure.ts';
import { cellAt, type RowPage } from '../../data/page.ts';
import type { TypeFamily } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import type { WrittenFile } from '../bytes/atomicFile.ts';
import { familyOf } from '../types/cellValue.ts';
import { typesKey } from './parquetSchema.ts';

const groupRows = 50_000;
const dayMs = 86_400_000;

interface Target {
  readonly element: SchemaElement;
  readonly stored: (value: Exclude<Value, null>) => unknown;
}

/** Microseconds since 1970 of `yyyy-mm-dd hh:mm:ss.ffffff`, read as UTC. */
function microsOf(text: string): bigint {
  const [seconds = '', fraction = ''] = text.split('.');
  return BigInt(Date.parse(`${seconds.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function digitsOf(type: string): { precision: number; scale: number } {
  const found = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(type);
  return { precision: Number(found?.[1] ?? 10), scale: Number(found?.[2] ?? 0) };
}

function truth(name: string, value: Exclude<Value, null>): boolean {
  if (value === 0 || value === 1) return value === 1;
  throw new Failure('value.refused', {
    column: name,
    value: String(value),
    reason: say('Parquet has only true and false'),
  });
}

type Stored = Pick<SchemaElement, 'type' | 'type_length' | 'converted_type' | 'precision' | 'scale'>;
type How = readonly [stored: Stored, convert: Target['stored']];

const textual: Stored = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

/** What a family is stored as. Text of all kinds that Parquet has no type for (TIME, JSON, vectors) stays text. */
function howOf(name: string, type: string, family: TypeFamily): How {
  switch (family) {
    case 'integer': {
      const isUnsigned = /^BIGINT.*UNSIGNED/i.test(type);
      const stored: Stored = isUnsigned ? { type: 'INT64', converted_type: 'UINT_64' } : { type: 'INT64' };
      return [stored, (value) => BigInt(value as number | bigint)];
    }
    case 'float':
      return [{ type: 'DOUBLE' }, (value) => Number(value)];
    case 'boolean':
      return [{ type: 'BOOLEAN' }, (value) => truth(name, value)];
    case 'decimal': {
      const { precision, scale } = digitsOf(type);
      // An INT64 holds 18 digits, 16 bytes hold 38.
      const kept: Stored = precision > 18 ? { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } : { type: 'INT64' };
      const stored: Stored = { ...kept, converted_type: 'DECIMAL', precision, scale };
      return [stored, (value) => BigInt(String(value).replace('.', ''))];
    }
    case 'date':
      return [{ type: 'INT32', converted_type: 'DATE' }, (value) => Date.parse(`${String(value)}T00:00:00Z`) / dayMs];
    case 'datetime':
      return [{ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, (value) => microsOf(String(value))];
    case 'bytes':
      return [{ type: 'BYTE_ARRAY' }, (value) => value];
    case 'text':
    case 'time':
    case 'json':
    case 'vector':
      return [textual, String];
  }
}

function targetOf(column: { readonly name: string; readonly type: string; readonly nullable: boolean }): Target {
  const { name, type, nullable } = column;
  const [stored, convert] = howOf(name, type, familyOf(type));
  return { element: { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...stored }, stored: convert };
}

/** The writer of one Parquet file. `value.refused` where Parquet's type of a column does not hold a value. */
export function parquetWriter(
  to: WrittenFile,
  columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[],
): { write(page: RowPage): Promise<void>; end(): Promise<void> } {
  const targets = columns.map(targetOf);
  const bytes = new ByteWriter();
  const flush = async (): Promise<void> => {
    const chunk = new Uint8Array(bytes.buffer.slice(0, bytes.index));
    bytes.index = 0;
    if (chunk.length > 0) await to.write(chunk);
  };
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...targets.map((target) => target.element)],
    kvMetadata: [{ key: typesKey, value: JSON.stringify(columns.map(({ name, type }) => ({ name, type }))) }],
    createdBy: 'DeltaTrain',
    codec: 'ZSTD',
    compressors: { ZSTD: (page) => zstdCompressSync(page) },
  });
  let held = targets.map((): unknown[] => []);
  const writeGroup = async (): Promise<void> => {
    const rows = held[0]?.length ?? 0;
    if (rows === 0) return;
    const columnData = columns.map(({ name }, c) => ({ name, data: held[c] ?? [] }));
    await parquet.write({ columnData, rowGroupSize: rows });
    held = targets.map(() => []);
    await flush();
  };
  return {
    async write(page) {
      for (const [c, cells] of page.cells.entries()) {
        const target = targets[c];
        if (!target) continue;
        for (let i = 0; i < page.rows; i++) {
          const value = cellAt(cells, i);
          held[c]?.push(value === null ? null : target.stored(value));
        }
      }
      if ((held[0]?.length ?? 0) >= groupRows) await writeGroup();
    },
    async end() {
      await writeGroup();
      await parquet.finish();
      await flush();
    },
  };
}
