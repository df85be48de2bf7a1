/**
 * Rows that the registry keeps beside its models: what was said of data, and what people decided on it. The hash of each stands in the
 * event that tells of it, so that a row that another hand changed, slipped in or took out is not what the record has.
 */
import { sha256 } from '../../../base/sha256.ts';
import type { Value } from '../../../data/value.ts';

/** Where the row lies; `facts`: the column of `judgements` that is written by itself. */
export type KeptTable = 'judgements' | 'facts' | 'settled' | 'approvals' | 'exclusions' | 'restores';

/** A row as it was written, or as it is found. */
export interface KeptRow {
  readonly table: KeptTable;
  /** Its key, the training's id first; of a restore its id alone. */
  readonly key: readonly (string | number)[];
  /** SHA-256 over its values, 64 hex digits. */
  readonly hash: string;
}

const cellText = (value: Value): string | null => {
  if (value === null) return null;
  return value instanceof Uint8Array ? sha256(value) : String(value);
};

/** `values`: as they are written, or as they come back; numbers and bigints of one value are one text. */
export const keptRow = (table: KeptTable, key: KeptRow['key'], values: readonly Value[]): KeptRow => ({
  table,
  key,
  hash: sha256(JSON.stringify(values.map(cellText))),
});

/** One name a row, in the record and where rows are compared with it. */
export const rowName = ({ table, key }: Pick<KeptRow, 'table' | 'key'>): string => `${table}:${key.join(':')}`;

const prefix = 'row:';

/** What an event says of rows, among its details. */
export const rowDetails = (rows: readonly KeptRow[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.map((row) => [prefix + rowName(row), row.hash]));

/** True of a detail that is the hash of a row, which tells a person nothing. */
export const isRowDetail = (name: string): boolean => name.startsWith(prefix);

/** The hashes that the details of an event say, by the names of their rows. */
export const recordedRows = (details: Readonly<Record<string, unknown>>): [name: string, hash: string][] =>
  Object.entries(details)
    .filter(([name]) => isRowDetail(name))
    .map(([name, hash]) => [name.slice(prefix.length), String(hash)]);

/** Details of events that say something of a row of that table, the oldest first. */
export const selectRowDetails = 'SELECT details_json FROM deltatrain.events WHERE details_json LIKE ? ORDER BY seq';
/** For `selectRowDetails`: rows of this training id, or of any for ''. */
export const rowPattern = (table: KeptTable, id: string): string => `%"${prefix}${table}:${id}%`;
