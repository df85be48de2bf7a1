/** Rows that a training leaves out, as rows of the registry: until they change again, or a person lifts it. */
import { at } from '../../../base/assert.ts';
import type { Write } from '../../../data/store.ts';
import { hexOf, type Value } from '../../../data/value.ts';
import type { SnapshotIdentity } from '../../../data/version.ts';
import { keptJson } from '../keptJson.ts';
import { type KeptRow, keptRow } from '../record/keptRows.ts';
import type { KeptGroup } from './judgements.ts';

/** A row by what it is: its hash under the training's split salt, and one of its key, features and label. 32 hex digits each. */
export interface ExcludedRow {
  readonly hash: string;
  readonly content: string;
}

/** Whether what something came of is an exclusion: `x1`, `x2`. */
export const isExclusion = (cause: string): boolean => /^x\d+$/.test(cause);

/** Some rows that are left out. */
export interface Exclusion {
  readonly trainingId: string;
  readonly training: string;
  /** Unique among those of a training id. */
  readonly id: string;
  /** The model whose suspects they were; null where they came otherwise. */
  readonly number: number | null;
  /** The rows are meant as they were then: one that changed since is in again. */
  readonly snapshot: SnapshotIdentity;
  /** What they were found by; null where they were given one by one. */
  readonly group: KeptGroup | null;
  readonly reason: string;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
  readonly lifted: { readonly at: string; readonly who: string } | null;
  readonly rows: readonly ExcludedRow[];
  /** It is not as the record has it: another program wrote it. */
  readonly changed?: true;
}

const columns = [
  'training',
  'id',
  'training_name',
  'number',
  'snapshot_name',
  'snapshot_created_at',
  'snapshot_table_id',
  'row_count',
  'group_json',
  'reason',
  'who',
  'happened_at',
  'lifted_at',
  'lifted_by',
  'hashes',
].join(', ');

const hashBytes = 16;
const rowBytes = 2 * hashBytes;

/** 32 bytes a row, in the order of their hashes: the hash, then that of the content. */
function packRows(rows: readonly ExcludedRow[]): Uint8Array {
  const texts = rows.map(({ hash, content }) => `${hash}${content}`).sort();
  const bytes = new Uint8Array(texts.length * rowBytes);
  for (const [i, text] of texts.entries())
    for (let b = 0; b < rowBytes; b++) bytes[i * rowBytes + b] = Number.parseInt(text.slice(2 * b, 2 * b + 2), 16);
  return bytes;
}

function unpackRows(bytes: Uint8Array): ExcludedRow[] {
  const rows: ExcludedRow[] = [];
  for (let from = 0; from + rowBytes <= bytes.length; from += rowBytes)
    rows.push({
      hash: hexOf(bytes.subarray(from, from + hashBytes)),
      content: hexOf(bytes.subarray(from + hashBytes, from + rowBytes)),
    });
  return rows;
}

/** Fails with `row.conflict` where there is one of that id. */
export function putExclusion(one: Exclusion): Write {
  const values: Value[] = [
    one.trainingId,
    one.id,
    one.training,
    one.number,
    one.snapshot.name,
    one.snapshot.createdAt,
    one.snapshot.tableId,
    one.rows.length,
    JSON.stringify(one.group),
    one.reason,
    one.who,
    one.at,
    one.lifted?.at ?? null,
    one.lifted?.who ?? null,
    packRows(one.rows),
  ];
  const marks = values.map(() => '?').join(', ');
  return { sql: `INSERT INTO deltatrain.exclusions (${columns}) VALUES (${marks})`, values, expect: 1 };
}

/** Its row, as the record knows it. */
export const exclusionRow = (one: Exclusion): KeptRow => rowOfExclusion(putExclusion(one).values);
/** The same of a row of `selectExclusions`. */
export const rowOfExclusion = (row: readonly Value[]): KeptRow =>
  keptRow('exclusions', [String(row[0]), String(row[1])], row);

/** Fails with `row.conflict` where it was lifted already. */
export const liftExclusion = (
  { trainingId, id }: Pick<Exclusion, 'trainingId' | 'id'>,
  who: string,
  when: string,
): Write => ({
  sql: 'UPDATE deltatrain.exclusions SET lifted_at = ?, lifted_by = ? WHERE training = ? AND id = ? AND lifted_at IS NULL',
  values: [when, who, trainingId, id],
  expect: 1,
});

/** Of one lineage, in the order in which they were made. */
export const selectExclusions = `SELECT ${columns} FROM deltatrain.exclusions WHERE training = ? AND training_name = ? ORDER BY happened_at, id`;

/** A row of `selectExclusions`. */
export function exclusionOfRow(row: readonly Value[]): Exclusion {
  const text = (i: number): string => String(at(row, i));
  const hashes = at(row, 14);
  return {
    trainingId: text(0),
    id: text(1),
    training: text(2),
    number: at(row, 3) === null ? null : Number(at(row, 3)),
    snapshot: { name: text(4), createdAt: text(5), tableId: text(6) },
    group: keptJson<KeptGroup | null>(text(8), 'deltatrain.exclusions', 'nothing'),
    reason: text(9),
    who: text(10),
    at: text(11),
    lifted: at(row, 12) === null ? null : { at: text(12), who: text(13) },
    rows: hashes instanceof Uint8Array ? unpackRows(hashes) : [],
  };
}
