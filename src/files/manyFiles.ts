/** Several files as one table: one after the other, their columns by name. */
import { Failure } from '../base/failure.ts';
import type { RawCell } from './types/rawCell.ts';
import type { RawBatch, RawColumn, RawTable } from './types/rawTable.ts';

interface Part {
  readonly file: string;
  readonly raw: RawTable;
}

/** Of JSON Lines any line may lack a column; other files must have the same ones. */
function columnsOf(parts: readonly Part[], [first]: readonly [Part, ...Part[]]): RawColumn[] {
  const columns = new Map(first.raw.columns.map((column) => [column.name, column]));
  for (const { file, raw } of parts.slice(1)) {
    const names = new Set(raw.columns.map(({ name }) => name));
    const missing = [...columns.keys()].filter((name) => !names.has(name));
    const unknown = [...names].filter((name) => !columns.has(name));
    if (raw.format !== first.raw.format || (raw.format !== 'jsonl' && missing.length + unknown.length > 0))
      throw new Failure('file.disagrees', { file, other: first.file, missing, unknown });
    for (const column of raw.columns) if (!columns.has(column.name)) columns.set(column.name, column);
  }
  return [...columns.values()];
}

function inOrder(batch: RawBatch, places: readonly number[]): RawBatch {
  if (places.every((place, c) => place === c)) return batch;
  const width = batch.rows[0]?.length ?? 0;
  const quoted = batch.quoted;
  return {
    ...batch,
    rows: batch.rows.map((row) => places.map((place): RawCell => (place < 0 ? null : (row[place] ?? null)))),
    quoted:
      quoted === null
        ? null
        : Uint8Array.from(batch.rows.flatMap((_, r) => places.map((place) => quoted[r * width + place] ?? 0))),
  };
}

/** `file.disagrees` for a file with other columns than the first. */
export function manyFiles(parts: readonly [Part, ...Part[]]): RawTable {
  const [first] = parts;
  const columns = columnsOf(parts, parts);
  const size = parts.reduce<number | null>(
    (sum, { raw }) => (sum === null || raw.size === null ? null : sum + raw.size),
    0,
  );
  return {
    format: first.raw.format,
    columns,
    dialect: first.raw.dialect,
    // What each has found of its own rows says nothing of the others'.
    guesses: null,
    size,
    notes: parts.flatMap(({ raw }) => raw.notes),
    async *read(signal) {
      let before = 0;
      for (const { file, raw } of parts) {
        const places = columns.map(({ name }) => raw.columns.findIndex((column) => column.name === name));
        for await (const batch of raw.read(signal))
          yield { ...inOrder(batch, places), file, ...(batch.bytes !== undefined && { bytes: before + batch.bytes }) };
        before += raw.size ?? 0;
      }
    },
  };
}
