/** The keys of a partial restore as the registry keeps them, each with a hash of its row as it was left: by it an undo knows its own. */
import { sha256 } from '../../../base/sha256.ts';
import { at } from '../../../base/assert.ts';
import type { RowEdit } from '../../../data/store.ts';
import { hexOf, type Value } from '../../../data/value.ts';
import type { RowsPlan } from './rowsToRestore.ts';

/** Rows by their key. */
export interface KeptKeys {
  /** Columns of the key, in its order. */
  readonly key: readonly string[];
  /** Columns of the table, in the order in which rows are hashed. */
  readonly columns: readonly string[];
  /** By the hash of its key (`keyHash`): that of the row as it was left. */
  readonly rows: ReadonlyMap<string, string>;
}

/** Equal values are equal text, and of no two kinds the same: a number and a text of its digits differ. */
const cellText = (value: Value): string =>
  value === null
    ? 'n'
    : value instanceof Uint8Array
      ? `x${hexOf(value)}`
      : typeof value === 'string'
        ? `t${value}`
        : `d${String(value)}`;

const hashDigits = 16;
const keyDigits = 32;

/** A key as it is kept: rows that are deleted one day do not live on in the registry by it. */
export const keyHash = (values: readonly Value[]): string =>
  sha256(JSON.stringify(values.map(cellText))).slice(0, keyDigits);

/** The content of a row, in the order of its columns; that there is none is a hash, too. */
export const contentHash = (row: readonly Value[] | null): string =>
  row === null ? 'gone' : sha256(JSON.stringify(row.map(cellText))).slice(0, hashDigits);

/** The content of a row as 32 hex digits, for rows that are known by it for as long as they do not change. */
export const contentOf = (values: readonly Value[]): string =>
  sha256(JSON.stringify(values.map(cellText))).slice(0, 32);

const keyOf = ({ now, wanted }: RowEdit, key: readonly number[]): Value[] =>
  key.map((c) => (now ?? wanted ?? [])[c] ?? null);

/** Of a plan that was carried out. */
export const keysOf = ({ columns, key, edits }: RowsPlan): KeptKeys => ({
  key: key.map((c) => at(columns, c)),
  columns,
  rows: new Map(edits.map((edit) => [keyHash(keyOf(edit, key)), contentHash(edit.wanted)])),
});

/** As bytes of the registry; format 1. */
export const packKeys = ({ key, columns, rows }: KeptKeys): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ format: 1, key, columns, rows: [...rows] }));

/** Null where they are of a format that this program does not know. */
export function unpackKeys(bytes: Uint8Array): KeptKeys | null {
  const read = JSON.parse(new TextDecoder().decode(bytes)) as {
    format: number;
    key: string[];
    columns: string[];
    rows: [string, string][];
  };
  return read.format === 1 ? { key: read.key, columns: read.columns, rows: new Map(read.rows) } : null;
}
