/** Reads a statement that asks for rows or changes some, or one expression, into a tree. It never throws: what has no tree is a fault. */
import { say } from '../../base/say.ts';
import type { Token } from '../lexer.ts';
import { insert, remove, update } from './changes.ts';
import { expression } from './expressions.ts';
import { type Fault, QueryFault, Reader } from './reader.ts';
import { query } from './selects.ts';
import type { Expression, Query, RowStatement } from './tree.ts';

/** What was read, and why not. */
export type Read<T> = { readonly tree: T; readonly next: number } | { readonly fault: Fault };

function attempt<T>(tokens: readonly Token[], at: number, read: (reader: Reader) => T): Read<T> {
  const reader = new Reader(tokens, at, query);
  try {
    return { tree: read(reader), next: reader.at };
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return { fault: error.fault };
  }
}

function toTheEnd<T>(read: (reader: Reader) => T): (reader: Reader) => T {
  return (reader) => {
    const found = read(reader);
    if (!reader.atEnd) throw reader.syntax(say('"{0}" is not expected here', reader.peek()?.text ?? ''));
    return found;
  };
}

/** The words that begin a change of rows. */
const changes: Readonly<Record<string, (reader: Reader) => RowStatement>> = {
  INSERT: insert,
  REPLACE: insert,
  UPDATE: update,
  DELETE: remove,
};

function statement(reader: Reader): RowStatement {
  const verb = reader.peek()?.upper ?? '';
  const read = Object.hasOwn(changes, verb) ? changes[verb] : undefined;
  if (read) return read(reader);
  if (reader.sees('WITH')) refuseWithBefore(reader);
  return query(reader);
}

/** WITH … UPDATE and its like would need the names in every part. */
function refuseWithBefore(reader: Reader): void {
  let depth = 0;
  for (const { kind, text, upper } of reader.tokens.slice(reader.at)) {
    if (kind === 'symbol') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (kind !== 'word' || depth > 0) continue;
    if (upper === 'SELECT') return;
    if (Object.hasOwn(changes, upper)) throw reader.unsupported(say('WITH before {0}', upper), say('Use a sub-query.'));
  }
}

/** A whole statement: SELECT, WITH, INSERT, REPLACE, UPDATE, DELETE. */
export const readRowStatement = (tokens: readonly Token[]): Read<RowStatement> =>
  attempt(tokens, 0, toTheEnd(statement));

/** A query that starts at token `at` and takes the rest. */
export const readQuery = (tokens: readonly Token[], at: number): Read<Query> => attempt(tokens, at, toTheEnd(query));

/** One expression that starts at token `at`; `next` is the token behind it. */
export const readExpression = (tokens: readonly Token[], at: number): Read<Expression> =>
  attempt(tokens, at, expression);
