/** The row hash as the server computes it, and the order, ranges and samples that follow from it. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { hashBound, type HashRange } from '../../../data/rowHash.ts';
import type { SampleRule } from '../../../data/store.ts';
import { type ColumnInfo, type TableInfo, tableText } from '../../../data/table.ts';
import { textOf } from '../../../data/value.ts';
import { nearest } from '../../../base/nearest.ts';
import { typeBase } from '../../typeFamilies.ts';
import { decoderOf } from './decode.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import type { ServerSession } from '../wire/server.ts';

/** The columns with these names, in this order; `column.unknown` names the first that is not there. */
export function pickColumns(info: TableInfo, names: readonly string[]): ColumnInfo[] {
  const byName = new Map(info.columns.map((column) => [column.name, column]));
  return names.map((name) => {
    const column = byName.get(name);
    if (column) return column;
    const near = nearest(name, byName.keys());
    throw new Failure('column.unknown', { column: name, table: tableText(info.name), near });
  });
}

/**
 * A key cell as the hash takes it: what the server writes is the canonical text already, but for bytes and bits. Its doubles
 * beyond 1e20 have an `E` where ours have an `e`.
 */
function hashPart(column: ColumnInfo, cell: string): string {
  const base = typeBase(column.type);
  if (base === 'BIT') return `CAST(CAST(${cell} AS UNSIGNED) AS CHAR)`;
  if (column.family === 'bytes') return `LOWER(HEX(${cell}))`;
  if (column.family === 'float') return `LOWER(CAST(${cell} AS CHAR))`;
  return base === 'VARCHAR' || base === 'CHAR' || base === 'TEXT' ? cell : `CAST(${cell} AS CHAR)`;
}

/** The row hash as an expression; `cell` writes a key column. LENGTH counts bytes. */
export function hashSql(salt: string, key: readonly ColumnInfo[], cell = cellOf): string {
  const parts = key.map((column) => hashPart(column, cell(column)));
  const canonical = parts.length === 1 ? parts : parts.flatMap((part) => [`LENGTH(${part})`, "':'", part]);
  return `MD5(CONCAT(${[quoteText(`${salt}:`), ...canonical].join(', ')}))`;
}

const cellOf = (column: ColumnInfo): string => quoteName(column.name);

/** Conditions that keep the rows of a range, and of a sample under its own salt. */
export function hashConditions(
  key: readonly ColumnInfo[],
  salt: string,
  range: HashRange | undefined,
  sample: SampleRule | undefined,
): string[] {
  const conditions: string[] = [];
  const hash = hashSql(salt, key);
  if (range && range.from !== null) conditions.push(`${hash} >= ${quoteText(range.from)}`);
  if (range && range.below !== null) conditions.push(`${hash} < ${quoteText(range.below)}`);
  const bound = sample ? hashBound(sample.share) : null;
  if (sample && bound !== null) conditions.push(`${hashSql(sample.salt, key)} < ${quoteText(bound)}`);
  return conditions;
}

/** The key columns of a request; `table.noKey` when the table has none and none were named. */
export function keyColumnsOf(info: TableInfo, key: readonly string[] | undefined): ColumnInfo[] {
  const names = key && key.length > 0 ? key : info.key;
  if (names.length === 0) throw new Failure('table.noKey', { table: tableText(info.name) });
  return pickColumns(info, names);
}

/** True when the table says itself that the columns are unique, by its primary key, and not NULL. */
const isKnownUnique = (info: TableInfo, key: readonly ColumnInfo[]): boolean =>
  info.key.length > 0 &&
  info.key.every((name) => key.some((column) => column.name === name)) &&
  key.every(({ name, nullable }) => !nullable || info.key.includes(name));

/** Refuses a key that is not unique, or NULL somewhere, in what `source` reads; names the first such key in key order. */
export async function checkUnique(
  session: ServerSession,
  info: TableInfo,
  source: string,
  key: readonly ColumnInfo[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (isKnownUnique(info, key)) return;
  const cells = key.map(cellOf);
  const missing = cells.map((cell) => `${cell} IS NULL`).join(' OR ');
  const list = cells.join(', ');
  const { rows } = await session.run(
    `SELECT ${list} FROM ${source} GROUP BY ${list} HAVING COUNT(*) > 1 OR ${missing} ORDER BY ${list} LIMIT 1`,
    { signal },
  );
  const [row] = rows;
  if (!row) return;
  const values = row.map((cell, i) => (cell === null ? null : decoderOf(key[i]?.type ?? '')(cell)));
  const value = values.map(textOf).join(', ');
  const columns = key.map(({ name }) => name).join(', ');
  if (values.includes(null))
    throw new Failure('value.refused', { column: columns, value, reason: say('a key cannot be NULL') });
  throw new Failure('table.duplicateKey', { table: tableText(info.name), key: columns, value });
}
