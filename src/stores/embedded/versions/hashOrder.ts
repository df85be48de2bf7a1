/** The row hash inside SQL, and the order, ranges and samples that follow from it. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { hashBound, type HashRange } from '../../../data/rowHash.ts';
import type { SampleRule } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import { textOf } from '../../../data/value.ts';
import { rowHash } from '../../hashRows.ts';
import { type Column, pickColumns, type TableVersion } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName, quoteText } from '../sqlite/quote.ts';
import { sourceSql } from './readAt.ts';
import { selectCell, unsignedText, valueOf } from '../types/types.ts';

/** Registered on our own connections only: nothing that is stored in the file may call it. */
export function addHashFunction(db: FileConnection): void {
  db.addFunction('dt_hash', (salt, ...key) => rowHash(String(salt), key), { deterministic: true });
}

/**
 * A key cell as the hash takes it: integers as decimal text (the driver's numbers end at 2^53), DECIMAL at its scale. It is the text that
 * every version has hashed, however the cell is kept, so that no row changes its side.
 */
export function hashPart({ type }: Pick<Column, 'type'>, cell: string): string {
  switch (type.form) {
    case 'scaled':
      return `dt_dec_text(${cell}, ${type.scale})`;
    case 'packed':
      return `dt_unpacked(${cell}, ${type.scale})`;
    case 'unsigned':
      return unsignedText(cell);
    default:
      return type.storage === 'INTEGER' ? `CAST(${cell} AS TEXT)` : cell;
  }
}

/** The row hash as an expression; `cell` writes a key column. */
export const hashSql = (salt: string, key: readonly Column[], cell: (column: Column) => string): string =>
  hashOfParts(
    salt,
    key.map((column) => hashPart(column, cell(column))),
  );

/** As `hashSql`, over what `hashPart` gave. */
export const hashOfParts = (salt: string, parts: readonly string[]): string =>
  `dt_hash(${quoteText(salt)}, ${parts.join(', ')})`;

/** Conditions that keep the rows of a range, and of a sample under its own salt. */
export function hashConditions(
  hash: string,
  range: HashRange | undefined,
  sample: SampleRule | undefined,
  hashUnder: (salt: string) => string,
): string[] {
  const conditions: string[] = [];
  if (range && range.from !== null) conditions.push(`${hash} >= ${quoteText(range.from)}`);
  if (range && range.below !== null) conditions.push(`${hash} < ${quoteText(range.below)}`);
  const bound = sample ? hashBound(sample.share) : null;
  if (sample && bound !== null) conditions.push(`${hashUnder(sample.salt)} < ${quoteText(bound)}`);
  return conditions;
}

/** The key columns of a request; `table.noKey` when the table has none and none were named. */
export function keyColumnsOf(version: TableVersion, key: readonly string[] | undefined): Column[] {
  const names = key && key.length > 0 ? key : version.generation.key;
  if (names.length === 0) throw new Failure('table.noKey', { table: tableText(version.table) });
  return pickColumns(version, names);
}

/** True when the table says itself that the columns are unique, by its primary key, and not NULL. */
const isKnownUnique = ({ generation }: TableVersion, key: readonly Column[]): boolean =>
  generation.key.length > 0 &&
  generation.key.every((name) => key.some((column) => column.name === name)) &&
  key.every(({ name, nullable }) => !nullable || generation.key.includes(name));

/** Refuses a key that is not unique, or NULL somewhere, at this version; names the first such key in key order. */
export function checkUnique(db: FileConnection, version: TableVersion, key: readonly Column[]): void {
  if (isKnownUnique(version, key)) return;
  const names = key.map((column) => quoteName(column.name));
  const shown = key.map((column) => selectCell(column.type, quoteName(column.name))).join(', ');
  const missing = names.map((name) => `${name} IS NULL`).join(' OR ');
  const row = db.get(
    `SELECT ${missing} AS hole, ${shown} FROM ${sourceSql(db, version, key)} GROUP BY ${names.join(', ')} HAVING count(*) > 1 OR hole ORDER BY ${names.join(', ')} LIMIT 1`,
  );
  if (!row) return;
  const [hole, ...values] = row;
  const value = key.map((column, i) => textOf(valueOf(column.type, values[i] ?? null))).join(', ');
  const columns = key.map((column) => column.name).join(', ');
  if (hole) throw new Failure('value.refused', { column: columns, value, reason: say('a key cannot be NULL') });
  throw new Failure('table.duplicateKey', { table: tableText(version.table), key: columns, value });
}
