/** Definitions of tables and indexes with columns that are kept in another form from now on: made of checked pieces, as ever. */
import {
  inside,
  isSymbol,
  isWord,
  type Piece,
  partsOf,
  piecesOf,
  readIndex,
  readTable,
  standardAt,
  type TableText,
  written,
} from './ddl.ts';
import { quoteName } from './quote.ts';

/** What becomes of a column. */
export interface ColumnChange {
  /** SQLite's type of it. */
  readonly storage: string;
  /** How the names of the constraints end that go. */
  readonly without: readonly string[];
  /** The constraints that come. */
  readonly checks: readonly string[];
  /** Its default in the new form. */
  readonly standard: (old: string) => string;
  /** What stands in the conditions of others for the value that it had; null where that is the same. */
  readonly value: string | null;
}

/** By the names of columns in lower case. */
export type ColumnChanges = ReadonlyMap<string, ColumnChange>;

const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** An expression in which the old values stand for the columns. */
const expression = (pieces: readonly Piece[], changes: ColumnChanges): Piece[] =>
  pieces.flatMap((piece, i) => {
    const isColumn = (piece.kind === 'name' || piece.kind === 'word') && !isSymbol(pieces[i + 1], '(');
    const value = isColumn ? changes.get(lower(piece.value))?.value : undefined;
    return (typeof value === 'string' && piecesOf(value)) || [piece];
  });

/** Where the parenthesis at `open` ends, and what stands in it, changed. */
function condition(pieces: readonly Piece[], open: number, changes: ColumnChanges): { text: string; next: number } {
  const found = inside(pieces, open);
  return found
    ? { text: `(${written(expression(found.body, changes))})`, next: found.next }
    : { text: '', next: pieces.length };
}

/** The options of a column behind its type. */
function options(pieces: readonly Piece[], changes: ColumnChanges, change: ColumnChange | undefined): string[] {
  const text: string[] = [];
  for (let i = 0; i < pieces.length; ) {
    const isNamed = isWord(pieces[i], 'CONSTRAINT');
    const at = isNamed ? i + 2 : i;
    const name = isNamed ? (pieces[i + 1]?.value ?? '') : '';
    const head = isNamed ? `CONSTRAINT ${quoteName(name)} ` : '';
    if (isWord(pieces[at], 'CHECK')) {
      const found = condition(pieces, at + 1, changes);
      if (!change?.without.some((end) => isNamed && name.endsWith(end))) text.push(`${head}CHECK ${found.text}`);
      i = found.next;
    } else if (isWord(pieces[at], 'DEFAULT')) {
      const { old, next } = standardAt(pieces, at + 1);
      text.push(`${head}DEFAULT ${change ? change.standard(old) : old}`);
      i = next;
    } else {
      text.push(`${head}${written(pieces.slice(at, at + 1))}`);
      i = at + 1;
    }
  }
  return text;
}

const ofTable = ['PRIMARY', 'UNIQUE', 'CHECK', 'CONSTRAINT', 'FOREIGN'];

function part(pieces: readonly Piece[], changes: ColumnChanges): string {
  const [first, type, ...rest] = pieces;
  if (isWord(first, ...ofTable)) return options(pieces, changes, undefined).join(' ');
  const change = changes.get(lower(first?.value ?? ''));
  const name = quoteName(first?.value ?? '');
  return [
    name,
    change?.storage ?? type?.value ?? '',
    ...options(rest, changes, change),
    ...(change?.checks ?? []),
  ].join(' ');
}

/** A table's definition with its columns changed; undefined where it cannot be read. */
export function changedTable(sql: string, changes: ColumnChanges): TableText | undefined {
  const read = readTable(sql);
  const found = read && inside(piecesOf(sql) ?? [], 3);
  if (!found) return undefined;
  const body = partsOf(found.body).map((pieces) => part(pieces, changes));
  return { body: body.join(', '), options: read.options };
}

const isPlainColumn = (pieces: readonly Piece[]): boolean =>
  pieces.every(({ kind }) => kind === 'name' || kind === 'word');

/** An index's definition with the columns in its expressions changed; undefined where it cannot be read. */
export function changedIndex(sql: string, changes: ColumnChanges): string | undefined {
  const pieces = piecesOf(sql);
  const read = readIndex(sql);
  const on = pieces?.findIndex((piece) => isWord(piece, 'ON')) ?? -1;
  const found = pieces && on > 0 ? inside(pieces, on + 2) : undefined;
  if (!pieces || !read || !found) return undefined;
  const body = partsOf(found.body).map((one) => written(isPlainColumn(one) ? one : expression(one, changes)));
  const where = pieces.slice(found.next);
  return [
    `CREATE ${read.unique ? 'UNIQUE ' : ''}INDEX ${quoteName(read.name)} ON ${quoteName(pieces[on + 1]?.value ?? '')}`,
    `(${body.join(', ')})`,
    ...(where.length > 0 ? [written(expression(where, changes))] : []),
  ].join(' ');
}
