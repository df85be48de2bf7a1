/** What becomes of a file that others wrote: read as an independent parser reads it and brought back by our own export, refused with a reason, or wrong. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { Failure } from '../../../src/base/failure.ts';
import { usualMarks } from '../../../src/data/loading/reading.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { LocalStore } from '../../../src/data/store.ts';
import type { Value } from '../../../src/data/value.ts';
import { live } from '../../../src/data/version.ts';
import { exportTable } from '../../../src/files/exportTable.ts';
import { importFile, previewFile } from '../../../src/files/importFile.ts';
import { profileFile } from '../../../src/files/profileFile.ts';
import { readPages } from '../../../src/files/readPages.ts';
import { request, table } from './imports.ts';

/** `without`: it was read right, and has no key by which it could be a table. */
export interface Outcome {
  readonly became: 'right' | 'without' | 'refused' | 'wrong';
  readonly why: string;
}

const wanted = /\.(?:csv|tsv|jsonl|ndjson|parquet|parq)(?:\.gz)?$/i;

/** Whether its name says that it is a file of rows. */
export const isOfRows = (name: string): boolean => wanted.test(name);

const missing = new Set(['', ...usualMarks]);

const sameDigits = (text: string): string => {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)0*(\d*)\.?(\d*?)0*$/.exec(text) ?? [];
  return `${sign === '-' ? '-' : ''}${whole || '0'}.${fraction}`;
};

/** Whether a value is what stands in a cell. */
function isCell(value: Value, cell: string, type: string): boolean {
  const text = cell.trim();
  if (value === null) return missing.has(text);
  if (typeof value === 'bigint') return text === String(value);
  if (typeof value === 'number')
    return type === 'BOOLEAN' ? /^(?:true|1)$/i.test(text) === (value === 1) : Number(text) === value;
  if (typeof value !== 'string') return false;
  if (type.startsWith('DECIMAL')) return sameDigits(text) === sameDigits(value);
  if (type.startsWith('DATE')) return value.replace(' ', 'T').startsWith(text.replace(' ', 'T').slice(0, value.length));
  return value === cell || value === text;
}

/** The records of a file as csv-parse reads them, told how they are written; null of a text that Node does not decode. */
async function recordsOf(file: string): Promise<string[][] | null> {
  const { dialect } = await previewFile(file);
  if (!dialect || !/^(?:utf-8|latin-1)$/i.test(dialect.encoding)) return null;
  const bytes = readFileSync(file);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const text = plain.toString(/latin/i.test(dialect.encoding) ? 'latin1' : 'utf8');
  const records: string[][] = parse(text, {
    bom: true,
    delimiter: dialect.separator,
    quote: dialect.quote === '' ? null : dialect.quote,
    skip_empty_lines: true,
    ltrim: dialect.blanks,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  return dialect.header ? records.slice(1) : records;
}

/** A cell that another parser reads otherwise; null where there is none. */
async function firstOther(file: string): Promise<string | null> {
  const records = await recordsOf(file);
  if (records === null) return null;
  let r = 0;
  for await (const page of readPages({ file })) {
    for (let i = 0; i < page.rows; i++, r++)
      for (const [c, value] of rowAt(page, i).entries()) {
        const cell = records[r]?.[c];
        const column = page.columns[c];
        if (cell !== undefined && column && !isCell(value, cell, column.type))
          return `row ${r + 1}, ${column.name} ${column.type}: ${JSON.stringify(cell)} became ${String(value)}`;
      }
  }
  return r === records.length ? null : `${records.length} records became ${r} rows`;
}

/** Into a table by the likeliest key, out, and in again. */
async function roundTrip(file: string, store: LocalStore, folder: string): Promise<Outcome> {
  const { keys } = await profileFile(file);
  const [key] = keys;
  if (!key) return { became: 'without', why: 'no column and no two columns are unique' };
  await importFile(store, request(file, { key }));
  const out = path.join(folder, 'again.csv');
  await exportTable(store, { table, at: live, file: out });
  const { inserted, updated, deleted } = await importFile(store, request(out, { key: null, mode: 'sync' }));
  const changed = inserted + updated + deleted;
  return changed === 0
    ? { became: 'right', why: '' }
    : { became: 'wrong', why: `${changed} rows changed on the way back` };
}

/** Anything but a failure of ours is a bug, and passes through. */
export async function tryFile(file: string, store: LocalStore, folder: string): Promise<Outcome> {
  try {
    const other = /\.(?:csv|tsv)(?:\.gz)?$/i.test(file) ? await firstOther(file) : null;
    return other === null ? await roundTrip(file, store, folder) : { became: 'wrong', why: other };
  } catch (error) {
    if (error instanceof Failure) return { became: 'refused', why: error.message };
    throw error;
  }
}
