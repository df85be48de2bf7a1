/** Finds out which column a literal is compared with, where that is plain to see, and that column's declared type. */
import type { TableName } from '../../../data/table.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import { hintedSnapshot } from '../../../git4data/ast.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import { isNameToken, isSymbol, isWord } from './sql.ts';
import type { DialectContext } from './translation.ts';

const comparisons = new Set(['=', '<', '>', '<=', '>=', '<>', '!=', '<=>']);
const isComparison = (token: Token | undefined): boolean => token?.kind === 'symbol' && comparisons.has(token.text);

export class ColumnTypes {
  readonly #tables: readonly TableRef[];
  readonly #nameOf: (table: TableRef) => TableName;
  readonly #context: DialectContext;
  #byColumn: Map<string, string | null> | undefined;
  /** The answer for the literal that ended at `to`. */
  readonly #last: { to: number; type: string | null } = { to: -1, type: null };

  constructor(tables: readonly TableRef[], nameOf: (table: TableRef) => TableName, context: DialectContext) {
    this.#tables = tables;
    this.#nameOf = nameOf;
    this.#context = context;
  }

  /** The type of the column that the literal in [from, to) is compared with; null where that cannot be told. */
  comparedWith(tokens: readonly Token[], from: number, to: number): string | null {
    // A long list of texts is looked up once, not from each of them back to its start.
    const isNext = isSymbol(tokens[from - 1], ',') && this.#last.to === from - 1;
    if (!isNext) {
      const column = columnBefore(tokens, leftSide(tokens, from)) ?? columnAfter(tokens, to);
      this.#last.type = column === null ? null : this.#typeOf(column.toLowerCase());
    }
    this.#last.to = to;
    return this.#last.type;
  }

  /** By `column` and by `table.column`, lower case; null where two tables disagree. */
  #typeOf(column: string): string | null {
    this.#byColumn ??= this.#read();
    return this.#byColumn.get(column) ?? null;
  }

  #read(): Map<string, string | null> {
    const types = new Map<string, string | null>();
    for (const table of this.#tables) {
      if (table.use === 'define' || (table.hint && table.hint.kind !== 'snapshot')) continue;
      const called = (table.alias ?? table.table).text.toLowerCase();
      for (const { name, type } of this.#context.columns(this.#nameOf(table), hintedSnapshot(table)) ?? []) {
        const column = name.toLowerCase();
        types.set(`${called}.${column}`, type);
        types.set(column, types.has(column) && types.get(column) !== type ? null : type);
      }
    }
    return types;
  }
}

/** The index of the last token of what stands left of a comparison with the literal at `at`; -1 for none. */
function leftSide(tokens: readonly Token[], at: number): number {
  if (isComparison(tokens[at - 1]) || isWord(tokens[at - 1], 'BETWEEN')) return beforeNot(tokens, at - 2);
  // … BETWEEN low AND high
  if (isWord(tokens[at - 1], 'AND') && isWord(tokens[at - 3], 'BETWEEN')) return beforeNot(tokens, at - 4);
  // … IN ('a', 'b')
  let i = at - 1;
  while (isSymbol(tokens[i], ',') || (tokens[i]?.kind === 'string' && i < at)) i--;
  if (isSymbol(tokens[i], '(') && isWord(tokens[i - 1], 'IN')) return beforeNot(tokens, i - 2);
  return -1;
}

const beforeNot = (tokens: readonly Token[], at: number): number => (isWord(tokens[at], 'NOT') ? at - 1 : at);

function columnBefore(tokens: readonly Token[], at: number): string | null {
  const token = tokens[at];
  if (!isNameToken(token)) return null;
  const table = tokens[at - 2];
  if (isSymbol(tokens[at - 1], '.') && isNameToken(table)) return `${tokenValue(table)}.${tokenValue(token)}`;
  return tokenValue(token);
}

function columnAfter(tokens: readonly Token[], at: number): string | null {
  if (!isComparison(tokens[at])) return null;
  const token = tokens[at + 1];
  if (!isNameToken(token) || isSymbol(tokens[at + 2], '(')) return null;
  const column = tokens[at + 3];
  if (isSymbol(tokens[at + 2], '.') && isNameToken(column)) return `${tokenValue(token)}.${tokenValue(column)}`;
  return tokenValue(token);
}
