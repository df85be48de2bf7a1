/** Opens a file that is to be read into a table, by what its name says it is. */
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { say } from '../base/say.ts';
import type { Reading } from '../data/loading/reading.ts';
import { openCsv } from './csv/csvFile.ts';
import { fileFormat } from './formats/fileFormat.ts';
import { openJsonl } from './formats/jsonlFile.ts';
import { manyFiles } from './manyFiles.ts';
import type { RawTable } from './types/rawTable.ts';

/** The file, or several as one table. */
export async function openFiles(files: readonly string[], reading: Reading, signal?: AbortSignal): Promise<RawTable> {
  const parts: { file: string; raw: RawTable }[] = [];
  for (const file of files) parts.push({ file, raw: await openFile(file, reading, signal) });
  const [first, ...others] = parts;
  if (!first) throw new Failure('usage.wrong', { message: say('Name a file to import.') });
  return others.length === 0 ? first.raw : manyFiles([first, ...others]);
}

/** Failures: `file.unknownFormat`, `file.unreadable`, `file.empty`, `file.badLine`, `limit.reached`. */
export async function openFile(file: string, reading: Reading, signal?: AbortSignal): Promise<RawTable> {
  const raw = await openFormat(file, reading, signal);
  const found = raw.columns.length;
  if (found > limits.columns.most) throw new Failure('limit.reached', { limit: 'columns', where: file, found });
  return raw;
}

async function openFormat(file: string, reading: Reading, signal?: AbortSignal): Promise<RawTable> {
  const format = fileFormat(file);
  if (format.kind === 'csv') return openCsv(file, format.delimiter, reading, signal);
  if (format.kind === 'jsonl') return openJsonl(file, reading, signal);
  const { openParquet } = await import('./parquet/parquetFile.ts');
  return openParquet(file);
}
