/** Restores of tables that DeltaTrain carried out, as rows of the registry: models of what they took back are found by them. */
import { at } from '../../../base/assert.ts';
import type { Write } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import type { SnapshotIdentity } from '../../../data/version.ts';
import { keptJson } from '../keptJson.ts';
import { type KeptRow, keptRow } from '../record/keptRows.ts';

/** A snapshot by its name and its time. */
type Point = Pick<SnapshotIdentity, 'name' | 'createdAt'>;

/** One restore of a table; that of a database is one for each of its tables. */
export interface KeptRestore {
  readonly id: string;
  readonly table: TableName;
  /** `partial`: only the rows of `keys`. */
  readonly kind: 'whole' | 'partial';
  readonly to: Point;
  /** By which it can be undone; null where there is none. */
  readonly safety: Point | null;
  /** How many rows it changed. */
  readonly rows: number;
  /** What was asked for: the condition, the columns; plain facts. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  /** The keys of a partial one, in a form of whoever keeps them; null of a whole one. */
  readonly keys: Uint8Array | null;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
  readonly undone: { readonly at: string; readonly who: string } | null;
  /** It is not as the record has it: another program wrote it. */
  readonly changed?: true;
}

const columns = [
  'id',
  'database_name',
  'table_name',
  'kind',
  'to_name',
  'to_created_at',
  'safety_name',
  'safety_created_at',
  'row_count',
  'details_json',
  'row_keys',
  'who',
  'happened_at',
  'undone_at',
  'undone_by',
].join(', ');

/** Fails with `row.conflict` where there is one of that id. */
export const putRestore = (one: KeptRestore): Write => ({
  sql: `INSERT INTO deltatrain.restores (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    one.id,
    one.table.database,
    one.table.table,
    one.kind,
    one.to.name,
    one.to.createdAt,
    one.safety?.name ?? null,
    one.safety?.createdAt ?? null,
    one.rows,
    JSON.stringify(one.details),
    one.keys,
    one.who,
    one.at,
    one.undone?.at ?? null,
    one.undone?.who ?? null,
  ],
  expect: 1,
});

/** Its row, as the record knows it. */
export const restoreRow = (one: KeptRestore): KeptRow => rowOfRestore(putRestore(one).values);
/** The same of a row of `selectRestores`. */
export const rowOfRestore = (row: readonly Value[]): KeptRow => keptRow('restores', [String(row[0])], row);

/** Fails with `row.conflict` where it was undone already. */
export const undoRestore = ({ id }: Pick<KeptRestore, 'id'>, who: string, when: string): Write => ({
  sql: 'UPDATE deltatrain.restores SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL',
  values: [when, who, id],
  expect: 1,
});

/** Of one table, in the order in which they were made. */
export const selectRestores = `SELECT ${columns} FROM deltatrain.restores WHERE database_name = ? AND table_name = ? ORDER BY happened_at, id`;

/** Of every table. */
export const selectOpenRestores = `SELECT ${columns} FROM deltatrain.restores WHERE undone_at IS NULL ORDER BY happened_at, id`;

/** A row of `selectRestores`. */
export function restoreOfRow(row: readonly Value[]): KeptRestore {
  const text = (i: number): string => String(at(row, i));
  const keys = at(row, 10);
  return {
    id: text(0),
    table: { database: text(1), table: text(2) },
    kind: text(3) as KeptRestore['kind'],
    to: { name: text(4), createdAt: text(5) },
    safety: at(row, 6) === null ? null : { name: text(6), createdAt: text(7) },
    rows: Number(at(row, 8)),
    details: keptJson<KeptRestore['details']>(text(9), 'deltatrain.restores'),
    keys: keys instanceof Uint8Array ? keys : null,
    who: text(11),
    at: text(12),
    undone: at(row, 13) === null ? null : { at: text(13), who: text(14) },
  };
}
