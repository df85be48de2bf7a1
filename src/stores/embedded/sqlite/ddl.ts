/**
 * Definitions that a file holds, read into names and checked pieces. None of a file's text is ever run: what is made again is
 * written anew from these.
 */
import { quoteName, quoteText } from './quote.ts';

/** A word, name, text, number or sign of a definition. */
export interface Piece {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol';
  /** A name without its quotes, a text without its own. */
  readonly value: string;
}

const forms: readonly (readonly [Piece['kind'] | 'space', RegExp])[] = [
  ['space', /(?:\s+|--[^\n]*|\/\*[^]*?\*\/)+/y],
  ['name', /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/y],
  ['text', /'(?:[^']|'')*'/y],
  // A literal of bytes, which stays as it is written.
  ['number', /[xX]'[0-9a-fA-F]*'/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$])/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['symbol', /\|\||<<|>>|<=|>=|<>|!=|==|->>|->|[(),.+\-*/%<>=&|~]/y],
];

/** A definition is a few words a column; a text longer than this was not written by a program that makes tables. */
const maxText = 4_000_000;
/** SQLite itself reads about a hundred open parentheses. */
const maxDepth = 90;

function unquoted(kind: Piece['kind'], text: string): string {
  if (kind === 'text') return text.slice(1, -1).replaceAll("''", "'");
  if (kind !== 'name') return text;
  const quote = text[0] ?? '';
  return text.startsWith('[') ? text.slice(1, -1) : text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** The piece that begins at a place, with its length; undefined where none does. */
function pieceAt(sql: string, at: number): { readonly piece: Piece | null; readonly length: number } | undefined {
  for (const [kind, form] of forms) {
    form.lastIndex = at;
    const found = form.exec(sql)?.[0];
    if (found === undefined || found === '') continue;
    return { piece: kind === 'space' ? null : { kind, value: unquoted(kind, found) }, length: found.length };
  }
  return undefined;
}

/**
 * The pieces of a text; undefined where something stands in it that no definition needs, NUL among it, and a semicolon that is not in
 * quotes, unless `semicolons` are passed over. `head`: only the first ones, up to a parenthesis.
 */
export function piecesOf(sql: string, semicolons = false, head = false): Piece[] | undefined {
  if (sql.length > maxText || sql.includes('\0')) return undefined;
  const pieces: Piece[] = [];
  for (let at = 0; at < sql.length; ) {
    // Two words may stand before the five that are looked at.
    if (head && (pieces.length === 7 || sql[at] === '(')) break;
    const found = semicolons && sql[at] === ';' ? { piece: null, length: 1 } : pieceAt(sql, at);
    if (!found) return undefined;
    if (found.piece) pieces.push(found.piece);
    at += found.length;
  }
  return pieces;
}

/** Whether a piece is one of these words, which are given in capitals. */
export const isWord = (piece: Piece | undefined, ...words: readonly string[]): boolean =>
  piece?.kind === 'word' && words.includes(piece.value.toUpperCase());
export const isSymbol = (piece: Piece | undefined, value: string): boolean =>
  piece?.kind === 'symbol' && piece.value === value;
const isName = (piece: Piece | undefined): piece is Piece => piece?.kind === 'name' || piece?.kind === 'word';

/** SQLite's own functions that compute from their arguments and do nothing besides. */
const functions = new Set(
  `ABS ACOS ACOSH ASIN ASINH ATAN ATAN2 ATANH CAST CEIL CEILING CHAR COALESCE CONCAT CONCAT_WS COS COSH DATE DATETIME DEGREES EXP
  FLOOR FORMAT GLOB HEX IF IFNULL IIF INSTR JSON JSONB JSON_ARRAY JSON_ARRAY_LENGTH JSON_EXTRACT JSON_INSERT JSON_OBJECT JSON_PATCH
  JSON_PRETTY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SET JSON_TYPE JSON_VALID JULIANDAY LENGTH LIKE LIKELIHOOD LIKELY LN LOG
  LOG10 LOG2 LOWER LTRIM MAX MIN MOD NULLIF OCTET_LENGTH PI POW POWER PRINTF QUOTE RADIANS RANDOM RANDOMBLOB REPLACE ROUND RTRIM
  SIGN SIN SINH SOUNDEX SQRT STRFTIME SUBSTR SUBSTRING TAN TANH TIME TIMEDIFF TRIM TRUNC TYPEOF UNHEX UNICODE UNIXEPOCH UNLIKELY
  UPPER ZEROBLOB`.split(/\s+/),
);
const operators = new Set('IN AND OR NOT WHEN THEN ELSE CASE BETWEEN IS LIKE GLOB ESCAPE COLLATE'.split(' '));
/** What begins a query: no table and no index holds one. */
const refusedWords = new Set(['SELECT', 'VALUES', 'RAISE', 'EXISTS']);

/** True when what stands before the parenthesis at `open` may stand there, within an expression. */
function isKnownCall(pieces: readonly Piece[], open: number): boolean {
  const before = pieces[open - 1];
  if (before?.kind === 'name' || before?.kind === 'text') return false;
  if (before?.kind !== 'word') return true;
  const word = before.value.toUpperCase();
  // CAST(x AS DECIMAL(10, 2)).
  return functions.has(word) || operators.has(word) || isWord(pieces[open - 2], 'AS');
}

/** True when the pieces are balanced, and call nothing but what is known. `depth`: 1 where they are an expression themselves. */
function isHarmless(pieces: readonly Piece[], from: 0 | 1): boolean {
  let depth: number = from;
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind === 'word' && refusedWords.has(piece.value.toUpperCase())) return false;
    if (isSymbol(piece, ')') && --depth < from) return false;
    if (!isSymbol(piece, '(')) continue;
    // Outside every parenthesis of a table stand its columns, their types and the words of its constraints, and no expression.
    if (depth > 0 && !isKnownCall(pieces, i)) return false;
    if (++depth > maxDepth) return false;
  }
  return depth === from;
}

/** Pieces as SQLite reads them. */
export const written = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ kind, value }) =>
      kind === 'name' || (kind === 'word' && /[^\w$]/.test(value))
        ? quoteName(value)
        : kind === 'text'
          ? quoteText(value)
          : value,
    )
    .join(' ');

/** What stands between the parenthesis at `open` and its own end, and where that is; undefined when it has none. */
export function inside(pieces: readonly Piece[], open: number): { body: Piece[]; next: number } | undefined {
  if (!isSymbol(pieces[open], '(')) return undefined;
  let depth = 0;
  for (let i = open; i < pieces.length; i++) {
    if (isSymbol(pieces[i], '(')) depth++;
    else if (isSymbol(pieces[i], ')') && --depth === 0) return { body: pieces.slice(open + 1, i), next: i + 1 };
  }
  return undefined;
}

/** Pieces between commas outside every parenthesis. */
export function partsOf(pieces: readonly Piece[]): Piece[][] {
  const found: Piece[][] = [[]];
  let depth = 0;
  for (const piece of pieces) {
    if (isSymbol(piece, '(')) depth++;
    if (isSymbol(piece, ')')) depth--;
    if (depth === 0 && isSymbol(piece, ',')) found.push([]);
    else found.at(-1)?.push(piece);
  }
  return found;
}

/** The value behind DEFAULT, in parentheses or a literal with its sign, and where it ends. */
export function standardAt(pieces: readonly Piece[], at: number): { old: string; next: number } {
  const found = inside(pieces, at);
  if (found) return { old: `(${written(found.body)})`, next: found.next };
  const isSigned = isSymbol(pieces[at], '-') || isSymbol(pieces[at], '+');
  const next = at + (isSigned ? 2 : 1);
  return { old: written(pieces.slice(at, next)).replace(/^([-+]) /, '$1'), next };
}

/** A table's definition, to be made again under any name. */
export interface TableText {
  /** What stands between its parentheses. */
  readonly body: string;
  /** `STRICT`, `WITHOUT ROWID`, both or neither. */
  readonly options: string;
}

/** Reads the definition of a table; undefined for a view, a virtual table, a query's result, or anything besides. */
export function readTable(sql: string): TableText | undefined {
  const pieces = piecesOf(sql);
  if (!pieces || !isWord(pieces[0], 'CREATE') || !isWord(pieces[1], 'TABLE') || !isName(pieces[2])) return undefined;
  const found = inside(pieces, 3);
  if (!found || found.body.length === 0 || !isHarmless(found.body, 0)) return undefined;
  const options = pieces
    .slice(found.next)
    .map(({ value }) => value.toUpperCase())
    .join(' ');
  if (!/^(?:STRICT|WITHOUT ROWID)?(?: , (?:STRICT|WITHOUT ROWID))?$/.test(options)) return undefined;
  return { body: written(found.body), options: options.replace(' ,', ',') };
}

/** An index's definition, to be made again on any table that has its columns. */
export interface IndexText {
  readonly name: string;
  readonly unique: boolean;
  /** What stands between its parentheses, and its condition. */
  readonly body: string;
  readonly where: string | null;
  /** The columns that it names. */
  readonly columns: readonly string[];
}

const indexWords = new Set(
  'AND OR NOT NULL IS IN BETWEEN LIKE GLOB ISNULL NOTNULL ASC DESC COLLATE NOCASE BINARY RTRIM CASE WHEN THEN ELSE END TRUE FALSE CAST AS'.split(
    ' ',
  ),
);

function columnsIn(pieces: readonly Piece[]): string[] {
  return pieces
    .filter((piece, i) => {
      if (piece.kind === 'name') return true;
      return piece.kind === 'word' && !indexWords.has(piece.value.toUpperCase()) && !isSymbol(pieces[i + 1], '(');
    })
    .map(({ value }) => value);
}

/** Reads the definition of an index; undefined for anything else. */
export function readIndex(sql: string): IndexText | undefined {
  const pieces = piecesOf(sql);
  if (!pieces || !isWord(pieces[0], 'CREATE')) return undefined;
  const unique = isWord(pieces[1], 'UNIQUE');
  const at = unique ? 2 : 1;
  const [index, name, on, table] = pieces.slice(at, at + 4);
  if (!isWord(index, 'INDEX') || !isName(name) || !isWord(on, 'ON') || !isName(table)) return undefined;
  const found = inside(pieces, at + 4);
  if (!found || found.body.length === 0 || !isHarmless(found.body, 1)) return undefined;
  const condition = conditionOf(pieces.slice(found.next));
  if (!condition) return undefined;
  return {
    name: name.value,
    unique,
    body: written(found.body),
    where: condition.length > 0 ? written(condition) : null,
    columns: [...columnsIn(found.body), ...columnsIn(condition)],
  };
}

/** What stands behind WHERE; empty when nothing does, undefined when something else does. */
function conditionOf(pieces: readonly Piece[]): readonly Piece[] | undefined {
  const [where, ...condition] = pieces;
  if (where === undefined) return [];
  return isWord(where, 'WHERE') && condition.length > 0 && isHarmless(condition, 1) ? condition : undefined;
}

/** A text of pieces, one way of writing it; undefined where it holds something that no definition needs. */
export function sameWriting(sql: string): string | undefined {
  const pieces = piecesOf(sql);
  return pieces && pieces.map(({ kind, value }) => `${kind === 'name' ? 'word' : kind} ${value}`).join('\n');
}

/** The names that stand in the text of a trigger, quoted in whichever way; undefined where it cannot be read. */
export function namesIn(sql: string): string[] | undefined {
  const pieces = piecesOf(sql, true);
  return pieces?.filter(({ kind }) => kind === 'word' || kind === 'name' || kind === 'text').map(({ value }) => value);
}

/** What a definition defines: SQLite goes by this text, and not by what the schema table says beside it. */
export function definedBy(sql: string): { type: string; name: string; on: string | null } | undefined {
  const head = piecesOf(sql, true, true)?.filter((piece, i) => i > 4 || !isWord(piece, 'UNIQUE', 'VIRTUAL'));
  const [create, type, name, on, table] = head ?? [];
  if (!isWord(create, 'CREATE') || type?.kind !== 'word' || name === undefined) return undefined;
  const where = isWord(on, 'ON') ? (table?.value ?? null) : null;
  return { type: type.value.toLowerCase(), name: name.value, on: where };
}
