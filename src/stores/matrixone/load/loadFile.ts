/** Rows as the file that LOAD DATA LOCAL reads: comma, double quotes, backslashes doubled, \N for NULL; bytes as they are. */
import { Buffer } from 'node:buffer';
import { throwIfCancelled } from '../../../base/failure.ts';
import type { LoadBatch } from '../../../data/store.ts';
import { isDigits, type LoadColumn, loadCell } from './loadCell.ts';

export const loadFormat = String.raw`FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '\\' LINES TERMINATED BY '\n'`;

const quote = 0x22;
const backslash = 0x5c;

function quotedBytes(bytes: Uint8Array): Buffer {
  let doubled = 0;
  for (const byte of bytes) if (byte === quote || byte === backslash) doubled++;
  const out = Buffer.allocUnsafe(bytes.length + doubled + 2);
  let filled = 0;
  out[filled++] = quote;
  for (const byte of bytes) {
    if (byte === quote || byte === backslash) out[filled++] = byte;
    out[filled++] = byte;
  }
  out[filled] = quote;
  return out;
}

const quotedText = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, (c) => c + c)}"` : `"${text}"`;

export interface LoadFile {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Rows that were given out so far. */
  rows(): number;
}

/** A line for each row: its number from 1 on, its line in the user's file (\N where unknown), its cells. */
export function loadFile(
  columns: readonly LoadColumn[],
  batches: AsyncIterable<LoadBatch>,
  signal: AbortSignal | undefined,
): LoadFile {
  let rows = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const batch of batches) {
      throwIfCancelled(signal);
      yield batchBytes(columns, batch, rows);
      rows += batch.rows.length;
    }
    throwIfCancelled(signal);
  }
  return { pieces: pieces(), rows: () => rows };
}

function batchBytes(columns: readonly LoadColumn[], batch: LoadBatch, before: number): Buffer {
  const done: Buffer[] = [];
  let text = '';
  const bare = columns.map(isDigits);
  for (const [r, row] of batch.rows.entries()) {
    const line = batch.lines?.[r] ?? null;
    text += `${before + r + 1},${line ?? '\\N'}`;
    for (const [c, column] of columns.entries()) {
      const cell = loadCell(column, row[c] ?? null, line);
      if (cell instanceof Uint8Array) {
        done.push(Buffer.from(`${text},`), quotedBytes(cell));
        text = '';
      } else if (cell === null) text += ',\\N';
      else text += bare[c] ? `,${cell}` : `,${quotedText(cell)}`;
    }
    text += '\n';
  }
  done.push(Buffer.from(text));
  return done.length === 1 ? (done[0] as Buffer) : Buffer.concat(done);
}
