/** What a table declares besides its names and types, read from its definition in the file and told in MySQL's words. */
import { hexOf, type Value } from '../../../data/value.ts';
import { type Column, cellOf, type Generation } from '../types/catalog.ts';
import { selectCell, valueOf } from '../types/types.ts';
import { inside, isWord, partsOf, type Piece, piecesOf, readTable, standardAt } from '../sqlite/ddl.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { checkNamed, type WrittenCheck } from '../sqlite/writtenCheck.ts';
import { tableSql } from './definitions.ts';

/** A CHECK of a table; `written` is null where an older version kept it without its text. */
export interface DeclaredCheck {
  readonly written: WrittenCheck | null;
  /** The columns that it names, in lower case. */
  readonly columns: ReadonlySet<string>;
}

/** The parts of a definition: columns, keys, constraints. */
function partsIn(db: FileConnection, generation: Generation): Piece[][] {
  const read = readTable(tableSql(db, generation, generation.stored));
  return partsOf((read && piecesOf(read.body)) ?? []);
}

const lower = (name: string): string => name.toLowerCase();

/** The CHECKs that a person wrote; those that hold a column to its type stand with the column. */
export function declaredChecks(db: FileConnection, generation: Generation): DeclaredCheck[] {
  return partsIn(db, generation).flatMap((pieces) => {
    const isNamed = isWord(pieces[0], 'CONSTRAINT');
    const at = isNamed ? 2 : 0;
    const found = isWord(pieces[at], 'CHECK') ? inside(pieces, at + 1) : undefined;
    if (!found) return [];
    const names = found.body.filter(({ kind }) => kind === 'name' || kind === 'word').map(({ value }) => lower(value));
    const name = isNamed ? checkNamed(pieces[1]?.value ?? '') : undefined;
    return [{ written: name ?? null, columns: new Set(names) }];
  });
}

/** A default: its value, or the word for the clock. */
export type DeclaredDefault = { readonly value: Value } | { readonly word: string };

/** The clock's own word in MySQL, with as many digits as the type has. */
const clockWord = ({ type }: Column): string => {
  if (type.family === 'date') return 'CURRENT_DATE';
  return type.scale > 0 ? `CURRENT_TIMESTAMP(${type.scale})` : 'CURRENT_TIMESTAMP';
};

/** The words of a default that is a constant, as this engine writes one. */
const constantWords = 'CAST AS REAL INTEGER TEXT BLOB NUMERIC NULL TRUE FALSE ROUND ABS'.split(' ');

function defaultOf(db: FileConnection, column: Column, old: string): DeclaredDefault | undefined {
  const pieces = piecesOf(old) ?? [];
  if (pieces.some(({ kind, value }) => kind === 'text' && value === 'now')) return { word: clockWord(column) };
  // What another program wrote is not computed, only to be shown.
  if (pieces.some((piece) => piece.kind === 'word' && !isWord(piece, ...constantWords))) return undefined;
  const cell = db.value(`SELECT ${selectCell(column.type, cellOf(column, old))}`);
  return cell === null || cell === undefined ? undefined : { value: valueOf(column.type, cell) };
}

/** By column; one without a default, with NULL, or with what this engine would not have written, is not in it. */
export function declaredDefaults(
  db: FileConnection,
  generation: Generation,
  columns: readonly Column[],
): ReadonlyMap<string, DeclaredDefault> {
  const found = new Map<string, DeclaredDefault>();
  for (const [first, ...pieces] of partsIn(db, generation)) {
    const column = columns.find(({ name }) => lower(name) === lower(first?.value ?? ''));
    const at = pieces.findIndex((piece) => isWord(piece, 'DEFAULT'));
    if (!column || at < 0) continue;
    const one = defaultOf(db, column, standardAt(pieces, at + 1).old);
    if (one) found.set(column.name, one);
  }
  return found;
}

/** A default as DESCRIBE shows it. */
export function shownDefault(one: DeclaredDefault): string {
  if ('word' in one) return one.word;
  return one.value instanceof Uint8Array ? `0x${hexOf(one.value)}` : String(one.value);
}

/** A default as it is written in a statement. */
export function writtenDefault(one: DeclaredDefault, { type }: Column): string {
  if ('word' in one) return one.word;
  const { value } = one;
  if (value instanceof Uint8Array) return `x'${hexOf(value)}'`;
  if (typeof value !== 'string' || type.family === 'decimal') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
