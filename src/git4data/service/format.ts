/** Rewrites the statement under the cursor in its canonical form; ordinary SQL is left as it is. */
import type { TextEdit } from '../ast.ts';
import { tokenize } from '../lexer.ts';
import { type Printable, printStatement } from '../print.ts';
import { type SqlDocument, statementAtOffset } from './document.ts';

const printed = new Set(['createSnapshot', 'dropSnapshot', 'showSnapshots', 'diff', 'restore']);

/** The edit; null where the statement is not ours, cannot be read, holds a comment, or is canonical already. */
export function formatStatement(document: SqlDocument, offset: number): TextEdit | null {
  const read = statementAtOffset(document, offset);
  if (!read || !printed.has(read.statement.kind) || read.problems.length > 0) return null;
  const { start, end } = read.statement;
  const source = document.text.slice(start, end);
  if (tokenize(source).some((token) => token.kind === 'comment')) return null;
  const text = printStatement(read.statement as Printable, document.text);
  return text === source ? null : { start, end, text };
}
