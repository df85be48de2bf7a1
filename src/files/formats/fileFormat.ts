/** What a file is, by its name. */
import path from 'node:path';
import { Failure } from '../../base/failure.ts';

/** What a file holds, and for a text of cells what stands between them. */
export type FileFormat =
  | { readonly kind: 'csv'; readonly delimiter: ',' | '\t' }
  | { readonly kind: 'jsonl' }
  | { readonly kind: 'parquet' };

const formats: Readonly<Record<string, FileFormat>> = {
  '.csv': { kind: 'csv', delimiter: ',' },
  '.tsv': { kind: 'csv', delimiter: '\t' },
  '.jsonl': { kind: 'jsonl' },
  '.ndjson': { kind: 'jsonl' },
  '.parquet': { kind: 'parquet' },
  '.parq': { kind: 'parquet' },
};

/** `file.unknownFormat` when the name ends in none of the known extensions. */
export function fileFormat(file: string): FileFormat {
  const format = formats[path.extname(file.replace(/\.gz$/i, '')).toLowerCase()];
  if (!format) throw new Failure('file.unknownFormat', { file });
  return format;
}
