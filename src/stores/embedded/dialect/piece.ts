/** What the parts of the rewriter hand each other. */
import type { Token } from '../../../git4data/lexer.ts';
import type { DialectContext } from './translation.ts';

/** One operand or chain of multiplications as SQLite text, and the token behind it. */
export interface Piece {
  readonly sql: string;
  readonly next: number;
}

/** What a call needs of the rewriter that met it. */
export interface CallHost {
  readonly tokens: readonly Token[];
  readonly context: DialectContext;
  /** All of [from, to) as SQLite text. */
  range(from: number, to: number): string;
}
