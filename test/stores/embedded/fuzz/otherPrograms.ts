/** What other programs do to a store file of a random history: plain SQLite writes, without a word to anybody, and files that are swapped. */
import { renameSync } from 'node:fs';
import { backup, DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { quoteName } from '../../../../src/stores/embedded/sqlite/quote.ts';

/** A write of another program; rows are named by their place in the order of the key. */
export type OutsideWrite =
  | { readonly kind: 'delete' | 'again'; readonly row: number }
  /** The cell of another row. */
  | { readonly kind: 'cell'; readonly row: number; readonly from: number; readonly column: string }
  /** REPLACE of a row by itself, with the other columns of another one. */
  | { readonly kind: 'replace'; readonly row: number; readonly from: number }
  /** UPDATE OR REPLACE of its key by that of another row, which goes. */
  | { readonly kind: 'move'; readonly row: number; readonly from: number };

export const outsideKinds = ['delete', 'again', 'cell', 'replace', 'move'] as const;

function bare<T>(path: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Writes as a program does that knows nothing of the store: no recursive triggers, and cells as they lie in the file. */
export function writeOutside(
  path: string,
  table: { readonly stored: string; readonly columns: readonly string[]; readonly key: readonly string[] },
  write: OutsideWrite,
): void {
  const { stored, columns, key } = table;
  const name = quoteName(stored);
  const quoted = columns.map(quoteName).join(', ');
  const isRow = key.map((part) => `${quoteName(part)} IS ?`).join(' AND ');
  bare(path, (db) => {
    const read = (place: number): SQLOutputValue[] => {
      const rows = db.prepare(
        `SELECT ${quoted} FROM ${name} ORDER BY ${key.map(quoteName).join(', ')} LIMIT 1 OFFSET ?`,
      );
      rows.setReturnArrays(true);
      rows.setReadBigInts(true);
      return rows.get(place) as unknown as SQLOutputValue[];
    };
    const at = (row: readonly SQLOutputValue[], names: readonly string[]): SQLOutputValue[] =>
      names.map((one) => row[columns.indexOf(one)] ?? null);
    const marks = columns.map(() => '?').join(', ');
    const row = read(write.row);
    const run = (sql: string, ...values: SQLOutputValue[]): void => void db.prepare(sql).run(...values);
    db.exec('BEGIN IMMEDIATE');
    if (write.kind === 'delete' || write.kind === 'again') run(`DELETE FROM ${name} WHERE ${isRow}`, ...at(row, key));
    if (write.kind === 'again') run(`INSERT INTO ${name} (${quoted}) VALUES (${marks})`, ...row);
    if (write.kind === 'cell') {
      const [cell = null] = at(read(write.from), [write.column]);
      run(`UPDATE ${name} SET ${quoteName(write.column)} = ? WHERE ${isRow}`, cell, ...at(row, key));
    }
    if (write.kind === 'replace') {
      const other = read(write.from);
      const cells = columns.map((one, i) => (key.includes(one) ? row : other)[i] ?? null);
      run(`INSERT OR REPLACE INTO ${name} (${quoted}) VALUES (${marks})`, ...cells);
    }
    if (write.kind === 'move') {
      const set = key.map((part) => `${quoteName(part)} = ?`).join(', ');
      run(`UPDATE OR REPLACE ${name} SET ${set} WHERE ${isRow}`, ...at(read(write.from), key), ...at(row, key));
    }
    db.exec('COMMIT');
  });
}

/** Puts a copy of the file, as it is now, in its place, as a sync client does. */
export async function swapFile(path: string): Promise<void> {
  const copy = `${path}.copied`;
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    await backup(db, copy);
  } finally {
    db.close();
  }
  renameSync(copy, path);
}
