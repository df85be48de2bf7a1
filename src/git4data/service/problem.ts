/** What a check of a statement is given, and how it says what it found. */
import type { Fix, Problem, Span } from '../ast.ts';
import type { Catalog } from '../catalog.ts';
import type { DocumentStatement } from './document.ts';

/** One statement, the text of its document, and what is known. */
export interface Checked {
  readonly read: DocumentStatement;
  readonly text: string;
  readonly catalog: Catalog;
}

export type Check = (checked: Checked) => Problem[];

export const problemAt = (
  where: Span,
  code: string,
  severity: Problem['severity'],
  message: string,
  fixes: readonly Fix[] = [],
): Problem => ({ start: where.start, end: where.end, code, severity, message, fixes });

export const replace = (where: Span, text: string, title: string): Fix => ({
  title,
  edits: [{ start: where.start, end: where.end, text }],
});
