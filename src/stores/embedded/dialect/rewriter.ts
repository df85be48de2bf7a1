/** Rewrites the tokens of a statement from MySQL to SQLite: names, operators, literals; calls are in `calls.ts`. */
import type { TableName } from '../../../data/table.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import { hintedSnapshot } from '../../../git4data/ast.ts';
import { reservedWords } from '../../../git4data/keywords.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import { callOf } from './calls.ts';
import { ColumnTypes } from './columnTypes.ts';
import type { CallHost, Piece } from './piece.ts';
import { closing, isNameToken, isSymbol, isWord, sqlName, sqlText, syntax, unitAt, unsupported } from './sql.ts';
import type { DialectContext } from './translation.ts';
import { comparedText } from './values.ts';
import { bytesSql, clockWords, isSyntax, joined, keywordSql, notFunctions, sqliteReserved } from './words.ts';

/** SQLite's own parser stops at about the same depth. */
const maxDepth = 200;

export class Rewriter implements CallHost {
  readonly tokens: readonly Token[];
  readonly context: DialectContext;
  readonly #tables: ReadonlyMap<number, TableRef>;
  readonly #types: ColumnTypes;
  /** What a new row is called behind ON DUPLICATE KEY UPDATE, lower case; null for no such name. */
  newRow: string | null = null;
  /** Behind ON DUPLICATE KEY UPDATE, where VALUES(a) is the new row's a. */
  readsNewRow = false;
  #values = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], tables: readonly TableRef[], context: DialectContext) {
    this.tokens = tokens;
    this.context = context;
    this.#tables = new Map(tables.map((table) => [table.start, table]));
    this.#types = new ColumnTypes(tables, (table) => this.nameOf(table), context);
  }

  /** The table's full name; without a database there is none to look it up in. */
  nameOf(table: TableRef): TableName {
    const database = table.database?.text ?? this.context.database;
    if (database === null) throw syntax('no database is chosen: write database.table');
    return { database, table: table.table.text };
  }

  /** All of [from, to) as SQLite text. */
  range(from: number, to: number): string {
    const out: string[] = [];
    if (++this.#depth > maxDepth) throw unsupported(`A statement nested more than ${maxDepth} deep`);
    for (let i = from; i < to; ) i = this.#step(i, to, out);
    this.#depth--;
    return out.filter((piece) => piece !== '').join(' ');
  }

  /** The table at `index` as it stands in FROM: its source, and always a name to call it by. */
  tableSource(table: TableRef): string {
    const called = sqlName(table.alias?.text ?? table.table.text);
    if (table.hint && table.hint.kind !== 'snapshot') {
      throw unsupported('A time in braces', "Name a snapshot: {SNAPSHOT = 'name'}.");
    }
    return `${this.context.source(this.nameOf(table), hintedSnapshot(table), this.#isNested(table))} AS ${called}`;
  }

  /** True when the table stands within parentheses: those of a sub-query, or of a join, where it makes no difference. */
  #isNested(table: TableRef): boolean {
    let depth = 0;
    for (const token of this.tokens) {
      if (token.start >= table.table.start) break;
      depth += isSymbol(token, '(') ? 1 : isSymbol(token, ')') ? -1 : 0;
    }
    return depth > 0;
  }

  /** The token behind a table, its hint and its alias. */
  behind(table: TableRef): number {
    const end = Math.max(table.end, table.alias?.end ?? 0);
    const next = this.tokens.findIndex((token) => token.start >= end);
    return next < 0 ? this.tokens.length : next;
  }

  tableAt(index: number): TableRef | undefined {
    const token = this.tokens[index];
    return token && this.#tables.get(token.start);
  }

  #step(i: number, to: number, out: string[]): number {
    const token = this.tokens[i] as Token;
    const table = this.#tables.get(token.start);
    if (table) {
      out.push(this.tableSource(table));
      return this.behind(table);
    }
    if (isWord(token, 'FROM') && isWord(this.tokens[i + 1], 'DUAL')) return i + 2;
    if (isWord(token, 'FOR') && isWord(this.tokens[i + 1], 'UPDATE', 'SHARE')) return to;
    if (isSymbol(token, '(') && this.#isCompound(i)) return this.#compoundMember(i, to, out);
    if (this.#startsOperand(i)) {
      const piece = this.term(i, to);
      out.push(piece.sql);
      return piece.next;
    }
    if ((token.text === '+' || token.text === '-') && isWord(this.tokens[i + 1], 'INTERVAL'))
      return this.#interval(i, to, out);
    out.push(keywordSql(token));
    return i + 1;
  }

  /** `(SELECT …) UNION (SELECT …)`: SQLite takes no parentheses around the members. */
  #isCompound(i: number): boolean {
    const before = this.tokens[i - 1];
    return (
      isWord(this.tokens[i + 1], 'SELECT', 'WITH') &&
      (i === 0 ||
        isWord(before, 'UNION', 'EXCEPT', 'INTERSECT', 'MINUS') ||
        (isWord(before, 'ALL') && isWord(this.tokens[i - 2], 'UNION')))
    );
  }

  #compoundMember(i: number, to: number, out: string[]): number {
    const close = closing(this.tokens, i, to);
    out.push(`SELECT * FROM (${this.range(i + 1, close)})`);
    return close + 1;
  }

  #isCall(i: number): boolean {
    const token = this.tokens[i];
    if (token?.kind !== 'word' || !isSymbol(this.tokens[i + 1], '(')) return false;
    if (token.upper === 'VALUES') return this.readsNewRow;
    return !notFunctions.has(token.upper) && !this.#isNamedQuery(i);
  }

  /** `WITH name (columns) AS (`. */
  #isNamedQuery(i: number): boolean {
    if (!isWord(this.tokens[i - 1], 'WITH', 'RECURSIVE') && !isSymbol(this.tokens[i - 1], ',')) return false;
    const close = closing(this.tokens, i + 1, this.tokens.length);
    return isWord(this.tokens[close + 1], 'AS') && isSymbol(this.tokens[close + 2], '(');
  }

  #startsOperand(i: number): boolean {
    const token = this.tokens[i];
    if (!token) return false;
    if (token.kind === 'symbol') return token.text === '(' || token.text === '?' || token.text === '*';
    if (token.kind !== 'word') return true;
    if (token.upper === 'CASE' || clockWords.has(token.upper) || this.#isCall(i)) return true;
    if (['DATE', 'TIME', 'TIMESTAMP'].includes(token.upper) && this.tokens[i + 1]?.kind === 'string') return true;
    return !reservedWords.has(token.upper) && !isSyntax(this.tokens, i);
  }

  /** Operands joined by `*`, `/`, `%`, DIV and MOD from the left; MySQL and SQLite differ in all but the first. */
  term(i: number, to: number): Piece {
    let left = this.primary(i, to);
    while (left.next < to) {
      const operator = this.tokens[left.next] as Token;
      const isStar = isSymbol(operator, '*') && left.next + 1 < to;
      if (!isStar && !isSymbol(operator, '/') && !isSymbol(operator, '%') && !isWord(operator, 'DIV', 'MOD')) break;
      const right = this.primary(left.next + 1, to);
      left = { sql: joined(operator.upper, left.sql, right.sql), next: right.next };
    }
    return left;
  }

  /** One operand with its signs. */
  primary(i: number, to: number): Piece {
    const token = this.tokens[i];
    if (!token || i >= to) throw syntax('something is missing at the end');
    switch (token.kind) {
      case 'symbol':
        return this.#symbolOperand(i, to, token);
      case 'string':
        return this.#text(i);
      case 'bytes':
        return { sql: bytesSql(token.text), next: i + 1 };
      case 'variable':
        throw unsupported(`The variable ${token.text}`);
      case 'number':
        return { sql: token.text, next: i + 1 };
      default:
        return this.#collated(this.#wordOperand(i, to, token), to);
    }
  }

  #symbolOperand(i: number, to: number, token: Token): Piece {
    if (token.text === '?') return { sql: `?${++this.#values}`, next: i + 1 };
    if (token.text === '*') return { sql: '*', next: i + 1 };
    if (token.text === '-' || token.text === '+' || token.text === '~') {
      const operand = this.primary(i + 1, to);
      return { sql: `${token.text} ${operand.sql}`, next: operand.next };
    }
    if (token.text !== '(') throw syntax('an operand is missing', token);
    const close = closing(this.tokens, i, to);
    return this.#collated({ sql: `(${this.range(i + 1, close)})`, next: close + 1 }, to);
  }

  #wordOperand(i: number, to: number, token: Token): Piece {
    if (token.kind === 'word') {
      const following = this.tokens[i + 1];
      if (token.upper === 'CASE') return this.#caseOf(i, to);
      if (/^_[a-z0-9]+$/i.test(token.text) && following?.kind === 'string') return this.#text(i + 1);
      if (['DATE', 'TIME', 'TIMESTAMP'].includes(token.upper) && following?.kind === 'string') return this.#text(i + 1);
      if (this.#isCall(i)) return callOf(this, i, to);
      if (clockWords.has(token.upper)) return callOf(this, i, to);
      if (['NULL', 'TRUE', 'FALSE', 'EXISTS', 'NOT'].includes(token.upper)) return { sql: token.upper, next: i + 1 };
    }
    return this.#path(i, to);
  }

  /** `a`, `t.a`, `db.t.a` (the table is called by its name alone), `t.*`. */
  #path(i: number, to: number): Piece {
    const names: string[] = [];
    let next = i;
    for (;;) {
      const token = this.tokens[next];
      if (names.length > 0 && isSymbol(token, '*')) {
        next++;
        return { sql: `${sqlName(names.at(-1) as string)}.*`, next };
      }
      if (!isNameToken(token)) throw syntax('a name is missing', token);
      names.push(tokenValue(token));
      next++;
      if (next >= to || !isSymbol(this.tokens[next], '.')) break;
      next++;
    }
    const only = this.tokens[i] as Token;
    const isPlain = names.length === 1 && only.kind === 'word' && !sqliteReserved.has(only.upper);
    // A bare word stays bare: it may be a word of the language that this table of words does not know.
    if (isPlain) return { sql: only.text, next };
    const [table, column] = names.slice(-2);
    if (column !== undefined && table?.toLowerCase() === this.newRow)
      return { sql: `excluded.${sqlName(column)}`, next };
    return { sql: names.slice(-2).map(sqlName).join('.'), next };
  }

  #collated(piece: Piece, to: number): Piece {
    if (piece.next >= to || !isWord(this.tokens[piece.next], 'COLLATE')) return piece;
    const name = this.tokens[piece.next + 1];
    if (!name || !/_bin$|^binary$/i.test(tokenValue(name))) {
      throw unsupported(
        `COLLATE ${name?.text ?? ''}`,
        'Text is compared letter by letter; use LOWER(…) to ignore case.',
      );
    }
    return { sql: piece.sql, next: piece.next + 2 };
  }

  #caseOf(i: number, to: number): Piece {
    let depth = 0;
    for (let j = i; j < to; j++) {
      if (isWord(this.tokens[j], 'CASE')) depth++;
      else if (isWord(this.tokens[j], 'END') && --depth === 0) {
        return { sql: `CASE ${this.range(i + 1, j)} END`, next: j + 1 };
      }
    }
    throw syntax('CASE has no END', this.tokens[i]);
  }

  /** A text, with those that follow it (`'a' 'b'` is one text), in the form of the column it is compared with. */
  #text(i: number): Piece {
    let text = '';
    let next = i;
    for (; this.tokens[next]?.kind === 'string'; next++) text += tokenValue(this.tokens[next] as Token);
    const type = this.#types.comparedWith(this.tokens, i, next);
    return { sql: type === null ? sqlText(text) : comparedText(type, text), next };
  }

  /** `date + INTERVAL n DAY`. */
  #interval(i: number, to: number, out: string[]): number {
    const left = out.pop();
    const before = out.at(-1);
    if (left === undefined || before === '+' || before === '-')
      throw unsupported('INTERVAL in a longer sum', 'Use DATE_ADD.');
    const amount = this.primary(i + 2, to);
    const unit = unitAt(this.tokens[amount.next]);
    const sign = this.tokens[i]?.text === '-' ? '-' : '';
    out.push(`dt_date_add(${left}, ${sign}(${amount.sql}), ${sqlText(unit)})`);
    return amount.next + 1;
  }
}
